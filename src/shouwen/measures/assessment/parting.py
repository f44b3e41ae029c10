"""Parts of a store: what is known at an instant, cut so that every part can be judged by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from shouwen.measures.assessment.components import components
from shouwen.measures.assessment.links import Links, links
from shouwen.measures.assessment.store import Store, literal, quoted
from shouwen.measures.bulk import BulkPlan
from shouwen.measures.bulk.event_table import RECORDED_AT, RETRACTS, SUPERSEDES
from shouwen.measures.bulk.inputs import _void

MOST_PARTS = 512
KNOWN_FROM = f'coalesce({RECORDED_AT}, "at")'
"""The instant from which an event is known."""
Tell = Callable[[str, int, int | None], None]


@dataclass(frozen=True)
class Parts:
    """A store cut into parts.

    Attributes:
        folder: where they are: ``<number>/<event type>.parquet`` (``p=<number>`` by DuckDB).
        links: why they were cut so.
        rows: by part, its events (those of all parts counted in each).
        types: the event types that the plan reads and that occur.
    """

    folder: Path
    links: Links
    rows: tuple[int, ...]
    types: tuple[str, ...]


def instant(moment: datetime) -> str:
    """An instant as a literal of DuckDB."""
    return f"TIMESTAMPTZ '{moment.astimezone(UTC).isoformat()}'"


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

    Corrections are followed here, once for all: parts hold the events that count, as corrected.
    """
    say = tell or (lambda stage, done, total: None)
    found = links_of(connection, store, plan)
    types = tuple(t for t in store.rows if t in plan.steps.inputs)
    _superseded(connection, store, as_of)
    total = sum(store.rows[t] for t in types)
    count = min(MOST_PARTS, -(-total // target)) if not found.whole else 1
    say("parting", 0, len(types) + 1)
    homes = _homes(connection, store, found, types, max(1, count), target, as_of)
    say("parting", 1, len(types) + 1)
    parts = homes.count
    sizes = np.zeros(parts, np.int64)
    for done, type_ in enumerate(types):
        common = type_ in found.common
        sizes += _write(connection, store, plan, type_, homes, as_of, folder, everywhere=common)
        say("parting", done + 2, len(types) + 1)
    return Parts(folder, found, tuple(sizes.tolist()), types)


# --- what counts --------------------------------------------------------------------------------


def _superseded(connection: duckdb.DuckDBPyConnection, store: Store, as_of: datetime) -> None:
    """The table ``gone``: ids of events that no longer count, as `inputs.superseded` has them.

    Corrections of all event types are followed, also of those that the plan does not read.
    """
    targets: dict[str, str] = {}
    retractions: dict[str, str] = {}
    for type_ in store.rows:
        have = store.columns(connection, type_)
        if SUPERSEDES not in have:
            continue
        known = KNOWN_FROM if RECORDED_AT in have else '"at"'
        back = f"coalesce({RETRACTS}, false)" if RETRACTS in have else "false"
        result = connection.execute(
            f"SELECT id, {SUPERSEDES}, {back} FROM {store.source(type_)} "
            f"WHERE {SUPERSEDES} IS NOT NULL AND {known} <= {instant(as_of)}"
        )
        while rows := result.fetchmany(100_000):
            for id_, target, retracts in rows:
                targets[id_] = target
                if retracts:
                    retractions[target] = id_
    gone = pa.table(
        {"id": pa.array(
            sorted({t for i, t in targets.items() if not _void(i, retractions)}), pa.string()
        )}
    )  # fmt: skip
    connection.register("gone_given", gone)
    connection.execute("CREATE OR REPLACE TEMP TABLE gone AS SELECT id FROM gone_given")
    connection.unregister("gone_given")


def _visible(
    connection: duckdb.DuckDBPyConnection,
    store: Store,
    type_: str,
    as_of: datetime,
    columns: list[str],
) -> str:
    """The events of a type that count at an instant, each once."""
    inner = store.selected(connection, type_, columns)
    return (
        f"SELECT * FROM ({inner}) WHERE {KNOWN_FROM} <= {instant(as_of)} "
        f"AND NOT coalesce({RETRACTS}, false) AND id NOT IN (SELECT id FROM gone)"
    )  # fmt: skip


# --- where it belongs ---------------------------------------------------------------------------


@dataclass(frozen=True)
class _Homes:
    """How the part of an event is worked out: an SQL expression over its columns, and a join."""

    count: int
    fields: dict[str, list[tuple[str, str]]]
    """By type, its keys (field, kind) that are there."""
    hashed: bool

    def part_of(self, type_: str) -> tuple[str, str]:
        """An expression for the part of an event `e`, and the joins that it needs."""
        keys = self.fields.get(type_, [])
        if self.count == 1:
            return "0", ""
        if self.hashed:
            texts = ", ".join(f"e.{quoted(name)}" for name, _ in keys)
            return f"hash(coalesce({texts}{', ' if texts else ''}e.id)) % {self.count}", ""
        joins, found = "", []
        for number, (name, kind) in enumerate(keys):
            joins += (
                f" LEFT JOIN homes h{number} ON h{number}.kind = {literal(kind)} "
                f"AND h{number}.key = {_key(name, 'e.')}"
            )
            found.append(f"h{number}.p")
        fallback = f"hash(e.id) % {self.count}"
        return f"coalesce({', '.join([*found, fallback])})", joins


def _key(name: str, prefix: str = "") -> str:
    """A key of an event; the one that all tied events share has no name."""
    return f"{prefix}{quoted(name)}" if name else "''"


def _homes(
    connection: duckdb.DuckDBPyConnection,
    store: Store,
    found: Links,
    types: tuple[str, ...],
    count: int,
    target: int,
    as_of: datetime,
) -> _Homes:
    fields: dict[str, list[tuple[str, str]]] = {}
    for type_ in types:
        have = store.columns(connection, type_)
        fields[type_] = sorted((n, k) for n, k in found.fields.get(type_, {}).items() if n in have)
        if type_ in found.tied:
            fields[type_].append(("", "tied"))
    simple = len(found.kinds) <= 1 and not found.tied and all(len(fields[t]) <= 1 for t in types)
    if count == 1 or simple:
        return _Homes(count, fields, hashed=True)
    return _connected(connection, store, types, fields, target, as_of)


def _connected(
    connection: duckdb.DuckDBPyConnection,
    store: Store,
    types: tuple[str, ...],
    fields: dict[str, list[tuple[str, str]]],
    target: int,
    as_of: datetime,
) -> _Homes:
    """Parts by what hangs together: the table ``homes`` (kind, key, p)."""
    sets = []
    for type_ in types:
        keys = fields[type_]
        if not keys:
            continue
        visible = _visible(connection, store, type_, as_of, [n for n, _ in keys if n])
        pairs = [(_key(n), literal(k)) for n, k in keys]
        first = "coalesce(" + ", ".join(
            f"CASE WHEN {n} IS NOT NULL THEN {k} || chr(31) || {n} END" for n, k in pairs
        ) + ")"  # fmt: skip
        sets += [
            f"SELECT {k} AS kind, {n} AS key, {first} AS first, count(*) AS n FROM ({visible}) "
            f"WHERE {n} IS NOT NULL GROUP BY ALL"
            for n, k in pairs
        ]
    connection.execute(f"CREATE OR REPLACE TEMP TABLE edges AS {' UNION ALL '.join(sets)}")
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE nodes AS SELECT kind, key, name, n, "
        "row_number() OVER (ORDER BY name) - 1 AS node FROM (SELECT kind, key, "
        "kind || chr(31) || key AS name, "
        "sum(CASE WHEN kind || chr(31) || key = first THEN n ELSE 0 END) AS n "
        "FROM edges GROUP BY kind, key)"
    )
    pairs_of = connection.execute(
        "SELECT a.node AS a, b.node AS b FROM edges JOIN nodes a "
        "ON a.name = edges.kind || chr(31) || edges.key JOIN nodes b ON b.name = edges.first "
        "WHERE a.node <> b.node"
    ).fetchnumpy()
    sizes_of = connection.execute("SELECT node, n FROM nodes ORDER BY node").fetchnumpy()
    sizes = np.asarray(sizes_of["n"], np.float64).astype(np.int64)
    label = components(len(sizes), np.asarray(pairs_of["a"]), np.asarray(pairs_of["b"]))
    part_of = _binned(label, sizes, target)
    given: Any = pa.table({"node": pa.array(np.arange(len(sizes))), "p": pa.array(part_of)})
    connection.register("parts_given", given)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE homes AS SELECT kind, key, p FROM nodes "
        "JOIN parts_given USING (node)"
    )
    connection.unregister("parts_given")
    connection.execute("DROP TABLE edges")
    connection.execute("DROP TABLE nodes")
    return _Homes(int(part_of.max(initial=0)) + 1, fields, hashed=False)


