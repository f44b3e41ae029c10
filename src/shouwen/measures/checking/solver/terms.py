"""Values of the language as terms of Z3: a value, and a bit that says whether it is known.

================== ==========================================================================
number             real (exact: the solver does not round at 34 digits)
text, enumeration  integer, the number of the text in `Texts`; two texts are equal if theirs are
date               integer, days since 1970-01-01
time               integer, microseconds since midnight
date and time      integer, microseconds since 1970-01-01T00:00Z
period             its four parts, which are not converted into one another
list               its items, and how many of them there are
range              two numbers, and whether there is an upper one
================== ==========================================================================

What is constant stays a value of Python (see `logic`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import z3

from shouwen.measures.calendars import Period
from shouwen.measures.checking.solver.logic import (
    Bool,
    Number,
    choose,
    choose_truth,
    conj,
    disj,
    equal,
    implies,
    neg,
    same_truth,
)
from shouwen.measures.feel.operations import since_epoch
from shouwen.measures.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATETIME,
    NUMBER,
    PERIOD,
    TIME,
    ListType,
    RangeType,
    Type,
    is_text,
)
from shouwen.measures.feel.values import Amount, Unknown, Value

DAY = 86_400_000_000
"""Microseconds of a day of 24 hours."""
DAY_ZERO = date(1970, 1, 1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


_OTHER = re.compile(r"（另一文本 (\d+)）")


@dataclass
class Texts:
    """Texts by number. A number that no text was given yet stands for some other text."""

    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, text: str) -> int:
        """The number of a text; of one that `text` made up for a number, that number."""
        made_up = _OTHER.fullmatch(text)
        if made_up is not None and text not in self.numbers:
            return int(made_up[1])
        return self.numbers.setdefault(text, len(self.numbers))

    def text(self, number: int) -> str:
        """The text of a number; one that is equal to no other where there is none yet."""
        for text, known in self.numbers.items():
            if known == number:
                return text
        return f"（另一文本 {number}）"


@dataclass(frozen=True)
class Parts:
    """A period, part by part."""

    months: Number = 0
    days: Number = 0
    working_days: Number = 0
    seconds: Number = 0

    def all(self) -> tuple[Number, ...]:
        """The four parts."""
        return self.months, self.days, self.working_days, self.seconds

    def one_sign(self) -> Bool:
        """Whether no two parts have different signs; others are no period."""
        parts = self.all()
        return disj(conj(*(p >= 0 for p in parts)), conj(*(p <= 0 for p in parts)))

    def elapsed(self) -> Number:
        """The seconds it lasts, a day being 24 hours (see `has_length`)."""
        return self.days * 86_400 + self.seconds

    def has_length(self) -> Bool:
        """Whether it has neither months nor working days."""
        return conj(equal(self.months, 0), equal(self.working_days, 0))

    def negated(self) -> Parts:
        """The same, backwards."""
        return Parts(*(-p for p in self.all()))


@dataclass(frozen=True)
class Items:
    """A list: of `items`, the first `length`."""

    items: tuple[Term, ...]
    length: Number

    def has(self, index: int) -> Bool:
        """Whether there is an item of that index."""
        return self.length > index


@dataclass(frozen=True)
class Bounds:
    """An amount left to discretion; without `bounded`, `hi` means nothing."""

    lo: Number
    hi: Number
    bounded: Bool


@dataclass(frozen=True)
class Term:
    """A value of a type, if `known`; otherwise `value` means nothing."""

    type: Type
    known: Bool
    value: Any


def unknown(type_: Type) -> Term:
    """The unknown of a type."""
    return Term(type_, False, _nothing(type_))


def _nothing(type_: Type) -> Any:
    if type_ == BOOLEAN:
        return False
    if type_ == PERIOD:
        return Parts()
    if isinstance(type_, ListType):
        return Items((), 0)
    if isinstance(type_, RangeType):
        return Bounds(0, 0, True)
    return "" if is_text(type_) else 0


def constant(value: Value | None, type_: Type) -> Term:
    """A value of Python as a term."""
    if value is None or isinstance(value, Unknown):
        return unknown(type_)
    return Term(type_, True, _raw(value, type_))


def _raw(value: Any, type_: Type) -> Any:
    match value:
        case bool() | str():
            return value
        case int() | Decimal():
            return Fraction(value)
        case datetime():
            return since_epoch(value) // MICROSECOND
        case date():
            return (value - DAY_ZERO).days
        case time():
            whole = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
            return whole // MICROSECOND + value.microsecond
        case Period():
            return Parts(value.months, value.days, value.working_days, value.seconds)
        case Amount():
            hi = Fraction(0) if value.hi is None else Fraction(value.hi)
            return Bounds(Fraction(value.lo), hi, value.hi is not None)
        case tuple():
            item = type_.item if isinstance(type_, ListType) else ANY
            return Items(tuple(constant(v, item) for v in value), len(value))
    raise TypeError(f"{value!r} is no value of the language.")


def text_number(value: str | z3.ArithRef, texts: Texts) -> Number:
    """The number of a text that may be a constant."""
    return texts.number(value) if isinstance(value, str) else value


def same(a: Term, b: Term, texts: Texts) -> Bool:
    """Whether two known values of one type are equal, as ``=`` has it; lists item by item."""
    x, y = a.value, b.value
    if isinstance(x, Items):
        if len(x.items) < len(y.items):
            x, y = y, x
        pairs = [
            implies(x.has(i), conj(p.known, q.known, same(p, q, texts)))
            for i, (p, q) in enumerate(zip(x.items, y.items, strict=False))
        ]
        return conj(equal(x.length, y.length), *pairs)
    if isinstance(x, Parts):
        part_by_part = conj(*(equal(p, q) for p, q in zip(x.all(), y.all(), strict=True)))
        fixed = conj(x.has_length(), y.has_length(), equal(x.elapsed(), y.elapsed()))
        return disj(part_by_part, fixed)
    if isinstance(x, Bounds):
        ends = disj(neg(x.bounded), equal(x.hi, y.hi))
        return conj(equal(x.lo, y.lo), same_truth(x.bounded, y.bounded), ends)
    if a.type == BOOLEAN:
        return same_truth(x, y)
    if is_text(a.type) or isinstance(x, str) or isinstance(y, str):
        if isinstance(x, str) and isinstance(y, str):
            return x == y
        return equal(text_number(x, texts), text_number(y, texts))
    return equal(x, y)


def identical(a: Term, b: Term, texts: Texts) -> Bool:
    """Whether two terms are the same value, or both unknown; periods part by part, and unknown
    items of lists with unknown items."""
    x, y = a.value, b.value
    match = same(a, b, texts)
    if isinstance(x, Items):
        if len(x.items) < len(y.items):
            x, y = y, x
        pairs = [
            implies(x.has(i), identical(p, q, texts))
            for i, (p, q) in enumerate(zip(x.items, y.items, strict=False))
        ]
        match = conj(equal(x.length, y.length), *pairs)
    elif isinstance(x, Parts):
        match = conj(*(equal(p, q) for p, q in zip(x.all(), y.all(), strict=True)))
    return conj(same_truth(a.known, b.known), implies(conj(a.known, b.known), match))


def select(condition: Bool, a: Term, b: Term, texts: Texts) -> Any:
    """The value of one of two terms of a type."""
    x, y = a.value, b.value
    if isinstance(condition, bool):
        return x if condition else y
    if isinstance(x, Items):
        pad = max(len(x.items), len(y.items))
        item = a.type.item if isinstance(a.type, ListType) else ANY
        left, right = ([*v.items, *[unknown(item)] * (pad - len(v.items))] for v in (x, y))
        merged = tuple(
            Term(p.type, choose_truth(condition, p.known, q.known), select(condition, p, q, texts))
            for p, q in zip(left, right, strict=True)
        )
        return Items(merged, choose(condition, x.length, y.length))
    if isinstance(x, Parts):
        parts = zip(x.all(), y.all(), strict=True)
        return Parts(*(choose(condition, p, q) for p, q in parts))
    if isinstance(x, Bounds):
        return Bounds(
            choose(condition, x.lo, y.lo),
            choose(condition, x.hi, y.hi),
            choose_truth(condition, x.bounded, y.bounded),
        )
    if a.type == BOOLEAN:
        return choose_truth(condition, x, y)
    if isinstance(x, str) or isinstance(y, str) or is_text(a.type):
        if isinstance(x, str) and isinstance(y, str) and x == y:
            return x
        return choose(condition, text_number(x, texts), text_number(y, texts))
    return choose(condition, x, y)


def mapped(term: Term, change: Callable[[Any], Any]) -> Term:
    """A term with all numbers and truth values in it changed."""
    value = term.value
    match value:
        case Parts():
            value = Parts(*map(change, value.all()))
        case Bounds():
            value = Bounds(change(value.lo), change(value.hi), change(value.bounded))
        case Items():
            items = tuple(mapped(item, change) for item in value.items)
            value = Items(items, change(value.length))
        case _:
            value = change(value)
    return Term(term.type, change(term.known), value)


# --- back from a model ------------------------------------------------------------------------


def number_in(model: z3.ModelRef, term: Number) -> int | Fraction | None:
    """What a number is in a model; None if it is no ratio of whole numbers."""
    if isinstance(term, int | Fraction):
        return term
    found = model.eval(term, model_completion=True)
    if z3.is_int_value(found):
        return int(found.as_long())
    return Fraction(found.as_fraction()) if z3.is_rational_value(found) else None


def truth_in(model: z3.ModelRef, term: Bool) -> bool:
    """What a truth value is in a model."""
    return term if isinstance(term, bool) else z3.is_true(model.eval(term, model_completion=True))


def value_in(model: z3.ModelRef, term: Term, texts: Texts) -> Value | None:
    """What a term is in a model: a value, an `Unknown`; None where Python has no such value."""
    if not truth_in(model, term.known):
        return Unknown()
    raw = term.value
    if isinstance(raw, str):
        return raw
    if term.type == BOOLEAN:
        return truth_in(model, raw)
    if isinstance(raw, Parts):
        parts = [number_in(model, p) for p in raw.all()]
        return Period(*(int(p) for p in parts if p is not None))
    if isinstance(raw, Items):
        count = number_in(model, raw.length)
        assert count is not None
        items = [value_in(model, i, texts) for i in raw.items[: int(count)]]
        return None if any(i is None for i in items) else tuple(i for i in items if i is not None)
    if isinstance(raw, Bounds):
        lo, hi = decimal_of(number_in(model, raw.lo)), decimal_of(number_in(model, raw.hi))
        if lo is None or hi is None:
            return None
        return Amount(lo, hi if truth_in(model, raw.bounded) else None)
    number = number_in(model, raw)
    if number is None:
        return None
    if is_text(term.type):
        return texts.text(int(number))
    if term.type == NUMBER:
        return decimal_of(number)
    return _moment(int(number), term.type)


def _moment(number: int, type_: Type) -> Value | None:
    try:
        if type_ == DATE:
            return DAY_ZERO + timedelta(days=number)
        if type_ == DATETIME:
            return EPOCH + number * MICROSECOND
        if type_ == TIME:
            return (EPOCH + number * MICROSECOND).time()
    except OverflowError:
        return None
    return None


def decimal_of(number: int | Fraction | None) -> Decimal | None:
    """A number with finitely many digits as a `Decimal`; None for any other."""
    if number is None:
        return None
    number = Fraction(number)
    bottom, twos, fives = number.denominator, 0, 0
    while bottom % 2 == 0:
        bottom, twos = bottom // 2, twos + 1
    while bottom % 5 == 0:
        bottom, fives = bottom // 5, fives + 1
    places = max(twos, fives)
    if bottom != 1 or places > 30:
        return None
    digits = number.numerator * 10**places // number.denominator
    return Decimal(f"{digits}E{-places}")  # in no context, so that nothing is rounded
