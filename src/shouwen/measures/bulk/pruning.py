"""Which columns of which step are needed, and statements that work out no others.

Rules put more into their frames than outcomes end up with: every step carries what a later one
*might* look at. Once a plan is whole it is known what is looked at. `pruned` goes through the steps
from the last to the first and asks of each which columns of the steps before it needs; a column
that nobody needs becomes a NULL of its type. The statements stay as they are, so that each can be
read beside the step it is made from, and the database leaves out by itself what NULLs make idle.

A step that is read in one place only need not be a table: as a view it becomes part of the
statement that reads it, its rows go through without being put down (`Statement.view`).

This also is how outcomes are had without what they rest on: leave out ``events`` and ``readings``,
and everything that only collects them goes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import ibis.expr.operations as ops
from ibis.backends.sql.datatypes import DuckDBType

from shouwen.measures.bulk.engine import quoted
from shouwen.measures.bulk.steps import Steps

Needs = dict[str, set[str]]
"""By name of a table, the columns that are needed of it."""
_READ = re.compile(r'(?:FROM|JOIN) "((?:[^"]|"")+)"')


@dataclass(frozen=True)
class Statement:
    """A step as it is run: its name, its SQL, and whether a view is enough."""

    name: str
    sql: str
    view: bool

    @property
    def create(self) -> str:
        """The statement that makes it."""
        kind = "VIEW" if self.view else "TABLE"
        return f"CREATE TEMP {kind} {quoted(self.name)} AS {self.sql}"

    def reads(self) -> Counter[str]:
        """The tables it reads, and in how many places."""
        return Counter(name.replace('""', '"') for name in _READ.findall(self.sql))


def pruned(
    steps: Steps,
    statements: Collection[tuple[str, str]],
    wanted: Mapping[str, Collection[str] | None],
) -> list[Statement]:
    """The statements of a plan without columns and steps that are not needed.

    Args:
        steps: the steps of the plan.
        statements: its SQL, by name of the step (`engine.compiled`).
        wanted: by name of a table, the columns that are wanted of it; None: all. Others of its
            columns are NULL.
    """
    needs = needed(steps, wanted)
    found: list[tuple[str, str]] = []
    sql = dict(statements)
    for step in steps.steps:
        need = needs.get(step.name)
        if need is None:
            continue
        schema = step.rows.schema()
        if need >= set(schema.names):
            found.append((step.name, sql[step.name]))
            continue
        columns = ", ".join(
            quoted(name)
            if name in need
            else f"CAST(NULL AS {DuckDBType.from_ibis(type_).sql('duckdb')}) AS {quoted(name)}"
            for name, type_ in schema.items()
        )
        found.append((step.name, f"SELECT {columns} FROM ({sql[step.name]})"))
    reads: Counter[str] = Counter()
    for name, text in found:
        reads += Statement(name, text, view=False).reads()
    # What a statement names before it uses it (WITH) may be used more than once.
    shared = {n for name, text in found if "WITH " in text
              for n in Statement(name, text, view=False).reads()}  # fmt: skip
    return [
        Statement(name, text, view=reads[name] == 1 and name not in wanted and name not in shared)
        for name, text in found
    ]


def needed(steps: Steps, wanted: Mapping[str, Collection[str] | None]) -> Needs:
    """By name of a table (steps, events, constants), the columns that are needed of it."""
    needs: Needs = {}
    for step in reversed(steps.steps):
        if step.name in wanted:
            columns = wanted[step.name]
            every = step.rows.schema().names
            needs.setdefault(step.name, set()).update(every if columns is None else columns)
        own = needs.get(step.name)
        if own is not None:
            _look(step.rows.op(), own, needs)
    return needs


def _look(root: Any, columns: Collection[str], needs: Needs) -> None:
    """What some columns of a relation need of the tables it is made from."""
    need: dict[Any, set[str]] = {root: set(columns)}
    for node in reversed(_parents_first(root)):
        own = need.get(node)
        if own is None:
            continue
        match node:
            case ops.UnboundTable():
                needs.setdefault(node.name, set()).update(own)
            case ops.Project():
                _read([node.values[n] for n in own], need)
                need.setdefault(node.parent, set())
            case ops.JoinChain():
                _read([node.values[n] for n in own], need)
                for link in node.rest:
                    _read(link.predicates, need)
                for reference in node.tables:
                    need.setdefault(reference, set())
            case ops.Aggregate():
                _read([v for n, v in node.metrics.items() if n in own], need)
                _read(node.groups.values(), need)
                need.setdefault(node.parent, set())
            case ops.Filter():
                need.setdefault(node.parent, set()).update(own)
                _read(node.predicates, need)
            case ops.DropColumns() | ops.Reference():
                need.setdefault(node.parent, set()).update(own)
            case ops.Union() if not node.distinct:
                for side in (node.left, node.right):
                    need.setdefault(side, set()).update(own)
            case _:
                # Whatever else there may be needs everything.
                for child in node.__children__:
                    for relation in [child] if isinstance(child, ops.Relation) else child.find(
                        ops.Relation
                    ):  # fmt: skip
                        need.setdefault(relation, set()).update(relation.schema.names)


def _parents_first(root: Any) -> list[Any]:
    """The relations that a relation is made from, each after those it is made from itself."""
    found: list[Any] = []
    seen: set[Any] = set()
    stack: list[tuple[Any, bool]] = [(root, False)]
    while stack:
        node, done = stack.pop()
        if done:
            if isinstance(node, ops.Relation):
                found.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack += [(child, False) for child in node.__children__]
    return found


def _read(values: Collection[Any], need: dict[Any, set[str]]) -> None:
    """The fields that values read."""
    for value in values:
        for node in value.find((ops.Field, ops.Subquery), filter=ops.Value):
            if isinstance(node, ops.Field):
                need.setdefault(node.rel, set()).add(node.name)
            else:
                need.setdefault(node.rel, set()).update(node.rel.schema.names)
                _read([n for n in (getattr(node, "needle", None),) if n is not None], need)
