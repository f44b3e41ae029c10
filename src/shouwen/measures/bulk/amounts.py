"""Amounts of consequences as structs: a number, or a range that a person decides in."""

from __future__ import annotations

import ibis

from shouwen.measures.bulk.functions import half_up
from shouwen.measures.bulk.sqltypes import DECIMAL, QUANTITY, RANGE_TYPE, Expr, null, struct


def quantity(value: Expr) -> Expr:
    """A number or a range as an amount; NULL stays NULL."""
    if value.type() == QUANTITY:
        return value
    if value.type() == RANGE_TYPE:
        # A range of one number leaves nothing to decide.
        made = _made(value.lo, value.hi, (value.lo == value.hi).fill_null(False))
    else:
        number = value.cast(DECIMAL)
        made = _made(number, number, ibis.literal(True))
    return ibis.ifelse(value.isnull(), null(QUANTITY), made)


def _made(lo: Expr, hi: Expr, fixed: Expr) -> Expr:
    return struct({"lo": lo, "hi": hi, "fixed": fixed}, QUANTITY)


def scaled(amount: Expr, factor: Expr) -> Expr:
    """An amount times an amount; ranges end to end, a fixed factor is its own both ends."""
    product = _made(
        (amount.lo * factor.lo).cast(DECIMAL),
        (amount.hi * factor.hi).cast(DECIMAL),
        amount.fixed & factor.fixed,
    )
    void = amount.isnull() | factor.isnull()
    return ibis.ifelse(void, null(QUANTITY), product)


def added(a: Expr, b: Expr) -> Expr:
    """The sum of two amounts; NULL counts as nothing."""
    total = _made((a.lo + b.lo).cast(DECIMAL), (a.hi + b.hi).cast(DECIMAL), a.fixed & b.fixed)
    return ibis.cases((a.isnull(), b), (b.isnull(), a), else_=total)


def rounded(amount: Expr) -> Expr:
    """Money to the fen, half up."""
    found = _made(half_up(amount.lo, 2), half_up(amount.hi, 2), amount.fixed)
    return ibis.ifelse(amount.isnull(), null(QUANTITY), found)


def contains(amount: Expr, value: Expr) -> Expr:
    """Whether a decided value lies inside what was proposed."""
    inside = (amount.lo <= value) & (amount.hi.isnull() | (value <= amount.hi))
    return ibis.ifelse(amount.fixed, amount.lo == value, inside)
