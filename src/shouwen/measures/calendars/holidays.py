"""Where a calendar's holidays come from: the Chinese statute, yearly rules, lists of dates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from shouwen.measures.calendars.errors import CalendarError
from shouwen.measures.calendars.statutory import FIRST_YEAR as CN_FIRST
from shouwen.measures.calendars.statutory import LAST_YEAR as CN_LAST
from shouwen.measures.calendars.statutory import DayKind, Notice, StatutoryTable

FIRST_YEAR, LAST_YEAR = 1970, 2100
"""The years that calendars reach over; with China's statutory working days 2000 to 2100."""

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1}
_NTH = re.compile(rf"({'|'.join(_ORDINALS)}) ({'|'.join(_WEEKDAYS)}) of ({'|'.join(_MONTHS)})")
_FIXED = re.compile(r"(\d{2})-(\d{2})")


@dataclass(frozen=True)
class AnnualRule:
    """A holiday that comes every year: on a date, or on the n-th weekday of a month.

    Attributes:
        name: of the holiday.
        on: "07-04", "third monday of april" or "last monday of may".
        observed: what happens on a weekend: "" (nothing), "sunday to monday", "nearest weekday"
            (Saturday to Friday, Sunday to Monday) or "next monday".
        first_year: the first year that has the holiday.
        last_year: the last one.

    Raises:
        CalendarError: when `on` or `observed` says nothing known.
    """

    name: str
    on: str
    observed: str = ""
    first_year: int = FIRST_YEAR
    last_year: int = LAST_YEAR

    def __post_init__(self) -> None:
        on = self.on.strip().lower()
        if not _NTH.fullmatch(on) and not _is_date_of_a_year(on):
            raise CalendarError(
                f"'{self.on}' is not a day of the year. "
                "Write 07-04, 'third monday of april' or 'last monday of may'."
            )
        if self.observed not in OBSERVED:
            raise CalendarError(
                f"'{self.observed}' says nothing on weekends. Write one of: "
                + ", ".join(filter(None, OBSERVED))
                + "."
            )

    def in_year(self, year: int) -> date | None:
        """The day off of a year, or None where the year has none."""
        if not self.first_year <= year <= self.last_year:
            return None
        on = self.on.strip().lower()
        if fixed := _FIXED.fullmatch(on):
            try:
                day = date(year, int(fixed[1]), int(fixed[2]))
            except ValueError:  # 02-29
                return None
            return day + timedelta(days=OBSERVED[self.observed].get(day.weekday(), 0))
        nth = _NTH.fullmatch(on)
        assert nth is not None
        return _nth_weekday(
            year, _MONTHS.index(nth[3]) + 1, _WEEKDAYS.index(nth[2]), _ORDINALS[nth[1]]
        )


OBSERVED: Mapping[str, Mapping[int, int]] = {
    "": {},
    "sunday to monday": {6: 1},
    "nearest weekday": {5: -1, 6: 1},
    "next monday": {5: 2, 6: 1},
}


def _is_date_of_a_year(text: str) -> bool:
    try:
        date.fromisoformat(f"2004-{text}")
    except ValueError:
        return False
    return _FIXED.fullmatch(text) is not None


def _nth_weekday(year: int, month: int, weekday: int, n: int) -> date | None:
    if n >= 0:
        first = date(year, month, 1)
        day = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * n)
        return day if day.month == month else None
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - weekday) % 7)


@dataclass(frozen=True)
class SpecialDay:
    """A day that its weekday alone does not explain."""

    kind: DayKind
    name: str = ""
    published: bool = True
    notice: Notice | None = None


@dataclass(frozen=True)
class Holidays:
    """The holidays of a calendar, from up to three sources taken together.

    Attributes:
        statutory: China's statutory holidays and make-up working days; None for none.
        annual: rules of holidays that come every year.
        listed: dates and names of single holidays.
    """

    statutory: StatutoryTable | None = None
    annual: tuple[AnnualRule, ...] = ()
    listed: Mapping[date, str] = field(default_factory=dict)

    @property
    def first_year(self) -> int:
        """The first year that these holidays are known for."""
        return CN_FIRST if self.statutory else FIRST_YEAR

    @property
    def last_year(self) -> int:
        """The last year."""
        return CN_LAST if self.statutory else LAST_YEAR

    def special_days(self) -> dict[date, SpecialDay]:
        """All holidays and make-up working days, by date."""
        days: dict[date, SpecialDay] = {}
        if self.statutory:
            for s in self.statutory.special_days(self.first_year, self.last_year):
                days[s.day] = SpecialDay(s.kind, s.name, s.published, s.notice)
        for rule in self.annual:
            for year in range(self.first_year, self.last_year + 1):
                day = rule.in_year(year)
                if day is not None and FIRST_YEAR <= day.year <= LAST_YEAR:
                    days[day] = SpecialDay(DayKind.HOLIDAY, rule.name)
        for day, name in self.listed.items():
            days[day] = SpecialDay(DayKind.HOLIDAY, name)
        return days
