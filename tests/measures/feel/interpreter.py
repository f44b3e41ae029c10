"""A second meaning of the language, slow and plain, to hold the compiler against.

It walks the tree and follows the words of `tree`, sharing with the compiler only the values.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from typing import Any
from zoneinfo import ZoneInfo

from shouwen.measures.calendars import Period
from shouwen.measures.feel import (
    Amount,
    And,
    Arithmetic,
    Between,
    Call,
    Compare,
    Expr,
    If,
    InTests,
    IsKnown,
    ListNode,
    Literal,
    Name,
    Negate,
    Not,
    Or,
    RangeNode,
    Unknown,
)
from shouwen.measures.feel.values import (
    DIVISION_BY_ZERO,
    EMPTY_LIST,
    NO_FIXED_LENGTH,
    OUT_OF_RANGE,
)

ZONE = ZoneInfo("Asia/Shanghai")


class Missing(Exception):
    """The value is unknown."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names


def missing(*names: str) -> Missing:
    return Missing(frozenset(names))


def interpret(node: Expr, facts: Mapping[str, Any]) -> Any:
    try:
        return evaluate(node, facts)
    except Missing as gone:
        return Unknown(gone.names)


def evaluate(node: Expr, facts: Mapping[str, Any]) -> Any:
    """The value of a node, or `Missing`."""
    match node:
        case Literal():
            return node.value
        case Name():
            value = facts.get(node.name)
            if value is None:
                raise missing(node.name)
            if isinstance(value, Unknown):
                raise Missing(value.names)
            return value
        case IsKnown():
            value = facts.get(node.operand.name)
            return value is not None and not isinstance(value, Unknown)
        case Not():
            return not evaluate(node.operand, facts)
        case And():
            return both(node.left, node.right, facts, False)
        case Or():
            return both(node.left, node.right, facts, True)
        case If():
            return choose(node, facts)
        case Negate():
            value = evaluate(node.operand, facts)
            return -value if isinstance(value, Period) else rounded(lambda: -Decimal(value))
        case Arithmetic():
            left, right = together([node.left, node.right], facts)
            return arithmetic(node.op, left, right)
        case Compare():
            left, right = together([node.left, node.right], facts)
            return compare(node.op, left, right)
        case Between():
            return evaluate(node.condition(), facts)
        case InTests():
            return evaluate(node.condition(), facts)
        case ListNode():
            return tuple(interpret(item, facts) for item in node.items)
        case RangeNode():
            low, high = together([node.low, node.high or node.low], facts)
            if node.high is None:
                return Amount(Decimal(low), None)
            if low > high:
                raise missing(OUT_OF_RANGE)
            return Amount(Decimal(low), Decimal(high))
        case Call():
            return call(node, facts)


def together(nodes: list[Expr], facts: Mapping[str, Any]) -> list[Any]:
    """All values, or everything that is missing to them."""
    values = [interpret(node, facts) for node in nodes]
    gone = [v for v in values if isinstance(v, Unknown)]
    if gone:
        raise Missing(frozenset().union(*(g.names for g in gone)))
    return values


def both(left: Expr, right: Expr, facts: Mapping[str, Any], decisive: bool) -> Any:
    values = [interpret(left, facts), interpret(right, facts)]
    if any(v is decisive for v in values):
        return decisive
    gone = [v for v in values if isinstance(v, Unknown)]
    if gone:
        raise Missing(frozenset().union(*(g.names for g in gone)))
    return not decisive


def choose(node: If, facts: Mapping[str, Any]) -> Any:
    condition = interpret(node.condition, facts)
    if not isinstance(condition, Unknown):
        return evaluate(node.then if condition else node.otherwise, facts)
    branches = [interpret(node.then, facts), interpret(node.otherwise, facts)]
    known = [b for b in branches if not isinstance(b, Unknown)]
    if len(known) == 2:
        try:
            if equal_items(*branches):
                return branches[0]
        except Missing:
            if branches[0] == branches[1]:  # periods without a length, written the same
                return branches[0]
    names = [v.names for v in (condition, *branches) if isinstance(v, Unknown)]
    raise Missing(frozenset().union(*names))


def equal_items(a: Any, b: Any) -> bool:
    if not isinstance(a, tuple):
        return bool(compare("=", a, b))
    return len(a) == len(b) and all(
        not isinstance(x, Unknown) and not isinstance(y, Unknown) and equal_items(x, y)
        for x, y in zip(a, b, strict=True)
    )


def rounded(compute: Any) -> Any:
    with localcontext() as context:
        context.prec = 34
        return compute()


def seconds(period: Period) -> int:
    if period.months or period.working_days:
        raise missing(NO_FIXED_LENGTH)
    return period.days * 24 * 60 * 60 + period.seconds


def compare(op: str, left: Any, right: Any) -> bool:
    if isinstance(left, Period):
        left, right = seconds(left), seconds(right)
    if isinstance(left, datetime):
        left, right = left.astimezone(UTC), right.astimezone(UTC)
    return {
        "=": lambda: left == right,
        "!=": lambda: left != right,
        "<": lambda: left < right,
        "<=": lambda: left <= right,
        ">": lambda: left > right,
        ">=": lambda: left >= right,
    }[op]()


