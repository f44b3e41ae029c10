"""The closed table of functions, for Z3."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from typing import Any

import z3

from shouwen.measures.checking.solver.applications import Applications
from shouwen.measures.checking.solver.logic import (
    Bool,
    Number,
    choose,
    conj,
    disj,
    equal,
    floor,
    implies,
    is_constant,
    neg,
    real,
)
from shouwen.measures.checking.solver.moments import Moments
from shouwen.measures.checking.solver.terms import (
    DAY,
    Items,
    Term,
    Texts,
    same,
    text_number,
    unknown,
)
from shouwen.measures.feel.functions import FUNCTIONS
from shouwen.measures.feel.tree import Call, Literal
from shouwen.measures.feel.types import DATETIME, NUMBER

HALF = Fraction(1, 2)


class Calls:
    """Lowers calls whose arguments are lowered."""

    def __init__(self, texts: Texts, applications: Applications, moments: Moments) -> None:
        """With what the expressions of one question share."""
        self.texts = texts
        self.applications = applications
        self.moments = moments

    def call(self, node: Call, arguments: list[Term]) -> Term:
        """The value of a call: unknown as soon as an argument or an item is."""
        name = node.function
        if FUNCTIONS[name].counts_unknown_items:
            return Term(NUMBER, arguments[0].known, _ratio(arguments[0].value.length))
        known = conj(*map(_all_known, arguments))
        if known is False:
            return unknown(node.type)
        if name in ("min", "max", "sum"):
            return self._fold(node, known, arguments)
        if name == "list contains":
            items, wanted = arguments[0].value, arguments[1]
            found = (
                conj(items.has(i), same(item, wanted, self.texts))
                for i, item in enumerate(items.items)
            )
            return Term(node.type, known, disj(*found))
        values = [a.value for a in arguments]
        if name == "modulo":
            return _modulo(known, *values)
        if name in ("round half up", "decimal"):
            scale = node.arguments[1]
            assert isinstance(scale, Literal)
            rounded = _half_up if name == "round half up" else _half_even
            return Term(NUMBER, known, _scaled(values[0], int(scale.value), rounded))  # type: ignore[arg-type]
        if name in _NUMERIC:
            return Term(NUMBER, known, _NUMERIC[name](values[0]))
        if name in _TEXT:
            return Term(node.type, known, self._of_texts(name, values))
        return Term(node.type, known, self._of_moments(name, node, values))

    def _fold(self, node: Call, known: Bool, arguments: list[Term]) -> Term:
        first = arguments[0].value
        listed = first if isinstance(first, Items) else Items(tuple(arguments), len(arguments))
        numbers: list[Number] = [item.value for item in listed.items]
        if node.function == "sum":
            kept = (choose(listed.has(i), number, Fraction(0)) for i, number in enumerate(numbers))
            return Term(NUMBER, known, reduce(lambda a, b: a + b, kept, Fraction(0)))
        if not numbers:
            return unknown(node.type)
        best = numbers[0]
        for i, number in enumerate(numbers[1:], start=1):
            better = number < best if node.function == "min" else number > best
            best = choose(conj(listed.has(i), better), number, best)
        return Term(node.type, conj(known, listed.has(0)), best)

    def _of_texts(self, name: str, values: list[Any]) -> Any:
        function: Callable[..., Any] = FUNCTIONS[name].implementation
        if all(isinstance(v, str) for v in values):
            found = function(*values)
            return Fraction(found) if name == "string length" else found
        texts = self.texts

        def meaning(*numbers: int) -> Any:
            found = function(*map(texts.text, numbers))
            if isinstance(found, bool):
                return found
            return texts.number(found) if isinstance(found, str) else int(found)

        sort = z3.BoolSort if _TEXT[name] else z3.IntSort
        numbers = [text_number(v, texts) for v in values]
        terms = [z3.IntVal(n) if isinstance(n, int) else n for n in numbers]
        bounds = None if _TEXT[name] else lambda n: n >= 0
        found = self.applications.apply(name, meaning, *terms, result=sort, bounds=bounds)
        return real(found) if name == "string length" else found

    def _of_moments(self, name: str, node: Call, values: list[Any]) -> Any:
        moments = self.moments
        first = values[0]
        match name:
            case "date of":
                return moments.date_of(first)
            case "time of":
                return moments.time_of(first)
            case "date and time":
                return moments.date_and_time(first, values[1])
            case "start of day":
                return moments.instant(first * DAY)
            case "end of day":
                return moments.instant((first + 1) * DAY)
        day = moments.date_of(first) if node.arguments[0].type == DATETIME else first
        part = {
            "year": moments.year,
            "month": moments.month,
            "day": moments.day_of_month,
            "weekday": moments.weekday,
        }[name]
        return _ratio(part(day))


_TEXT = {
    "string length": False,
    "contains": True,
    "starts with": True,
    "ends with": True,
    "upper case": False,
    "lower case": False,
}
"""Functions of texts, and whether they say yes or no."""


def _all_known(argument: Term) -> Bool:
    if not isinstance(argument.value, Items):
        return argument.known
    items = argument.value
    return conj(
        argument.known, *(implies(items.has(i), t.known) for i, t in enumerate(items.items))
    )


def _ratio(number: Number) -> Number:
    return Fraction(number) if is_constant(number) else real(number)


def _absolute(number: Number) -> Number:
    return choose(number >= 0, number, -number)


def _modulo(known: Bool, dividend: Number, divisor: Number) -> Term:
    known = conj(known, neg(equal(divisor, 0)))
    if known is False:
        return unknown(NUMBER)
    whole = _ratio(floor(dividend / divisor))
    return Term(NUMBER, known, dividend - divisor * whole)


def _scaled(number: Number, places: int, rounding: Callable[[Number], Number]) -> Number:
    scale = Fraction(10) ** places
    if is_constant(number):
        return Fraction(rounding(number * scale)) / scale
    return _ratio(rounding(number * real(scale))) / real(scale)


def _half_up(number: Number) -> Number:
    half = HALF if is_constant(number) else real(HALF)
    return choose(number >= 0, floor(number + half), -floor(-number + half))


def _half_even(number: Number) -> Number:
    whole = floor(number)
    rest = number - _ratio(whole)
    half = HALF if is_constant(number) else real(HALF)
    up = disj(rest > half, conj(equal(rest, half), equal(whole % 2, 1)))
    return choose(up, whole + 1, whole)


_NUMERIC: dict[str, Callable[[Number], Number]] = {
    "abs": _absolute,
    "floor": lambda n: _ratio(floor(n)),
    "ceiling": lambda n: _ratio(-floor(-n)),
}
