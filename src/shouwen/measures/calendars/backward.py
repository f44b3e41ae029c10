"""Counting backward: "10 working days before delivery", "3 days in advance"."""

from __future__ import annotations

from datetime import datetime

from shouwen.measures.calendars.calendar import Calendar
from shouwen.measures.calendars.deadline import (
    Counting,
    Deadline,
    close_day,
    exact_length,
    note_unpublished,
)
from shouwen.measures.calendars.errors import PeriodError
from shouwen.measures.calendars.months import add_months
from shouwen.measures.calendars.period import Period
from shouwen.measures.calendars.schedule import Schedule
from shouwen.measures.calendars.steps import Move, StepKind
from shouwen.measures.calendars.zones import SECOND_US, to_us


def latest_start(
    before: datetime,
    period: Period,
    calendar: Calendar,
    counting: Counting = Counting.CIVIL,
    *,
    clear: bool = False,
    roll: bool = True,
) -> Deadline:
    """The last moment at which something is done at least a period before an instant.

    The mirror image of `deadline`. The Civil Code does not say how to count backward; by analogy
    with articles 201 to 203 the day of `before` is not counted, the n-th day before it is the
    last day, the whole of which is in time, and where that is a day off the working day *before*
    it is, since a later one would shorten the notice.

    Args:
        before: aware. The version of the calendar in force then decides.
        period: how long before; its sign does not matter (`-P3D` and `P3D` are the same here).
        calendar: gives the time zone, the working days and the opening hours.
        counting: see `Counting`.
        clear: the strict reading of CIVIL: n *full* days lie between, so the act is done by the
            end of the day before the n-th.
        roll: whether CIVIL moves a last day that is a day off.

    Raises:
        PeriodError: when the counting has no meaning for the period.
        CalendarError: for a naive datetime, or a count that leads out of the calendar's years.
    """
    us = to_us(before, "The instant to count back from")
    length = abs(period)
    schedule = calendar.schedule_at(us)
    moves: list[Move] = []
    inclusive = True
    if not length:
        at = us
    elif counting is Counting.CIVIL and not length.is_exact:
        at, inclusive = _civil(us, length, schedule, moves, clear, roll)
    elif counting in (Counting.ELAPSED, Counting.CIVIL):
        at = us - exact_length(length)
        if counting is Counting.CIVIL:
            moves.append(Move(StepKind.HOURS_FROM_START, us, at))
    elif counting is Counting.SAME_TIME:
        at = _same_time(us, length, schedule, moves)
    else:
        at = _working(us, length, schedule, moves)
    note_unpublished(us, at, length, counting, schedule, moves)
    return Deadline(
        at,
        inclusive,
        before,
        -length,
        counting,
        calendar,
        moves,
        schedule,
    )


def _first_day(day: int, period: Period, schedule: Schedule, us: int, moves: list[Move]) -> int:
    """The day that months, days and working days lead back to from a day."""
    if period.months:
        day, clamped = add_months(day, -period.months)
        if clamped:
            moves.append(Move(StepKind.MONTH_END, us, us, day, day))
    day -= period.days
    if n := period.working_days:
        reached = schedule.nth_working_day_before(day, n)
        if skipped := day - reached - n:
            at = schedule.zones.instant(reached, 0)
            moves.append(Move(StepKind.SKIPPED, us, at, day - 1, reached + 1, skipped))
        day = reached
    return day


def _civil(
    us: int, period: Period, schedule: Schedule, moves: list[Move], clear: bool, roll: bool
) -> tuple[int, bool]:
    if period.seconds:
        raise PeriodError(
            f"{period.iso()}: the Civil Code counts in days or in hours, not in both.",
            hint="Count it as SAME_TIME, or write it in one of the two.",
        )
    zones = schedule.zones
    day = zones.local(us)[0]
    moves.append(Move(StepKind.START_NOT_COUNTED, us, zones.instant(day, 0), day, day - 1))
    last = _first_day(day, period, schedule, us, moves)
    if clear:
        last -= 1
        at = zones.instant(last, 0)
        moves.append(Move(StepKind.CLEAR_DAYS, zones.instant(last + 1, 0), at, last, last))
    if roll and not schedule.is_working(last):
        back = schedule.nth_working_day_before(last, 1)
        begins, ends = zones.instant(last, 0), zones.instant(back, 0)
        moves.append(Move(StepKind.ROLLED_BACK, begins, ends, last, back))
        last = back
    return close_day(last, us, schedule, moves)


def _same_time(us: int, period: Period, schedule: Schedule, moves: list[Move]) -> int:
    if period.is_exact:
        return us - period.seconds * SECOND_US
    zones = schedule.zones
    day, time = zones.local(us)
    day = _first_day(day, period, schedule, us, moves)
    at = zones.instant(day, time)
    if zones.fixed is None and zones.local(at)[1] != time:
        moves.append(Move(StepKind.MISSING_HOUR, at, at, day, day))
    return at - period.seconds * SECOND_US


def _working(us: int, period: Period, schedule: Schedule, moves: list[Move]) -> int:
    axis, zones = schedule.axis, schedule.zones
    at = axis.previous_open(us)
    if at != us:
        moves.append(Move(StepKind.START_OUTSIDE_HOURS, us, at))
    if not period.is_exact:
        day, time = zones.local(at)
        reached = zones.instant(_first_day(day, period, schedule, us, moves), time)
        at = axis.previous_open(reached)
        if at != reached:
            moves.append(Move(StepKind.END_OUTSIDE_HOURS, reached, at))
    if period.seconds:
        at = axis.last_instant(axis.position(at) - period.seconds * SECOND_US)
    return at
