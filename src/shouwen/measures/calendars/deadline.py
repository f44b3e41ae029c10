"""Deadlines: from an instant, a period and a calendar to the last moment that is in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum

from shouwen.measures.calendars.calendar import Calendar
from shouwen.measures.calendars.errors import CalendarError, PeriodError
from shouwen.measures.calendars.months import add_months
from shouwen.measures.calendars.period import Period
from shouwen.measures.calendars.schedule import Schedule
from shouwen.measures.calendars.steps import Move, Step, StepKind, worded, worth_a_word
from shouwen.measures.calendars.zones import DAY_US, SECOND_US, from_us, to_us


class Counting(Enum):
    """How a period is counted.

    Attributes:
        ELAPSED: exact time; a day is 24 hours. Months and working days have no exact length and
            are refused.
        CIVIL: 民法典 200 to 204. The start day is not counted (201); the period ends at 24:00 of
            its last day or at the close of business where there is one (203); a last day that is
            a day off moves to the next working day (203); a month ends on the corresponding day
            or, where there is none, on its last (202). Periods in hours, minutes and seconds run
            from the start (201) and do not move. Days and hours in one period are refused.
        SAME_TIME: the same local time some days, months or working days later.
        WORKING: seconds pass only in opening hours. A start outside them moves to the next
            opening; working days (and days, months) lead to the same local time on the day
            reached, moved into opening hours.
    """

    ELAPSED = "elapsed"
    CIVIL = "civil"
    SAME_TIME = "same time of day"
    WORKING = "working time"


@dataclass(frozen=True, init=False)
class Deadline:
    """The last moment that is in time, and how it was reached.

    Attributes:
        at: the instant, in the calendar's zone. "24:00 of a day" is 00:00 of the next day.
        inclusive: whether an act at exactly `at` is in time. It is for "within 30 minutes"
            (民法典 1259: 以内 includes) and at a close of business; it is not at 24:00 of a day,
            which is already the next day.
        start: the instant that the period was counted from.
        period: the period.
        counting: how it was counted.
        calendar: the key of the calendar.
    """

    at: datetime
    inclusive: bool
    start: datetime
    period: Period
    counting: Counting
    calendar: str
    _moves: tuple[Move, ...] = field(repr=False)
    _schedule: Schedule = field(repr=False, compare=False)

    def __init__(
        self,
        at: int,
        inclusive: bool,
        start: datetime,
        period: Period,
        counting: Counting,
        calendar: Calendar,
        moves: list[Move],
        schedule: Schedule,
    ) -> None:
        # Millions of these are made; what the dataclass would do for a frozen class takes longer
        # than the counting.
        self.__dict__.update(
            at=from_us(at, schedule.zone),
            inclusive=inclusive,
            start=start,
            period=period,
            counting=counting,
            calendar=calendar.key,
            _moves=tuple(moves),
            _schedule=schedule,
        )

    @property
    def steps(self) -> tuple[Step, ...]:
        """The rules that moved the instant, in the order in which they did."""
        started = self.start.astimezone(self._schedule.zone).date()
        return tuple(worded(move, self._schedule, started) for move in self._moves)

    @property
    def published(self) -> bool:
        """False where the deadline rests on a year whose holidays are not published yet."""
        return all(move.kind is not StepKind.UNPUBLISHED for move in self._moves)

    @property
    def last_day(self) -> date:
        """The last local day on which an act can be in time."""
        return (self.at if self.inclusive else self.at - timedelta(microseconds=1)).date()

    def met_by(self, instant: datetime) -> bool:
        """Whether an act at an instant is in time."""
        us, at = to_us(instant), to_us(self.at)
        return us <= at if self.inclusive else us < at

    def time_left(self, instant: datetime) -> timedelta:
        """Elapsed time from an instant to `at`; negative when it is past."""
        return timedelta(microseconds=to_us(self.at) - to_us(instant))


def deadline(
    start: datetime,
    period: Period,
    calendar: Calendar,
    counting: Counting = Counting.CIVIL,
    *,
    pauses: Sequence[tuple[datetime, datetime]] = (),
    roll: bool = True,
) -> Deadline:
    """The deadline of a period that begins at an instant.

    Args:
        start: aware. The version of the calendar in force then decides.
        period: not negative; for a period that runs backward see `latest_start`.
        calendar: gives the time zone, the working days and the opening hours.
        counting: see `Counting`.
        pauses: pairs of instants between which the clock stands still, in any order; they may
            overlap. What they take is added after the period: working time for working days and
            for `WORKING`, elapsed time else. A pause that begins once the deadline has passed
            changes nothing.
        roll: whether `CIVIL` moves a last day that is a day off (民法典 203 I).

    Raises:
        PeriodError: when the period is negative or the counting has no meaning for it.
        CalendarError: for a naive datetime, a pause that ends before it begins, or a count that
            leads out of the years the calendar reaches over.
    """
    us = to_us(start, "The start")
    months, days, working_days = period.months, period.days, period.working_days
    exact = not (months or days or working_days)
    if period.seconds < 0 or (not exact and period.is_negative):
        raise PeriodError(f"{period.iso()} runs backward.", hint="Use latest_start for it.")
    schedule = calendar.schedule_at(us)
    moves: list[Move] = []
    if exact and not period.seconds:
        at, inclusive = us, True
    elif counting is Counting.CIVIL and not exact:
        at, inclusive = _civil(us, period, schedule, moves, _merged(pauses, us), roll)
        pauses = ()
    elif counting is Counting.ELAPSED or counting is Counting.CIVIL:
        at, inclusive = us + exact_length(period), True
        if counting is Counting.CIVIL:
            moves.append(Move(StepKind.HOURS_FROM_START, us, at))
    elif counting is Counting.SAME_TIME:
        at, inclusive = _same_time(us, period, schedule, moves), True
    else:
        at, inclusive = _working(us, period, schedule, moves), True
    if pauses:
        working = counting is Counting.WORKING or working_days > 0
        at = _extend(at, _merged(pauses, us), schedule, working, moves)
    if schedule.holidays.statutory is not None and (
        roll or schedule.has_hours or counting is not Counting.CIVIL or working_days
    ):
        note_unpublished(us, at, period, counting, schedule, moves)
    return Deadline(
        at,
        inclusive,
        start,
        period,
        counting,
        calendar,
        moves,
        schedule,
    )


def end_of_day(instant: datetime, calendar: Calendar) -> Deadline:
    """The end of the day of an instant (当日内): 24:00, or the close of business.

    The day does not move, working day or not.
    """
    us = to_us(instant)
    schedule = calendar.schedule_at(us)
    moves: list[Move] = []
    at, inclusive = close_day(schedule.zones.local(us)[0], us, schedule, moves)
    return Deadline(
        at,
        inclusive,
        instant,
        Period(),
        Counting.CIVIL,
        calendar,
        moves,
        schedule,
    )


# --- the countings ---------------------------------------------------------------------------


def exact_length(period: Period) -> int:
    """The length of a period in microseconds, where it has one; a day is 24 hours here."""
    if period.months or period.working_days:
        raise PeriodError(
            f"{period.iso()} has no exact length.",
            hint="Count it as CIVIL, SAME_TIME or WORKING, or write it in days and hours.",
        )
    return (period.days * 86_400 + period.seconds) * SECOND_US


def last_day(day: int, period: Period, schedule: Schedule, us: int, moves: list[Move]) -> int:
    """The day that a period of months, days and working days leads to from a day."""
    if period.months:
        day, clamped = add_months(day, period.months)
        if clamped:
            moves.append(Move(StepKind.MONTH_END, us, us, day, day))
    day += period.days
    if n := period.working_days:
        reached = schedule.nth_working_day_after(day, n)
        if skipped := reached - day - n:
            at = schedule.zones.instant(reached, 0)
            moves.append(Move(StepKind.SKIPPED, us, at, day + 1, reached - 1, skipped))
        day = reached
    return day


def _civil(
    us: int,
    period: Period,
    schedule: Schedule,
    moves: list[Move],
    pauses: list[tuple[int, int]],
    roll: bool,
) -> tuple[int, bool]:
    if period.seconds:
        raise PeriodError(
            f"{period.iso()}: the Civil Code counts in days or in hours, not in both.",
            hint="Count it as SAME_TIME, or write it in one of the two.",
        )
    zones = schedule.zones
    first = zones.local(us)[0]
    moves.append(
        Move(StepKind.START_NOT_COUNTED, us, zones.instant(first + 1, 0), first, first + 1)
    )
    last = last_day(first, period, schedule, us, moves)
    if not pauses:
        if roll:
            last = rolled(last, schedule, moves)
        return close_day(last, us, schedule, moves)
    at, inclusive = close_day(last, us, schedule, moves)
    for begins, ends in pauses:
        if begins >= at and roll:
            at, inclusive = _roll_instant(at, inclusive, schedule, moves)
        if begins < at:
            at = _extend(at, [(begins, ends)], schedule, period.working_days > 0, moves)
    return _roll_instant(at, inclusive, schedule, moves) if roll else (at, inclusive)


def rolled(day: int, schedule: Schedule, moves: list[Move]) -> int:
    """The day itself if it is a working day, else the next one (民法典 203 I)."""
    if schedule.is_working(day):
        if (day + 3) % 7 >= 5 and worth_a_word(schedule, day):
            at = schedule.zones.instant(day, 0)
            moves.append(Move(StepKind.MAKE_UP_DAY, at, at, day, day))
        return day
    reached = schedule.nth_working_day_after(day, 1)
    before, after = schedule.zones.instant(day, 0), schedule.zones.instant(reached, 0)
    moves.append(Move(StepKind.ROLLED_FORWARD, before, after, day, reached))
    return reached


def _roll_instant(
    at: int, inclusive: bool, schedule: Schedule, moves: list[Move]
) -> tuple[int, bool]:
    day = schedule.zones.local(at if inclusive else at - 1)[0]
    if schedule.is_working(day):
        return at, inclusive
    return close_day(rolled(day, schedule, moves), at, schedule, moves)


def close_day(day: int, us: int, schedule: Schedule, moves: list[Move]) -> tuple[int, bool]:
    """When a day ends for a period, and whether that instant is still in time."""
    closing = schedule.closing_time(day)
    at = schedule.zones.instant(day, closing)
    by_hours = closing != DAY_US
    kind = StepKind.CLOSE_OF_BUSINESS if by_hours else StepKind.END_OF_DAY
    moves.append(Move(kind, us, at, day, day))
    return at, by_hours


def _same_time(us: int, period: Period, schedule: Schedule, moves: list[Move]) -> int:
    if period.is_exact:
        return us + period.seconds * SECOND_US
    zones = schedule.zones
    day, time = zones.local(us)
    day = last_day(day, period, schedule, us, moves)
    at = zones.instant(day, time)
    if zones.fixed is None and zones.local(at)[1] != time:
        moves.append(Move(StepKind.MISSING_HOUR, at, at, day, day))
    return at + period.seconds * SECOND_US


def _working(us: int, period: Period, schedule: Schedule, moves: list[Move]) -> int:
    axis, zones = schedule.axis, schedule.zones
    if period.is_exact:
        begins, at = axis.advance(us, period.seconds * SECOND_US)
        if begins != us:
            moves.append(Move(StepKind.START_OUTSIDE_HOURS, us, begins))
        return at
    begins = axis.next_open(us)
    if begins != us:
        moves.append(Move(StepKind.START_OUTSIDE_HOURS, us, begins))
    day, time = zones.local(begins)
    reached = zones.instant(last_day(day, period, schedule, us, moves), time)
    at = axis.next_open(reached)
    if at != reached:
        moves.append(Move(StepKind.END_OUTSIDE_HOURS, reached, at))
    return axis.advance(at, period.seconds * SECOND_US)[1] if period.seconds else at


# --- pauses and provisos -----------------------------------------------------------------------


def _merged(pauses: Sequence[tuple[datetime, datetime]], us: int) -> list[tuple[int, int]]:
    """Pauses from the start on, in order and apart."""
    merged: list[tuple[int, int]] = []
    for pair in sorted((to_us(b, "A pause"), to_us(e, "A pause")) for b, e in pauses):
        begins, ends = max(pair[0], us), pair[1]
        if ends < pair[0]:
            raise CalendarError("A pause ends before it begins. Swap its two instants.")
        if ends <= begins:
            continue
        if merged and begins <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(ends, merged[-1][1]))
        else:
            merged.append((begins, ends))
    return merged


def _extend(
    at: int, pauses: list[tuple[int, int]], schedule: Schedule, working: bool, moves: list[Move]
) -> int:
    """Move a deadline on by the pauses that begin before it."""
    axis = schedule.axis
    for begins, ends in pauses:
        if begins >= at:
            break
        length = axis.position(ends) - axis.position(begins) if working else ends - begins
        if length:
            later = axis.instant(axis.position(at) + length) if working else at + length
            moves.append(Move(StepKind.PAUSED, at, later, amount=length))
            at = later
    return at


def note_unpublished(
    us: int,
    at: int,
    period: Period,
    counting: Counting,
    schedule: Schedule,
    moves: list[Move],
) -> None:
    """Say so when the deadline rests on days that no notice covers yet."""
    if schedule.holidays.statutory is None:
        return
    local = schedule.zones.local
    if period.working_days or counting is Counting.WORKING:
        first = local(min(us, at))[0]
    elif counting is Counting.CIVIL and not period.is_exact:
        rolls = [m for m in moves if m.kind in (StepKind.ROLLED_FORWARD, StepKind.ROLLED_BACK)]
        first = min([rolls[0].first_day, rolls[0].last_day]) if rolls else local(at - 1)[0]
    else:
        return
    last = local(max(us, at) - 1)[0]
    if first <= last and schedule.rests_on_unpublished(first, last):
        while not schedule.rests_on_unpublished(first, first):
            first += 1
        moves.append(Move(StepKind.UNPUBLISHED, at, at, first, first))
