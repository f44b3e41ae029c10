"""The steps of a plan as SQL of Spark.

Ibis writes SQL for many databases; a plan uses few of its operations, and all but those below mean
the same in Spark as in DuckDB. Those that do not are said here once more, so that both give the
same rows:

- **Instants** are TIMESTAMP, microseconds since 1970 in UTC, in a session whose zone is UTC.
  Differences and sums go through whole microseconds, never through intervals.
- **Arrays.** FLATTEN gives NULL where one of the arrays is NULL, where DuckDB passes over it.
  Nothing collected is an empty array in Spark and NULL in DuckDB.
- **The first by an order.** Aggregates take no ORDER BY; `min_by` and `max_by` of a struct of the
  keys do the same. Keys are never NULL in a plan.
- **What is asked with**: the instant of the evaluation is a parameter of the statement (`:as_of`),
  not a query for one row.

Decimals need no care here but a setting (`session.SETTINGS`): with `allowPrecisionLoss` off, sums
keep their twelve decimals and products their twenty-four; without it Spark rounds them silently.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import sqlglot as sg
import sqlglot.expressions as sge
from ibis.backends.sql.compilers.pyspark import PySparkCompiler
from ibis.backends.sql.datatypes import PySparkType

from shouwen.measures.bulk.steps import NOW

AS_OF = "as_of"
"""The parameter of a statement with the instant of the evaluation."""
_DAY_US = 86_400_000_000
_NULL = sge.Null()


class SparkTypes(PySparkType):
    """The types of Spark; an instant is TIMESTAMP whether or not it says a zone."""

    @classmethod
    def _from_ibis_Timestamp(cls, dtype: Any) -> Any:
        return sge.DataType(this=sge.DataType.Type.TIMESTAMPLTZ)


class Untranslatable(NotImplementedError):
    """An operation that a plan of today does not use, and that would mean something else."""


class SparkCompiler(PySparkCompiler):
    """Writes the relations of a plan for Spark."""

    __slots__ = ()
    type_mapper = SparkTypes
    SIMPLE_OPS: ClassVar[
        dict[Any, str]
    ] = {}  # those of the base class stand; named anew they would cover ours

    # --- time ---------------------------------------------------------------------------------

    def visit_NonNullLiteral(self, op: Any, *, value: Any, dtype: Any) -> Any:
        """Instants by their microseconds, dates by their text."""
        if dtype.is_timestamp():
            return self.f.anon.timestamp_micros(sge.convert(_micros(value)))
        if dtype.is_date():
            return sge.Cast(this=sge.convert(value.isoformat()), to=SparkTypes.from_ibis(dt.date))
        return super().visit_NonNullLiteral(op, value=value, dtype=dtype)

    def visit_TimestampDelta(self, op: Any, *, part: Any, left: Any, right: Any) -> Any:
        """The microseconds between two instants."""
        if op.part.value not in ("us", "microsecond"):
            raise Untranslatable(f"a difference of instants in {op.part.value}")
        return sge.paren(self._us(left) - self._us(right))

    def visit_DateDelta(self, op: Any, *, part: Any, left: Any, right: Any) -> Any:
        """The days between two dates."""
        if op.part.value not in ("D", "day"):
            raise Untranslatable(f"a difference of dates in {op.part.value}")
        return self.f.anon.datediff(left, right)

    def visit_IntervalFromInteger(self, op: Any, *, arg: Any, unit: Any) -> Any:
        """The bare number: what it is added to looks at its unit."""
        return arg

    def visit_TimestampAdd(self, op: Any, *, left: Any, right: Any) -> Any:
        """An instant some microseconds, days or months later."""
        if not isinstance(op.right, ops.IntervalFromInteger):
            raise Untranslatable("a sum with an interval that is no number of units")
        match op.right.unit.value:
            case "us":
                return self.f.anon.timestamp_micros(self._us(left) + sge.paren(right))
            case "D":
                days = self.cast(right, dt.int64) * sge.convert(_DAY_US)
                return self.f.anon.timestamp_micros(self._us(left) + sge.paren(days))
            case "M":
                # On the last day of a month where the day is not there, as in 民法典 art. 202.
                return self.f.anon.timestampadd(sg.to_identifier("MONTH"), right, left)
        raise Untranslatable(f"a sum with {op.right.unit.value}")

    def _us(self, at: Any) -> Any:
        return self.f.anon.unix_micros(at)

    def visit_ScalarSubquery(self, op: Any, *, rel: Any) -> Any:
        """The instant of the evaluation, which is a parameter."""
        tables = {n.name for n in op.rel.find(ops.UnboundTable)}
        if tables == {NOW}:
            return sge.Placeholder(this=AS_OF)
        return super().visit_ScalarSubquery(op, rel=rel)

    # --- arrays -------------------------------------------------------------------------------

    def visit_ArrayFlatten(self, op: Any, *, arg: Any) -> Any:
        """Arrays one behind the other; those that are NULL have nothing."""
        return self.f.anon.flatten(self._known(arg))

    def visit_ArrayLength(self, op: Any, *, arg: Any) -> Any:
        """How many items; NULL of NULL."""
        return self.cast(self.f.anon.array_size(arg), op.dtype)

    def visit_ScalarUDF(self, op: Any, **arguments: Any) -> Any:
        """The functions of DuckDB that plans name."""
        if op.__func_name__ == "monotonically_increasing_id":
            return self.f.anon.monotonically_increasing_id()
        (array,) = arguments.values()
        match op.__func_name__:
            case "list_distinct":
                return self.f.anon.array_distinct(self._known(array))
            case "list_sort":
                return self.f.anon.sort_array(array)
        raise Untranslatable(f"the function {op.__func_name__}")

    def visit_ArrayPosition(self, op: Any, *, arg: Any, other: Any) -> Any:
        """The place of an item, counted from one."""
        return self.cast(self.f.anon.array_position(arg, other), op.dtype)

    def _known(self, array: Any) -> Any:
        """The items of an array that are not NULL."""
        item = sg.to_identifier("item")
        there = sge.Not(this=sge.Is(this=sg.column("item"), expression=_NULL))
        return self.f.anon.filter(array, sge.Lambda(this=there, expressions=[item]))

    def visit_IntegerRange(self, op: Any, *, start: Any, stop: Any, step: Any) -> Any:
        """Numbers from one up to before another; none where that is not above it."""
        if not isinstance(op.step, ops.Literal) or op.step.value != 1:
            raise Untranslatable("a range with steps")
        numbers = self.f.anon.sequence(start, sge.paren(stop) - 1)
        return self.if_(sge.paren(start) < sge.paren(stop), numbers, self.cast(
            self.f.anon.array(), op.dtype))  # fmt: skip

    # --- aggregates ---------------------------------------------------------------------------

    def visit_First(
        self, op: Any, *, arg: Any, where: Any, order_by: Any, include_null: Any
    ) -> Any:
        """The value of the first row, by an order, that has one."""
        if include_null:
            raise Untranslatable("the first value, NULL or not")
        if not order_by:
            value = arg if where is None else self.if_(where, arg, _NULL)
            return self.f.anon.first(value, sge.true())
        function, keys = self._ordering(order_by)
        has = sge.Not(this=sge.Is(this=arg, expression=_NULL))
        counts = has if where is None else sge.and_(where, has)
        return self.f.anon[function](arg, self.if_(counts, keys, _NULL))

    def visit_ArrayCollect(
        self, op: Any, *, arg: Any, where: Any, order_by: Any, include_null: Any, distinct: Any
    ) -> Any:
        """The values that are not NULL; NULL where there are none."""
        if include_null or distinct:
            raise Untranslatable("collecting NULLs, or each value once")
        has = sge.Not(this=sge.Is(this=arg, expression=_NULL))
        counts = has if where is None else sge.and_(where, has)
        if not order_by:
            found = self.f.anon.collect_list(self.if_(counts, arg, _NULL))
        else:
            function, keys = self._ordering(order_by)
            pair = self.f.anon.named_struct(sge.convert("key"), keys, sge.convert("value"), arg)
            sorted_ = self.f.anon.sort_array(
                self.f.anon.collect_list(self.if_(counts, pair, _NULL)),
                sge.convert(function == "min_by"),
            )
            item = sg.to_identifier("item")
            value = sge.Dot(this=sg.column("item"), expression=sg.to_identifier("value"))
            found = self.f.anon.transform(sorted_, sge.Lambda(this=value, expressions=[item]))
        return self.f.anon.nullif(found, self.f.anon.array())

    def _ordering(self, order_by: Any) -> tuple[str, Any]:
        """The aggregate that takes the first by some keys, all of them up or all down."""
        down = {bool(key.args.get("desc")) for key in order_by}
        if len(down) != 1:
            raise Untranslatable("an order that goes up by one key and down by another")
        parts: list[Any] = []
        for number, key in enumerate(order_by):
            parts += [sge.convert(f"k{number}"), key.this]
        return ("max_by" if down.pop() else "min_by"), self.f.anon.named_struct(*parts)


def _micros(value: Any) -> int:
    """Microseconds since 1970 of a datetime without a zone, which is in UTC."""
    naive: datetime = value.replace(tzinfo=None)
    return (naive - datetime(1970, 1, 1)) // timedelta(microseconds=1)


def written(rows: Any) -> str:
    """The SQL of some rows."""
    compiler = SparkCompiler()
    return str(compiler.to_sqlglot(rows).sql(dialect="spark", pretty=False))
