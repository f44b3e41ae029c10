"""How promises were kept, month by month: counted by a worker from clocks, kept as `Share` rows.

The share of a promise is kept ÷ (kept + missed). A clock counts in the month in which its time
ended. What was excused, or cannot be told because facts are missing, counts on neither side; how
many those were is kept and shown. Pages read these rows and never count clocks themselves.

This month and the two before are counted anew once a day, since facts are corrected for a while;
older months stay as they are. Everything about the projection is in this file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count as Counted

from shouwen.service import clock
from shouwen.service.enactment.models import Clock
from shouwen.service.publication.models import Count, Share, Span
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope

MONTHS = 3
SIDES = {
    "met": "kept", "breached": "missed", "aim missed": "missed", "exempt": "excused",
    "unknown": "unknown",
}  # fmt: skip
"""On which side a clock's status counts; one that is pending has not ended."""


def count_due() -> int:
    """Count for every organisation that was not counted today, in its own zone; how many."""
    done = 0
    for organisation in Organisation.objects.filter(is_active=True):
        with scope(organisation.pk):
            done += _count_once_a_day(ZoneInfo(organisation.zone))
    return done


def _count_once_a_day(zone: ZoneInfo) -> bool:
    today = clock.now().astimezone(zone).date()
    if Count.objects.filter(day__gte=today).exists():
        return False
    with transaction.atomic():
        Count.objects.get_or_create(defaults={"day": date.min, "at": clock.now()})
        # Another worker may be at it: it is done once.
        mine = Count.objects.select_for_update(skip_locked=True).filter(day__lt=today).first()
        if mine is None:
            return False
        count(zone)
    return True


def count(zone: ZoneInfo) -> None:
    """Count this month and those before anew, in the entered organisation."""
    now = clock.now()
    today = now.astimezone(zone).date()
    with transaction.atomic():
        for back in range(MONTHS):
            count_month(month_before(today, back), zone)
        Count.objects.update_or_create(defaults={"day": today, "at": now})


def count_month(month: date, zone: ZoneInfo) -> None:
    """Count a month, given by its first day; what was counted before is replaced."""
    start = datetime.combine(month, time(), zone)
    end = min(datetime.combine(month_after(month), time(), zone), clock.now())
    sides: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    rows = Clock.objects.filter(deadline__gte=start, deadline__lt=end)
    for row in rows.values("rule", "norm", "status").annotate(n=Counted("pk")).order_by():
        side = SIDES.get(row["status"])
        if side is not None:
            sides[row["rule"], row["norm"]][side] += row["n"]
    Share.objects.filter(month=month).delete()
    Share.objects.bulk_create(
        [Share(rule=rule, norm=norm, month=month, **n) for (rule, norm), n in sides.items()]
    )


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
    """How each promise was kept from a month (in) until a month (out), from the rows kept."""
    return together(
        Kept(s.rule, s.norm, s.kept, s.missed, s.excused, s.unknown)
        for s in Share.objects.filter(month__gte=first, month__lt=until)
    )


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
