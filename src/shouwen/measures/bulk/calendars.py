"""Deadlines by joining tables of days: the twin of `calendars.deadline` in SQL.

A calendar becomes two constant tables: its days (which working day it is, when it ends, when the
next working day ends) and its open spans (with the working time before each). A period in days is
then one join on the day reached, one on the number of the working day; working time is two joins
on the axis of working time. Versions of a calendar are rows of their own; the version in force at
the start decides.

What cannot be counted (days and hours in one civil period, a month without an exact length, a day
that the calendar does not reach) gives no deadline and names `UNCOUNTABLE`; the reference evaluator
names the message of the error instead.
"""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import numpy as np
import pyarrow as pa

from shouwen.measures.bulk.errors import NotLoweredYet
from shouwen.measures.bulk.expressions import add_days, add_months
from shouwen.measures.bulk.frames import Frame
from shouwen.measures.bulk.sqltypes import (
    DAY_US,
    INSTANT,
    SECOND_US,
    Expr,
    Table,
    day_number,
    day_of,
    either,
    holds,
    instant,
    null,
    shifted,
    us,
    whole,
)
from shouwen.measures.bulk.steps import Steps
from shouwen.measures.bulk.zones import Local, Zone
from shouwen.measures.calendars import Calendar, Counting
from shouwen.measures.calendars.zones import SECOND_US as US

UNCOUNTABLE = "a period that the calendar can count"

DAY_COLUMNS = {
    "version": "int64", "day": "int64", "number": "int64", "working": "boolean",
    "ends": "int64", "inclusive": "boolean", "rolled": "int64", "rolled_inclusive": "boolean",
}  # fmt: skip
_SPANS = {
    "version": "int64", "opens": "int64", "closes": "int64", "before": "int64",
    "next_opens": "int64",
}  # fmt: skip


@dataclass(frozen=True)
class Limit:
    """The columns of a limit: the last instant, and whether it is itself in time.

    Both are NULL where there is none.
    """

    at: str
    inclusive: str


def met_by(table: Table, limit: Limit, at: Expr) -> Expr:
    """Whether an act at an instant is in time; NULL without a limit."""
    edge = table[limit.at]
    return (at < edge) | ((at == edge) & table[limit.inclusive])


def last_instant(table: Table, limit: Limit) -> Expr:
    """The last second in time: a day that ends at 24:00 is still that day."""
    edge = table[limit.at]
    return ibis.ifelse(table[limit.inclusive], edge, shifted(edge, whole(-1)))


