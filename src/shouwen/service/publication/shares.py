"""How promises were kept in a month or quarter: the days that were counted, added up.

What is counted, and what counts on neither side, stands in one place, the figures of assessment;
here its parts are put beside each other for each promise, which is a duty under a norm. What a
measure only asks to strive for has a share too, of the times it was reached.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Sum

from shouwen.service.assessment.models import DayFigure
from shouwen.service.publication.models import Span

RATES = ("kept", "aims")
"""Figures that have two sides: kept in time, and not."""
BESIDE = {"excused": "excused", "untold": "unknown"}
"""Figures that count on neither side."""


def month_before(day: date, back: int) -> date:
    """The first day of the month so many months before that of a day.

    >>> month_before(date(2026, 1, 31), 2)
    datetime.date(2025, 11, 1)
    """
    year, month = divmod(day.year * 12 + day.month - 1 - back, 12)
    return date(year, month + 1, 1)


def month_after(month: date) -> date:
    """The first day of the next month."""
    return month_before(month, -1)


def first_and_next(span: Span, first: date) -> tuple[date, date]:
    """The months from (in) and until (out) of a month or quarter that begins on a day."""
    first = first.replace(day=1)
    if span is Span.QUARTER:
        first = first.replace(month=(first.month - 1) // 3 * 3 + 1)
        return first, month_before(first, -3)
    return first, month_after(first)


@dataclass(frozen=True)
class Kept:
    """How a promise was kept in a time, with both sides of the share."""

    rule: str
    norm: str
    kept: int
    missed: int
    excused: int
    unknown: int

    @property
    def total(self) -> int:
        """The denominator."""
        return self.kept + self.missed

    @property
    def percent(self) -> Decimal | None:
        """The share in percent with one decimal, rounded half up but never up to 100; None
        where nothing ended."""
        if not self.total:
            return None
        exact = Decimal(self.kept) * 100 / self.total
        found = exact.quantize(Decimal("0.1"), ROUND_HALF_UP)
        return Decimal("99.9") if self.missed and found == 100 else found

    @property
    def percent_text(self) -> str:
        """The share in percent as it is shown: 100, 66.7."""
        return "" if self.percent is None else f"{self.percent:f}".removesuffix(".0")

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return {f: getattr(self, f) for f in ("rule", "norm", "kept", "missed", "excused",
                                              "unknown")}  # fmt: skip


def kept_in(first: date, until: date) -> list[Kept]:
    """How each promise was kept from a day (in) until a day (out), by norm and rule."""
    days = DayFigure.objects.filter(day__gte=first, day__lt=until, figure__in=(*RATES, *BESIDE))
    parts = days.order_by().values("rule", "norm", "figure")
    return together(_part(**row) for row in parts.annotate(kept=Sum("good"), n=Sum("total")))


def _part(rule: str, norm: str, figure: str, kept: Decimal, n: int) -> Kept:
    if figure in RATES:
        return Kept(rule, norm, int(kept), n - int(kept), 0, 0)
    beside = {"excused": 0, "unknown": 0, BESIDE[figure]: n}
    return Kept(rule, norm, 0, 0, **beside)


def together(rows: Iterable[Kept]) -> list[Kept]:
    """Rows of the same promise added up, by norm and rule."""
    found: dict[tuple[str, str], Kept] = {}
    for row in rows:
        was = found.get((row.norm, row.rule), Kept(row.rule, row.norm, 0, 0, 0, 0))
        found[row.norm, row.rule] = Kept(
            row.rule, row.norm, was.kept + row.kept, was.missed + row.missed,
            was.excused + row.excused, was.unknown + row.unknown,
        )  # fmt: skip
    return [found[key] for key in sorted(found)]
