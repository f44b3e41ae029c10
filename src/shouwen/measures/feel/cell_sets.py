"""Cells of decision tables as sets of values, and these sets as text.

Values with an order become numbers: dates days, instants and times of day microseconds, periods
seconds.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from functools import reduce

from shouwen.measures.calendars import Period
from shouwen.measures.feel.operations import elapsed, since_epoch
from shouwen.measures.feel.python import SHANGHAI, compile_expression
from shouwen.measures.feel.sets import (
    BOTTOM,
    TOP,
    CellSet,
    Cut,
    Line,
    Members,
    Point,
    before,
    behind,
    join,
    meet,
)
from shouwen.measures.feel.tables import Input
from shouwen.measures.feel.tree import Expr, RangeNode, Test, UnaryTests, names
from shouwen.measures.feel.types import (
    BOOLEAN,
    DATE,
    DATETIME,
    NUMBER,
    PERIOD,
    TIME,
    Domain,
    EnumType,
    Type,
)
from shouwen.measures.feel.unparse import value_text
from shouwen.measures.feel.values import FIRST_YEAR, LAST_YEAR, Unknown, Value

_DAY_ZERO = date(1970, 1, 1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_FIRST_DAY, _LAST_DAY = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)

_PLAIN: dict[Type, int] = {
    DATE: (date(2024, 1, 2) - _DAY_ZERO).days,
    DATETIME: (datetime(2024, 1, 2, 1, tzinfo=UTC) - _EPOCH) // _MICROSECOND,
    TIME: 9 * 3600 * 1_000_000,
    PERIOD: 3600,
}
"""What samples are chosen near to: everyday values read more easily than the ends of time."""


def cell_set(cell: UnaryTests, type_: Type, zone: tzinfo = SHANGHAI) -> CellSet | None:
    """The values a cell holds of, or None if that depends on other facts."""
    if cell.dash:
        return everything(type_)
    sets = [_test(test, type_, zone) for test in cell.tests]
    known = [s for s in sets if s is not None]
    if len(known) < len(sets):
        return None
    union = reduce(join, known)
    return union.complement() if cell.negated else union


def _test(test: Test, type_: Type, zone: tzinfo) -> CellSet | None:
    if isinstance(test.operand, RangeNode):
        bounds = test.operand
        low = _constant(bounds.low, zone)
        high = _constant(bounds.high, zone) if bounds.high is not None else None
        if low is None or high is None:
            return None
        a, b = point(low), point(high)
        start = before(a) if bounds.low_closed else behind(a)
        end = behind(b) if bounds.high_closed else before(b)
        return Line.of([(start, end)], _is_whole(type_))
    value = _constant(test.operand, zone)
    if value is None:
        return None
    if isinstance(value, str | bool):
        members = Members(frozenset({value}))
        return members.complement() if test.op == "!=" else members
    at = point(value)
    intervals = {
        "=": [(before(at), behind(at))],
        "!=": [(BOTTOM, before(at)), (behind(at), TOP)],
        "<": [(BOTTOM, before(at))],
        "<=": [(BOTTOM, behind(at))],
        ">": [(behind(at), TOP)],
        ">=": [(before(at), TOP)],
    }[test.op]
    return Line.of(intervals, _is_whole(type_))


def _constant(node: Expr, zone: tzinfo) -> Value | None:
    """The value of an expression without facts, or None."""
    if names(node):
        return None
    value = compile_expression(node, zone)({})
    return None if isinstance(value, Unknown) else value


def point(value: Value) -> Point:
    """A value as a number on its line."""
    match value:
        case datetime():
            return since_epoch(value) // _MICROSECOND
        case date():
            return (value - _DAY_ZERO).days
        case time():
            since = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
            return since // _MICROSECOND + value.microsecond
        case Period():
            seconds = elapsed(value)
            assert seconds is not None  # the checker refuses others in tests
            return seconds
        case Decimal() | int():
            return value
        case _:
            raise TypeError(f"{value!r} is on no line.")


def value_at(at: Point, type_: Type) -> Value:
    """The value of a type that a number stands for (see `point`)."""
    if type_ == DATE:
        return _DAY_ZERO + timedelta(days=int(at))
    if type_ == DATETIME:
        return _EPOCH + int(at) * _MICROSECOND
    if type_ == TIME:
        return (_EPOCH + int(at) * _MICROSECOND).time()
    if type_ == PERIOD:
        return Period(seconds=int(at))
    return Decimal(at)


def _is_whole(type_: Type) -> bool:
    return type_ != NUMBER


def everything(type_: Type) -> CellSet:
    """All values of a type."""
    if isinstance(type_, EnumType):
        return Members(frozenset(type_.members))
    if type_ == BOOLEAN:
        return Members(frozenset({True, False}))
    if type_ in (NUMBER, DATE, TIME, DATETIME, PERIOD):
        return Line(((BOTTOM, TOP),), _is_whole(type_))
    return Members(frozenset(), excluded=True)


def domain_of(column: Input, zone: tzinfo = SHANGHAI) -> CellSet:
    """All values that a column can have."""
    values = everything(column.type)
    bounds: tuple[Point | None, Point | None] = (None, None)
    whole = False
    if column.type == NUMBER and isinstance(column.domain, Domain):
        bounds, whole = (column.domain.minimum, column.domain.maximum), column.domain.whole
    elif column.type == DATE:
        bounds = point(_FIRST_DAY), point(_LAST_DAY)
    elif column.type == DATETIME:
        first = datetime.combine(_FIRST_DAY, time(), UTC)
        last = datetime.combine(_LAST_DAY, time.max, UTC)
        bounds = point(first), point(last)
    elif column.type == TIME:
        bounds = 0, point(time.max)
    if isinstance(values, Line):
        low, high = bounds
        start = BOTTOM if low is None else before(low)
        end = TOP if high is None else behind(high)
        values = Line.of([(start, end)], values.whole or whole)
    if column.allowed is not None:
        allowed = cell_set(column.allowed, column.type, zone)
        if allowed is not None:
            values = meet(values, allowed)
    return values


def sample(values: CellSet, type_: Type) -> Value:
    """A value of a set that is not empty."""
    found = values.sample(_PLAIN.get(type_, 1))
    assert found is not None
    return found if isinstance(found, str | bool) else value_at(found, type_)


def set_text(values: CellSet, type_: Type, domain: CellSet) -> str:
    """A set as what stands behind the name of its column in a condition."""
    if isinstance(values, Members):
        texts = ", ".join(value_text(v) for v in sorted(values.values, key=str))
        if values.excluded:
            return f"not in ({texts})"
        return f"= {texts}" if len(values.values) == 1 else f"in ({texts})"
    assert isinstance(domain, Line)
    first, last = domain.intervals[0][0], domain.intervals[-1][1]
    # The calendar and the clock have ends that nobody writes.
    ends = (first, last) if type_ in (DATE, DATETIME, TIME) else (BOTTOM, TOP)
    parts = [
        _interval_text(
            BOTTOM if start == ends[0] else start, TOP if end == ends[1] else end, type_, values
        )
        for start, end in values.intervals
    ]
    if len(parts) == 1 and not parts[0].startswith(("[", "(")):
        return parts[0]
    if len(parts) == 1:
        return f"in {parts[0]}"
    return f"in ({', '.join(part.removeprefix('= ') for part in parts)})"


def _interval_text(start: Cut, end: Cut, type_: Type, line: Line) -> str:
    low = None if start == BOTTOM else value_text(value_at(start[1], type_))
    if line.whole and end != TOP:
        # Cuts stand before whole values; the last value inside is nicer to read.
        last = end[1] - 1
        if start != BOTTOM and start[1] == last:
            return f"= {low}"
        high: str | None = value_text(value_at(last, type_))
        closed = True
    else:
        high = None if end == TOP else value_text(value_at(end[1], type_))
        closed = end[2] == 1
    if low is None and high is None:
        return "= anything"
    if low is None:
        return f"{'<=' if closed else '<'} {high}"
    if high is None:
        return f"{'>=' if start[2] == 0 else '>'} {low}"
    if low == high:
        return f"= {low}"
    return f"{'[' if start[2] == 0 else '('}{low}..{high}{']' if closed else ')'}"