@dataclass(frozen=True)
class Clock:
    """How a duty counts, as joins. `zone` is that of the measure."""

    steps: Steps
    calendar: Calendar
    counting: Counting
    zone: Zone
    roll: bool = True

    # --- tables -----------------------------------------------------------------------------

    @property
    def own_zone(self) -> Zone:
        """The zone of the calendar."""
        return Zone(self.steps, self.calendar.zone.key)

    @property
    def days(self) -> Table:
        """The days of the calendar (`DAY_COLUMNS`), a constant table."""
        name = f"calendar {self.calendar.key} days"
        return self.steps.constant(name, DAY_COLUMNS, lambda: _day_rows(self.calendar))

    @property
    def _spans(self) -> Table:
        name = f"calendar {self.calendar.key} spans"
        return self.steps.constant(name, _SPANS, lambda: _span_rows(self.calendar))

    def version_on(self, day: Expr) -> Expr:
        """The version in force on a local date; NULL before the first."""
        found: list[tuple[Expr, Expr]] = []
        for i, version in reversed(list(enumerate(self.calendar.versions))):
            if version.valid_from is None:
                return ibis.cases(*found, else_=whole(i)) if found else whole(i)
            found.append((day >= ibis.literal(version.valid_from, type="date"), whole(i)))
        return ibis.cases(*found, else_=null("int64"))

    # --- a period from an instant -----------------------------------------------------------

    def after(self, frame: Frame, start: str, length: str, *, exact: bool = False) -> Limit:
        """The limit of a period (a column) that runs from an instant (a column).

        With `exact`, all periods of the column are known to be exact time.
        """
        prefix = frame.fresh("limit")
        limit = Limit(f"{prefix}at", f"{prefix}inclusive")
        if exact and self.counting is not Counting.WORKING:
            table = frame.table
            at = shifted(table[start], table[length].seconds)
            yes = ibis.ifelse(at.isnull(), null("boolean"), ibis.literal(True))
            frame.add(**{limit.at: at, limit.inclusive: yes})
            return limit
        zone = self.own_zone
        frame.table, local = zone.local(frame.table, start, prefix)
        frame.add(**{f"{prefix}v": self.version_on(frame.table[local.day])})
        match self.counting:
            case Counting.CIVIL:
                at, inclusive = self._civil(frame, start, length, local, prefix)
            case Counting.ELAPSED:
                at, inclusive = self._elapsed(frame, start, length), ibis.literal(True)
            case Counting.SAME_TIME:
                at = self._same_time(frame, start, length, local, prefix)
                inclusive = ibis.literal(True)
            case _:
                at = self._working(frame, start, length, prefix)
                inclusive = ibis.literal(True)
        period, begun = frame.table[length], frame.table[start]
        zero = (
            (period.months == 0)
            & (period.days == 0)
            & (period.working_days == 0)
            & (period.seconds == 0)
        )
        backward = ibis.least(period.months, period.days, period.working_days, period.seconds) < 0
        void = period.isnull() | begun.isnull() | holds(backward)
        at = ibis.cases((void, null(INSTANT)), (zero, begun), else_=at)
        frame.add(**{limit.at: at, limit.inclusive: ibis.ifelse(holds(zero), True, inclusive)})
        at = frame.table[limit.at]
        frame.add(
            **{limit.inclusive: ibis.ifelse(at.isnull(), null("boolean"),
                                            frame.table[limit.inclusive])}
        )  # fmt: skip
        keep = {limit.at, limit.inclusive}
        frame.drop(*(c for c in frame.table.columns if c.startswith(prefix) and c not in keep))
        return limit

    def _elapsed(self, frame: Frame, start: str, length: str) -> Expr:
        period = frame.table[length]
        seconds = period.days * 86_400 + period.seconds
        exact = (period.months == 0) & (period.working_days == 0)
        return ibis.ifelse(exact, shifted(frame.table[start], seconds), null(INSTANT))

    def _civil(
        self, frame: Frame, start: str, length: str, local: Local, prefix: str
    ) -> tuple[Expr, Expr]:
        ends, inclusive, _ = self._reached(frame, length, local.day, prefix)
        period = frame.table[length]
        exact = is_exact(period)
        at = ibis.cases(
            (exact, shifted(frame.table[start], period.seconds)),
            (period.seconds == 0, instant(frame.table[ends])),
            else_=null(INSTANT),
        )
        return at, exact | frame.table[inclusive]

    def _reached(self, frame: Frame, length: str, day: str, prefix: str) -> tuple[str, str, str]:
        """Columns: when the day that a period leads to ends, whether that is in time, and its
        number (1970-01-01 is 0)."""
        table = frame.table
        period = table[length]
        target = add_days(add_months(table[day], period.months), period.days)
        table = table.mutate(**{f"{prefix}target": day_number(target)})
        days = self.days
        right = days.select(**{f"{prefix}.{c}": days[c] for c in DAY_COLUMNS})
        table = table.left_join(
            right,
            [
                table[f"{prefix}v"] == right[f"{prefix}.version"],
                table[f"{prefix}target"] == right[f"{prefix}.day"],
            ],
        )
        n = table[length].working_days
        table = table.mutate(
            **{f"{prefix}k": ibis.ifelse(n > 0, table[f"{prefix}.number"] + n, null("int64"))}
        )
        working = days.filter(days["working"])
        right = working.select(**{f"{prefix}:{c}": working[c] for c in DAY_COLUMNS})
        table = table.left_join(
            right,
            [
                table[f"{prefix}v"] == right[f"{prefix}:version"],
                table[f"{prefix}k"] == right[f"{prefix}:number"],
            ],
        )
        counted = table[length].working_days > 0
        ends, inclusive = ("rolled", "rolled_inclusive") if self.roll else ("ends", "inclusive")
        frame.table = table.mutate(
            **{
                f"{prefix}ends": ibis.ifelse(
                    counted, table[f"{prefix}:ends"], table[f"{prefix}.{ends}"]
                ),
                f"{prefix}incl": ibis.ifelse(
                    counted, table[f"{prefix}:inclusive"], table[f"{prefix}.{inclusive}"]
                ),
                f"{prefix}reached": ibis.ifelse(
                    counted, table[f"{prefix}:day"], table[f"{prefix}.day"]
                ),
            }
        )
        return f"{prefix}ends", f"{prefix}incl", f"{prefix}reached"

    def _same_time(self, frame: Frame, start: str, length: str, local: Local, prefix: str) -> Expr:
        _, _, reached = self._reached(frame, length, local.day, prefix)
        frame.add(**{f"{prefix}day": day_of(frame.table[reached])})
        frame.table = self.own_zone.instants(
            frame.table, f"{prefix}day", local.time, f"{prefix}then"
        )
        period = frame.table[length]
        begun = ibis.ifelse(is_exact(period), frame.table[start], frame.table[f"{prefix}then"])
        return shifted(begun, period.seconds)

    def _working(self, frame: Frame, start: str, length: str, prefix: str) -> Expr:
        # Whole days run from the next opening, at the same local time, into opening hours.
        frame.add(**{f"{prefix}s": us(frame.table[start])})
        self._next_open(frame, f"{prefix}s", f"{prefix}open", prefix)
        frame.add(**{f"{prefix}begins": instant(frame.table[f"{prefix}open"])})
        frame.table, local = self.own_zone.local(frame.table, f"{prefix}begins", f"{prefix}b")
        _, _, reached = self._reached(frame, length, local.day, prefix)
        frame.add(**{f"{prefix}day": day_of(frame.table[reached])})
        frame.table = self.own_zone.instants(
            frame.table, f"{prefix}day", local.time, f"{prefix}then"
        )
        frame.add(**{f"{prefix}t": us(frame.table[f"{prefix}then"])})
        self._next_open(frame, f"{prefix}t", f"{prefix}topen", prefix)
        period = frame.table[length]
        begun = ibis.ifelse(
            is_exact(period), frame.table[f"{prefix}s"], frame.table[f"{prefix}topen"]
        )
        frame.add(**{f"{prefix}from": begun})
        self._advance(frame, f"{prefix}from", length, f"{prefix}done", prefix)
        period = frame.table[length]
        done = ibis.ifelse(
            period.seconds > 0, frame.table[f"{prefix}done"], frame.table[f"{prefix}from"]
        )
        return instant(done)

    # --- the axis of working time -------------------------------------------------------------

    def span_at(self, frame: Frame, key: str, column: str, prefix: str, mark: str) -> None:
        """Join the last span whose `column` is not after a key."""
        spans = self._spans
        right = spans.select(**{f"{prefix}{mark}{c}": spans[c] for c in _SPANS})
        left = frame.table
        frame.table = left.asof_join(
            right,
            on=left[key] >= right[f"{prefix}{mark}{column}"],
            predicates=[left[f"{prefix}v"] == right[f"{prefix}{mark}version"]],
        )

    def _next_open(self, frame: Frame, at: str, name: str, prefix: str) -> None:
        mark = f"{name.removeprefix(prefix)}~"
        self.span_at(frame, at, "opens", prefix, mark)
        t = frame.table
        is_open = t[at] < t[f"{prefix}{mark}closes"]
        first = ibis.cases(
            *(
                (t[f"{prefix}v"] == i, whole(int(v.schedule.axis.opens[0])))
                for i, v in enumerate(self.calendar.versions)
            ),
            else_=null("int64"),
        )
        reach = self.within_reach(t, at, prefix)
        opened = ibis.cases(
            (t[f"{prefix}{mark}opens"].isnull(), first),
            (is_open, t[at]),
            else_=t[f"{prefix}{mark}next_opens"],
        )
        frame.add(**{name: ibis.ifelse(holds(reach), opened, null("int64"))})

    def within_reach(self, table: Table, at: str, prefix: str) -> Expr:
        """Whether an instant (a column of microseconds) lies in the years of the calendar."""
        return either(
            *(
                (table[f"{prefix}v"] == i)
                & table[at].between(int(v.schedule.axis.first), int(v.schedule.axis.last))
                for i, v in enumerate(self.calendar.versions)
            )
        )

    def _advance(self, frame: Frame, at: str, length: str, name: str, prefix: str) -> None:
        """The first instant by which the seconds of a period (above 0) are worked."""
        self.span_at(frame, at, "opens", prefix, "a~")
        t = frame.table
        worked = ibis.least(t[at], t[f"{prefix}a~closes"]) - t[f"{prefix}a~opens"]
        position = ibis.ifelse(t[f"{prefix}a~opens"].isnull(), 0, t[f"{prefix}a~before"] + worked)
        wanted = position + t[length].seconds * SECOND_US
        frame.add(**{f"{prefix}w": ibis.ifelse(t[at].isnull(), null("int64"), wanted)})
        frame.add(**{f"{prefix}w1": frame.table[f"{prefix}w"] - 1})
        self.span_at(frame, f"{prefix}w1", "before", prefix, "w~")
        t = frame.table
        rest = t[f"{prefix}w"] - t[f"{prefix}w~before"]
        fits = rest <= t[f"{prefix}w~closes"] - t[f"{prefix}w~opens"]
        frame.add(**{name: ibis.ifelse(holds(fits), t[f"{prefix}w~opens"] + rest, null("int64"))})

    # --- a day or an instant ------------------------------------------------------------------

    def at_instant(self, frame: Frame, at: str) -> Limit:
        """The limit of an instant: it is in time unless it is the 24:00 of a day."""
        prefix = frame.fresh("limit")
        frame.table, local = self.zone.local(frame.table, at, prefix)
        inclusive = frame.table[local.time] != 0
        frame.add(**{f"{prefix}at": frame.table[at], f"{prefix}inclusive": inclusive})
        frame.drop(local.day, local.time)
        return Limit(f"{prefix}at", f"{prefix}inclusive")

    def at_day(self, frame: Frame, day: str) -> Limit:
        """The limit of a day: its 24:00 or close of business, after the roll over holidays."""
        prefix = frame.fresh("limit")
        if not self.roll:
            time = f"{prefix}time"
            frame.add(**{time: whole(DAY_US)})
            frame.table = self.zone.instants(frame.table, day, time, f"{prefix}at")
            known = frame.table[f"{prefix}at"].notnull()
            frame.add(**{f"{prefix}inclusive": ibis.ifelse(known, False, null("boolean"))})
            frame.drop(time)
            return Limit(f"{prefix}at", f"{prefix}inclusive")
        if self.calendar.zone.key != self.zone.key:
            raise NotLoweredYet("a day as limit by a calendar of another zone")
        number = day_number(frame.table[day])
        # The period runs from the day before, and so does the version that decides.
        frame.add(**{f"{prefix}d": number, f"{prefix}v": self.version_on(day_of(number - 1))})
        days = self.days
        right = days.select(**{f"{prefix}.{c}": days[c] for c in DAY_COLUMNS})
        left = frame.table
        table = left.left_join(
            right,
            [
                left[f"{prefix}v"] == right[f"{prefix}.version"],
                left[f"{prefix}d"] == right[f"{prefix}.day"],
            ],
        )
        frame.table = table.mutate(
            **{
                f"{prefix}at": instant(table[f"{prefix}.rolled"]),
                f"{prefix}inclusive": table[f"{prefix}.rolled_inclusive"],
            }
        ).drop(f"{prefix}d", f"{prefix}v", *(f"{prefix}.{c}" for c in DAY_COLUMNS))
        return Limit(f"{prefix}at", f"{prefix}inclusive")


