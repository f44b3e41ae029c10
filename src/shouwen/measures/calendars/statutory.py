"""Statutory holidays and working days of the People's Republic of China.

The notices of the State Council are data (`data/cn.yaml`, which an administrator may replace);
years without a notice are computed from the 全国年节及纪念日放假办法 and say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from functools import cache
from importlib import resources

from shouwen.measures.calendars import lunisolar
from shouwen.measures.calendars.errors import CalendarError

FIRST_YEAR, LAST_YEAR = 2000, 2100


class DayKind(Enum):
    """What a day is to a calendar."""

    WORKDAY = "working day"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKE_UP = "make-up working day"  # 调休: a weekend day that is worked
    IN_LIEU = "day off in lieu"  # 补假, of a computed year
    CLOSED = "closed"  # by a dated exception of a calendar
    OPENED = "opened"  # likewise

    @property
    def is_working(self) -> bool:
        """Whether work is done on such a day."""
        return self in (DayKind.WORKDAY, DayKind.MAKE_UP, DayKind.OPENED)


@dataclass(frozen=True)
class Notice:
    """A notice of the State Council (or its General Office) on a year's holidays.

    `checked` says how far the number can be relied on: "text" (read in the notice itself),
    "secondary" (given by others) or "no" (not established; `number` is then empty).
    """

    number: str
    title: str
    issued: date | None
    url: str
    checked: str


@dataclass(frozen=True)
class Law:
    """A version of the 全国年节及纪念日放假办法: which days are holidays from a date on."""

    valid_from: date
    title: str
    days: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class StatutoryDay:
    """What the statute and its notices say of a day.

    `name` names the holiday that the day belongs to; of a make-up working day the holiday for
    which it is worked. `published` is False where no notice covers the day yet.
    """

    day: date
    kind: DayKind
    name: str = ""
    published: bool = True
    notice: Notice | None = None
    law: Law | None = None


@dataclass(frozen=True)
class StatutoryTable:
    """Published years (notices and the days they move) and the law for all others."""

    laws: tuple[Law, ...]
    notices: Mapping[int, tuple[Notice, ...]]
    days: Mapping[date, StatutoryDay]
    _computed: dict[int, dict[date, StatutoryDay]] = field(default_factory=dict, repr=False)

    @property
    def published_years(self) -> tuple[int, ...]:
        """The years that have a notice."""
        return tuple(sorted(self.notices))

    def is_published(self, day: date) -> bool:
        """Whether what is said of a day is final.

        The last days of December also wait for the notice of the *next* year, which has moved
        days off or make-up days there in 2006, 2007, 2011, 2018 and 2022.
        """
        if day.year not in self.notices:
            return False
        return day < date(day.year, 12, 26) or day.year + 1 in self.notices

    def lookup(self, day: date) -> StatutoryDay:
        """What a day is.

        Raises:
            CalendarError: before 2000 or after 2100.
        """
        _check_year(day)
        published = self.is_published(day)
        found = self.days.get(day)
        if found is None and day.year not in self.notices:
            found = self._year(day.year).get(day)
        if found is not None:
            return found
        kind = DayKind.WEEKEND if day.weekday() >= 5 else DayKind.WORKDAY
        return StatutoryDay(day, kind, "", published)

    def special_days(self, first_year: int, last_year: int) -> Iterable[StatutoryDay]:
        """All days of some years that are not plain weekdays or weekends."""
        for year in range(first_year, last_year + 1):
            if year not in self.notices:
                for day in self._year(year).values():
                    if day.day not in self.days:
                        yield day
        for day in self.days.values():
            if first_year <= day.day.year <= last_year:
                yield day

    def law_on(self, day: date) -> Law:
        """The version of the law in force on a day."""
        return [law for law in self.laws if law.valid_from <= day][-1]

    def _year(self, year: int) -> dict[date, StatutoryDay]:
        if year not in self._computed:
            self._computed[year] = _compute(year, self.law_on(date(year, 12, 31)))
        return self._computed[year]


def _check_year(day: date) -> None:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise CalendarError(
            f"China's statutory working days are known from {FIRST_YEAR} to {LAST_YEAR}; "
            f"{day} is outside."
        )


def festival(name: str, year: int) -> date:
    """The date of a day as a law names it: 除夕, 初一, 初二, 初三, 清明, 端午, 中秋 or 10-01."""
    if name in _LUNAR_NEW_YEAR:
        return lunisolar.lunar_new_year(year) + timedelta(days=_LUNAR_NEW_YEAR[name])
    if name in _FESTIVALS:
        return _FESTIVALS[name](year)
    month, day = name.split("-")
    return date(year, int(month), int(day))


_LUNAR_NEW_YEAR = {"除夕": -1, "初一": 0, "初二": 1, "初三": 2}
_FESTIVALS = {
    "清明": lunisolar.qingming,
    "端午": lunisolar.dragon_boat,
    "中秋": lunisolar.mid_autumn,
}


def is_festival(name: str) -> bool:
    """Whether a law may name a day so."""
    return name in _LUNAR_NEW_YEAR or name in _FESTIVALS


@cache
def festivals(year: int) -> frozenset[date]:
    """The festival days of a year by the law then in force, without the days off around them."""
    law = statutory().law_on(date(year, 12, 31))
    return frozenset(festival(name, year) for names in law.days.values() for name in names)


def is_statutory_festival(day: date) -> bool:
    """Whether a day is a festival by law (全国年节及纪念日放假办法, article 2).

    A notice puts days off around the festivals; those are days off and no festivals. Of 1 to 7
    October the first three are festivals, and work on them is paid threefold.

    Raises:
        CalendarError: before 2000 or after 2100.
    """
    _check_year(day)
    return day in festivals(day.year)


def _compute(year: int, law: Law) -> dict[date, StatutoryDay]:
    """The holidays of a year without a notice.

    A holiday that falls on a weekend (article 6 of the law: 应当在工作日补假) or on another holiday
    (the practice of the notices of 2009, 2020 and 2025) gives a day off in lieu on the next
    working day after its run. No make-up days: only a notice can move working days.
    """
    days: dict[date, StatutoryDay] = {}
    owed: list[tuple[date, str]] = []
    named = [(festival(d, year), name) for name, dates in law.days.items() for d in dates]
    for day, name in sorted(named, key=lambda pair: pair[0]):
        if day in days:
            name = f"{days[day].name}、{name}"
        if day in days or day.weekday() >= 5:
            owed.append((day, name))
        days[day] = StatutoryDay(day, DayKind.HOLIDAY, name, published=False, law=law)
    for day, name in owed:
        lieu = day
        while lieu.weekday() >= 5 or lieu in days:
            lieu += timedelta(days=1)
        days[lieu] = StatutoryDay(lieu, DayKind.IN_LIEU, name, published=False, law=law)
    return days


@cache
def statutory() -> StatutoryTable:
    """The table that ships with the product (2007 to 2026 published)."""
    from shouwen.measures.calendars.statutory_file import read_table

    file = resources.files("shouwen.measures.calendars") / "data" / "cn.yaml"
    return read_table(file.read_text(encoding="utf-8"), "cn.yaml")
