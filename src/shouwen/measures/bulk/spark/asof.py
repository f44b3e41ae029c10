"""The last row that is not after a key, in a database that has no such join.

A deadline on working time asks for the last span of a calendar that opens before an instant. DuckDB
has a join for that; Spark would hold every instant against every span. But spans are constants of
the plan, so they can be laid out beforehand: each with the next one beside it, and once for every
stretch of 24 hours that it reaches into. Then it is a join on equal stretches, and one comparison.

The last span of a calendar reaches `BEYOND` stretches further. Later than that no deadline is: the
years of the calendar are over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ibis
import ibis.expr.operations as ops
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shouwen.measures.bulk.remaking import again, parents_first
from shouwen.measures.bulk.sqltypes import DAY_US, floored

BEYOND = 400
STRETCH, NEXT = "~stretch", "~next"
Makers = dict[str, Callable[[], pa.Table]]


def without_asof(root: Any, given: Mapping[str, Callable[[], pa.Table]], made: Makers) -> Any:
    """A relation with joins by stretches instead of joins to the last row not after a key.

    Args:
        root: a relation of a plan.
        given: the constants of the plan, by name.
        made: gets the constants that are needed besides.
    """
    if not any(link.how == "asof" for link in root.find(ops.JoinLink)):
        return root
    new: dict[Any, Any] = {}
    for node in parents_first(root):
        if isinstance(node, ops.JoinChain):
            new[node] = _chain(node, new, given, made)
        else:
            new[node] = node.replace({old: now for old, now in new.items() if old != now})
    return new[root]


def _chain(node: Any, new: dict[Any, Any], given: Any, made: Makers) -> Any:
    tables = {node.first: new[node.first]}
    links = []
    for link in node.rest:
        if link.how == "asof":
            table = link.table.copy(parent=_laid_out(link, given, made))
            tables[link.table] = table
            links.append(_by_stretch(link, table, tables))
        else:
            tables[link.table] = new[link.table]
            links.append(
                ops.JoinLink(link.how, new[link.table], [again(p, tables) for p in link.predicates])
            )
    values = {n: again(v, {**new, **tables}) for n, v in node.values.items()}
    return ops.JoinChain(first=new[node.first], rest=links, values=values)


def _laid_out(link: Any, given: Any, made: Makers) -> Any:
    """The constant that is joined, laid out by the column that is compared."""
    columns = link.table.parent
    spans = columns.parent
    column = columns.values[link.predicates[0].right.name].name
    version = columns.values[link.predicates[1].right.name].name
    name = f"{spans.name} by {column}"
    make = given[spans.name]
    made[name] = lambda: _by_stretches(make(), version, column)
    schema = {**dict(spans.schema.items()), STRETCH: "int64", NEXT: "int64"}
    wide = ops.UnboundTable(name=name, schema=ibis.schema(schema))
    values = {n: ops.Field(wide, v.name) for n, v in columns.values.items()}
    values |= {c: ops.Field(wide, c) for c in (STRETCH, NEXT)}
    return ops.Project(wide, values)


def _by_stretch(link: Any, table: Any, tables: dict[Any, Any]) -> Any:
    after, version = (again(p, tables) for p in link.predicates)
    key = after.left.to_expr()
    following = ops.Field(table, NEXT).to_expr()
    here = floored(key, DAY_US)[0] == ops.Field(table, STRETCH).to_expr()
    before = following.isnull() | (key < following)
    return ops.JoinLink("left", table, [version, here.op(), after, before.op()])


def _by_stretches(rows: pa.Table, version: str, column: str) -> pa.Table:
    rows = rows.sort_by([(version, "ascending"), (column, "ascending")])
    versions, starts = (rows[c].to_numpy() for c in (version, column))
    last = np.append(versions[1:] != versions[:-1], True)
    following = np.append(starts[1:], 0)
    first = starts // DAY_US
    # Of two rows that start together the later one counts, as for the join that this stands for.
    until = np.where(last, first + BEYOND, (following - 1) // DAY_US)
    counts = np.maximum(until - first + 1, 0)
    places = np.repeat(np.arange(len(starts)), counts)
    within = np.arange(len(places)) - np.repeat(np.cumsum(counts) - counts, counts)
    wide = rows.take(pa.array(places))
    wide = wide.append_column(STRETCH, pa.array(first[places] + within, pa.int64()))
    beside = pa.array(following[places], pa.int64(), mask=last[places])
    return wide.append_column(NEXT, beside).filter(
        pc.or_kleene(pc.is_null(beside), pc.greater(beside, wide[column]))
    )
