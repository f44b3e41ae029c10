"""Tables of events as a plan wants them: all columns, in the types of the vocabulary."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from shouwen.measures.evaluation.events import no_longer_counting

_NAIVE = pa.timestamp("us")


def event_rows(
    type_: str, schema: Any, table: pa.Table | None, known: Collection[str] = ()
) -> pa.Table:
    """The events of a type; columns that are not given are unknown.

    Copies of an event count once.

    Raises:
        ValueError: when a column is of another type, two different events have one id, or a fact
            is unknown that the plan takes for `known`.
    """
    wanted = schema.to_pyarrow()
    if table is None:
        return wanted.empty_table()
    columns = []
    for field in wanted:
        name = field.name.removeprefix("f:")
        if field.name == "n":
            columns.append(pa.array(range(len(table)), pa.int64()))
        elif name in table.column_names:
            columns.append(_converted(type_, name, table[name], field.type))
        else:
            columns.append(pa.nulls(len(table), field.type))
    rows = pa.table(columns, schema=wanted)
    left_out = [f for f in sorted(known) if f"f:{f}" in rows.column_names
                and rows[f"f:{f}"].null_count]  # fmt: skip
    if left_out:
        raise ValueError(
            f"The plan was made for logs in which every {type_} has {', '.join(left_out)}; here "
            "some have not. Lower it without `known`."
        )
    ids = rows["id"]
    if pc.count_distinct(ids).as_py() != len(rows):
        rows = _once(type_, rows)
    return rows


def _converted(type_: str, name: str, column: Any, wanted: pa.DataType) -> Any:
    have = column.type
    if pa.types.is_timestamp(have) and pa.types.is_timestamp(wanted):
        if name in ("at", "recorded_at") and have.tz is None:
            raise ValueError(
                f"'{name}' of {type_} has no time zone; give it as timestamp[us, UTC]."
            )
        # An Arrow timestamp with a zone counts from the epoch in UTC; dropping the zone keeps that.
        return column.cast(pa.timestamp("us", have.tz)).cast(_NAIVE)
    if pa.types.is_time(have):
        return column.cast(pa.time64("us")).cast(pa.int64())
    if pa.types.is_dictionary(have):
        column = column.cast(have.value_type)
    try:
        return column.cast(wanted)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise ValueError(f"'{name}' of {type_} is {have}, which is no {wanted}: {error}") from error


def _once(type_: str, rows: pa.Table) -> pa.Table:
    """Each event once; raises where copies differ."""
    seen: dict[str, tuple[Any, ...]] = {}
    places = []
    columns = [rows[c].to_pylist() for c in rows.column_names]
    for i, values in enumerate(zip(*columns, strict=True)):
        id_ = values[rows.column_names.index("id")]
        if id_ not in seen:
            seen[id_] = values
            places.append(i)
        elif seen[id_] != values:
            raise ValueError(f"There are two different events of {type_} with the id '{id_}'.")
    return rows.take(pa.array(places, pa.int64()))


def superseded(events: Mapping[str, pa.Table], as_of: datetime) -> pa.Table:
    """The ids of events that no longer count at an instant.

    A correction that was taken back corrects nothing, as in the reference evaluator; corrections
    are few, so they are followed one by one.

    Raises:
        ValueError: when an event corrects one that is not there; every such event is named.
    """
    _refuse_strays(events)
    gone = no_longer_counting(c for t in events.values() for c in _corrections(t, as_of))
    return pa.table({"id": pa.array(sorted(gone), pa.string())})


def _refuse_strays(events: Mapping[str, pa.Table]) -> None:
    """Refuse corrections of events that are not there."""
    wanted: dict[str, tuple[str, str]] = {}
    for type_, table in events.items():
        if "supersedes" in table.column_names:
            found = table.filter(pc.is_valid(table["supersedes"])).select(["id", "supersedes"])
            wanted |= {r["supersedes"]: (type_, r["id"]) for r in found.to_pylist()}
    if not wanted:
        return
    asked = pa.array(list(wanted), pa.string())
    for table in events.values():
        ids = table["id"].cast(pa.string())
        for id_ in ids.filter(pc.is_in(ids, asked)).to_pylist():
            wanted.pop(id_, None)
    said = [
        f"Event {id_} of {type_} supersedes '{target}', which is not among the events."
        for target, (type_, id_) in wanted.items()
    ]
    if said:
        raise ValueError("\n".join(said))


def first_event(events: Mapping[str, pa.Table], gone: pa.Table, as_of: datetime) -> datetime:
    """The instant of the first event that counts; `as_of` where there is none.

    `gone` are the ids of those that are superseded.
    """
    found: list[datetime] = []
    for table in events.values():
        if not len(table):
            continue
        counts = pc.invert(pc.is_in(table["id"].cast(pa.string()), gone["id"].combine_chunks()))
        known = table["at"]
        if "recorded_at" in table.column_names:
            known = pc.coalesce(table["recorded_at"].cast(known.type), known)
        counts = pc.and_(counts, pc.less_equal(known, pa.scalar(as_of, known.type)))
        if "retracts" in table.column_names:
            kept = pc.invert(pc.fill_null(table["retracts"].cast(pa.bool_()), False))
            counts = pc.and_(counts, kept)
        first = pc.min(table["at"].filter(counts)).as_py()
        found += [first] if first is not None else []
    return min(found, default=as_of)


def _corrections(table: pa.Table, as_of: datetime) -> Iterator[tuple[str, str, bool]]:
    """(id, the id it corrects, whether it takes it back) of the corrections known by then."""
    if "supersedes" not in table.column_names:
        return
    found = table.filter(pc.is_valid(table["supersedes"]))
    for row in found.to_pylist():
        known = row.get("recorded_at") or row["at"]
        if known <= as_of:
            yield row["id"], row["supersedes"], bool(row.get("retracts"))


def in_utc(table: pa.Table) -> pa.Table:
    """A table whose instants say that they are in UTC."""
    utc = pa.timestamp("us", "UTC")
    fields = [f.with_type(utc) if pa.types.is_timestamp(f.type) else f for f in table.schema]
    return table.cast(pa.schema(fields))
