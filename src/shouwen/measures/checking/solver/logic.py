"""Truth values that are folded while they are built.

Most of what a lowering would say to the solver is plainly true (all facts are known), so the
constants of Python stay constants of Python as long as possible: formulas stay small, and many
questions are answered without a solver.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import z3

Bool = Any
"""A `bool`, or a formula of Z3."""
Number = Any
"""An `int` or `Fraction`, or an integer or real term of Z3."""


def conj(*parts: Bool) -> Bool:
    """Conjunction; of nothing, true."""
    left = [p for p in parts if p is not True]
    if any(p is False for p in left):
        return False
    if not left:
        return True
    return left[0] if len(left) == 1 else z3.And(*left)


def disj(*parts: Bool) -> Bool:
    """Disjunction; of nothing, false."""
    left = [p for p in parts if p is not False]
    if any(p is True for p in left):
        return True
    if not left:
        return False
    return left[0] if len(left) == 1 else z3.Or(*left)


def neg(part: Bool) -> Bool:
    """Negation."""
    if isinstance(part, bool):
        return not part
    return part.arg(0) if z3.is_not(part) else z3.Not(part)


def implies(condition: Bool, then: Bool) -> Bool:
    """Implication."""
    return disj(neg(condition), then)


def same_truth(a: Bool, b: Bool) -> Bool:
    """Whether two truth values are the same."""
    if isinstance(a, bool):
        return b if a else neg(b)
    if isinstance(b, bool):
        return a if b else neg(a)
    return a == b


def formula(part: Bool) -> z3.BoolRef:
    """A truth value as a formula of Z3."""
    return z3.BoolVal(part) if isinstance(part, bool) else part


def is_constant(number: Number) -> bool:
    """Whether a number is one of Python's."""
    return isinstance(number, int | Fraction)


def real(number: Number) -> z3.ArithRef:
    """A number as a real term of Z3."""
    if is_constant(number):
        return z3.RealVal(str(number))
    return z3.ToReal(number) if z3.is_int(number) else number


def integer(number: Number) -> z3.ArithRef:
    """A whole number as an integer term of Z3."""
    return z3.IntVal(int(number)) if is_constant(number) else number


def choose(condition: Bool, then: Number, otherwise: Number) -> Number:
    """One of two numbers."""
    if isinstance(condition, bool):
        return then if condition else otherwise
    if is_constant(then) and is_constant(otherwise) and then == otherwise:
        return then
    as_term = real if _is_real(then) or _is_real(otherwise) else integer
    return z3.If(condition, as_term(then), as_term(otherwise))


def choose_truth(condition: Bool, then: Bool, otherwise: Bool) -> Bool:
    """One of two truth values."""
    if isinstance(condition, bool):
        return then if condition else otherwise
    if then is otherwise:
        return then
    return disj(conj(condition, then), conj(neg(condition), otherwise))


def equal(a: Number, b: Number) -> Bool:
    """Equality of numbers."""
    return a == b


def floor(number: Number) -> Number:
    """The largest whole number not above."""
    if is_constant(number):
        return Fraction(number).__floor__()
    return number if z3.is_int(number) else z3.ToInt(number)


def quotient(number: Number, divisor: int) -> Number:
    """Whole division by a positive constant, rounded down."""
    return number // divisor if is_constant(number) else number / z3.IntVal(divisor)


def remainder(number: Number, divisor: int) -> Number:
    """What whole division by a positive constant leaves, 0 or more."""
    return number % divisor if is_constant(number) else number % z3.IntVal(divisor)


def _is_real(number: Number) -> bool:
    return isinstance(number, Fraction) or (not is_constant(number) and z3.is_real(number))
