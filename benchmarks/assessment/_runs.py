"""What is measured: the same four promises by the measure's plan and by a query written by hand."""

from __future__ import annotations

import json
import re
import resource
import shutil
import sys
import time
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.operation.logs import measure_of
from shouwen.measures.assessment import FolderSource, Limits, Terms, assess_to
from shouwen.measures.assessment.store import Store
from shouwen.measures.bulk.event_table import schema_of
from shouwen.measures.calendars import builtin_calendars
from shouwen.measures.evaluation import adopt

RULES = ("arrive", "restore", "install-same-day", "install-in-days")
AS_OF = datetime(2027, 1, 10, tzinfo=UTC)
BY_HAND = Path(__file__).with_name("by_hand.sql")
SAME = {
    "duties": 'id, rule, norm, "at", "row", trigger, person, start, deadline, inclusive, '
    "performed_at, status",
    "breaches": 'id, rule, norm, "at", "row", person, unit, occasion',
}
"""The columns that both give, of every outcome."""


def by_plan(events: Path, out: Path, memory: str, *, trails: bool) -> dict[str, float]:
    """Assess a folder of events; seconds of its stages."""
    stages: dict[str, float] = {}
    began = time.perf_counter()
    assess = import_module("shouwen.measures.assessment.assess")
    adoption = adopt(measure_of("cable"))
    assess.plan_for(adoption, RULES, Store.of(events, adoption.measure), trails=trails)
    stages["making the plan"] = time.perf_counter() - began
    began = time.perf_counter()
    used = resource.getrusage(resource.RUSAGE_SELF)
    first: dict[str, float] = {}

    def tell(stage: str, done: int, total: int | None) -> None:
        first.setdefault(stage, time.perf_counter())

    terms = Terms(adoption, AS_OF, rules=RULES, trails=trails)
    found = assess_to(out, FolderSource(events), terms, Limits(memory), tell)
    ended = time.perf_counter()
    stages["checking"] = first["parting"] - began
    stages["parting"] = first["judging"] - first["parting"]
    stages["judging and writing"] = ended - first["judging"]
    now = resource.getrusage(resource.RUSAGE_SELF)
    return stages | {
        "wall": ended - began, "cpu": _cpu(now) - _cpu(used), "parts": found.parts,
        "duties": found.counts["duties"], "breaches": found.counts["breaches"],
    }  # fmt: skip


def by_hand(events: Path, out: Path, memory: str) -> dict[str, float]:
    """Run the query written by hand over a folder of events."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    measure = measure_of("cable")
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET preserve_insertion_order = false")
        connection.execute(f"SET memory_limit = '{memory}'")
        connection.execute(f"SET temp_directory = '{out / 'spill'}'")
        _views(connection, events, measure)
        began = time.perf_counter()
        used = resource.getrusage(resource.RUSAGE_SELF)
        for name, sql in statements():
            connection.execute(f"CREATE TEMP TABLE {name} AS {sql}")
        for kind, columns in SAME.items():
            connection.execute(
                f"COPY (SELECT {columns} FROM {kind}) TO '{out / kind}.parquet' "
                "(FORMAT parquet, COMPRESSION zstd)"
            )
        ended = time.perf_counter()
        now = resource.getrusage(resource.RUSAGE_SELF)
        counts = {kind: _count(connection, f"SELECT * FROM {kind}") for kind in SAME}
    return {"wall": ended - began, "cpu": _cpu(now) - _cpu(used), **counts}


def statements() -> list[tuple[str, str]]:
    """The query by hand, step by step."""
    pieces = re.split(r"^-- name: (\w+)\n", BY_HAND.read_text("utf-8"), flags=re.M)[1:]
    return [(n, sql.strip().rstrip(";")) for n, sql in zip(pieces[::2], pieces[1::2], strict=True)]


def _views(connection: duckdb.DuckDBPyConnection, events: Path, measure: Any) -> None:
    found = []
    for type_, relation in measure.vocabulary.events.items():
        home = events / type_
        if not home.is_dir():
            continue
        columns = ", ".join(
            f'make_timestamp(epoch_us("{f.name}")) AS "{f.name}"'
            if "timestamp" in str(f.type)
            else f'"{f.name}"'
            for f in schema_of(relation)
        )
        source = f"read_parquet('{home}/*.parquet')"
        connection.execute(f'CREATE VIEW "{type_}" AS SELECT {columns} FROM {source}')
        found.append(f'SELECT id, "at", recorded_at, supersedes FROM "{type_}"')
    connection.execute(f"CREATE VIEW every_event AS {' UNION ALL '.join(found)}")
    moment = AS_OF.replace(tzinfo=None)
    connection.execute(f"CREATE TABLE asked AS SELECT TIMESTAMP '{moment}' AS as_of")
    calendar = builtin_calendars()["cn"]
    days = [date(2025, 12, 1) + timedelta(days=n) for n in range(500)]
    rows = list(enumerate(d for d in days if calendar.is_working_day(d)))
    connection.execute("CREATE TABLE working_days (number INTEGER, day DATE)")
    connection.executemany("INSERT INTO working_days VALUES (?, ?)", rows)


def differences(one: Path, other: Path) -> dict[str, int]:
    """By kind of outcome, the rows of either that the other does not have."""
    found = {}
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for kind, columns in SAME.items():
            plain = columns
            for name in ('"at"', "start", "deadline", "performed_at"):
                plain = re.sub(rf'(?<![\w"]){name}(?![\w"])', f"{name}::TIMESTAMP", plain)
            sides = [
                f"SELECT {plain} FROM read_parquet('{p / kind}.parquet')" for p in (one, other)
            ]
            counts = [_count(connection, f"{a} EXCEPT ALL {b}") for a, b in (sides, sides[::-1])]
            found[kind] = sum(counts)
    return found


def _count(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM ({sql})").fetchone()
    return int(row[0]) if row else 0


def _cpu(usage: resource.struct_rusage) -> float:
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    what, events, out, memory = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]
    found = (
        by_hand(events, out, memory)
        if what == "hand"
        else by_plan(events, out, memory, trails=what == "trails")
    )
    found["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found))


if __name__ == "__main__":
    main()
