"""How the values of expressions look in SQL, and small helpers on them.

========== =====================================================================================
FEEL       column
========== =====================================================================================
string     VARCHAR; members of enumerations too
number     DECIMAL(38, 12): 26 digits before the point, exact; what does not fit is an error
boolean    BOOLEAN, NULL for unknown: SQL's AND, OR and NOT are Kleene's
date       DATE
time       BIGINT, microseconds since midnight (engines differ on TIME)
instant    TIMESTAMP in microseconds, UTC, without a zone; never TIMESTAMPTZ, whose meaning hangs
           on the zone of a session
period     STRUCT(months, days, working_days, seconds)
range      STRUCT(lo, hi), hi NULL for "and above"
========== =====================================================================================
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import ibis
import ibis.expr.datatypes as dt

from shouwen.measures.bulk.errors import NotLoweredYet
from shouwen.measures.calendars import Period
from shouwen.measures.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATETIME,
    NUMBER,
    PERIOD,
    TIME,
    RangeType,
    Type,
    is_text,
)
from shouwen.measures.feel.values import Amount

Expr = Any
"""An Ibis value; Ibis ships no types that mypy could hold it to."""
Table = Any
"""An Ibis table."""

SCALE = 12
DECIMAL = dt.Decimal(38, SCALE)
INSTANT = dt.Timestamp()
NAMES = dt.Array(dt.string)
"""Names of missing facts, ids of events, ids of readings."""
PERIOD_TYPE = dt.Struct(
    {"months": dt.int64, "days": dt.int64, "working_days": dt.int64, "seconds": dt.int64}
)
RANGE_TYPE = dt.Struct({"lo": DECIMAL, "hi": DECIMAL})
QUANTITY = dt.Struct({"lo": DECIMAL, "hi": DECIMAL, "fixed": dt.boolean})
"""An amount of a consequence: a number (lo = hi, fixed) or a range to decide in."""

EPOCH = ibis.timestamp("1970-01-01")
DAY_US = 86_400_000_000
SECOND_US = 1_000_000
_ZERO = datetime(1970, 1, 1, tzinfo=UTC)


def sql_type(type_: Type) -> Any:
    """The Ibis type of a FEEL type."""
    if is_text(type_) or type_ == ANY:
        return dt.string
    if isinstance(type_, RangeType):
        return RANGE_TYPE
    plain: dict[Type, dt.DataType] = {
        NUMBER: DECIMAL,
        BOOLEAN: dt.boolean,
        DATE: dt.date,
        TIME: dt.int64,
        DATETIME: INSTANT,
        PERIOD: PERIOD_TYPE,
    }
    found = plain.get(type_)
    if found is None:
        raise NotLoweredYet(f"a value of type {type_}")
    return found


def null(type_: Any) -> Expr:
    """NULL of an Ibis type."""
    return ibis.null(type_)


def nothing(type_: Any = NAMES) -> Expr:
    """An empty array. Its type is written out: DuckDB takes a bare ``[]`` for one of integers."""
    return ibis.literal([], type="array<int8>").cast(type_)


def names_of(items: Iterable[str]) -> Expr:
    """A constant array of texts, sorted."""
    found = sorted(items)
    return ibis.array(found) if found else nothing()


def number(value: Decimal | int) -> Expr:
    """A constant number."""
    exact = Decimal(value)
    if exact != round(exact, SCALE) or abs(exact) >= Decimal(10) ** (38 - SCALE):
        raise NotLoweredYet(f"the number {value}, which is no DECIMAL(38, {SCALE})")
    return ibis.literal(exact, type=DECIMAL)


def microseconds(value: time) -> int:
    """A wall-clock time as microseconds since midnight."""
    return ((value.hour * 60 + value.minute) * 60 + value.second) * SECOND_US + value.microsecond


def literal(value: Any, type_: Type) -> Expr:
    """A constant of a FEEL type."""
    if isinstance(value, bool):
        return ibis.literal(value, type=dt.boolean)
    if isinstance(value, str):
        return ibis.literal(value, type=dt.string)
    if isinstance(value, Decimal | int):
        return number(value)
    if isinstance(value, datetime):
        return instant(whole((value - _ZERO) // timedelta(microseconds=1)))
    if isinstance(value, date):
        return ibis.literal(value, type=dt.date)
    if isinstance(value, time):
        return whole(microseconds(value))
    if isinstance(value, Period):
        return period(value.months, value.days, value.working_days, value.seconds)
    if isinstance(value, Amount):
        high = null(DECIMAL) if value.hi is None else number(value.hi)
        return struct({"lo": number(value.lo), "hi": high}, RANGE_TYPE)
    raise NotLoweredYet(f"a constant {value!r} of type {type_}")


def struct(fields: dict[str, Expr], type_: Any) -> Expr:
    """A struct; a NULL field is a field, not a NULL struct."""
    return ibis.struct(fields, type=type_)


def period(months: Any, days: Any, working_days: Any, seconds: Any) -> Expr:
    """A period from its parts, numbers or expressions."""
    parts = dict(zip(PERIOD_TYPE.names, (months, days, working_days, seconds), strict=True))
    found = {k: whole(v) if isinstance(v, int) else v for k, v in parts.items()}
    return struct(found, PERIOD_TYPE)


def whole(value: int) -> Expr:
    """A constant of 64 bits; a bare one would be INTEGER and overflow when multiplied."""
    return ibis.literal(str(value)).cast(dt.int64)


def us(at: Expr) -> Expr:
    """Microseconds since 1970-01-01T00:00Z of an instant."""
    return at.delta(EPOCH, unit="us")


def instant(microseconds_: Expr) -> Expr:
    """The instant of so many microseconds since 1970-01-01T00:00Z."""
    return EPOCH + microseconds_.as_interval("us")


def shifted(at: Expr, seconds: Expr) -> Expr:
    """An instant some seconds later."""
    return at + (seconds * SECOND_US).as_interval("us")


def floored(value: Expr, unit: int) -> tuple[Expr, Expr]:
    """The whole units of an integer, rounded down, and the rest; exact, unlike SQL's ``/``."""
    rest = (value % unit + unit) % unit
    return ((value - rest) / unit).cast(dt.int64), rest


