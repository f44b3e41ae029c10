"""Writes events, with outcomes as attributes, as Parquet and as XES."""

from __future__ import annotations

import gzip
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, cast
from xml.sax.saxutils import quoteattr

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shouwen.measures.bulk.event_table import (
    AT,
    ID,
    INSTANT,
    OWN_COLUMNS,
    PERIOD_PARTS,
    EventTable,
)
from shouwen.measures.bulk.event_table import (
    RECORDED_AT as OWN_RECORDED_AT,
)
from shouwen.measures.bulk.event_table import (
    RETRACTS as OWN_RETRACTS,
)
from shouwen.measures.bulk.event_table import (
    SUPERSEDES as OWN_SUPERSEDES,
)
from shouwen.measures.calendars import Period
from shouwen.measures.diagnostics import Diagnostic, SourceError
from shouwen.measures.evaluation.events import Event
from shouwen.measures.evaluation.outcomes import Outcomes
from shouwen.measures.interchange.logs.annotations import attributes
from shouwen.measures.interchange.logs.own import (
    CASE,
    CASE_FACT,
    IDENTITY,
    RECORDED_AT,
    RETRACTS,
    SUPERSEDES,
    TIME,
    TYPE,
    fact_columns,
)

_OWN_NAMES = {
    ID: IDENTITY, AT: TIME, OWN_RECORDED_AT: RECORDED_AT, OWN_SUPERSEDES: SUPERSEDES,
    OWN_RETRACTS: RETRACTS,
}  # fmt: skip


@contextmanager
def _appearing(path: Path) -> Iterator[Path]:
    """A path to write to; the file appears under its name only when all of it is written."""
    part = path.with_name(path.name + ".part")
    try:
        yield part
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


# --- Parquet ------------------------------------------------------------------------------------


def write_parquet(path: Path, table: EventTable, outcomes: Outcomes | None = None) -> None:
    """Write events to one Parquet file, in order of time.

    The columns are those of `own`; columns of outcomes follow (see `annotations`). Instants are
    timestamp[us, UTC]. `read_log` with `own_mapping` reads the same events back.
    """
    columns = fact_columns(table.measure)
    parts = [_renamed(type_, found, columns) for type_, found in table.tables.items()]
    merged = pa.concat_tables(_same_scales(parts), promote_options="default")
    if merged.num_columns and merged.num_rows:
        order = pc.sort_indices(merged, [(TIME, "ascending"), (IDENTITY, "ascending")])
        merged = merged.take(order)
    if outcomes is not None and merged.num_rows:
        merged = _annotated(merged, attributes(outcomes))
    with _appearing(path) as part:
        pq.write_table(merged, part, compression="zstd")


def _renamed(type_: str, table: pa.Table, columns: Mapping[tuple[str, str], str]) -> pa.Table:
    names = [
        _OWN_NAMES[name] if name in OWN_COLUMNS else columns[type_, name]
        for name in table.column_names
    ]
    found = table.rename_columns(names)
    for place, field in enumerate(found.schema):
        if field.type == PERIOD_PARTS:
            periods = [None if v is None else Period(**v).iso() for v in found[place].to_pylist()]
            found = found.set_column(place, field.name, pa.array(periods, pa.string()))
    found = found.cast(pa.schema([f.with_nullable(True) for f in found.schema]))
    case = columns.get((type_, CASE_FACT))
    cases = found[case] if case is not None else pa.nulls(found.num_rows, pa.string())
    found = found.add_column(0, CASE, cases)
    return found.add_column(1, TYPE, pa.array([type_] * found.num_rows, pa.string()))


def _same_scales(tables: list[pa.Table]) -> list[pa.Table]:
    scales: dict[str, int] = {}
    for table in tables:
        for field in table.schema:
            if pa.types.is_decimal(field.type):
                scales[field.name] = max(scales.get(field.name, 0), field.type.scale)
    return [
        table.cast(
            pa.schema(
                [
                    pa.field(
                        f.name, pa.decimal128(38, scales[f.name]) if f.name in scales else f.type
                    )
                    for f in table.schema
                ]
            )
        )
        for table in tables
    ]


def _annotated(table: pa.Table, found: Mapping[str, Mapping[str, Any]]) -> pa.Table:
    ids = table[IDENTITY].to_pylist()
    names: dict[str, bool] = {}
    for own in found.values():
        for name, value in own.items():
            names[name] = isinstance(value, datetime)
    none: Mapping[str, Any] = {}
    for name in sorted(names):
        type_ = INSTANT if names[name] else pa.string()
        values = pa.array([found.get(i, none).get(name) for i in ids], type_)
        table = table.append_column(name, values)
    return table


