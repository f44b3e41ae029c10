"""A plan as the statements that Spark runs, in order.

They are those of `pruning`, written for Spark, with one difference. Rows are numbered there with
``row_number() over ()``, which makes Spark send all of them through one task, and which a task that
is run again may answer differently. So every projection that numbers rows is a statement of its
own, whose rows are put down as they are numbered: what is read afterwards is what was written.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ibis
import ibis.expr.operations as ops

from shouwen.measures.bulk.pruning import narrowed
from shouwen.measures.bulk.spark.asof import Makers, without_asof
from shouwen.measures.bulk.spark.calls import Call, without_call
from shouwen.measures.bulk.spark.dialect import AS_OF, written
from shouwen.measures.bulk.steps import Steps

_READ = re.compile(r"(?:FROM|JOIN) `((?:[^`]|``)+)`")


@dataclass(frozen=True)
class Statement:
    """One table of a plan.

    Attributes:
        name: under which others read it.
        sql: a query; `AS_OF` may be a parameter of it.
        kept: whether its rows are put down, so that it may be read more than once; otherwise it is
            worked out as part of what reads it.
        reads: the tables it reads, and in how many places.
        call: what is called for each of its rows by the process that asks; None: nothing.
    """

    name: str
    sql: str
    kept: bool
    reads: Mapping[str, int]
    call: Call | None = None

    @property
    def asks_when(self) -> bool:
        """Whether it has the instant of the evaluation as its parameter."""
        return f":{AS_OF}" in self.sql


@dataclass(frozen=True)
class Script:
    """The statements of a plan, and the constants that they read beside those of the plan."""

    statements: tuple[Statement, ...]
    given: Makers = field(default_factory=dict)


def script_of(steps: Steps, wanted: Mapping[str, Collection[str] | None]) -> Script:
    """The statements that work out some tables of a plan.

    Args:
        steps: the steps of the plan.
        wanted: by name of a table, the columns that are wanted of it; None: all. They are kept.

    Raises:
        NotLoweredYet: when the plan calls a function of Python within an expression.
    """
    calls: dict[str, Call] = {}
    queries: list[tuple[str, str, bool]] = []
    given: Makers = {}
    for step, made in narrowed(steps, wanted).items():
        root = without_asof(made.op(), steps.given, given)
        called = without_call(root, steps.functions)
        if called is not None:
            root, calls[step] = called
        parts, rows = _numbered(step, root)
        queries += [(name, written(part.to_expr()), True) for name, part in parts]
        queries.append((step, written(rows.to_expr()), False))
    reads = {name: _reads(sql) for name, sql, _ in queries}
    total: Counter[str] = Counter()
    for own in reads.values():
        total += own
    # What a statement names before it uses it (WITH) may be used more than once.
    shared = {n for name, sql, _ in queries if "WITH " in sql for n in reads[name]}
    statements = tuple(
        Statement(
            name,
            sql,
            numbers or name in wanted or total[name] > 1 or name in shared or name in calls,
            reads[name],
            calls.get(name),
        )
        for name, sql, numbers in queries
    )
    return Script(statements, given)


def needed(
    statements: Sequence[Statement], wanted: Collection[str], there: Collection[str]
) -> list[Statement]:
    """Those that it takes to work out what is wanted, when some tables are there already."""
    asked = {name for name in wanted if name not in there}
    found = []
    for statement in reversed(statements):
        if statement.name in asked:
            found.append(statement)
            asked |= {name for name in statement.reads if name not in there}
    return found[::-1]


def _reads(sql: str) -> Counter[str]:
    return Counter(name.replace("``", "`") for name in _READ.findall(sql))


def _numbered(step: str, root: Any) -> tuple[list[tuple[str, Any]], Any]:
    """The projections in a step that number rows, taken out of it; and what is left of it."""
    parts: list[tuple[str, Any]] = []
    while True:
        number = next(
            (n for n in root.find(ops.Project) if _numbers(n) and _inner(n) is None), None
        )
        if number is None:
            return parts, root
        name = f"{step} numbered {len(parts)}"
        read = ibis.table(number.schema, name=name).op()
        parts.append((name, _with_numbers(number)))
        if number == root:
            return parts, read
        root = root.replace({number: read})


def _numbers(node: Any) -> bool:
    return any(_is_number(v) for v in node.values.values())


def _inner(node: Any) -> Any:
    """A projection below this one that numbers rows too."""
    return next((n for n in node.parent.find(ops.Project) if _numbers(n)), None)


def _is_number(value: Any) -> bool:
    return (
        isinstance(value, ops.WindowFunction)
        and isinstance(value.func, ops.RowNumber)
        and not value.group_by
        and not value.order_by
    )


@ibis.udf.scalar.builtin(name="monotonically_increasing_id", signature=((), "int64"))
def _serial():  # type: ignore[no-untyped-def]
    """Spark's own: unique over the rows of a table, without looking at the others."""


def _with_numbers(node: Any) -> Any:
    values = {n: _serial().op() if _is_number(v) else v for n, v in node.values.items()}
    return ops.Project(node.parent, values)
