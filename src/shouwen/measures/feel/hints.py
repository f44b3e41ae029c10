"""What types make of operators, and what to write where they do not fit."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from shouwen.measures.calendars import Period
from shouwen.measures.feel.literals import LiteralError, read_at
from shouwen.measures.feel.operations import elapsed
from shouwen.measures.feel.tree import Arithmetic, Expr, If, Literal, Negate
from shouwen.measures.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATETIME,
    NUMBER,
    PERIOD,
    STRING,
    TIME,
    EnumType,
    Type,
    assignable,
    is_text,
)

_HOW_TO_WRITE: dict[Type, str] = {
    NUMBER: "A number is written without quotes: 3, 1.5, 100元.",
    STRING: 'A text stands in double quotes: "...".',
    BOOLEAN: "Write true (是) or false (否), or a comparison.",
    DATE: 'A date is written @"2013-09-01" or 2013年9月1日.',
    TIME: "A time of day is written 17:30.",
    DATETIME: 'A date and time is written @"2013-09-01T08:30:00+08:00".',
    PERIOD: 'A period is written 30分钟, 10个工作日 or @"PT30M".',
}


def how_to_write(type_: Type) -> str | None:
    """How a value of a type is written."""
    if isinstance(type_, EnumType):
        return f"Members of {type_}: {', '.join(type_.members)}."
    return _HOW_TO_WRITE.get(type_)


def common(a: Type, b: Type) -> Type | None:
    """The type that holds the values of both, or None."""
    if a == ANY:
        return b
    if assignable(b, a):
        return a
    if assignable(a, b):
        return b
    return STRING if is_text(a) and is_text(b) else None


def arithmetic_type(op: str, a: Type, b: Type) -> Type | None:
    """The type that an operator gives for two types, or None where it has no meaning."""
    if a == NUMBER and b == NUMBER:
        return NUMBER
    if op == "+" and is_text(a) and is_text(b):
        return STRING
    if op in ("+", "-") and b == PERIOD and a in (DATE, DATETIME, PERIOD):
        return a
    if op == "-" and a == b and a in (DATE, DATETIME):
        return PERIOD
    return NUMBER if op == "/" and a == PERIOD and b == PERIOD else None


def arithmetic_hint(op: str, left: Expr, right: Expr) -> str | None:
    """What to write instead of an operation without meaning."""
    a, b = left.type, right.type
    if op == "+" and a == PERIOD and b in (DATE, DATETIME):
        return "Write the date first: date + period."
    if {a, b} == {DATE, DATETIME}:
        return "Take date of(...) of the instant, or start of day(...) of the date."
    if {a, b} == {NUMBER, PERIOD} or (b == NUMBER and a in (DATE, DATETIME)):
        return "Give the number a unit (30分钟, 3天), or divide the period by one: period / 1小时."
    if op == "+" and STRING in (a, b):
        return "Texts are joined only with texts."
    return None


def how_to_meet(left: Expr, right: Expr) -> str | None:
    """What to write so that two sides can be compared."""
    for one, other in ((left, right), (right, left)):
        if {one.type, other.type} == {DATE, DATETIME}:
            return "Take date of(...) of the instant, or start of day(...) of the date."
        if one.type == NUMBER and other.type == PERIOD:
            return "Give the number a unit: 30分钟, 2小时, 3天."
        if isinstance(one, Literal) and one.type == STRING and isinstance(one.value, str):
            if other.type == NUMBER:
                return "Numbers are written without quotes."
            if _reads_as(one.value, other.type):
                return f'Put @ before the quotes: @"{one.value}".'
        if isinstance(one.type, EnumType) and isinstance(other.type, EnumType):
            return "They are different enumerations."
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Literal):
            return how_to_write(other.type)
    return None


def _reads_as(text: str, type_: Type) -> bool:
    try:
        return read_at(text).type == type_
    except LiteralError:
        return False


def rank(node: Literal) -> object | None:
    """Something to order two written bounds by."""
    value = node.value
    if isinstance(value, Period):
        return elapsed(value)
    if isinstance(value, Decimal | date | datetime) or node.type == TIME:
        return value
    return None


def endless_period(node: Expr) -> Literal | None:
    """A period of months or working days that a length is computed from, if one is written."""
    match node:
        case Literal(value=Period() as period):
            return node if elapsed(period) is None else None
        case Negate():
            return endless_period(node.operand)
        case Arithmetic(op="+" | "-") if node.left.type == PERIOD:
            return endless_period(node.left) or endless_period(node.right)
        case If():
            return endless_period(node.then) or endless_period(node.otherwise)
        case _:
            return None
