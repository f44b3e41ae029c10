"""The closed table of functions: every one is deterministic and can be said in SQL and to Z3.

A function is strict: it is called only when all of its arguments (and all items of its list
arguments) are known. The one exception is marked `counts_unknown_items`. A function that has no
result for some known arguments gives an `Unknown` and is marked as not `total`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Decimal,
    InvalidOperation,
)
from typing import Any

from shouwen.measures.feel.operations import Number, since_epoch
from shouwen.measures.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATETIME,
    NUMBER,
    STRING,
    TIME,
    FunctionSignature,
    ListType,
    Type,
)
from shouwen.measures.feel.values import (
    CONTEXT,
    DIVISION_BY_ZERO,
    EMPTY_LIST,
    OUT_OF_RANGE,
    Unknown,
)


@dataclass(frozen=True)
class Function:
    """A function of the language.

    `zoned`: the implementation takes the zone of the evaluation as its first argument.
    `literal`: positions of arguments that must be written as whole numbers, so that every
    backend knows them when it lowers the call.
    """

    name: str
    signatures: tuple[FunctionSignature, ...]
    implementation: Callable[..., Any]
    doc: str
    zh: str | None = None
    zoned: bool = False
    total: bool = True
    counts_unknown_items: bool = False
    literal: tuple[int, ...] = ()


def _signature(*parameters: Type, to: Type, variadic: bool = False) -> FunctionSignature:
    return FunctionSignature(parameters, to, variadic)


def _items(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(arguments) == 1 and isinstance(arguments[0], tuple):
        return arguments[0]
    return arguments


def _rank(value: Any) -> Any:
    return since_epoch(value) if isinstance(value, datetime) else value


def _list_contains(items: tuple[Any, ...], wanted: Any) -> bool:
    return any(_rank(item) == _rank(wanted) for item in items)


def _min(*arguments: Any) -> Any:
    items = _items(arguments)
    return min(items, key=_rank) if items else Unknown.of(EMPTY_LIST)


def _max(*arguments: Any) -> Any:
    items = _items(arguments)
    return max(items, key=_rank) if items else Unknown.of(EMPTY_LIST)


def _sum(*arguments: Any) -> Decimal:
    total = Decimal(0)
    for item in _items(arguments):
        total = CONTEXT.add(total, item)
    return total


def _count(items: tuple[Any, ...]) -> Decimal:
    return Decimal(len(items))


def _abs(number: Number) -> Decimal:
    return CONTEXT.abs(number)


def _floor(number: Number) -> Decimal:
    return Decimal(number).to_integral_value(ROUND_FLOOR)


def _ceiling(number: Number) -> Decimal:
    return Decimal(number).to_integral_value(ROUND_CEILING)


def _rounded(number: Number, scale: Number, rounding: str) -> Decimal:
    number, places = Decimal(number), int(scale)
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent >= -places:
        return number  # nothing to round; quantize could need more than 34 digits
    return number.quantize(Decimal(1).scaleb(-places), rounding, CONTEXT)


def _round_half_up(number: Number, scale: Number) -> Decimal:
    return _rounded(number, scale, ROUND_HALF_UP)


def _decimal(number: Number, scale: Number) -> Decimal:
    return _rounded(number, scale, ROUND_HALF_EVEN)


def _modulo(dividend: Number, divisor: Number) -> Decimal | Unknown:
    if not divisor:
        return Unknown.of(DIVISION_BY_ZERO)
    try:
        rest = CONTEXT.remainder(dividend, divisor)
    except InvalidOperation:  # the quotient has more than 34 digits
        return Unknown.of(OUT_OF_RANGE)
    return CONTEXT.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest


_UPPER = {c: c - 32 for c in range(ord("a"), ord("z") + 1)}
_LOWER = {c: c + 32 for c in range(ord("A"), ord("Z") + 1)}


def _local(zone: tzinfo, moment: date | datetime) -> date:
    return moment.astimezone(zone) if isinstance(moment, datetime) else moment


def _start_of_day(zone: tzinfo, day: date) -> datetime:
    return datetime.combine(day, time(), zone)


def _end_of_day(zone: tzinfo, day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), zone)


def _of_ordered(variadic_or_list: str) -> tuple[FunctionSignature, ...]:
    types = (NUMBER, DATE, DATETIME, TIME) if variadic_or_list == "ordered" else (NUMBER,)
    return tuple(_signature(t, to=t, variadic=True) for t in types) + tuple(
        _signature(ListType(t), to=t) for t in types
    )


_MOMENT = (_signature(DATE, to=NUMBER), _signature(DATETIME, to=NUMBER))
_TEXT_TEST = (_signature(STRING, STRING, to=BOOLEAN),)
_ROUNDING = (_signature(NUMBER, NUMBER, to=NUMBER),)
_NUMBER = (_signature(NUMBER, to=NUMBER),)

_TABLE = (
    Function(
        "min",
        _of_ordered("ordered"),
        _min,
        "The smallest of its arguments, or of a list. Of an empty list: unknown.",
        "最小",
        total=False,
    ),
    Function(
        "max",
        _of_ordered("ordered"),
        _max,
        "The largest of its arguments, or of a list. Of an empty list: unknown.",
        "最大",
        total=False,
    ),
    Function(
        "sum",
        _of_ordered("number"),
        _sum,
        "The sum of its arguments, or of a list. Of an empty list: 0 (FEEL: null).",
        "合计",
    ),
    Function(
        "count",
        (_signature(ListType(ANY), to=NUMBER),),
        _count,
        "How many items a list has, known or not.",
        "个数",
        counts_unknown_items=True,
    ),
    Function("abs", _NUMBER, _abs, "The number without its sign.", "绝对值"),
    Function("floor", _NUMBER, _floor, "The largest whole number not above.", "向下取整"),
    Function("ceiling", _NUMBER, _ceiling, "The smallest whole number not below.", "向上取整"),
    Function(
        "round half up",
        _ROUNDING,
        _round_half_up,
        "Rounded to so many decimals, halves away from zero (四舍五入).",
        "四舍五入",
        literal=(1,),
    ),
    Function(
        "decimal",
        _ROUNDING,
        _decimal,
        "Rounded to so many decimals, halves to the even digit (四舍六入五成双).",
        "四舍六入",
        literal=(1,),
    ),
    Function(
        "modulo",
        (_signature(NUMBER, NUMBER, to=NUMBER),),
        _modulo,
        "The rest of a division, with the sign of the divisor. By 0: unknown.",
        "余数",
        total=False,
    ),
    Function(
        "string length",
        (_signature(STRING, to=NUMBER),),
        lambda text: Decimal(len(text)),
        "How many characters (Unicode code points) a text has.",
        "字数",
    ),
    Function(
        "contains", _TEXT_TEST, lambda t, part: part in t, "Whether a text has another in it.", "含"
    ),
    Function(
        "starts with",
        _TEXT_TEST,
        str.startswith,
        "Whether a text starts with another.",
        "开头是",
    ),
    Function("ends with", _TEXT_TEST, str.endswith, "Whether a text ends with another.", "结尾是"),
    Function(
        "upper case",
        (_signature(STRING, to=STRING),),
        lambda text: text.translate(_UPPER),
        "With A-Z for a-z; other letters stay, since databases differ on them.",
        "大写",
    ),
    Function(
        "lower case",
        (_signature(STRING, to=STRING),),
        lambda text: text.translate(_LOWER),
        "With a-z for A-Z; other letters stay.",
        "小写",
    ),
    Function(
        "list contains",
        tuple(
            _signature(ListType(t), t, to=BOOLEAN)
            for t in (STRING, NUMBER, BOOLEAN, DATE, TIME, DATETIME)
        ),
        _list_contains,
        "Whether a list has an item.",
        "包含",
    ),
    Function(
        "year",
        _MOMENT,
        lambda zone, moment: Decimal(_local(zone, moment).year),
        "The year of a date, or of an instant in the zone of the evaluation.",
        "年",
        zoned=True,
    ),
    Function(
        "month",
        _MOMENT,
        lambda zone, moment: Decimal(_local(zone, moment).month),
        "The month, 1 to 12.",
        "月",
        zoned=True,
    ),
    Function(
        "day",
        _MOMENT,
        lambda zone, moment: Decimal(_local(zone, moment).day),
        "The day of the month, 1 to 31.",
        "日",
        zoned=True,
    ),
    Function(
        "weekday",
        _MOMENT,
        lambda zone, moment: Decimal(_local(zone, moment).isoweekday()),
        "The day of the week, 1 (Monday) to 7 (Sunday), as ISO 8601 counts.",
        "星期",
        zoned=True,
    ),
    Function(
        "date of",
        (_signature(DATETIME, to=DATE),),
        lambda zone, instant: instant.astimezone(zone).date(),
        "The date of an instant in the zone of the evaluation.",
        "日期",
        zoned=True,
    ),
    Function(
        "time of",
        (_signature(DATETIME, to=TIME),),
        lambda zone, instant: instant.astimezone(zone).time(),
        "The wall-clock time of an instant in the zone of the evaluation.",
        "时刻",
        zoned=True,
    ),
    Function(
        "date and time",
        (_signature(DATE, TIME, to=DATETIME),),
        lambda zone, day, at: datetime.combine(day, at, zone),
        "The instant of a date and a wall-clock time in the zone of the evaluation.",
        "日期时刻",
        zoned=True,
    ),
    Function(
        "start of day",
        (_signature(DATE, to=DATETIME),),
        _start_of_day,
        "0:00 of a date in the zone of the evaluation.",
        "当日零时",
        zoned=True,
    ),
    Function(
        "end of day",
        (_signature(DATE, to=DATETIME),),
        _end_of_day,
        "24:00 of a date, which is 0:00 of the next (民法典 art. 203: 截止时间为二十四时).",
        "当日二十四时",
        zoned=True,
    ),
)

FUNCTIONS: Mapping[str, Function] = {f.name: f for f in _TABLE}
"""All functions by English name."""

ALIASES: Mapping[str, str] = {f.zh: f.name for f in _TABLE if f.zh}
"""Chinese names of functions. They count only before a bracket: 日期 may be a fact too."""

LITERAL_CONSTRUCTORS = ("date", "time", "date and time", "duration")
"""Written like calls with one quoted text, but read as literals by the parser."""

IS_KNOWN = ("is known", "已知")
"""Written like a call; a node of its own in the tree."""
