"""What operators do to known values, where Python's own operator is not the answer.

Every operation here is total: where there is no result it gives an `Unknown` that names the
reason. Operands are known values of the checked types.
"""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal, DecimalException

from shouwen.measures.calendars import Period, PeriodError
from shouwen.measures.feel.values import (
    CONTEXT,
    DIVISION_BY_ZERO,
    FIRST_YEAR,
    LAST_YEAR,
    NO_FIXED_LENGTH,
    OUT_OF_RANGE,
    Unknown,
)

Number = Decimal | int

ADD = CONTEXT.add
SUBTRACT = CONTEXT.subtract
MULTIPLY = CONTEXT.multiply

_DIVISION_BY_ZERO = Unknown.of(DIVISION_BY_ZERO)
_NO_FIXED_LENGTH = Unknown.of(NO_FIXED_LENGTH)
_OUT_OF_RANGE = Unknown.of(OUT_OF_RANGE)
_DAY = 86_400


def divide(left: Number, right: Number) -> Decimal | Unknown:
    """Divide numbers; by zero there is no result."""
    return CONTEXT.divide(left, right) if right else _DIVISION_BY_ZERO


def power(left: Number, right: Number) -> Decimal | Unknown:
    """``**`` of the DMN dialect; no result where there is no real number (0 ** -1, -1 ** 0.5)."""
    try:
        result = CONTEXT.power(Decimal(left), Decimal(right))
    except DecimalException:
        return _OUT_OF_RANGE
    return result if result.is_finite() else _OUT_OF_RANGE


def elapsed(period: Period) -> int | None:
    """The seconds a period lasts, a day being 24 hours; None with months or working days."""
    if period.months or period.working_days:
        return None
    return period.days * _DAY + period.seconds


def compare_periods(op: str, left: Period, right: Period) -> bool | Unknown:
    """Compare two periods by elapsed length."""
    a, b = elapsed(left), elapsed(right)
    if a is None or b is None:
        return _NO_FIXED_LENGTH
    match op:
        case "=":
            return a == b
        case "!=":
            return a != b
        case "<":
            return a < b
        case "<=":
            return a <= b
        case ">":
            return a > b
        case _:
            return a >= b


def divide_periods(left: Period, right: Period) -> Decimal | Unknown:
    """How often one period goes into another, by elapsed length."""
    a, b = elapsed(left), elapsed(right)
    if a is None or b is None:
        return _NO_FIXED_LENGTH
    return divide(a, b)


def add_periods(left: Period, right: Period) -> Period | Unknown:
    """Add part by part; parts of different signs have no sum."""
    try:
        return left + right
    except PeriodError:
        return _OUT_OF_RANGE


def subtract_periods(left: Period, right: Period) -> Period | Unknown:
    """Subtract part by part."""
    return add_periods(left, -right)


def in_range(day: date) -> bool:
    """Whether a date lies in the years the language knows (see `values.FIRST_YEAR`)."""
    return FIRST_YEAR <= day.year <= LAST_YEAR


def _add_months(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def add_to_date(day: date, period: Period) -> date | Unknown:
    """A date some months and days later.

    Where the month has no such day its last day is taken (民法典 art. 202, second sentence).
    """
    if period.seconds or period.working_days:
        return _OUT_OF_RANGE
    try:
        moved = _add_months(day, period.months) + timedelta(days=period.days)
    except (OverflowError, ValueError):
        return _OUT_OF_RANGE
    return moved if in_range(moved) else _OUT_OF_RANGE


def subtract_from_date(day: date, period: Period) -> date | Unknown:
    """A date some months and days earlier."""
    return add_to_date(day, -period)


def add_to_instant(instant: datetime, period: Period, zone: tzinfo) -> datetime | Unknown:
    """An instant later: months and days on the wall clock of `zone`, then seconds as they pass."""
    if period.working_days:
        return _OUT_OF_RANGE
    try:
        if period.months or period.days:
            local = instant.astimezone(zone)
            day = _add_months(local.date(), period.months) + timedelta(days=period.days)
            instant = datetime.combine(day, local.timetz())
        moved = (instant.astimezone(UTC) + timedelta(seconds=period.seconds)).astimezone(zone)
    except (OverflowError, ValueError):
        return _OUT_OF_RANGE
    return moved if in_range(moved) else _OUT_OF_RANGE


def subtract_from_instant(instant: datetime, period: Period, zone: tzinfo) -> datetime | Unknown:
    """An instant earlier."""
    return add_to_instant(instant, -period, zone)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def since_epoch(instant: datetime) -> timedelta:
    """Where an instant stands on the line of time.

    Instants are compared and subtracted by this: Python takes two of the same zone object by
    their wall clocks, which is wrong across a change to or from summer time.
    """
    return instant - _EPOCH


def days_between(later: date, earlier: date) -> Period:
    """The days from one date to another."""
    return Period(days=(later - earlier).days)


def time_between(later: datetime, earlier: datetime) -> Period:
    """The time that passes from one instant to another, in whole seconds, rounded down."""
    passed = since_epoch(later) - since_epoch(earlier)
    return Period(seconds=passed.days * _DAY + passed.seconds)
