"""Events as columns: what the bulk engine reads, and what readers of event logs make.

An `EventTable` holds one Arrow table for each event type of a measure. It says the same as a list
of `Event`s (`event_table` and `EventTable.events` go from one to the other without loss), in the
shape that columns of millions need.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal
from itertools import repeat
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from shouwen.measures.calendars import Period
from shouwen.measures.diagnostics import Report
from shouwen.measures.evaluation.events import Event, EventError, check_event
from shouwen.measures.feel.types import (
    BOOLEAN,
    DATE,
    DATETIME,
    NUMBER,
    PERIOD,
    TIME,
    Type,
)
from shouwen.measures.language.model import Measure, Relation

INSTANT = pa.timestamp("us", tz="UTC")
PERIOD_PARTS = pa.struct([(n, pa.int64()) for n in ("months", "days", "working_days", "seconds")])
ID, AT = "id", "at"
RECORDED_AT, SUPERSEDES, RETRACTS = "recorded_at", "supersedes", "retracts"
"""What an event has besides its facts (see `Event`)."""

OWN_FIELDS = (
    pa.field(ID, pa.string(), nullable=False),
    pa.field(AT, INSTANT, nullable=False),
    pa.field(RECORDED_AT, INSTANT),
    pa.field(SUPERSEDES, pa.string()),
    pa.field(RETRACTS, pa.bool_(), nullable=False),
)
OWN_COLUMNS = frozenset(f.name for f in OWN_FIELDS)

_ARROW: Mapping[Type, pa.DataType] = {
    BOOLEAN: pa.bool_(),
    DATE: pa.date32(),
    TIME: pa.time64("us"),
    DATETIME: INSTANT,
    PERIOD: PERIOD_PARTS,
}


def arrow_type(type_: Type, scale: int = 0) -> pa.DataType:
    """The Arrow type of a fact: text for texts, keys and members of enumerations, decimal128(38,
    scale) for numbers and money, a struct of its four parts for a period."""
    if type_ == NUMBER:
        return pa.decimal128(38, scale)
    return _ARROW.get(type_, pa.string())


def period_parts(period: Period) -> dict[str, int]:
    """A period as a value of its column."""
    return {name: getattr(period, name) for name in PERIOD_PARTS.names}


def schema_of(relation: Relation, scales: Mapping[str, int] | None = None) -> pa.Schema:
    """The columns of an event type: those every event has, then its facts by canonical name.

    Args:
        relation: an event type of a vocabulary.
        scales: digits behind the point of number facts; 0 where not given.

    Raises:
        ValueError: when a fact has the name of something every event has.
    """
    taken = [n for n in relation.fields if n in (RECORDED_AT, SUPERSEDES, RETRACTS)]
    if taken:
        raise ValueError(
            f"'{relation.name}' has a fact '{taken[0]}', which every event has of its own. "
            "Give the fact another name."
        )
    facts = [f for f in relation.fields.values() if f.name not in (ID, AT)]
    digits = scales or {}
    return pa.schema(
        [*OWN_FIELDS, *(pa.field(f.name, arrow_type(f.type, digits.get(f.name, 0))) for f in facts)]
    )


@dataclass(frozen=True, eq=False)
class EventTable:
    """Events of a measure, one Arrow table for each type that occurs.

    Every table has the columns of `schema_of`: ``id`` (text, unique over all tables), ``at``
    (timestamp[us, UTC]), ``recorded_at`` (the same; null: at once), ``supersedes`` (text or
    null), ``retracts`` (boolean), then every fact of the type by its canonical name, null where
    it is unknown. Members of enumerations are canonical; numbers are decimal128(38, s), with as
    many digits behind the point as the column needs. Rows are in no particular order.

    Whoever makes one answers for that: ids are unique (copies left out) and facts are of their
    types. `event_table` and the readers of event logs check it.

    Attributes:
        measure: the measure whose vocabulary the tables follow.
        tables: by name of the event type; types without events may be left out.
    """

    measure: Measure
    tables: Mapping[str, pa.Table]

    def __len__(self) -> int:
        return sum(t.num_rows for t in self.tables.values())

    def table(self, type_: str) -> pa.Table:
        """The table of an event type, empty where there are no events of it. Raises KeyError for
        types that the measure does not have."""
        found = self.tables.get(type_)
        if found is not None:
            return found
        return schema_of(self.measure.vocabulary.events[type_]).empty_table()

    def events(self) -> Iterator[Event]:
        """The events one by one, type after type; instants are in UTC."""
        for type_, table in self.tables.items():
            periods = {
                f.name
                for f in self.measure.vocabulary.events[type_].fields.values()
                if f.type == PERIOD
            }
            for batch in table.to_batches(max_chunksize=1 << 14):
                yield from _events(type_, batch, periods)


def _events(type_: str, batch: pa.RecordBatch, periods: set[str]) -> Iterator[Event]:
    values = {name: _values(batch.column(name)) for name in batch.schema.names}
    for name in periods:
        values[name] = [None if v is None else Period(**v) for v in values[name]]
    facts = {n: v for n, v in values.items() if n not in OWN_COLUMNS}
    names = tuple(facts)
    rows = zip(*facts.values(), strict=True) if facts else repeat((), batch.num_rows)
    own = zip(*(values[n] for n in (ID, AT, RECORDED_AT, SUPERSEDES, RETRACTS)), strict=True)
    for row, (id_, at, recorded, supersedes, retracts) in zip(rows, own, strict=True):
        carried = {n: v for n, v in zip(names, row, strict=True) if v is not None}
        yield Event(id_, type_, at, carried, recorded, supersedes, retracts)


def _values(column: pa.Array) -> list[Any]:
    """A column as Python values; instants in UTC."""
    if not pa.types.is_timestamp(column.type):
        values: list[Any] = column.to_pylist()
        return values
    # Three times as fast as the values that Arrow itself makes.
    naive = column.cast(pa.timestamp("us")).to_numpy(zero_copy_only=False).astype(object)
    return [None if v is None else v.replace(tzinfo=UTC) for v in naive.tolist()]


def event_table(measure: Measure, events: Iterable[Event]) -> EventTable:
    """Events as columns, checked against the vocabulary of the measure.

    Copies of an event (same id, same content) count once.

    Raises:
        EventError: for events that do not fit the vocabulary, have no zone or contradict another
            of their id, all of them at once; and for numbers of more than 38 digits.
    """
    report = Report()
    seen: dict[str, Event] = {}
    by_type: dict[str, list[Event]] = {}
    zone = ZoneInfo(measure.zone)
    for event in events:
        checked = check_event(measure, event, zone, report)
        if checked is None:
            continue
        first = seen.setdefault(checked.id, checked)
        if first is checked:
            by_type.setdefault(checked.type, []).append(checked)
        elif first != checked:
            report.error(
                "contradictory-event",
                f"There are two different events with the id '{checked.id}'.",
                where=f"event {checked.id}",
                hint="Give them ids of their own, or let one supersede the other.",
            )
    tables = {}
    for type_, found in by_type.items():
        tables[type_] = _table(measure.vocabulary.events[type_], found, report)
    if report.errors:
        raise EventError(report)
    return EventTable(measure, tables)


def _table(relation: Relation, events: list[Event], report: Report) -> pa.Table:
    scales: dict[str, int] = {}
    columns: dict[str, list[Any]] = {
        ID: [e.id for e in events],
        AT: [e.at for e in events],
        RECORDED_AT: [e.recorded_at for e in events],
        SUPERSEDES: [e.supersedes for e in events],
        RETRACTS: [e.retracts for e in events],
    }
    for field in relation.fields.values():
        if field.name in (ID, AT):
            continue
        values = [e.facts.get(field.name) for e in events]
        if field.type == PERIOD:
            values = [None if v is None else period_parts(v) for v in values]
        elif field.type == NUMBER:
            scales[field.name] = _scale(values)
        columns[field.name] = values
    schema = schema_of(relation, scales)
    arrays = []
    for field in schema:
        try:
            arrays.append(pa.array(columns[field.name], field.type))
        except (pa.ArrowInvalid, OverflowError) as error:
            report.error(
                "too-large",
                f"'{field.name}' of {relation.name} has a value that no column holds: {error}.",
                where=f"{relation.name}.{field.name}",
                hint="Numbers may have 38 digits, instants lie in the years 1 to 9999.",
            )
            arrays.append(pa.nulls(len(events), field.type))
    return pa.table(arrays, schema=schema)


def _scale(values: Iterable[Decimal | None]) -> int:
    """The digits behind the point that the values need, trailing zeros left out."""
    needed = 0
    for value in values:
        if value is not None:
            exponent = value.normalize().as_tuple().exponent
            assert isinstance(exponent, int)
            needed = max(needed, -exponent)
    return needed