def _binned(label: Any, sizes: Any, target: int) -> Any:
    """The part of each node: components in the order of their names, filled up to the target."""
    weights = np.bincount(label, weights=sizes, minlength=len(label)).astype(np.int64)
    target = max(target, -(-int(weights.sum()) // MOST_PARTS))
    before = np.cumsum(weights) - weights
    numbers = before // target
    # Numbers without gaps, in order.
    _, dense = np.unique(numbers[label], return_inverse=True)
    return dense.astype(np.int64)


# --- writing ------------------------------------------------------------------------------------


def _write(
    connection: duckdb.DuckDBPyConnection,
    store: Store,
    plan: BulkPlan,
    type_: str,
    homes: _Homes,
    as_of: datetime,
    folder: Path,
    *,
    everywhere: bool,
) -> Any:
    """Put the events of a type into the parts; how many each has got."""
    facts = [n.removeprefix("f:") for n in plan.steps.inputs[type_].names if n.startswith("f:")]
    keys = [name for name, _ in homes.fields.get(type_, []) if name]
    visible = _visible(connection, store, type_, as_of, list(dict.fromkeys([*facts, *keys])))
    have = store.columns(connection, type_)
    kept = ", ".join(["e.id", 'e."at"', *(f"e.{quoted(f)}" for f in facts if f in have)])
    place, joins = homes.part_of(type_)
    home = folder / type_
    home.mkdir(parents=True, exist_ok=True)
    rows = f"SELECT {kept}, {place} AS p FROM ({visible}) e{joins}"
    # A copy of an event is left out: whatever it says, it says the same.
    rows = f"SELECT DISTINCT ON (id) * FROM ({rows})" if _has_copies(connection, type_) else rows
    sizes = np.zeros(homes.count, np.int64)
    if everywhere or homes.count == 1:
        connection.execute(
            f"COPY ({rows}) TO {literal(home / 'all.parquet')} (FORMAT parquet, COMPRESSION zstd)"
        )
        row = connection.execute(
            f"SELECT count(*) FROM read_parquet({literal(home / 'all.parquet')})"
        ).fetchone()
        return sizes + (int(row[0]) if row else 0)
    connection.execute(
        f"COPY ({rows}) TO {literal(home)} "
        "(FORMAT parquet, COMPRESSION zstd, PARTITION_BY (p), OVERWRITE_OR_IGNORE)"
    )
    found = connection.execute(
        f"SELECT p, count(*) FROM read_parquet({literal(home / '*' / '*.parquet')}, "
        "hive_partitioning = true) GROUP BY p"
    ).fetchall() if any(home.glob("*/*.parquet")) else []  # fmt: skip
    for number, count in found:
        sizes[int(number)] += count
    return sizes


def _has_copies(connection: duckdb.DuckDBPyConnection, type_: str) -> bool:
    row = connection.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'again'"
    ).fetchone()
    if not row or not row[0]:
        return False
    found = connection.execute("SELECT count(*) FROM again WHERE type = ?", [type_]).fetchone()
    return bool(found and found[0])
