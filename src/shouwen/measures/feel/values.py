"""The values that expressions take and give at run time.

- texts and members of enumerations: `str`
- numbers: `Decimal` (`int` is accepted; `float` never is), in a context of 34 digits, as FEEL asks
- `bool`, `datetime.date`, `datetime.time` (wall-clock, without a zone), aware `datetime.datetime`
- periods: `shouwen.measures.calendars.Period`
- lists: `tuple`
- amounts left to discretion: `Amount`
- `Unknown`: the value is missing, and the facts that are missing are named
"""

from __future__ import annotations

import decimal
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from shouwen.measures.calendars import Period
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
    ListType,
    RangeType,
    Type,
)

CONTEXT = decimal.Context(
    prec=34,
    rounding=decimal.ROUND_HALF_EVEN,
    Emin=decimal.MIN_EMIN,
    Emax=decimal.MAX_EMAX,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)
"""34 digits, as in IEEE 754 decimal128 and FEEL (DMN 1.5, 10.3.2.3.1)."""

LARGEST_EXPONENT = 6144
"""The largest exponent of a number that is a fact (that of decimal128): no expression is long
enough to leave the context from there."""

FIRST_YEAR, LAST_YEAR = 2, 9998
"""Dates and instants lie in these years: a change of zone then never leaves Python's calendar."""

DIVISION_BY_ZERO = "division by zero"
EMPTY_LIST = "an item of an empty list"
NO_FIXED_LENGTH = "the length of a period of months or working days"
OUT_OF_RANGE = "a result within range"
"""What `Unknown` names where no fact is missing but the operation has no result."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is not known, with the names of the facts that are missing.

    An operation without a result (a division by zero) names one of the constants above. The null
    of DMN models is `Unknown()`, without names.
    """

    names: frozenset[str] = frozenset()

    @classmethod
    def of(cls, *names: str) -> Unknown:
        """An unknown that names these facts."""
        return cls(frozenset(names))

    def __bool__(self) -> bool:
        raise TypeError(
            "An Unknown is neither true nor false; test `is True`, `is False` or isinstance."
        )

    def __str__(self) -> str:
        return f"unknown ({', '.join(sorted(self.names))})" if self.names else "unknown"


@dataclass(frozen=True, slots=True)
class Amount:
    """A range of numbers that a person decides inside; both bounds belong to it.

    `hi` None: no upper bound was written ("100元以上", inclusive by 民法典 art. 1259).
    """

    lo: Decimal
    hi: Decimal | None

    def __post_init__(self) -> None:
        if self.hi is not None and self.lo > self.hi:
            raise ValueError(f"The lower bound {self.lo} is above the upper bound {self.hi}.")

    def __contains__(self, number: object) -> bool:
        return isinstance(number, Decimal | int) and (
            self.lo <= number and (self.hi is None or number <= self.hi)
        )


Value = (
    str
    | Decimal
    | int
    | bool
    | date
    | time
    | datetime
    | Period
    | Amount
    | Unknown
    | tuple["Value", ...]
)
Facts = Mapping[str, Value | None]
"""Facts by canonical name. A name that is left out, or None, is unknown."""


def merge(*values: object) -> Unknown:
    """An unknown that names everything that the unknowns among `values` name."""
    return Unknown(frozenset().union(*(v.names for v in values if isinstance(v, Unknown))))


def belongs(value: object, type_: Type) -> bool:
    """Whether a value is one of a type; an `Unknown` belongs to every type.

    Floats, naive datetimes, texts outside an enumeration, dates outside `FIRST_YEAR` to
    `LAST_YEAR` and numbers beyond `LARGEST_EXPONENT` do not belong anywhere.
    """
    if isinstance(value, Unknown) or type_ == ANY:
        return True
    if isinstance(type_, EnumType):
        return isinstance(value, str) and value in type_.members
    if isinstance(type_, ListType):
        return isinstance(value, tuple) and all(belongs(v, type_.item) for v in value)
    if isinstance(type_, RangeType):
        return isinstance(value, Amount)
    if type_ == NUMBER:
        if isinstance(value, bool):
            return False
        if isinstance(value, Decimal):
            return value.is_finite() and abs(value.adjusted()) <= LARGEST_EXPONENT
        return isinstance(value, int)
    if type_ == DATE:
        return isinstance(value, date) and not isinstance(value, datetime) and _in_range(value)
    if type_ == DATETIME:
        return isinstance(value, datetime) and value.utcoffset() is not None and _in_range(value)
    if type_ == TIME:
        return isinstance(value, time) and value.tzinfo is None
    plain = {STRING: str, BOOLEAN: bool, PERIOD: Period}[type_]
    return isinstance(value, plain)


def _in_range(day: date) -> bool:
    return FIRST_YEAR <= day.year <= LAST_YEAR