# --- XES ----------------------------------------------------------------------------------------

# What XML 1.0 has no way to write (all but production Char).
_UNWRITABLE = re.compile("[^\t\n\r\\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
  <extension name="Identity" prefix="identity" uri="http://www.xes-standard.org/identity.xesext"/>
  <global scope="event">
    <string key="concept:name" value=""/>
    <date key="time:timestamp" value="1970-01-01T00:00:00+00:00"/>
    <id key="identity:id" value=""/>
  </global>
  <classifier name="Event type" keys="concept:name"/>
"""


def write_xes(path: Path, table: EventTable, outcomes: Outcomes | None = None) -> None:
    """Write events as XES (IEEE 1849), packed by gzip where the path ends in ``.gz``.

    The events of a case are a trace, in order of time; events without a case stand by themselves
    at the end. `read_log` with `own_mapping` reads the same events back.

    Raises:
        SourceError: for texts with characters that XML has no way to write, all of them at once;
            nothing is written.
    """
    columns = fact_columns(table.measure)
    events = sorted(table.events(), key=lambda e: (e.facts.get(CASE_FACT) is None, *_order(e)))
    notes = {} if outcomes is None else attributes(outcomes)
    bad: list[Diagnostic] = []
    with _appearing(path) as part:
        with _text(part, packed=path.suffix == ".gz") as file:
            for piece in _document(events, columns, notes, bad):
                file.write(piece.encode())
        if bad:
            raise SourceError(bad)


def _order(event: Event) -> tuple[str, datetime, str]:
    return str(event.facts.get(CASE_FACT, "")), event.at, event.id


@contextmanager
def _text(path: Path, packed: bool) -> Iterator[IO[bytes]]:
    with cast("IO[bytes]", gzip.open(path, "wb")) if packed else path.open("wb") as file:
        yield file


def _document(
    events: Iterable[Event],
    columns: Mapping[tuple[str, str], str],
    notes: Mapping[str, Mapping[str, Any]],
    bad: list[Diagnostic],
) -> Iterator[str]:
    yield _HEAD
    case: str | None = None
    for event in events:
        own = event.facts.get(CASE_FACT)
        if own != case:
            if case is not None:
                yield "  </trace>\n"
            if own is not None:
                yield "  <trace>\n" + _attribute("concept:name", own, event, bad)
            case = own
        yield "    <event>\n"
        for name, value in _fields(event, columns):
            yield _attribute(name, value, event, bad)
        for name, value in notes.get(event.id, {}).items():
            yield _attribute(name, value, event, bad)
        yield "    </event>\n"
    if case is not None:
        yield "  </trace>\n"
    yield "</log>\n"


def _fields(event: Event, columns: Mapping[tuple[str, str], str]) -> Iterator[tuple[str, Any]]:
    yield TYPE, event.type
    yield TIME, event.at
    yield IDENTITY, event.id
    if event.recorded_at is not None:
        yield RECORDED_AT, event.recorded_at
    if event.supersedes is not None:
        yield SUPERSEDES, event.supersedes
    if event.retracts:
        yield RETRACTS, True
    for name, value in event.facts.items():
        yield columns[event.type, name], value


def _attribute(key: str, value: Any, event: Event, bad: list[Diagnostic]) -> str:
    kind, text = _written(value)
    if _UNWRITABLE.search(text):
        bad.append(
            Diagnostic(
                "not-xml", f"'{key}' of event '{event.id}' holds a character that XML cannot "
                "write.", None, "Write the log as Parquet, or take the character out.",
                where=f"event {event.id}",
            )
        )  # fmt: skip
        return ""
    tag = "id" if key == IDENTITY else kind
    return f"      <{tag} key={quoteattr(key)} value={quoteattr(text)}/>\n"


def _written(value: Any) -> tuple[str, str]:
    """The kind of attribute and the text of a value."""
    match value:
        case bool():
            return "boolean", "true" if value else "false"
        case int():
            return "int", str(value)
        case Decimal():
            whole = value == value.to_integral_value()
            return ("int", f"{value:.0f}") if whole else ("float", f"{value:f}")
        case datetime():
            return "date", value.isoformat(timespec="microseconds")
        case date() | time():
            return "string", value.isoformat()
        case Period():
            return "string", value.iso()
        case _:
            return "string", str(value)
