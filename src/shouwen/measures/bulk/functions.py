"""The closed table of functions, lowered to Ibis.

A function gets its node and its lowered arguments. Those that need a local wall clock take dates
here: a frame has turned instants into local dates and times before.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

import ibis

from shouwen.measures.bulk.codes import Code, ListCode, guarded, strict
from shouwen.measures.bulk.errors import NotLoweredYet
from shouwen.measures.bulk.sqltypes import DECIMAL, SCALE, Expr, either, null, sql_type
from shouwen.measures.feel import functions, tree
from shouwen.measures.feel.values import DIVISION_BY_ZERO, EMPTY_LIST

Argument = Code | ListCode
Lowered = Callable[[tree.Call, Sequence[Argument]], Code]


def _on_items(
    function: Callable[[tree.Call, tuple[Code, ...]], Code],
) -> Lowered:
    """A function of numbers, or of one list of them."""

    def lowered(node: tree.Call, arguments: Sequence[Argument]) -> Code:
        if len(arguments) == 1 and isinstance(arguments[0], ListCode):
            return arguments[0].apply(lambda items: function(node, items))
        return function(node, tuple(map(_plain, arguments)))

    return lowered


def _simple(function: Callable[..., Expr]) -> Lowered:
    """A function that SQL has too, NULL where an argument is."""

    def lowered(node: tree.Call, arguments: Sequence[Argument]) -> Code:
        codes = [_plain(a) for a in arguments]
        return strict(codes, function(*(c.value for c in codes)))

    return lowered


def _plain(argument: Argument) -> Code:
    if isinstance(argument, ListCode):
        raise NotLoweredYet("a list as an argument")
    return argument


def _extreme(choose: Callable[..., Expr]) -> Callable[[tree.Call, tuple[Code, ...]], Code]:
    def lowered(node: tree.Call, items: tuple[Code, ...]) -> Code:
        if not items:
            return strict([], null(sql_type(node.type)), EMPTY_LIST)
        values = [c.value for c in items]
        found = choose(*values) if len(values) > 1 else values[0]
        return strict(items, guarded(items, found))

    return lowered


def _sum(node: tree.Call, items: tuple[Code, ...]) -> Code:
    total = ibis.literal(Decimal(0), type=DECIMAL)
    for item in items:
        total = (total + item.value).cast(DECIMAL)
    return strict(items, total)


def _count(node: tree.Call, arguments: Sequence[Argument]) -> Code:
    (items,) = arguments
    if not isinstance(items, ListCode):
        raise NotLoweredYet("count of a list that is not written out", span=node.span)
    return items.apply(lambda found: Code(ibis.literal(Decimal(len(found)), type=DECIMAL)))


def _contains_item(node: tree.Call, arguments: Sequence[Argument]) -> Code:
    items, wanted = arguments
    if not isinstance(items, ListCode):
        raise NotLoweredYet("a list that is not written out", span=node.span)
    sought = _plain(wanted)

    def contains(found: tuple[Code, ...]) -> Code:
        # Strict: one unknown item makes the answer unknown even where another one fits.
        value = either(*(item.value == sought.value for item in found))
        every = [*found, sought]
        return strict(every, guarded(every, value))

    return items.apply(contains)


def _places(node: tree.Call) -> int:
    scale = node.arguments[1]
    assert isinstance(scale, tree.Literal)  # the checker asks for a written number
    return int(scale.value)  # type: ignore[arg-type]


def _round_half_up(node: tree.Call, arguments: Sequence[Argument]) -> Code:
    code, places = _plain(arguments[0]), _places(node)
    if places >= SCALE:
        return code
    return Code(half_up(code.value, places), code.names)


def half_up(value: Expr, places: int) -> Expr:
    """A number rounded to so many decimals, halves away from zero."""
    if places >= 0:
        return value.round(places).cast(DECIMAL)
    unit = Decimal(10) ** -places
    return (value * _constant(1 / unit)).round(0).cast(DECIMAL) * _constant(unit)


def _half_even(node: tree.Call, arguments: Sequence[Argument]) -> Code:
    code, places = _plain(arguments[0]), _places(node)
    if places >= SCALE:
        return code
    unit = Decimal(10) ** places
    scaled = (code.value * _constant(unit)).cast(DECIMAL)
    down = scaled.floor().cast(DECIMAL)
    rest = (scaled - down).cast(DECIMAL)
    half = _constant(Decimal("0.5"))
    odd = (down % 2) != 0
    up = (rest > half) | ((rest == half) & odd)
    whole = (down + ibis.ifelse(up, _constant(Decimal(1)), _constant(Decimal(0)))).cast(DECIMAL)
    return Code((whole * _constant(1 / unit)).cast(DECIMAL), code.names)


def _modulo(node: tree.Call, arguments: Sequence[Argument]) -> Code:
    dividend, divisor = (_plain(a) for a in arguments)
    by = divisor.value.nullif(_constant(Decimal(0)))
    rest = (dividend.value % by).cast(DECIMAL)
    other_sign = (rest != 0) & ((rest < 0) != (by < 0))
    value = ibis.ifelse(other_sign, (rest + by).cast(DECIMAL), rest)
    return strict([dividend, divisor], value, DIVISION_BY_ZERO)


def _constant(value: Decimal) -> Expr:
    return ibis.literal(value, type=DECIMAL)


def _number(value: Expr) -> Expr:
    return value.cast("int64").cast(DECIMAL)


def _absolute(value: Expr) -> Expr:
    return ibis.ifelse(value < 0, -value, value)


FUNCTIONS: Mapping[str, Lowered] = {
    "min": _on_items(_extreme(ibis.least)),
    "max": _on_items(_extreme(ibis.greatest)),
    "sum": _on_items(_sum),
    "count": _count,
    "abs": _simple(_absolute),
    "floor": _simple(lambda n: n.floor().cast(DECIMAL)),
    "ceiling": _simple(lambda n: n.ceil().cast(DECIMAL)),
    "round half up": _round_half_up,
    "decimal": _half_even,
    "modulo": _modulo,
    "string length": _simple(lambda text: _number(text.length())),
    "contains": _simple(lambda text, part: text.contains(part)),
    "starts with": _simple(lambda text, part: text.startswith(part)),
    "ends with": _simple(lambda text, part: text.endswith(part)),
    "upper case": _simple(lambda t: t.translate(string.ascii_lowercase, string.ascii_uppercase)),
    "lower case": _simple(lambda t: t.translate(string.ascii_uppercase, string.ascii_lowercase)),
    "list contains": _contains_item,
    "year": _simple(lambda day: _number(day.year())),
    "month": _simple(lambda day: _number(day.month())),
    "day": _simple(lambda day: _number(day.day())),
    "weekday": _simple(lambda day: _number(day.day_of_week.index() + 1)),
}
"""All functions but those that give or take instants; these `frames` replaces by columns."""

ON_WALL_CLOCKS = frozenset({"date of", "time of", "date and time", "start of day", "end of day"})
assert FUNCTIONS.keys() | ON_WALL_CLOCKS == functions.FUNCTIONS.keys()