def is_exact(period: Expr) -> Expr:
    """Whether a period is exact time."""
    return (period.months == 0) & (period.days == 0) & (period.working_days == 0)


def _day_rows(calendar: Calendar) -> pa.Table:
    parts = []
    for i, version in enumerate(calendar.versions):
        s = version.schedule
        days = np.arange(s.first, s.last + 1, dtype=np.int64)
        ends = s.zones.instants(days, s.closing)
        inclusive = s.closing != 86_400 * US
        following = np.searchsorted(s.working_days, days)
        reached = following < len(s.working_days)
        rolled = s.working_days[np.minimum(following, len(s.working_days) - 1)] - s.first
        parts.append(
            pa.table(
                {
                    "version": np.full(len(days), i),
                    "day": days,
                    "number": s.number,
                    "working": s.working,
                    "ends": ends,
                    "inclusive": inclusive,
                    "rolled": pa.array(ends[rolled], mask=~reached),
                    "rolled_inclusive": pa.array(inclusive[rolled], mask=~reached),
                }
            )
        )
    return pa.concat_tables(parts)


def _span_rows(calendar: Calendar) -> pa.Table:
    parts = []
    for i, version in enumerate(calendar.versions):
        axis = version.schedule.axis
        last = np.zeros(len(axis.opens), np.bool_)
        last[-1] = True
        parts.append(
            pa.table(
                {
                    "version": np.full(len(axis.opens), i),
                    "opens": axis.opens,
                    "closes": axis.closes,
                    "before": axis.before,
                    "next_opens": pa.array(np.roll(axis.opens, -1), mask=last),
                }
            )
        )
    return pa.concat_tables(parts)
