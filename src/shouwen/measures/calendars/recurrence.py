"""What recurs: "by day 25 of each month", "in the first 5 days of each quarter"."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from shouwen.measures.calendars.calendar import Calendar
from shouwen.measures.calendars.deadline import (
    Counting,
    Deadline,
    close_day,
    note_unpublished,
    rolled,
)
from shouwen.measures.calendars.errors import CalendarError
from shouwen.measures.calendars.period import Period
from shouwen.measures.calendars.steps import Move
from shouwen.measures.calendars.zones import day_date, day_number, from_us, to_us


class Every(Enum):
    """What recurs: the value is its length in months, 0 for days and weeks."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half-year"
    YEAR = "year"

    @property
    def months(self) -> int:
        """Its length in months; 0 for days and weeks."""
        return {"month": 1, "quarter": 3, "half-year": 6, "year": 12}.get(self.value, 0)


@dataclass(frozen=True)
class Occurrence:
    """One time that something recurs.

    Attributes:
        first: the first day of the recurring span (of the month, the quarter).
        last: its last day.
        opens: from when it can be done: 00:00 of `from_day`.
        deadline: by when, with the rules that moved it.
    """

    first: date
    last: date
    opens: datetime
    deadline: Deadline


@dataclass(frozen=True)
class Recurrence:
    """Every day, week, month, quarter, half-year or year, due on a day of it.

    Attributes:
        every: what recurs.
        day: of months and longer spans the day of the month on which it is due, of weeks the day
            of the week (1 is Monday); -1 is the last. A month that is too short takes its last
            day (民法典 202).
        month: in which month of the span, from 1; -1 is the last; months past the end lie in the
            next span (of `Every.MONTH`, 2 is the following month).
        working_days: count `day` in working days: 5 is the fifth working day of the month (or of
            the week), -1 the last.
        from_day: the day of the same month from which on it can be done; None for the first day
            of the span.

    Raises:
        CalendarError: when a day or a month cannot be.

    >>> by_the_25th = Recurrence(Every.MONTH, day=25)
    >>> by_30_december = Recurrence(Every.YEAR, month=12, day=30)
    >>> last_day_of_quarter = Recurrence(Every.QUARTER)
    >>> first_5_days_of_quarter = Recurrence(Every.QUARTER, month=1, day=5, from_day=1)
    """

    every: Every
    day: int = -1
    month: int = -1
    working_days: bool = False
    from_day: int | None = None

    def __post_init__(self) -> None:
        most = 7 if self.every is Every.WEEK else 31
        if self.every is not Every.DAY and not (1 <= self.day <= most or self.day == -1):
            raise CalendarError(f"Day {self.day} is neither 1 to {most} nor -1 (the last).")
        if self.month != -1 and not 1 <= self.month <= 24:
            raise CalendarError(f"Month {self.month} is neither 1 to 24 nor -1 (the last).")
        if self.from_day is not None and not 1 <= self.from_day <= most:
            raise CalendarError(f"The first day {self.from_day} is not one of 1 to {most}.")

    def occurrences(
        self, start: datetime, end: datetime, calendar: Calendar, *, roll: bool = True
    ) -> Iterator[Occurrence]:
        """Those whose deadline lies after `start` and not after `end`, in order.

        A deadline at 24:00 of a day is the instant 00:00 of the next; 31 January 24:00 so belongs
        to the occurrences up to 00:00 of 1 February.

        Args:
            start: aware; excluded.
            end: aware; included.
            calendar: gives the time zone, the close of business and, with `roll`, days off.
            roll: whether a due day that is a day off moves to the next working day (民法典 203).

        Raises:
            CalendarError: when the end is before the start, or one is naive.
        """
        low, high = to_us(start, "The start"), to_us(end, "The end")
        if high < low:
            raise CalendarError(f"The end {end} is before the start {start}.")
        zones = calendar.versions[0].schedule.zones
        # A due day can lie up to two years past the span, and holidays move it on from there.
        first = self._span_of(
            day_date(zones.local(low)[0] - (30 if not self.every.months else 800))
        )
        while True:
            occurrence = self._occurrence(first, calendar, roll)
            at = to_us(occurrence.deadline.at)
            if at > high and occurrence.first > day_date(zones.local(high)[0]):
                return
            if low < at <= high:
                yield occurrence
            first = self._next(first)

    def _span_of(self, day: date) -> date:
        """The first day of the span that a day lies in."""
        if self.every is Every.DAY:
            return day
        if self.every is Every.WEEK:
            return day - timedelta(days=day.weekday())
        return date(day.year, (day.month - 1) // self.every.months * self.every.months + 1, 1)

    def _next(self, first: date) -> date:
        if self.every.months:
            return _month(first, self.every.months)
        return first + timedelta(days=7 if self.every is Every.WEEK else 1)

    def _occurrence(self, first: date, calendar: Calendar, roll: bool) -> Occurrence:
        last = self._next(first) - timedelta(days=1)
        unit_first, unit_last = first, last
        if self.every.months:
            month = self.every.months if self.month == -1 else self.month
            unit_first = _month(first, month - 1)
            unit_last = unit_first.replace(day=monthrange(unit_first.year, unit_first.month)[1])
        opens = first
        if self.from_day is not None:
            opens = min(unit_first + timedelta(days=self.from_day - 1), unit_last)
        schedule = calendar.schedule_on(opens)
        moves: list[Move] = []
        if self.working_days and self.every is not Every.DAY:
            if self.day == -1:
                due = schedule.nth_working_day_before(day_number(unit_last) + 1, 1)
            else:
                due = schedule.nth_working_day_after(day_number(unit_first) - 1, self.day)
        else:
            due = day_number(unit_last)
            if self.day != -1 and self.every is not Every.DAY:
                due = min(due, day_number(unit_first) + self.day - 1)
        begins = schedule.zones.instant(day_number(opens), 0)
        if roll:
            due = rolled(due, schedule, moves)
        at, inclusive = close_day(due, begins, schedule, moves)
        if roll or self.working_days:
            period = Period(working_days=1) if self.working_days else Period(days=1)
            note_unpublished(begins, at, period, Counting.CIVIL, schedule, moves)
        opening = from_us(begins, schedule.zone)
        deadline = Deadline(
            at,
            inclusive,
            opening,
            Period(),
            Counting.CIVIL,
            calendar,
            moves,
            schedule,
        )
        return Occurrence(first, last, opening, deadline)


def _month(first: date, months: int) -> date:
    """The first of a month some months later."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)
