"""One part through a plan, in bounded memory.

Every step of the plan that is read more than once becomes a table that DuckDB may put down on disk;
a table is dropped as soon as no later step reads it. The outcomes go to Parquet files in a folder
that appears under its name when all of them are there.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from shouwen.measures.assessment.links import Links
from shouwen.measures.assessment.parting import (
    FIRST_EVENT_FILE,
    GONE_FILE,
    SERIAL,
    SERIAL_COLUMN,
    Parts,
)
from shouwen.measures.assessment.store import literal, quoted
from shouwen.measures.bulk import BulkPlan
from shouwen.measures.bulk.lowering import SUPERSEDED
from shouwen.measures.bulk.pruning import Statement, last_reads, pruned
from shouwen.measures.bulk.steps import FIRST_EVENT, NOW, event_name

TRAILS = ("events", "readings")
"""What says of an outcome which events and readings it rests on."""


@dataclass(frozen=True)
class Limits:
    """What a run may use of the machine: memory ("4GB"; DuckDB's own default is most of it), a
    folder for what memory does not hold, threads (None: all), and bytes in that folder (None: what
    the disk has)."""

    memory: str | None = None
    spill: Path | None = None
    threads: int | None = None
    most_spilled: int | None = None


@dataclass(frozen=True)
class Period:
    """The days, both included, whose outcomes are wanted; None: no bound."""

    first: date | None = None
    last: date | None = None

    def bounds(self, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
        """The midnights of a zone, in UTC, at which it begins and before which it ends."""

        def midnight(day: date) -> datetime:
            return datetime.combine(day, time(), zone).astimezone(UTC)

        return (
            None if self.first is None else midnight(self.first),
            None if self.last is None else midnight(self.last + timedelta(days=1)),
        )


@contextmanager
def database(limits: Limits) -> Iterator[duckdb.DuckDBPyConnection]:
    """An embedded DuckDB that keeps to some limits."""
    connection = duckdb.connect(":memory:")
    try:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET preserve_insertion_order = false")
        if limits.memory is not None:
            connection.execute(f"SET memory_limit = {literal(limits.memory)}")
        if limits.spill is not None:
            limits.spill.mkdir(parents=True, exist_ok=True)
            connection.execute(f"SET temp_directory = {literal(limits.spill)}")
        if limits.most_spilled is not None:
            connection.execute(f"SET max_temp_directory_size = '{limits.most_spilled} bytes'")
        if limits.threads is not None:
            connection.execute(f"SET threads = {limits.threads}")
        yield connection
    finally:
        connection.close()


def run_part(
    connection: duckdb.DuckDBPyConnection,
    plan: BulkPlan,
    parts: Parts,
    number: int,
    as_of: datetime,
    period: Period,
    folder: Path,
    statements: Sequence[Statement],
    *,
    trails: bool = True,
) -> dict[str, int]:
    """Judge one part in a database of its own; by kind, how many outcomes it gave.

    The folder (``<kind>.parquet``) is there afterwards, or not at all.
    """
    _given(connection, plan, parts, as_of)
    for type_, schema in plan.steps.inputs.items():
        _events(connection, parts, number, type_, schema)
    _work_out(connection, statements, set(plan.outcomes.values()))
    return _written(connection, plan, parts, number, period, folder, trails=trails)


def _given(
    connection: duckdb.DuckDBPyConnection, plan: BulkPlan, parts: Parts, as_of: datetime
) -> None:
    for function in plan.steps.functions.values():
        function.register(connection)
    for name, make in plan.steps.given.items():
        connection.register(name, make())
    now = as_of.astimezone(UTC).replace(tzinfo=None)
    connection.register(NOW, pa.table({"as_of": pa.array([now], pa.timestamp("us"))}))
    connection.execute(
        f'CREATE TEMP VIEW {quoted(FIRST_EVENT)} AS SELECT CAST("at" AS TIMESTAMP) AS "at" '
        f"FROM read_parquet({literal(parts.folder / FIRST_EVENT_FILE)})"
    )
    if parts.straight:
        connection.execute(
            "CREATE TEMP TABLE gone AS SELECT id FROM "
            f"read_parquet({literal(parts.folder / GONE_FILE)})"
        )
    # Parts hold what counts already.
    connection.register(SUPERSEDED, pa.table({"id": pa.array([], pa.string())}))


def _events(
    connection: duckdb.DuckDBPyConnection, parts: Parts, number: int, type_: str, schema: Any
) -> None:
    """The events of a type in the part, in the columns and types that the plan reads."""
    home = parts.folder / type_
    files = [*home.glob("all.parquet"), *home.glob(f"p={number}/*.parquet")]
    names = schema.names
    types = [_duck(t) for t in schema.types]
    source, have, serial = "(SELECT 1 WHERE false)", dict[str, str](), "0"
    if type_ in parts.straight:
        source, serial = f"({parts.straight[type_]})", quoted(SERIAL_COLUMN)
    elif files:
        listed = ", ".join(literal(f) for f in files)
        source = f"read_parquet([{listed}], hive_partitioning = false)"
        serial = SERIAL
    if serial != "0":
        described = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
        have = {r[0]: r[1] for r in described}
    columns = []
    for name, type_name in zip(names, types, strict=True):
        column = name.removeprefix("f:")
        value = f"{quoted(column)}" if column in have else "NULL"
        if name == "n":
            value = serial
        if have.get(column) == "TIME":
            value = f"epoch_us({value})"
        if have.get(column) == "TIMESTAMP WITH TIME ZONE":
            # The same instant in UTC, without asking a calendar about every one.
            value = f"make_timestamp(epoch_us({value}))"
        columns.append(f"CAST({value} AS {type_name}) AS {quoted(name)}")
    connection.execute(
        f"CREATE TEMP VIEW {quoted(event_name(type_))} AS SELECT {', '.join(columns)} FROM {source}"
    )


def _duck(type_: Any) -> str:
    from ibis.backends.sql.datatypes import DuckDBType

    return str(DuckDBType.from_ibis(type_).sql("duckdb"))


def statements_of(plan: BulkPlan, parts: Parts, *, trails: bool) -> list[Statement]:
    """The statements of a plan, without what outcomes do not need.

    `trails` False: outcomes do not say which events and readings they rest on. Events are worked
    out all the same where it takes them to tell which part an outcome belongs to.
    """
    idle = [n for n in TRAILS if n != "events" or not _doubtful(parts)]
    return pruned(plan.steps, outcomes_without(plan, () if trails else idle))


def outcomes_without(plan: BulkPlan, idle: Collection[str]) -> dict[str, list[str] | None]:
    """By name of a table of outcomes, its columns without some; None: all."""
    wanted: dict[str, list[str] | None] = dict.fromkeys(plan.outcomes.values())
    if idle:
        for step in plan.steps.steps:
            if step.name in wanted:
                wanted[step.name] = [n for n in step.rows.schema().names if n not in idle]
    return wanted


def _work_out(
    connection: duckdb.DuckDBPyConnection, statements: Sequence[Statement], kept: set[str]
) -> None:
    """Every step in order; what no later step reads is dropped."""
    last = last_reads([(s.name, s.reads(), not s.view) for s in statements], kept)
    for statement in statements:
        connection.execute(statement.create)
        for other in last.get(statement.name, ()):
            connection.execute(f"DROP TABLE {quoted(other)}")


def _written(
    connection: duckdb.DuckDBPyConnection,
    plan: BulkPlan,
    parts: Parts,
    number: int,
    period: Period,
    folder: Path,
    *,
    trails: bool,
) -> dict[str, int]:
    """Write the outcomes of a period that are this part's own."""
    unfinished = folder.with_name(folder.name + ".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    where = [*_within(period, plan), *_own(connection, parts, number)]
    counts = {}
    for kind, table in plan.outcomes.items():
        condition = f" WHERE {' AND '.join(where)}" if where else ""
        path = unfinished / f"{kind}.parquet"
        described = connection.execute(f"DESCRIBE {quoted(table)}").fetchall()
        columns = ", ".join(quoted(r[0]) for r in described if trails or r[0] not in TRAILS)
        row = connection.execute(
            f"COPY (SELECT {columns} FROM {quoted(table)}{condition}) TO {literal(path)} "
            "(FORMAT parquet, COMPRESSION zstd)"
        ).fetchone()
        counts[kind] = int(row[0]) if row else 0
    os.replace(unfinished, folder)
    return counts


def _within(period: Period, plan: BulkPlan) -> list[str]:
    begin, end = period.bounds(plan.adoption.zone)
    return [
        f"\"at\" {compared} TIMESTAMP '{moment.replace(tzinfo=None).isoformat(sep=' ')}'"
        for compared, moment in ((">=", begin), ("<", end))
        if moment is not None
    ]


def _doubtful(parts: Parts) -> bool:
    """Whether a part may come to outcomes that are not its own."""
    return len(parts.rows) > 1 and bool(parts.links.suspect)


def _own(connection: duckdb.DuckDBPyConnection, parts: Parts, number: int) -> list[str]:
    """What an outcome must fulfil to be this part's own.

    Events that concern every part are in each, with the number of the part they belong to; what
    rests on such events alone is told by that part only.
    """
    found: Links = parts.links
    if not _doubtful(parts):
        return []
    sources = [
        f"SELECT id FROM read_parquet({literal(parts.folder / t / 'all.parquet')}) "
        f"WHERE p <> {number}"
        for t in parts.types
        if t in found.common
    ]
    connection.execute(
        "CREATE TEMP TABLE elsewhere AS " + (" UNION ALL ".join(sources) or "SELECT '' AS id")
    )
    suspects = ", ".join(literal(r) for r in sorted(found.suspect))
    foreign = "coalesce((SELECT list(id) FROM elsewhere), [])"
    here = f"NOT list_has_all({foreign}, events)"
    # What rests on no event at all is told once.
    own = f"len(events) = 0 OR {here}" if number == 0 else f"len(events) > 0 AND {here}"
    return [f"CASE WHEN rule IN ({suspects}) THEN {own} ELSE true END"]
