"""From the typed tree to Z3, with Kleene's logic in the "known" bits.

The meaning is that of `feel.lowering`, with two differences: which facts are missing is not
kept, and numbers are exact where Python rounds at 34 digits.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, tzinfo
from fractions import Fraction
from typing import Any

import z3

from shouwen.measures.checking.solver.applications import Applications
from shouwen.measures.checking.solver.calls import Calls
from shouwen.measures.checking.solver.logic import (
    Bool,
    Number,
    choose_truth,
    conj,
    disj,
    equal,
    is_constant,
    neg,
    real,
)
from shouwen.measures.checking.solver.moments import Moments
from shouwen.measures.checking.solver.terms import (
    DAY,
    DAY_ZERO,
    Bounds,
    Items,
    Parts,
    Term,
    Texts,
    constant,
    same,
    select,
    text_number,
    unknown,
)
from shouwen.measures.feel.tree import (
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
)
from shouwen.measures.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATETIME,
    NUMBER,
    PERIOD,
    TIME,
    Domain,
    EnumType,
    ListType,
    RangeType,
    Type,
    is_text,
)
from shouwen.measures.feel.values import FIRST_YEAR, LAST_YEAR

LONGEST_LIST = 4
"""A fact that is a list is taken to have at most so many items. No measure has such facts."""

_ORDER: dict[str, Callable[[Any, Any], Bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


Span = tuple[date, date]
EVERY_DAY: Span = (date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31))


class Ground:
    """What several expressions share that a question puts together: texts, functions, limits."""

    def __init__(self, zone: tzinfo, days: Span = EVERY_DAY, instants: Span = EVERY_DAY) -> None:
        """For the zone of the evaluation; facts are dates in `days` and instants in `instants`
        (first and last day)."""
        self._days, self._instants = days, instants
        self.texts = Texts()
        self.applications = Applications()
        self.moments = Moments(zone, self.applications)
        self.limits: list[z3.BoolRef] = []
        """What holds of every fact because of its type."""
        self.shortened = False
        """Whether a list fact was cut (see `LONGEST_LIST`): "never" is then not certain."""

    def fact(self, name: str, type_: Type, known: Bool, domain: Domain | None = None) -> Term:
        """A fact that can have every value of its type."""
        return Term(type_, known, self._free(name, type_, domain))

    def _free(self, name: str, type_: Type, domain: Domain | None = None) -> Any:
        if type_ == BOOLEAN:
            return z3.Bool(name)
        if type_ == NUMBER:
            return self._number(name, domain)
        if type_ == PERIOD:
            parts = Parts(*(z3.Int(f"{name}.{p}") for p in ("m", "d", "wd", "s")))
            self._limit(parts.one_sign())
            return parts
        if isinstance(type_, ListType):
            self.shortened = True
            length = z3.Int(f"{name}.length")
            self._limit(conj(length >= 0, length <= LONGEST_LIST))
            items = (
                self.fact(f"{name}.{i}", type_.item, z3.Bool(f"{name}.{i}?"))
                for i in range(LONGEST_LIST)
            )
            return Items(tuple(items), length)
        if isinstance(type_, RangeType):
            lo, hi, bounded = z3.Real(f"{name}.lo"), z3.Real(f"{name}.hi"), z3.Bool(f"{name}.to")
            self._limit(disj(neg(bounded), lo <= hi))
            return Bounds(lo, hi, bounded)
        value = z3.Int(name)
        if isinstance(type_, EnumType):
            self._limit(_one_of(value, [self.texts.number(m) for m in type_.members]))
        elif is_text(type_):
            self._limit(value >= 0)
        elif type_ == TIME:
            self._limit(conj(value >= 0, value < DAY))
        else:
            first, last = self._instants if type_ == DATETIME else self._days
            unit = DAY if type_ == DATETIME else 1
            low, high = ((day - DAY_ZERO).days for day in (first, last))
            self._limit(conj(value >= low * unit, value < (high + 1) * unit))
        return value

    def _number(self, name: str, domain: Domain | None) -> z3.ArithRef:
        domain = domain or Domain()
        value = z3.Int(name) if domain.whole else z3.Real(name)
        if domain.minimum is not None:
            self._limit(real(value) >= real(Fraction(domain.minimum)))
        if domain.maximum is not None:
            self._limit(real(value) <= real(Fraction(domain.maximum)))
        return real(value)

    def _limit(self, limit: Bool) -> None:
        if limit is not True:
            self.limits.append(limit)


class Lowering:
    """Lowers expressions about one row. `resolve` gives the term of every name."""

    def __init__(self, ground: Ground, resolve: Callable[[Name], Term]) -> None:
        """For expressions whose names `resolve` knows."""
        self.ground = ground
        self.resolve = resolve
        self.calls = Calls(ground.texts, ground.applications, ground.moments)
        self._done: dict[int, tuple[Expr, Term]] = {}

    def lower(self, node: Expr) -> Term:
        """The term of an expression; of one object, always the same."""
        found = self._done.get(id(node))
        if found is None:
            found = (node, self._lower(node))
            self._done[id(node)] = found
        return found[1]

    def holds(self, node: Expr | None) -> Bool:
        """That a condition is known and true; no condition holds always."""
        if node is None:
            return True
        term = self.lower(node)
        return conj(term.known, term.value)

    def fails(self, node: Expr) -> Bool:
        """That a condition is known and false."""
        term = self.lower(node)
        return conj(term.known, neg(term.value))

    def _lower(self, node: Expr) -> Term:
        match node:
            case Literal():
                return constant(node.value, node.type)
            case Name():
                return self.resolve(node)
            case IsKnown():
                return Term(BOOLEAN, True, self.lower(node.operand).known)
            case Not():
                operand = self.lower(node.operand)
                return Term(BOOLEAN, operand.known, neg(operand.value))
            case And() | Or():
                return self._logic(node)
            case Between() | InTests():
                return self.lower(node.condition())
            case Negate():
                operand = self.lower(node.operand)
                value = operand.value
                negative = value.negated() if isinstance(value, Parts) else -value
                return Term(node.type, operand.known, negative)
            case Compare():
                return self._compare(node)
            case Arithmetic():
                return self._arithmetic(node)
            case If():
                return self._if(node)
            case Call():
                return self.calls.call(node, [self.lower(a) for a in node.arguments])
            case ListNode():
                items = tuple(map(self.lower, node.items))
                return Term(node.type, True, Items(items, len(items)))
            case RangeNode():
                return self._amount(node)

    def _logic(self, node: And | Or) -> Term:
        a, b = self.lower(node.left), self.lower(node.right)
        both = conj(a.known, b.known)
        if isinstance(node, And):
            known = disj(both, conj(a.known, neg(a.value)), conj(b.known, neg(b.value)))
            return Term(BOOLEAN, known, conj(a.value, b.value))
        known = disj(both, conj(a.known, a.value), conj(b.known, b.value))
        # A value that is not known must not make the whole true.
        return Term(BOOLEAN, known, disj(conj(a.known, a.value), conj(b.known, b.value)))

    def _if(self, node: If) -> Term:
        condition = self.lower(node.condition)
        a, b = self.lower(node.then), self.lower(node.otherwise)
        # A branch that is plainly unknown may lack a type (the null of DMN).
        a = unknown(b.type) if a.type == ANY else a
        b = unknown(a.type) if b.type == ANY else b
        texts = self.ground.texts
        known = conj(condition.known, choose_truth(condition.value, a.known, b.known))
        if condition.known is not True:
            agreed = conj(neg(condition.known), a.known, b.known, same(a, b, texts))
            known = disj(known, agreed)
        first = disj(condition.value, neg(condition.known))
        return Term(node.type, known, select(first, a, b, texts))

    def _compare(self, node: Compare) -> Term:
        a, b = self.lower(node.left), self.lower(node.right)
        known = conj(a.known, b.known)
        if known is False:
            return unknown(BOOLEAN)
        x, y = a.value, b.value
        if isinstance(x, Parts) and isinstance(y, Parts):
            known = conj(known, x.has_length(), y.has_length())
            x, y = x.elapsed(), y.elapsed()
            alike = equal(x, y)
        elif node.op in ("=", "!="):
            alike = same(a, b, self.ground.texts)
        if node.op in ("=", "!="):
            return Term(BOOLEAN, known, alike if node.op == "=" else neg(alike))
        return Term(BOOLEAN, known, _ORDER[node.op](x, y))

    def _arithmetic(self, node: Arithmetic) -> Term:
        a, b = self.lower(node.left), self.lower(node.right)
        known = conj(a.known, b.known)
        if known is False:
            return unknown(node.type)
        x, y = a.value, b.value
        if is_text(node.type):
            return Term(node.type, known, self._joined(x, y))
        if isinstance(x, Parts):
            return self._periods(node, known, x, y)
        if isinstance(y, Parts):
            moments = self.ground.moments
            add = moments.add_to_date if node.type == DATE else moments.add_to_instant
            moved, there = add(x, y if node.op == "+" else y.negated())
            return Term(node.type, conj(known, there), moved)
        if node.type == PERIOD:
            if node.left.type == DATE:
                return Term(PERIOD, known, Parts(days=x - y))
            return Term(PERIOD, known, Parts(seconds=_whole_seconds(x - y)))
        return self._numbers(node.op, known, x, y)

    def _numbers(self, op: str, known: Bool, x: Number, y: Number) -> Term:
        match op:
            case "+":
                return Term(NUMBER, known, x + y)
            case "-":
                return Term(NUMBER, known, x - y)
            case "*":
                return Term(NUMBER, known, x * y)
            case "/":
                return divided(known, x, y)
        # Powers occur in DMN models only; of a measure nothing is lost.
        value = self.ground.applications.apply(
            "power", _power, x, y, result=z3.RealSort
        )  # fmt: skip
        return Term(NUMBER, conj(known, z3.Bool("power has a result")), value)

    @staticmethod
    def _periods(node: Arithmetic, known: Bool, x: Parts, y: Parts) -> Term:
        if node.op == "/":
            lengths = conj(known, x.has_length(), y.has_length())
            return divided(lengths, _ratio(x.elapsed()), _ratio(y.elapsed()))
        y = y if node.op == "+" else y.negated()
        total = Parts(*(p + q for p, q in zip(x.all(), y.all(), strict=True)))
        return Term(PERIOD, conj(known, total.one_sign()), total)

    def _joined(self, x: Any, y: Any) -> Any:
        if isinstance(x, str) and isinstance(y, str):
            return x + y
        texts = self.ground.texts

        def meaning(a: int, b: int) -> int:
            return texts.number(texts.text(a) + texts.text(b))

        numbers = (z3.IntVal(v) if isinstance(v, int) else v
                   for v in (text_number(x, texts), text_number(y, texts)))  # fmt: skip
        return self.ground.applications.apply("join", meaning, *numbers, bounds=lambda n: n >= 0)

    def _amount(self, node: RangeNode) -> Term:
        lo = self.lower(node.low)
        if node.high is None:
            return Term(node.type, lo.known, Bounds(lo.value, Fraction(0), False))
        hi = self.lower(node.high)
        known = conj(lo.known, hi.known)
        if known is False:
            return unknown(node.type)
        uncrossed = lo.value <= hi.value
        return Term(node.type, conj(known, uncrossed), Bounds(lo.value, hi.value, True))


def _one_of(value: z3.ArithRef, numbers: list[int]) -> Bool:
    low, high = min(numbers), max(numbers)
    if high - low + 1 == len(numbers):
        return conj(value >= low, value <= high)
    return disj(*(value == n for n in numbers))


def divided(known: Bool, x: Number, y: Number) -> Term:
    """A division, which has no result by zero."""
    known = conj(known, neg(equal(y, 0)))
    if known is False:
        return unknown(NUMBER)
    return Term(NUMBER, known, x / y)


def _ratio(number: Number) -> Number:
    return Fraction(number) if is_constant(number) else real(number)


def _whole_seconds(microseconds: Number) -> Number:
    if is_constant(microseconds):
        return microseconds // 1_000_000
    return microseconds / z3.IntVal(1_000_000)


def _power(x: Fraction, y: Fraction) -> Fraction:
    return x ** int(y)
