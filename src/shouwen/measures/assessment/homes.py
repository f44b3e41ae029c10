"""Which part an event belongs to: by its key, or by all that its keys hang together with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from shouwen.measures.assessment.components import components
from shouwen.measures.assessment.links import Links
from shouwen.measures.assessment.store import Store, literal, quoted
from shouwen.measures.assessment.visible import visible

MOST_PARTS = 512


@dataclass(frozen=True)
class Homes:
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


def homes_of(
    connection: duckdb.DuckDBPyConnection,
    store: Store,
    found: Links,
    types: tuple[str, ...],
    count: int,
    target: int,
    as_of: datetime,
) -> Homes:
    """Find the part of every event.

    Where each event has at most one key that holds it to others, a hash of it will do. Otherwise
    what hangs together through any number of keys is found, and parts are filled up to `target`
    events.
    """
    fields: dict[str, list[tuple[str, str]]] = {}
    for type_ in types:
        have = store.columns(connection, type_)
        fields[type_] = sorted((n, k) for n, k in found.fields.get(type_, {}).items() if n in have)
        if type_ in found.tied:
            fields[type_].append(("", "tied"))
    simple = len(found.kinds) <= 1 and not found.tied and all(len(fields[t]) <= 1 for t in types)
    if count == 1 or simple:
        return Homes(count, fields, hashed=True)
    return _connected(connection, store, types, fields, target, as_of)


def _connected(
    connection: duckdb.DuckDBPyConnection,
    store: Store,
    types: tuple[str, ...],
    fields: dict[str, list[tuple[str, str]]],
    target: int,
    as_of: datetime,
) -> Homes:
    """Parts by what hangs together: the table ``homes`` (kind, key, p)."""
    sets = []
    for type_ in types:
        keys = fields[type_]
        if not keys:
            continue
        rows = visible(connection, store, type_, as_of, [n for n, _ in keys if n])
        pairs = [(_key(n), literal(k)) for n, k in keys]
        first = "coalesce(" + ", ".join(
            f"CASE WHEN {n} IS NOT NULL THEN {k} || chr(31) || {n} END" for n, k in pairs
        ) + ")"  # fmt: skip
        sets += [
            f"SELECT {k} AS kind, {n} AS key, {first} AS first, count(*) AS n FROM ({rows}) "
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
    return Homes(int(part_of.max(initial=0)) + 1, fields, hashed=False)


def _binned(label: Any, sizes: Any, target: int) -> Any:
    """The part of each node: components in the order of their names, filled up to the target."""
    weights = np.bincount(label, weights=sizes, minlength=len(label)).astype(np.int64)
    target = max(target, -(-int(weights.sum()) // MOST_PARTS))
    before = np.cumsum(weights) - weights
    numbers = before // target
    # Numbers without gaps, in order.
    _, dense = np.unique(numbers[label], return_inverse=True)
    return dense.astype(np.int64)
