"""Parts of a store: what is known at an instant, cut so that every part can be judged by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from shouwen.measures.assessment.homes import MOST_PARTS, Homes, homes_of
from shouwen.measures.assessment.links import Links, links
from shouwen.measures.assessment.store import Store, literal, quoted
from shouwen.measures.assessment.visible import instant, superseded, visible
from shouwen.measures.bulk import BulkPlan

Tell = Callable[[str, int, int | None], None]


@dataclass(frozen=True)
class Parts:
    """A store cut into parts.

    Attributes:
        folder: where they are: ``<number>/<event type>.parquet`` (``p=<number>`` by DuckDB).
        links: why they were cut so.
        rows: by part, its events (those of all parts counted in each).
        types: the event types that the plan reads and that occur.
        straight: by type, a query for the events of the only part where they are read from the
            store itself; empty where they were put into parts.
    """

    folder: Path
    links: Links
    rows: tuple[int, ...]
    types: tuple[str, ...]
    straight: Mapping[str, str] = field(default_factory=dict)


FIRST_EVENT_FILE = "first event.parquet"
"""The file beside the parts with the instant of the first event of the log."""
GONE_FILE = "gone.parquet"
"""The file beside a part that is read from the store, with the ids of events that do not count."""
SERIAL = "file_index::BIGINT * 1099511627776 + file_row_number"
"""The place of a row among the rows of several Parquet files."""
SERIAL_COLUMN = "~serial"


def links_of(connection: duckdb.DuckDBPyConnection, store: Store, plan: BulkPlan) -> Links:
    """How the events of a store hang together under the rules of a plan."""
    columns: dict[str, dict[str, str]] = {}

    def distinct(type_: str, name: str) -> int:
        known = columns.setdefault(type_, store.columns(connection, type_))
        if name not in known:
            return 0
        sql = f"SELECT approx_count_distinct({quoted(name)}) FROM {store.source(type_)}"
        row = connection.execute(sql).fetchone()
        return int(row[0]) if row else 0

    types = [t for t in store.rows if t in plan.steps.inputs]
    return links(plan.adoption.measure, plan.rules, types, distinct)


def part(
    connection: duckdb.DuckDBPyConnection,
    store: Store,
    plan: BulkPlan,
    as_of: datetime,
    folder: Path,
    target: int,
    tell: Tell | None = None,
) -> Parts:
    """Cut what a store knows at an instant into parts of about `target` events.

    Corrections are followed here, once for all: parts hold the events that count, as corrected. If
    one part holds everything, nothing is put down; it is read from the store, less what was
    corrected.
    """
    say = tell or (lambda stage, done, total: None)
    found = links_of(connection, store, plan)
    types = tuple(t for t in store.rows if t in plan.steps.inputs)
    superseded(connection, store, as_of)
    total = sum(store.rows[t] for t in types)
    count = min(MOST_PARTS, -(-total // target)) if not found.whole else 1
    say("parting", 0, len(types) + 1)
    homes = homes_of(connection, store, found, types, max(1, count), target, as_of)
    say("parting", 1, len(types) + 1)
    parts = homes.count
    if parts == 1 and not any(has_copies(connection, type_) for type_ in types):
        say("parting", len(types) + 1, len(types) + 1)
        keep_first_event(connection, store, as_of, folder)
        connection.execute(f"COPY gone TO {literal(folder / GONE_FILE)} (FORMAT parquet)")
        straight = {
            type_: visible(
                connection,
                store,
                type_,
                as_of,
                _facts(plan, type_),
                f", {SERIAL} AS {quoted(SERIAL_COLUMN)}",
            )
            for type_ in types
        }
        return Parts(folder, found, (total,), types, straight)
    sizes = np.zeros(parts, np.int64)
    for done, type_ in enumerate(types):
        common = type_ in found.common
        sizes += _write(connection, store, plan, type_, homes, as_of, folder, everywhere=common)
        say("parting", done + 2, len(types) + 1)
    keep_first_event(connection, store, as_of, folder)
    return Parts(folder, found, tuple(sizes.tolist()), types)


def keep_first_event(
    connection: duckdb.DuckDBPyConnection, store: Store, as_of: datetime, folder: Path
) -> None:
    """Put down since when there is something; of all events, whether or not the plan reads them.

    Every part needs it: periods of a measure without a first day begin with the whole log.
    """
    firsts = [
        f'SELECT min("at") AS "at" FROM ({visible(connection, store, type_, as_of, [])})'
        for type_ in store.rows
    ]
    folder.mkdir(parents=True, exist_ok=True)
    everything = " UNION ALL ".join(firsts)
    connection.execute(
        f'COPY (SELECT coalesce(min("at"), {instant(as_of)}) AS "at" FROM ({everything})) '
        f"TO {literal(folder / FIRST_EVENT_FILE)} (FORMAT parquet)"
    )


def _write(
    connection: duckdb.DuckDBPyConnection,
    store: Store,
    plan: BulkPlan,
    type_: str,
    homes: Homes,
    as_of: datetime,
    folder: Path,
    *,
    everywhere: bool,
) -> Any:
    """Put the events of a type into the parts; how many each has got."""
    facts = _facts(plan, type_)
    keys = [name for name, _ in homes.fields.get(type_, []) if name]
    seen = visible(connection, store, type_, as_of, list(dict.fromkeys([*facts, *keys])))
    have = store.columns(connection, type_)
    kept = ", ".join(["e.id", 'e."at"', *(f"e.{quoted(f)}" for f in facts if f in have)])
    place, joins = homes.part_of(type_)
    home = folder / type_
    home.mkdir(parents=True, exist_ok=True)
    rows = f"SELECT {kept}, {place} AS p FROM ({seen}) e{joins}"
    # A copy of an event is left out: whatever it says, it says the same.
    rows = f"SELECT DISTINCT ON (id) * FROM ({rows})" if has_copies(connection, type_) else rows
    sizes = np.zeros(homes.count, np.int64)
    if everywhere or homes.count == 1:
        connection.execute(
            f"COPY ({rows}) TO {literal(home / 'all.parquet')} "
            "(FORMAT parquet, COMPRESSION lz4_raw)"
        )
        row = connection.execute(
            f"SELECT count(*) FROM read_parquet({literal(home / 'all.parquet')})"
        ).fetchone()
        return sizes + (int(row[0]) if row else 0)
    connection.execute(
        f"COPY ({rows}) TO {literal(home)} "
        "(FORMAT parquet, COMPRESSION lz4_raw, PARTITION_BY (p), OVERWRITE_OR_IGNORE)"
    )
    found = connection.execute(
        f"SELECT p, count(*) FROM read_parquet({literal(home / '*' / '*.parquet')}, "
        "hive_partitioning = true) GROUP BY p"
    ).fetchall() if any(home.glob("*/*.parquet")) else []  # fmt: skip
    for number, count in found:
        sizes[int(number)] += count
    return sizes


def _facts(plan: BulkPlan, type_: str) -> list[str]:
    """The facts of a type that a plan may read."""
    return [n.removeprefix("f:") for n in plan.steps.inputs[type_].names if n.startswith("f:")]


def has_copies(connection: duckdb.DuckDBPyConnection, type_: str) -> bool:
    """Whether `Store.check` has found events of a type twice."""
    row = connection.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'again'"
    ).fetchone()
    if not row or not row[0]:
        return False
    found = connection.execute("SELECT count(*) FROM again WHERE type = ?", [type_]).fetchone()
    return bool(found and found[0])