def day_number(day: Expr) -> Expr:
    """Days since 1970-01-01 of a date."""
    return day.delta(ibis.date("1970-01-01"), unit="D").cast(dt.int64)


def day_of(number_: Expr) -> Expr:
    """The date of a day number."""
    return (EPOCH + number_.cast(dt.int32).as_interval("D")).cast(dt.date)


def known(value: Expr) -> Expr:
    """Whether a value is known: never NULL itself."""
    return value.notnull()


def holds(condition: Expr) -> Expr:
    """Whether a condition is true: false for unknown."""
    return condition.fill_null(False)


def negated(condition: Expr) -> Expr:
    """Kleene's negation.

    Never write ``~``: Ibis 12 puts no brackets around a NOT, so that ``(~x).isnull()`` becomes
    ``NOT x IS NULL``, which asks for the opposite.
    """
    return condition == ibis.literal(False)


def either(*conditions: Expr) -> Expr:
    """A disjunction; false of none."""
    found = ibis.literal(False)
    for i, condition in enumerate(conditions):
        found = condition if i == 0 else found | condition
    return found


def every(*conditions: Expr) -> Expr:
    """A conjunction; true of none."""
    found = ibis.literal(True)
    for i, condition in enumerate(conditions):
        found = condition if i == 0 else found & condition
    return found


def joined(*arrays: Expr) -> Expr:
    """Arrays one behind the other (by FLATTEN: Ibis repeats the operands of a concatenation)."""
    if not arrays:
        return nothing()
    return ibis.array(list(arrays)).flatten() if len(arrays) > 1 else arrays[0]


@ibis.udf.scalar.builtin(name="list_distinct", signature=((NAMES,), NAMES))
def _distinct(array):  # type: ignore[no-untyped-def]
    """DuckDB's own; Ibis writes its operand three times over."""


@ibis.udf.scalar.builtin(name="list_sort", signature=((NAMES,), NAMES))
def _sorted(array):  # type: ignore[no-untyped-def]
    """DuckDB's own."""


def tidy(array: Expr) -> Expr:
    """An array of texts as a sorted set; empty for NULL."""
    found = array.fill_null(nothing())
    # Sorting is dear, and most arrays of names are empty.
    return ibis.ifelse(found.length() <= 1, found, _sorted(_distinct(found)))


def stacked(parts: list[Table]) -> Table:
    """Tables of the same columns as one, one behind the other."""
    if len(parts) == 1:
        return parts[0]
    return ibis.union(*(_nullable(part) for part in parts))


def _nullable(table: Table) -> Table:
    """A table whose columns may hold NULL: Ibis takes a constant for a column that may not."""
    schema = {name: kind.copy(nullable=True) for name, kind in sorted(table.schema().items())}
    return table.select(**{n: table[n].cast(k) for n, k in schema.items()})
