"""Dates, instants and zones as whole numbers.

A zone is an offset that depends on the instant. From some day on most zones keep one offset for
ever (Asia/Shanghai since 1991); there, all is linear. Before that, and in zones that change
their clocks every year, the offset is a function the solver is told about point by point.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache

from shouwen.measures.checking.solver.applications import Applications
from shouwen.measures.checking.solver.logic import (
    Bool,
    Number,
    choose,
    conj,
    disj,
    equal,
    implies,
    quotient,
    remainder,
)
from shouwen.measures.checking.solver.terms import DAY, DAY_ZERO, EPOCH, MICROSECOND, Parts
from shouwen.measures.feel.values import FIRST_YEAR, LAST_YEAR

FIRST_DAY = (date(FIRST_YEAR, 1, 1) - DAY_ZERO).days
LAST_DAY = (date(LAST_YEAR, 12, 31) - DAY_ZERO).days
_SECOND = 1_000_000
_MOST = 16 * 3600 * _SECOND
"""No zone was ever further from Greenwich."""
_OUT_OF_CALENDAR = 10**7
"""A day that no date has: the result of adding months beyond the calendar."""


def day_in_range(day: Number) -> Bool:
    """Whether a day is in the years that the language knows."""
    return conj(day >= FIRST_DAY, day <= LAST_DAY)


def add_months_to(day: int, months: int) -> int:
    """The day some months later; the last of its month where the month has no such day."""
    start = DAY_ZERO + timedelta(days=day)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return _OUT_OF_CALENDAR if months > 0 else -_OUT_OF_CALENDAR
    last = calendar.monthrange(year, month + 1)[1]
    return (date(year, month + 1, min(start.day, last)) - DAY_ZERO).days


@dataclass(frozen=True)
class Settled:
    """The two ages in which a zone keeps one offset, in microseconds: before `first`, its local
    mean time; from `last` on, the offset it has now."""

    first: int
    before: int
    last: int
    since: int


@cache
def settled(zone: tzinfo) -> Settled | None:
    """These ages of a zone; None for one that still changes its clocks."""
    starts = [datetime(year, month, 1, tzinfo=UTC) for year in range(1800, 2101)
              for month in range(1, 13)]  # fmt: skip
    offsets = [_offset(instant, zone) for instant in starts]
    changes = [i for i in range(1, len(starts)) if offsets[i] != offsets[i - 1]]
    if not changes:
        return Settled(0, offsets[0], 0, offsets[0])
    if starts[changes[-1]].year > 2090:
        return None
    first, last = ((starts[i] - EPOCH) // MICROSECOND for i in (changes[0] - 1, changes[-1]))
    return Settled(first, offsets[0], last, offsets[-1])


def _offset(instant: datetime, zone: tzinfo) -> int:
    found = instant.astimezone(zone).utcoffset()
    assert found is not None
    return found // MICROSECOND


class Moments:
    """Operations on days and instants in a zone."""

    def __init__(self, zone: tzinfo, applications: Applications) -> None:
        """For the zone of the evaluation."""
        self.zone = zone
        self.applications = applications

    # --- days ------------------------------------------------------------------------------------

    def add_months(self, day: Number, months: Number) -> Number:
        """Months later (a number of a month's 28 to 31 days each)."""
        if isinstance(months, int) and months == 0:
            return day

        def bounds(moved: Number) -> Bool:
            forward = conj(moved >= day + 28 * months, moved <= day + 31 * months)
            backward = conj(moved >= day + 31 * months, moved <= day + 28 * months)
            far = day + 31 * months
            beyond = disj(
                conj(moved >= _OUT_OF_CALENDAR, far >= LAST_DAY),
                conj(moved <= -_OUT_OF_CALENDAR, far <= FIRST_DAY),
            )
            return disj(choose_bounds(months, forward, backward), beyond)

        return self.applications.apply("add months", add_months_to, day, months, bounds=bounds)

    def add_to_date(self, day: Number, period: Parts) -> tuple[Number, Bool]:
        """A date some months and days later, and whether there is one."""
        moved = self.add_months(day, period.months) + period.days
        whole = conj(equal(period.seconds, 0), equal(period.working_days, 0))
        return moved, conj(whole, day_in_range(moved))

    def year(self, day: Number) -> Number:
        """The year of a day."""

        def start(year: Number) -> Number:
            before = year - 1
            leaps = quotient(before, 4) - quotient(before, 100) + quotient(before, 400)
            return 365 * (year - 1970) + leaps - 477

        return self.applications.apply(
            "year", lambda d: _date(d).year, day,
            bounds=lambda y: conj(start(y) <= day, day < start(y + 1)),
        )  # fmt: skip

    def month(self, day: Number) -> Number:
        """The month of a day."""
        return self.applications.apply(
            "month", lambda d: _date(d).month, day, bounds=lambda m: conj(m >= 1, m <= 12)
        )

    def day_of_month(self, day: Number) -> Number:
        """The day of the month."""
        return self.applications.apply(
            "day", lambda d: _date(d).day, day, bounds=lambda n: conj(n >= 1, n <= 31)
        )

    @staticmethod
    def weekday(day: Number) -> Number:
        """1 (Monday) to 7 (Sunday); 1970-01-01 was a Thursday."""
        return remainder(day + 3, 7) + 1

    # --- instants --------------------------------------------------------------------------------

    def local(self, instant: Number) -> Number:
        """An instant as microseconds on the wall clock of the zone."""

        def meaning(at: int) -> int:
            return _offset(EPOCH + at * MICROSECOND, self.zone)

        return instant + self.applications.apply(
            "offset", meaning, instant, bounds=lambda offset: self._kept(instant, offset)
        )

    def instant(self, wall: Number) -> Number:
        """The instant of a wall-clock time; the first of two, where the clock shows it twice."""

        def meaning(at: int) -> int:
            clock = (EPOCH + at * MICROSECOND).replace(tzinfo=self.zone)
            found = clock.utcoffset()
            assert found is not None
            return found // MICROSECOND

        return wall - self.applications.apply(
            "offset of wall clock", meaning, wall,
            bounds=lambda offset: self._kept(wall, offset, _MOST),
        )  # fmt: skip

    def _kept(self, at: Number, offset: Number, later: int = 0) -> Bool:
        between = conj(offset >= -_MOST, offset <= _MOST)
        found = settled(self.zone)
        if found is None:
            return between
        return conj(
            between,
            implies(at >= found.last + later, equal(offset, found.since)),
            implies(at < found.first - later, equal(offset, found.before)),
        )

    def date_of(self, instant: Number) -> Number:
        """The day of an instant."""
        return quotient(self.local(instant), DAY)

    def time_of(self, instant: Number) -> Number:
        """The wall-clock time of an instant."""
        return remainder(self.local(instant), DAY)

    def add_to_instant(self, instant: Number, period: Parts) -> tuple[Number, Bool]:
        """An instant later, and whether there is one."""
        still = conj(equal(period.months, 0), equal(period.days, 0))
        moved = instant
        if still is not True:
            day = self.date_of(instant)
            to = self.add_months(day, period.months) + period.days
            shift = self.applications.apply(
                "shift", self._shift, instant, to,
                bounds=lambda s: self._plain_shift(instant, to, (to - day) * DAY, s),
            )  # fmt: skip
            moved = choose(still, instant, instant + shift)
        moved = moved + period.seconds * _SECOND
        there = day_in_range(self.date_of(moved))
        return moved, conj(equal(period.working_days, 0), there)

    def _shift(self, instant: int, day: int) -> int:
        """How far it is to the same wall-clock time on another day."""
        start = (EPOCH + instant * MICROSECOND).astimezone(self.zone)
        if not FIRST_DAY - 366 <= day <= LAST_DAY + 364:
            return (1 if day > 0 else -1) * _OUT_OF_CALENDAR * DAY
        moved = datetime.combine(DAY_ZERO + timedelta(days=day), start.timetz())
        return (moved.astimezone(UTC) - EPOCH) // MICROSECOND - instant

    def _plain_shift(self, instant: Number, to: Number, days: Number, shift: Number) -> Bool:
        calendar_end = conj(to >= FIRST_DAY - 366, to <= LAST_DAY + 364)
        near = conj(shift >= days - 2 * _MOST, shift <= days + 2 * _MOST)
        found = settled(self.zone)
        if found is not None:
            after = conj(instant >= found.last, to * DAY >= found.last + 2 * DAY)
            until = conj(instant < found.first, to * DAY < found.first - 2 * DAY)
            near = conj(near, implies(disj(after, until), equal(shift, days)))
        return implies(calendar_end, near)

    def date_and_time(self, day: Number, at: Number) -> Number:
        """The instant of a date and a wall-clock time."""
        return self.instant(day * DAY + at)


def choose_bounds(months: Number, forward: Bool, backward: Bool) -> Bool:
    """What holds for months forward, or backward."""
    if isinstance(months, int):
        return forward if months > 0 else backward
    return disj(conj(months >= 0, forward), conj(months < 0, backward))


def _date(day: int) -> date:
    return DAY_ZERO + timedelta(days=day)
