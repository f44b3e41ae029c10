"""The months, quarters, half-years, years and days that figures are asked for."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from shouwen.service.ui.asked import day_in, possible

_SPAN = re.compile(r"(\d{4})-([QH])(\d)")
_MONTHS = {"Q": 3, "H": 6}


@dataclass(frozen=True)
class Period:
    """Days, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many there are."""
        return (self.last - self.first).days + 1

    @property
    def months(self) -> int | None:
        """How many calendar months it is exactly; None where it is no whole months."""
        if self.first.day != 1 or self.last != month_of(self.last)[1]:
            return None
        return _number(self.last) - _number(self.first) + 1

    @property
    def before(self) -> Period:
        """The one before it: as many months where it is whole months, else as many days."""
        if self.months is None:
            return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))
        return Period(_month(_number(self.first) - self.months), self.first - timedelta(days=1))

    @property
    def token(self) -> str:
        """What stands for it in addresses: 2026-05, 2026-Q2, 2026-H1, 2026, else its days."""
        year, n = self.first.year, self.first.month - 1
        match self.months:
            case 1:
                return f"{self.first:%Y-%m}"
            case 3 if n % 3 == 0:
                return f"{year}-Q{n // 3 + 1}"
            case 6 if n % 6 == 0:
                return f"{year}-H{n // 6 + 1}"
            case 12 if n == 0:
                return f"{year}"
        return f"{self.first}..{self.last}"

    @property
    def label(self) -> str:
        """What people call it, in the language of the page."""
        return label_of(self.token)


def label_of(token: str) -> str:
    """What people call a period, from what stands for it in addresses.

    >>> label_of("2026-05")
    '2026-05'
    """
    found = _SPAN.fullmatch(token)
    if found is None:
        return token.replace("..", " – ")
    names = {
        "Q": _("%(year)s, quarter %(n)s"),
        "H": (_("%(year)s, first half"), _("%(year)s, second half"))[int(found[3]) > 1],
    }
    return names[found[2]] % {"year": found[1], "n": found[3]}


def period_of(token: str) -> Period | None:
    """The period that something stands for in addresses; None if it stands for none.

    >>> period_of("2026-Q2")
    Period(first=datetime.date(2026, 4, 1), last=datetime.date(2026, 6, 30))
    >>> period_of("2026-H3") is None
    True
    """
    token = token[:30]
    if (span := _SPAN.fullmatch(token)) is not None:
        length, n = _MONTHS[span[2]], int(span[3])
        if not 1 <= n <= 12 // length or not possible(int(span[1])):
            return None
        first = _number(date(int(span[1]), 1, 1)) + (n - 1) * length
        return Period(_month(first), _month(first + length) - timedelta(days=1))
    if token.isdecimal():
        year = int(token)
        return Period(date(year, 1, 1), date(year, 12, 31)) if possible(year) else None
    if (month := day_in(f"{token}-01")) is not None:
        return Period(*month_of(month))
    begins, _dots, ends = token.partition("..")
    return between(day_in(begins), day_in(ends))


def between(first: date | None, last: date | None) -> Period | None:
    """The days from one to another; None where there is none, or they are the wrong way round."""
    if first is None or last is None or first > last:
        return None
    return Period(first, last) if possible(first.year) and possible(last.year) else None


def asked_for(asked: Mapping[str, str], today: date) -> Period:
    """The period of an address: `period=2026-Q2`, or `from` and `until`.

    The present month where nothing is asked for, or what is asked for is no period.
    """
    for name in ("period", "month", "year"):
        found = period_of(asked.get(name, ""))
        if found is not None:
            return found
    days = between(day_in(asked.get("from", "")), day_in(asked.get("until", "")))
    return days or Period(*month_of(today))


def choices(today: date) -> list[tuple[str, list[tuple[str, str]]]]:
    """Periods to choose from, the last first, in groups: what stands for each, and its name."""
    now = _number(today)
    months = [f"{_month(now - n):%Y-%m}" for n in range(18)]
    quarters, halves = (
        [
            f"{m.year}-{kind}{(m.month - 1) // length + 1}"
            for m in (_month((now // length - n) * length) for n in range(many))
        ]
        for kind, length, many in (("Q", 3, 8), ("H", 6, 4))
    )
    years = [str(today.year - n) for n in range(4)]
    groups = (
        (_("Months"), months), (_("Quarters"), quarters), (_("Half-years"), halves),
        (_("Years"), years),
    )  # fmt: skip
    return [(name, [(t, label_of(t)) for t in tokens]) for name, tokens in groups]


def month_of(day: date) -> tuple[date, date]:
    """The first and the last day of the month of a day.

    >>> month_of(date(2026, 2, 10))
    (datetime.date(2026, 2, 1), datetime.date(2026, 2, 28))
    """
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _number(day: date) -> int:
    """The number of a day's month, from the year nought on."""
    return day.year * 12 + day.month - 1


def _month(number: int) -> date:
    """The first day of a month by its number."""
    return date(number // 12, number % 12 + 1, 1)
