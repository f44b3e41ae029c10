"""Functions of Python in a plan, on Spark: called by the process that asks.

Executors run SQL only. What a plan calls for a row (`growing`: the moves of one clock, folded by a
calendar) is therefore fetched, worked out here, and given back as a table. Clocks that something
extended or paused are few beside all events; those of one plan have to fit into this process, some
hundred bytes for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import islice
from typing import TYPE_CHECKING, Any

import ibis
import ibis.expr.operations as ops

from shouwen.measures.bulk.errors import NotLoweredYet
from shouwen.measures.bulk.steps import Function

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

AT_ONCE = 50_000
"""Rows that are sent back to Spark together."""


@dataclass(frozen=True)
class Call:
    """A column of a table that a function gives.

    Attributes:
        column: its name.
        function: what is called for every row.
        takes: the columns in which its arguments stand; they are not in the result.
    """

    column: str
    function: Function
    takes: tuple[str, ...]

    def answered(self, session: SparkSession, asked: DataFrame) -> DataFrame:
        """The rows with what the function says of them.

        Args:
            session: to which the result belongs.
            asked: the rows, with the arguments.
        """
        from shouwen.measures.bulk.spark.dialect import SparkTypes
        from shouwen.measures.bulk.spark.engine import quoted

        kept = [f for f in asked.schema.fields if f.name not in self.takes]
        gives = ibis.dtype(self.function.gives)
        columns = [f"{quoted(f.name)} {f.dataType.simpleString()}" for f in kept]
        columns.append(f"{quoted(self.column)} {SparkTypes.from_ibis(gives).sql('spark')}")
        schema = ", ".join(columns)
        rows = self._rows([f.name for f in kept], asked.toLocalIterator(), gives)
        parts = []
        while part := list(islice(rows, AT_ONCE)):
            parts.append(session.createDataFrame(part, schema))
        if not parts:
            return session.createDataFrame([], schema)
        return reduce(lambda a, b: a.unionAll(b), parts)

    def _rows(self, kept: list[str], asked: Iterator[Any], gives: Any) -> Iterator[tuple[Any, ...]]:
        for row in asked:
            found = self.function.call(*(row[name] for name in self.takes))
            yield (*(row[name] for name in kept), _plain(found, gives))


def _plain(value: Any, type_: Any) -> Any:
    """A value of a function in the order of its type's fields, as Spark takes it."""
    if value is None:
        return None
    if type_.is_array():
        return [_plain(item, type_.value_type) for item in value]
    if type_.is_struct():
        return tuple(_plain(value[name], of) for name, of in type_.items())
    return value


def without_call(root: Any, functions: Mapping[str, Function]) -> tuple[Any, Call] | None:
    """A table without the column that a function of the plan gives, with its arguments; and what
    is to be called. None where it calls nothing.

    Raises:
        NotLoweredYet: when it calls in the middle of something else.
    """
    known = {f.name: f for f in functions.values()}
    calls = [n for n in root.find(ops.ScalarUDF) if n.__func_name__ in known]
    if not calls:
        return None
    own = dict(root.values) if isinstance(root, ops.Project) else {}
    column = next((name for name, value in own.items() if value in calls), None)
    if len(calls) != 1 or column is None:
        raise NotLoweredYet("a function of Python in the middle of an expression, on Spark")
    called = own.pop(column)
    arguments = {f"{column} {n}": value for n, value in enumerate(called.args)}
    asked = ops.Project(root.parent, own | arguments)
    return asked, Call(column, known[called.__func_name__], tuple(arguments))
