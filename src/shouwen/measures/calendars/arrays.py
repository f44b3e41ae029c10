"""Deadlines of whole columns of instants: the vectorised twin of `deadline`.

The answers are those of `deadline`, to the microsecond (property-tested). Where a deadline depends
on the local day alone (CIVIL) or on the day and the time of day (SAME_TIME), it is looked up in a
table over all days; working time is a sum on the `WorkAxis`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shouwen.measures.calendars.calendar import Calendar
from shouwen.measures.calendars.deadline import Counting, exact_length
from shouwen.measures.calendars.errors import CalendarError, PeriodError
from shouwen.measures.calendars.months import add_months_array
from shouwen.measures.calendars.period import Period
from shouwen.measures.calendars.schedule import Schedule
from shouwen.measures.calendars.zones import DAY_US, SECOND_US, Int64s, day_number

Instants = NDArray[np.datetime64]
Bools = NDArray[np.bool_]

_NAT = np.iinfo(np.int64).min
_CHUNK = 1 << 14  # keeps the arrays of a chunk in the processor's cache
_OUT = -1  # a day that a count leads out of the calendar from


class Deadlines(NamedTuple):
    """The deadlines of an array of starts.

    Attributes:
        at: datetime64[us], UTC; NaT where the start is NaT.
        inclusive: whether an act at exactly `at` is in time (see `Deadline`).
        published: False where a deadline rests on holidays that are not published yet.
    """

    at: Instants
    inclusive: Bools
    published: Bools

    def met_by(self, instants: Instants) -> Bools:
        """Which acts, one for each deadline, are in time; False where either is NaT."""
        done = instants.astype("M8[us]")
        met: Bools = np.where(self.inclusive, done <= self.at, done < self.at)
        return met


def deadlines(
    starts: Instants,
    period: Period,
    calendar: Calendar,
    counting: Counting = Counting.CIVIL,
    *,
    pauses: tuple[Int64s, Instants, Instants] | None = None,
    roll: bool = True,
) -> Deadlines:
    """The deadlines of many starts.

    Args:
        starts: datetime64, UTC; NaT stays NaT.
        period: as in `deadline`.
        calendar: as in `deadline`; of several versions each start takes its own.
        counting: as in `deadline`.
        pauses: which start each pause belongs to (index), its beginnings and its ends (UTC);
            for WORKING, ELAPSED and SAME_TIME, and for CIVIL in exact time. They may be in any
            order and overlap.
        roll: as in `deadline`.

    Raises:
        PeriodError: as `deadline`; and for pauses of a CIVIL period in days.
        CalendarError: when a start or a deadline lies outside the calendar's years.
    """
    if period.is_negative:
        raise PeriodError(f"{period.iso()} runs backward.", hint="Use a positive period.")
    us = starts.astype("M8[us]").view(np.int64).ravel()
    at = np.empty(len(us), np.int64)
    inclusive = np.ones(len(us), np.bool_)
    published = np.ones(len(us), np.bool_)
    for rows, schedule in _by_version(us, calendar):
        count = _Counter(schedule, period, counting, roll)
        if isinstance(rows, slice):
            count.fill(us, at, inclusive, published)
        else:
            parts = at[rows], inclusive[rows], published[rows]
            count.fill(us[rows], *parts)
            at[rows], inclusive[rows], published[rows] = parts
    if pauses is not None:
        _check_pauses(period, counting)
        _add_pauses(us, at, published, pauses, period, calendar, counting)
    shape = starts.shape
    return Deadlines(
        at.view("M8[us]").reshape(shape), inclusive.reshape(shape), published.reshape(shape)
    )


def _by_version(us: Int64s, calendar: Calendar) -> list[tuple[slice | Int64s, Schedule]]:
    """The rows that each version of a calendar decides about; NaT goes with any."""
    versions = calendar.versions
    if len(versions) == 1 and versions[0].valid_from is None:
        return [(slice(None), versions[0].schedule)]
    edges = [
        _NAT
        if version.valid_from is None
        else version.schedule.zones.instant(day_number(version.valid_from), 0)
        for version in versions
    ]
    which = np.searchsorted(np.array(edges, np.int64), us, side="right") - 1
    which[us == _NAT] = 0
    if len(us) and int(which.min()) < 0:
        first = np.datetime64(int(us[which < 0].min()), "us")
        raise CalendarError(
            f"Calendar '{calendar.key}' has no version in force at {first}; "
            f"the first one begins on {versions[0].valid_from}."
        )
    found: list[tuple[slice | Int64s, Schedule]] = []
    for i, version in enumerate(versions):
        rows = np.nonzero(which == i)[0]
        if len(rows):
            found.append((rows if len(rows) < len(us) else slice(None), version.schedule))
    return found


class _Counter:
    """One period counted by one schedule, over chunks of starts."""

    def __init__(self, schedule: Schedule, period: Period, counting: Counting, roll: bool) -> None:
        self.schedule, self.period = schedule, period
        self.axis = schedule.axis if counting is Counting.WORKING else None
        self.inclusive: Bools | bool = True
        self.exact = period.seconds * SECOND_US
        self.days: Int64s | None = None
        self.rests: tuple[bool, bool] | None = None  # on days from the start; only on the last
        compute: Callable[[Int64s], Int64s]
        if not period:
            compute = _unchanged
        elif counting is Counting.CIVIL and not period.is_exact:
            if period.seconds:
                raise PeriodError(
                    f"{period.iso()}: the Civil Code counts in days or in hours, not in both.",
                    hint="Count it as SAME_TIME, or write it in one of the two.",
                )
            self._prepare_civil(roll)
            compute = self._civil
            if roll or schedule.has_hours or period.working_days:
                self.rests = (period.working_days > 0, True)
        elif counting in (Counting.ELAPSED, Counting.CIVIL) or (
            counting is Counting.SAME_TIME and period.is_exact
        ):
            self.exact = exact_length(period)
            compute = self._elapsed
        elif counting is Counting.SAME_TIME:
            self.days = self._reached_days()
            compute = self._same_time
            if period.working_days:
                self.rests = (True, True)
        else:
            if not period.is_exact:
                self.days = self._reached_days()
            compute = self._working
            self.rests = (True, True)
        self.compute = compute
        if schedule.holidays.statutory is None:
            self.rests = None

    def fill(self, us: Int64s, at: Int64s, inclusive: Bools, published: Bools) -> None:
        """Count a column, chunk by chunk."""
        for low in range(0, len(us), _CHUNK):
            chunk = us[low : low + _CHUNK]
            missing = chunk == _NAT
            some_missing = bool(missing.any())
            if some_missing:
                # Any instant inside the calendar does in place of a missing one.
                inside = self.schedule.zones.instant(self.schedule.first + 400, 0)
                chunk = np.where(missing, inside, chunk)
            self._check(chunk)
            result = self.compute(chunk)
            if isinstance(self.inclusive, bool):
                inclusive[low : low + _CHUNK] = self.inclusive
            else:
                day = self._local_day(chunk) - self.schedule.first
                inclusive[low : low + _CHUNK] = self.inclusive[day]
            if self.rests is not None and self._may_rest_on_unpublished(chunk, result):
                published[low : low + _CHUNK] = self._published(chunk, result)
            if some_missing:
                result = np.where(missing, _NAT, result)
                published[low : low + _CHUNK] |= missing
                inclusive[low : low + _CHUNK] |= missing
            at[low : low + _CHUNK] = result

    # --- countings ---------------------------------------------------------------------------

    def _elapsed(self, us: Int64s) -> Int64s:
        return us + self.exact

    def _civil(self, us: Int64s) -> Int64s:
        at: Int64s = self.ends[self._local_day(us) - self.schedule.first]
        if int(at.min()) < 0:
            raise self._outside()
        return at

    def _same_time(self, us: Int64s) -> Int64s:
        assert self.days is not None
        zones = self.schedule.zones
        day, time = zones.locals(us)
        reached = self.days[day - self.schedule.first]
        if int(reached.min()) < 0:
            raise self._outside()
        return zones.instants(reached, time) + self.exact

    def _working(self, us: Int64s) -> Int64s:
        assert self.axis is not None
        axis = self.axis
        if self.days is None:  # W does not change between closing and opening
            return axis.instants(axis.positions(us) + self.exact)
        exact, self.exact = self.exact, 0
        try:
            at = axis.next_opens(self._same_time(axis.next_opens(us)))
        finally:
            self.exact = exact
        return axis.instants(axis.positions(at) + exact) if exact else at

    # --- tables ------------------------------------------------------------------------------

    def _reached_days(self) -> Int64s:
        """For every day of the schedule the day that months, days and working days lead to."""
        schedule, period = self.schedule, self.period
        days = np.arange(schedule.first, schedule.last + 1, dtype=np.int64)
        if period.months:
            days = add_months_array(days, period.months)
        days = days + period.days
        if period.working_days:
            inside = days <= schedule.last
            k = schedule.number[np.where(inside, days - schedule.first, 0)] + period.working_days
            inside &= k <= len(schedule.working_days)
            days = np.where(inside, schedule.working_days[np.where(inside, k - 1, 0)], _OUT)
        return np.where(days <= schedule.last, days, _OUT)

    def _prepare_civil(self, roll: bool) -> None:
        schedule = self.schedule
        last = self._reached_days()
        inside = last >= 0
        index = np.where(inside, last - schedule.first, 0)
        if roll:
            k = schedule.number[index]
            rolling = inside & ~schedule.working[index]
            inside &= ~rolling | (k < len(schedule.working_days))
            following = schedule.working_days[np.minimum(k, len(schedule.working_days) - 1)]
            self.unrolled = last
            last = np.where(rolling, following, last)
            index = np.where(inside, last - schedule.first, 0)
        else:
            self.unrolled = last
        closing = schedule.closing[index]
        ends = schedule.zones.instants(np.where(inside, last, 0), closing)
        self.ends = np.where(inside, ends, _OUT)
        by_hours = closing != DAY_US
        alike = by_hours.all() or not by_hours.any()
        self.inclusive = bool(by_hours[0]) if alike else by_hours

    # --- checks ------------------------------------------------------------------------------

    def _may_rest_on_unpublished(self, us: Int64s, at: Int64s) -> bool:
        """Whether the days from the first start to the last deadline are not all published."""
        local = self.schedule.zones.local
        first, last = local(int(us.min()))[0], local(int(at.max()) - 1)[0]
        return self.schedule.rests_on_unpublished(first, max(first, last))

    def _published(self, us: Int64s, at: Int64s) -> Bools:
        schedule, zones = self.schedule, self.schedule.zones
        assert self.rests is not None
        before = schedule.unpublished_before
        if self.rests[0]:
            first = self._local_day(us)
        else:
            first = self.unrolled[self._local_day(us) - schedule.first]
        last = zones.locals(at - 1)[0]
        # A start and a deadline in the same microsecond's day count that day once.
        last = np.maximum(first, last)
        known: Bools = before[last - schedule.first + 1] == before[first - schedule.first]
        return known

    def _local_day(self, us: Int64s) -> Int64s:
        zones = self.schedule.zones
        return (us + zones.offsets_at(us)) // DAY_US

    def _check(self, us: Int64s) -> None:
        axis_first = self.schedule.zones.instant(self.schedule.first, 0)
        axis_last = self.schedule.zones.instant(self.schedule.last, DAY_US)
        if self.compute in (_unchanged, self._elapsed):
            return
        if len(us) and not (axis_first <= int(us.min()) and int(us.max()) < axis_last):
            raise self._outside()

    def _outside(self) -> CalendarError:
        return CalendarError(
            f"{self.schedule.reach}; a start, or the end of {self.period.iso()}, lies outside."
        )


def _unchanged(us: Int64s) -> Int64s:
    return us


# --- pauses ----------------------------------------------------------------------------------


def _check_pauses(period: Period, counting: Counting) -> None:
    if counting is Counting.CIVIL and not period.is_exact:
        raise PeriodError(
            f"{period.iso()}: pauses of a CIVIL period in days are not counted in columns.",
            hint="Use deadline for these rows.",
        )


def _add_pauses(
    us: Int64s,
    at: Int64s,
    published: Bools,
    pauses: tuple[Int64s, Instants, Instants],
    period: Period,
    calendar: Calendar,
    counting: Counting,
) -> None:
    """Move deadlines on by their pauses; in rounds, one pause of every row at a time."""
    rows, begins, ends = pauses
    working = counting is Counting.WORKING or period.working_days > 0
    of_row = np.asarray(rows, np.int64)
    begin = begins.astype("M8[us]").view(np.int64)
    end = ends.astype("M8[us]").view(np.int64)
    if bool(((begin == _NAT) | (end == _NAT)).any()):
        raise CalendarError("A pause has no beginning or no end. Leave it out or close it.")
    if bool((end < begin).any()):
        raise CalendarError("A pause ends before it begins. Swap its two instants.")
    begin = np.maximum(begin, us[of_row])
    keep = (end > begin) & (us[of_row] != _NAT)
    of_row, begin, end = of_row[keep], begin[keep], end[keep]
    order = np.lexsort((end, begin, of_row))
    of_row, begin, end = of_row[order], begin[order], end[order]
    # The part of each pause that no earlier pause of the row covers.
    covered = _running_max_by_group(of_row, end)
    begin = np.maximum(begin, covered)
    keep = end > begin
    of_row, begin, end = of_row[keep], begin[keep], end[keep]
    rank = _rank_in_group(of_row)
    schedules = _by_version(us, calendar)
    for k in range(int(rank.max(initial=-1)) + 1):
        this = rank == k
        row, first, last = of_row[this], begin[this], end[this]
        late = first < at[row]
        row, first, last = row[late], first[late], last[late]
        if not working:
            at[row] += last - first
            continue
        for part, schedule in schedules:
            mine = np.ones(len(row), np.bool_) if isinstance(part, slice) else np.isin(row, part)
            axis, r = schedule.axis, row[mine]
            length = axis.positions(last[mine]) - axis.positions(first[mine])
            r, length = r[length > 0], length[length > 0]
            at[r] = axis.instants(axis.positions(at[r]) + length)
    if not working:
        return
    for part, schedule in schedules:
        if schedule.holidays.statutory is not None:
            r = np.unique(of_row if isinstance(part, slice) else np.intersect1d(of_row, part))
            first_day = schedule.zones.locals(us[r])[0] - schedule.first
            last_day = schedule.zones.locals(at[r] - 1)[0] - schedule.first
            before = schedule.unpublished_before
            published[r] = before[last_day + 1] == before[first_day]


def _running_max_by_group(group: Int64s, values: Int64s) -> Int64s:
    """For each entry the greatest value before it in its group (sorted); very small if none."""
    lowest = np.iinfo(np.int64).min
    if not len(values):
        return values
    # Ranks instead of values, set apart by group, so that one running maximum serves all groups.
    known, rank = np.unique(values, return_inverse=True)
    begins = _group_begins(group)
    apart = np.cumsum(begins) * (len(known) + 1)
    top = np.maximum.accumulate(rank + apart) - apart
    result = np.full(len(values), lowest, np.int64)
    result[1:] = known[top[:-1].clip(0)]
    result[begins] = lowest
    return result


def _group_begins(group: Int64s) -> Bools:
    return np.concatenate(([True], group[1:] != group[:-1]))


def _rank_in_group(group: Int64s) -> Int64s:
    if not len(group):
        return group
    places = np.arange(len(group))
    first: Int64s = np.maximum.accumulate(np.where(_group_begins(group), places, 0))
    return places - first