def arithmetic(op: str, left: Any, right: Any) -> Any:
    if isinstance(left, str):
        return left + right
    if isinstance(left, Period):
        if op == "/":
            return arithmetic("/", seconds(left), seconds(right))
        sign = 1 if op == "+" else -1
        parts = [
            getattr(left, f) + sign * getattr(right, f)
            for f in ("months", "days", "working_days", "seconds")
        ]
        if min(parts) < 0 < max(parts):
            raise missing(OUT_OF_RANGE)
        return Period(*parts)
    if isinstance(left, date):
        if isinstance(right, Period):
            return shifted(left, right if op == "+" else -right)
        if isinstance(left, datetime):
            passed = left.astimezone(UTC) - right.astimezone(UTC)
            return Period(seconds=passed // timedelta(seconds=1))
        return Period(days=left.toordinal() - right.toordinal())
    if op == "/" and right == 0:
        raise missing(DIVISION_BY_ZERO)
    a, b = Decimal(left), Decimal(right)
    return rounded(
        lambda: {"+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / b}[
            op
        ]()
    )


def shifted(start: date, period: Period) -> date:
    instant = isinstance(start, datetime)
    if period.working_days or (period.seconds and not instant):
        raise missing(OUT_OF_RANGE)
    try:
        local = start.astimezone(ZONE) if isinstance(start, datetime) else start
        year, month = local.year, local.month + period.months
        while month > 12:
            year, month = year + 1, month - 12
        while month < 1:
            year, month = year - 1, month + 12
        day = min(local.day, calendar.monthrange(year, month)[1])
        moved = local.replace(year=year, month=month, day=day) + timedelta(days=period.days)
        if isinstance(moved, datetime):
            moved = (moved.astimezone(UTC) + timedelta(seconds=period.seconds)).astimezone(ZONE)
    except (ValueError, OverflowError):
        raise missing(OUT_OF_RANGE) from None
    if not 2 <= moved.year <= 9998:
        raise missing(OUT_OF_RANGE)
    return moved


def call(node: Call, facts: Mapping[str, Any]) -> Any:
    name = node.function
    arguments = [interpret(a, facts) for a in node.arguments]
    flat = [x for a in arguments for x in (a if isinstance(a, tuple) else (a,))]
    gone = [x for x in (arguments if name == "count" else flat) if isinstance(x, Unknown)]
    if gone:
        raise Missing(frozenset().union(*(g.names for g in gone)))
    if name == "count":
        return Decimal(len(arguments[0]))
    if name in ("min", "max"):
        if not flat:
            raise missing(EMPTY_LIST)
        best = flat[0]
        for item in flat[1:]:
            if compare("<" if name == "min" else ">", item, best):
                best = item
        return best
    return FUNCTIONS[name](*arguments)


def total(*arguments: Any) -> Decimal:
    items = arguments[0] if arguments and isinstance(arguments[0], tuple) else arguments
    result = Decimal(0)
    for item in items:
        result = arithmetic("+", result, item)
    return result


def to_scale(rounding: str) -> Any:
    def round_(number: Any, scale: Any) -> Decimal:
        with localcontext() as context:
            context.prec = 100
            return Decimal(number).quantize(Decimal(1).scaleb(-int(scale)), rounding)

    return round_


def modulo(a: Any, b: Any) -> Decimal:
    if b == 0:
        raise missing(DIVISION_BY_ZERO)
    with localcontext() as context:
        context.prec = 100
        quotient = (Decimal(a) / Decimal(b)).to_integral_value("ROUND_FLOOR")
        return Decimal(a) - quotient * Decimal(b)


def local(moment: date) -> date:
    return moment.astimezone(ZONE) if isinstance(moment, datetime) else moment


FUNCTIONS: dict[str, Any] = {
    "sum": total,
    "abs": lambda x: Decimal(x).copy_abs(),
    "floor": lambda x: Decimal(x).to_integral_value("ROUND_FLOOR"),
    "ceiling": lambda x: Decimal(x).to_integral_value("ROUND_CEILING"),
    "round half up": to_scale(ROUND_HALF_UP),
    "decimal": to_scale(ROUND_HALF_EVEN),
    "modulo": modulo,
    "string length": lambda t: len(t),
    "contains": lambda t, part: t.find(part) >= 0,
    "starts with": lambda t, part: t[: len(part)] == part,
    "ends with": lambda t, part: part == "" or t[-len(part) :] == part,
    "upper case": lambda t: "".join(c.upper() if "a" <= c <= "z" else c for c in t),
    "lower case": lambda t: "".join(c.lower() if "A" <= c <= "Z" else c for c in t),
    "list contains": lambda items, x: any(compare("=", i, x) for i in items),
    "year": lambda m: local(m).year,
    "month": lambda m: local(m).month,
    "day": lambda m: local(m).day,
    "weekday": lambda m: calendar.weekday(local(m).year, local(m).month, local(m).day) + 1,
    "date of": lambda i: i.astimezone(ZONE).date(),
    "time of": lambda i: i.astimezone(ZONE).time(),
    "date and time": lambda d, t: datetime(
        d.year, d.month, d.day, t.hour, t.minute, t.second, t.microsecond, ZONE
    ),
    "start of day": lambda d: datetime(d.year, d.month, d.day, tzinfo=ZONE),
    "end of day": lambda d: datetime.combine(d + timedelta(days=1), time(0), ZONE),
}
