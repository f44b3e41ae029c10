"""One version of a calendar, worked out day by day.

A `Schedule` is immutable. On construction it lays out every day that it reaches over as arrays:
whether it is a working day, the how-manieth, when it opens and closes. All counting is then
lookup and subtraction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from shouwen.measures.calendars.axis import WorkAxis
from shouwen.measures.calendars.errors import CalendarError
from shouwen.measures.calendars.holidays import Holidays, SpecialDay
from shouwen.measures.calendars.hours import ALL_DAY, DAY, Spans, WeekHours, merge
from shouwen.measures.calendars.statutory import DayKind
from shouwen.measures.calendars.zones import (
    DAY_US,
    SECOND_US,
    Int64s,
    ZoneTable,
    day_date,
    day_number,
    zone_table,
)

LONGEST_CLOSURE = 366
"""A calendar that never opens for longer than this (days) is refused."""

WEEKDAYS: WeekHours = (ALL_DAY, ALL_DAY, ALL_DAY, ALL_DAY, ALL_DAY, (), ())


@dataclass(frozen=True)
class DatedException:
    """What is different on one date.

    Attributes:
        day: the date.
        kind: "closed"; "hours" (opens with these hours instead and counts as a working day); or
            "extra" (open in addition; whether the day is a working day does not change).
        hours: the hours, for "hours" and "extra".
        name: why, for people.
    """

    day: date
    kind: str
    hours: Spans = ()
    name: str = ""

    def __post_init__(self) -> None:
        if self.kind not in ("closed", "hours", "extra"):
            raise CalendarError(f"'{self.kind}' is none of closed, hours, extra.")
        if (self.kind == "closed") == bool(self.hours):
            raise CalendarError(f"{self.day}: hours are given unless the day is closed.")


class Schedule:
    """Weekly hours, holidays and dated exceptions in one time zone.

    Args:
        name: for messages.
        zone: IANA name of the time zone.
        week: open hours of Monday to Sunday; None for a calendar of whole days, Monday to Friday.
        holidays: days off (and, with China's statute, make-up working days).
        exceptions: what is different on single dates.
        make_up_hours: hours of a make-up working day; by default those of the week's first open
            day.

    Raises:
        CalendarError: when it never opens, or stays closed for more than 366 days on end.
    """

    def __init__(
        self,
        name: str,
        zone: str,
        week: WeekHours | None = None,
        holidays: Holidays | None = None,
        exceptions: Iterable[DatedException] = (),
        make_up_hours: Spans | None = None,
    ) -> None:
        self.name = name
        self.zones: ZoneTable = zone_table(zone)
        self.zone = self.zones.zone
        self.has_hours = week is not None
        self.week: WeekHours = week if week is not None else WEEKDAYS
        self.holidays = holidays or Holidays()
        self.exceptions: Mapping[date, DatedException] = {e.day: e for e in exceptions}
        if make_up_hours is None:
            make_up_hours = next((spans for spans in self.week if spans), ALL_DAY)
        self.make_up_hours = make_up_hours
        self.first = day_number(date(self.holidays.first_year, 1, 1))
        self.last = day_number(date(self.holidays.last_year, 12, 31))
        self.special = self.holidays.special_days()
        self._lay_out()

    # --- layout ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        """Working days and spans of every day; days are counted from `self.first`."""
        days = np.arange(self.first, self.last + 1, dtype=np.int64)
        weekday = (days + 3) % 7  # 1970-01-01 was a Thursday
        # A pattern is a set of hours: 0 to 6 those of the weekdays, 7 make-up, then exceptions.
        patterns: list[Spans] = [*self.week, self.make_up_hours, ()]
        working_patterns = [bool(spans) for spans in patterns]
        pattern = weekday.copy()
        for day, special in self.special.items():
            i = day_number(day) - self.first
            if 0 <= i < len(days):
                pattern[i] = 7 if special.kind.is_working else 8
        for day, exception in self.exceptions.items():
            i = day_number(day) - self.first
            if not 0 <= i < len(days):
                raise self._outside(day)
            usual = int(pattern[i])
            pattern[i] = len(patterns)
            if exception.kind == "extra":
                patterns.append(merge((*patterns[usual], *exception.hours)))
                working_patterns.append(working_patterns[usual])
            else:
                patterns.append(exception.hours)
                working_patterns.append(exception.kind == "hours")
        working = np.array(working_patterns)[pattern]
        self._build_spans(days, pattern, patterns)
        self.working: NDArray[np.bool_] = working
        self.number: Int64s = np.cumsum(working)
        self.working_days: Int64s = days[working]
        self.pattern: Int64s = pattern
        self.patterns: tuple[Spans, ...] = tuple(patterns)
        closing = np.array([spans[-1][1] if spans else DAY for spans in patterns], np.int64)
        if not self.has_hours:
            closing[:9] = DAY  # all but the dated exceptions, which do have hours
        closing[~np.array(working_patterns)] = DAY  # without business there is no closing hour
        self.closing: Int64s = closing[pattern] * SECOND_US
        self.unpublished: NDArray[np.bool_] = np.zeros(len(days), np.bool_)
        if statute := self.holidays.statutory:
            years = days.astype("M8[D]").astype("M8[Y]").astype(np.int64) + 1970
            self.unpublished = ~np.isin(years, statute.published_years)
            for year in {*statute.published_years}:
                for day_of_december in range(26, 32):
                    day = date(year, 12, day_of_december)
                    i = day_number(day) - self.first
                    self.unpublished[i] = not statute.is_published(day)
        self.unpublished_before: Int64s = np.concatenate(([0], np.cumsum(self.unpublished)))
        self._working: list[bool] = working.tolist()
        self._number: list[int] = self.number.tolist()
        self._working_days: list[int] = self.working_days.tolist()
        self._closing: list[int] = self.closing.tolist()
        self._unpublished_before: list[int] = self.unpublished_before.tolist()
        self._check_that_it_opens()

    def _build_spans(self, days: Int64s, pattern: Int64s, patterns: list[Spans]) -> None:
        nothing = np.zeros(0, np.int64)
        opens_parts, closes_parts = [nothing], [nothing]
        for i, spans in enumerate(patterns):
            if not spans:
                continue
            on = days[pattern == i]
            for span in spans:
                opens_parts.append(self._instants(on, span[0]))
                closes_parts.append(self._instants(on, span[1]))
        opens, closes = np.concatenate(opens_parts), np.concatenate(closes_parts)
        if not len(opens):
            raise self._never_opens()
        order = np.argsort(opens, kind="stable")
        opens, closes = opens[order], np.maximum.accumulate(closes[order])
        real = closes > opens  # a span within the hour that summer time leaves out is empty
        opens, closes = opens[real], closes[real]
        begins = np.concatenate(([True], opens[1:] > closes[:-1]))
        ends = np.append(np.nonzero(begins)[0][1:] - 1, len(opens) - 1)
        self._opens, self._closes = opens[begins], closes[ends]

    def _instants(self, days: Int64s, seconds: int) -> Int64s:
        return self.zones.instants(days, np.full(len(days), seconds * SECOND_US, np.int64))

    def _check_that_it_opens(self) -> None:
        if not len(self._working_days):
            raise self._never_opens()
        edges = [self.first - 1, *self._working_days, self.last + 1]
        for before, after in pairwise(edges):
            if after - before > LONGEST_CLOSURE:
                raise CalendarError(
                    f"Calendar '{self.name}' has no working day from {day_date(before + 1)} to "
                    f"{day_date(after - 1)}. Give it hours on some days of the week."
                )

    def _never_opens(self) -> CalendarError:
        return CalendarError(
            f"Calendar '{self.name}' has no working time at all. "
            "Give it hours on at least one day of the week."
        )

    def _outside(self, day: date) -> CalendarError:
        return CalendarError(f"{self.reach}; {day} lies outside.")

    @property
    def reach(self) -> str:
        """From where to where the calendar reaches, in words."""
        return (
            f"Calendar '{self.name}' reaches from {day_date(self.first)} to {day_date(self.last)}"
        )

    def _index(self, day: int) -> int:
        if not self.first <= day <= self.last:
            raise CalendarError(f"{self.reach}; the count leads out of it.")
        return day - self.first

    @cached_property
    def axis(self) -> WorkAxis:
        """The axis of working time."""
        first = self.zones.instant(self.first, 0)
        last = self.zones.instant(self.last, DAY_US)
        return WorkAxis(self._opens, self._closes, first, last, self.reach)

    # --- days, by number (1970-01-01 is 0) -----------------------------------------------------

    def is_working(self, day: int) -> bool:
        """Whether a day is a working day."""
        return self._working[self._index(day)]

    def nth_working_day_after(self, day: int, n: int) -> int:
        """The n-th working day after a day (n > 0); the day itself is not counted."""
        k = self._number[self._index(day)] + n - 1
        if k >= len(self._working_days):
            self._index(self.last + 1)
        return self._working_days[k]

    def nth_working_day_before(self, day: int, n: int) -> int:
        """The n-th working day before a day (n > 0)."""
        i = self._index(day)
        k = self._number[i] - self._working[i] - n
        if k < 0:
            self._index(self.first - 1)
        return self._working_days[k]

    def working_day_from(self, day: int) -> int:
        """The day itself if it is a working day, else the next one."""
        return day if self.is_working(day) else self.nth_working_day_after(day, 1)

    def working_day_until(self, day: int) -> int:
        """The day itself if it is a working day, else the one before."""
        return day if self.is_working(day) else self.nth_working_day_before(day, 1)

    def closing_time(self, day: int) -> int:
        """When business closes on a day (microseconds from midnight); 24:00 without hours."""
        return self._closing[self._index(day)]

    def rests_on_unpublished(self, first: int, last: int) -> bool:
        """Whether any day of a range (both included) is computed rather than published."""
        before = self._unpublished_before
        return before[self._index(last) + 1] > before[self._index(first)]

    def kind(self, day: int) -> DayKind:
        """What a day is."""
        when = day_date(day)
        exception = self.exceptions.get(when)
        if exception is not None and exception.kind != "extra":
            if exception.kind == "closed":
                return DayKind.CLOSED
            return DayKind.WORKDAY if self.week[when.weekday()] else DayKind.OPENED
        if when in self.special:
            return self.special[when].kind
        self._index(day)
        return DayKind.WORKDAY if self.week[when.weekday()] else DayKind.WEEKEND

    def special_day(self, day: int) -> SpecialDay | None:
        """The holiday, make-up day or exception that a day is, if any."""
        when = day_date(day)
        exception = self.exceptions.get(when)
        if exception is not None and exception.kind != "extra":
            return SpecialDay(self.kind(day), exception.name)
        return self.special.get(when)

    def spans(self, day: int) -> Spans:
        """The open hours of a day, in seconds from its midnight."""
        return self.patterns[int(self.pattern[self._index(day)])]
