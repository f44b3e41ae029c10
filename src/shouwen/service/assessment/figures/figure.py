"""A figure: its words, its source, and how its value is worked out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet


class Kind(Enum):
    """What the value of a figure is."""

    RATE = "rate"
    """Good ones of all, in percent."""
    MEAN = "mean"
    """A sum divided by how many there are: minutes, stars."""
    COUNT = "count"
    """How many there are."""
    PER_THOUSAND = "per thousand"
    """How many there are for each thousand customers."""


@dataclass(frozen=True)
class Span:
    """Days, both included, in a zone."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def begins(self) -> datetime:
        """The first instant."""
        return datetime.combine(self.first, time(), self.zone)

    @property
    def ends(self) -> datetime:
        """The first instant after it."""
        return datetime.combine(self.last + timedelta(days=1), time(), self.zone)


Source = Callable[[Span], "QuerySet[Any]"]


@dataclass(frozen=True)
class Figure:
    """Something that is counted.

    Attributes:
        key: its name in tables.
        label: what it is called.
        formula: how it is worked out, in words.
        kind: what its value is.
        source: the rows of a span, each with `unit_of`, `person_of`, `good_of` and, for figures by
            norm, `norm_of` and `rule_of`: whose it is, and what it adds to the numerator.
        rests_on: what the rows of the source hang on, as `watching` names it: a day is counted
            anew for this figure when it says so.
        describe: a row as what a reader sees: text, address of its page.
        measure: the unit of its value ("%", "min").
        higher: whether more is better; None: neither.
        by_norm: whether it is kept apart by norm.
    """

    key: str
    label: Any
    formula: Any
    kind: Kind
    source: Source
    rests_on: str
    describe: Callable[[Any], tuple[str, str]]
    measure: Any = "%"
    higher: bool | None = True
    by_norm: bool = False

    def value(self, good: Decimal, total: int, customers: int = 0) -> Decimal | None:
        """The value, to two decimals (halves away from zero); None where nothing was counted."""
        if self.kind is Kind.COUNT:
            return Decimal(total)
        below = customers if self.kind is Kind.PER_THOUSAND else total
        if not below:
            return None
        above = {Kind.RATE: good * 100, Kind.MEAN: good, Kind.PER_THOUSAND: Decimal(total) * 1000}
        return (above[self.kind] / below).quantize(Decimal("0.01"), ROUND_HALF_UP)
