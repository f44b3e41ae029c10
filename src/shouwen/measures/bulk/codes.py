"""Lowered expressions: a value, and the names of what is missing where the value is NULL.

SQL's NULL is the unknown of the language, and AND, OR, NOT and comparisons treat it alike. What
NULL loses is *which* facts are missing. So every lowered expression that can be unknown has a
companion: an expression for the array of the names, which says something only where the value is
NULL, and which costs nothing unless somebody selects it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import ibis

from shouwen.measures.bulk.sqltypes import (
    Expr,
    either,
    joined,
    names_of,
    negated,
    null,
)
from shouwen.measures.feel.types import PERIOD, RangeType, Type


@dataclass(frozen=True, eq=False)
class Code:
    """A value and, if it can be unknown, the names of what is missing where it is NULL."""

    value: Expr
    names: Expr | None = None

    @property
    def missing(self) -> Expr:
        """The names, as an array that is empty where the value is known."""
        if self.names is None:
            return names_of(())
        return ibis.ifelse(self.value.isnull(), self.names, names_of(()))


@dataclass(frozen=True, eq=False)
class ListCode:
    """A list: one of several alternatives, each under a guard that is never NULL.

    Without guards there is one alternative. Where no guard holds, the list is unknown.
    """

    alternatives: tuple[tuple[Expr | None, tuple[Code, ...]], ...]
    names: Expr | None = None

    def apply(self, function: Callable[[tuple[Code, ...]], Code]) -> Code:
        """A function of the items, whichever list it is."""
        if len(self.alternatives) == 1 and self.alternatives[0][0] is None:
            return function(self.alternatives[0][1])
        results = [(guard, function(items)) for guard, items in self.alternatives]
        values = [(guard, code.value) for guard, code in results]
        kind = values[0][1].type()
        names = [(guard, code.missing) for guard, code in results]
        return Code(
            ibis.cases(*values, else_=null(kind)),
            ibis.cases(*names, else_=names_of(()) if self.names is None else self.names),
        )


def merged(codes: Sequence[Code]) -> Expr | None:
    """The names of all codes that are NULL; None if none can be."""
    uncertain = [c for c in codes if c.names is not None]
    if not uncertain:
        return None
    if len(uncertain) == 1:
        return uncertain[0].names
    return joined(*(c.missing for c in uncertain))


def strict(operands: Sequence[Code], value: Expr, reason: str | None = None) -> Code:
    """An operation that is unknown as soon as an operand is.

    `value` must be NULL where an operand is. `reason` is what is named where the operation has no
    result although all operands are known.
    """
    names = merged(operands)
    if reason is None:
        return Code(value, names)
    if names is None:
        return Code(value, names_of([reason]))
    some_unknown = either(*(c.value.isnull() for c in operands if c.names is not None))
    return Code(value, ibis.ifelse(some_unknown, names, names_of([reason])))


def guarded(operands: Sequence[Code], value: Expr) -> Expr:
    """A value that SQL would give although an operand is NULL (LEAST, GREATEST)."""
    uncertain = [c.value.isnull() for c in operands if c.names is not None]
    return ibis.ifelse(either(*uncertain), null(value.type()), value) if uncertain else value


def choose(condition: Code, then: Code, otherwise: Code, type_: Type) -> Code:
    """``if``: the branch taken; with an unknown condition the value both agree on."""
    if condition.names is None:
        names = None
        if then.names is not None or otherwise.names is not None:
            names = ibis.ifelse(condition.value, then.missing, otherwise.missing)
        return Code(ibis.ifelse(condition.value, then.value, otherwise.value), names)
    kind = then.value.type()
    agreed = ibis.ifelse(same(then.value, otherwise.value, type_), then.value, null(kind))
    value = ibis.cases(
        (condition.value, then.value), (negated(condition.value), otherwise.value), else_=agreed
    )
    names = ibis.cases(
        (condition.value, then.missing),
        (negated(condition.value), otherwise.missing),
        else_=joined(condition.missing, then.missing, otherwise.missing),
    )
    return Code(value, names)


def elapsed(period: Expr) -> Expr:
    """The seconds a period lasts, a day being 24 hours; NULL with months or working days."""
    fixed = (period.months == 0) & (period.working_days == 0)
    seconds = period.days * 86_400 + period.seconds
    return ibis.ifelse(fixed, seconds, null("int64"))


def same(a: Expr, b: Expr, type_: Type) -> Expr:
    """Whether two values are equal, as ``=`` has it; NULL where one is unknown."""
    if type_ == PERIOD:
        parts = [a[name] == b[name] for name in ("months", "days", "working_days", "seconds")]
        equal = parts[0] & parts[1] & parts[2] & parts[3]
        return equal | (elapsed(a) == elapsed(b)).fill_null(False)
    if isinstance(type_, RangeType):
        # A NULL field is no unknown here: it means "and above".
        tops = (a.hi == b.hi).fill_null(a.hi.isnull() & b.hi.isnull())
        return (a.lo == b.lo) & tops
    return a == b


@dataclass(frozen=True)
class Trail:
    """What an outcome that used a value rests on.

    `readings` are known when the rule is lowered; further ones, and the ids of events, stand in
    columns (arrays) of the frame.
    """

    readings: frozenset[str] = frozenset()
    reading_columns: frozenset[str] = frozenset()
    event_columns: frozenset[str] = frozenset()

    def __or__(self, other: Trail) -> Trail:
        return Trail(
            self.readings | other.readings,
            self.reading_columns | other.reading_columns,
            self.event_columns | other.event_columns,
        )


@dataclass(frozen=True)
class Slot:
    """A name of an expression as columns of a frame.

    `names` is a column of names, or the constant names of what is missing where the value is
    NULL, or None where it never is.
    """

    value: str
    type: Type
    names: str | frozenset[str] | None = None
    trail: Trail = field(default_factory=Trail)

    def code(self, table: Any) -> Code:
        """The slot, read from a table that has its columns."""
        names = table[self.names] if isinstance(self.names, str) else self.names
        if isinstance(names, frozenset):
            names = names_of(names)
        return Code(table[self.value], names)
