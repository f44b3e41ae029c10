"""Limits counted backward: the twin of `calendars.latest_start` in SQL.

The mirror image of `calendars.Clock.after`, by the same two tables: the day that a period leads
back to is a join on the day and one on the number of the working day, a last day that is a day
off moves to the working day *before* it, working time is worked off backward on its axis.
"""

from __future__ import annotations

import ibis

from shouwen.measures.bulk.calendars import DAY_COLUMNS, Clock, Limit, is_exact
from shouwen.measures.bulk.expressions import add_days, add_months
from shouwen.measures.bulk.frames import Frame
from shouwen.measures.bulk.sqltypes import (
    INSTANT,
    SECOND_US,
    Expr,
    day_number,
    day_of,
    holds,
    instant,
    null,
    period,
    shifted,
    us,
    whole,
)
from shouwen.measures.bulk.zones import Local
from shouwen.measures.calendars import Counting


def before(clock: Clock, frame: Frame, end: str, length: str) -> Limit:
    """The last moment that lies a period (a column, whose sign does not matter) before an instant
    (a column)."""
    prefix = frame.fresh("limit")
    limit = Limit(f"{prefix}at", f"{prefix}inclusive")
    by = frame.table[length]
    given = period(by.months.abs(), by.days.abs(), by.working_days.abs(), by.seconds.abs())
    frame.add(**{f"{prefix}by": ibis.ifelse(by.isnull(), null(by.type()), given)})
    by_column = f"{prefix}by"
    frame.table, local = clock.own_zone.local(frame.table, end, prefix)
    frame.add(**{f"{prefix}v": clock.version_on(frame.table[local.day])})
    inclusive: Expr = ibis.literal(True)
    match clock.counting:
        case Counting.CIVIL:
            at, inclusive = _civil(clock, frame, end, by_column, local, prefix)
        case Counting.ELAPSED:
            at = _elapsed(frame, end, by_column)
        case Counting.SAME_TIME:
            at = _same_time(clock, frame, end, by_column, local, prefix)
        case _:
            at = _working(clock, frame, end, by_column, prefix)
    by, ends = frame.table[by_column], frame.table[end]
    zero = is_exact(by) & (by.seconds == 0)
    void = by.isnull() | ends.isnull()
    at = ibis.cases((void, null(INSTANT)), (zero, ends), else_=at)
    frame.add(**{limit.at: at, limit.inclusive: ibis.ifelse(holds(zero), True, inclusive)})
    lost = frame.table[limit.at].isnull()
    known = ibis.ifelse(lost, null("boolean"), frame.table[limit.inclusive])
    frame.add(**{limit.inclusive: known})
    keep = {limit.at, limit.inclusive}
    frame.drop(*(c for c in frame.table.columns if c.startswith(prefix) and c not in keep))
    return limit


def _elapsed(frame: Frame, end: str, by: str) -> Expr:
    length = frame.table[by]
    seconds = length.days * 86_400 + length.seconds
    exact = (length.months == 0) & (length.working_days == 0)
    return ibis.ifelse(exact, shifted(frame.table[end], -seconds), null(INSTANT))


def _civil(
    clock: Clock, frame: Frame, end: str, by: str, local: Local, prefix: str
) -> tuple[Expr, Expr]:
    reached = _reached(clock, frame, by, local.day, prefix)
    if clock.roll:
        last = _row_of_day(clock, frame, reached, prefix, "last")
        off = _day_off(frame.table, last)
        # The number of a day off is that of the working day before it.
        frame.add(**{f"{prefix}back": ibis.ifelse(holds(off), frame.table[f"{last}number"],
                                                  null("int64"))})  # fmt: skip
        worked = _working_day(clock, frame, f"{prefix}back", prefix, "worked")
        t = frame.table
        frame.add(**{f"{prefix}final": ibis.ifelse(holds(_day_off(t, last)), t[f"{worked}day"],
                                                   t[reached])})  # fmt: skip
        reached = f"{prefix}final"
    closing = _row_of_day(clock, frame, reached, prefix, "closing")
    t = frame.table
    length = t[by]
    exact = is_exact(length)
    at = ibis.cases(
        (exact, shifted(t[end], -length.seconds)),
        (length.seconds == 0, instant(t[f"{closing}ends"])),
        else_=null(INSTANT),
    )
    return at, exact | t[f"{closing}inclusive"]


def _day_off(table: Expr, mark: str) -> Expr:
    """Whether the day of a joined row is a day off; NULL where there is no such day."""
    return table[f"{mark}working"] == ibis.literal(False)


def _reached(clock: Clock, frame: Frame, by: str, day: str, prefix: str) -> str:
    """A column with the number of the day that a period leads back to from a day."""
    length = frame.table[by]
    target = add_days(add_months(frame.table[day], -length.months), -length.days)
    frame.add(**{f"{prefix}target": day_number(target)})
    start = _row_of_day(clock, frame, f"{prefix}target", prefix, "target")
    t = frame.table
    n = t[by].working_days
    # The working days before a day are those up to it but for itself.
    up_to = t[f"{start}number"] - ibis.ifelse(t[f"{start}working"], 1, 0)
    frame.add(**{f"{prefix}k": ibis.ifelse(n > 0, up_to - n + 1, null("int64"))})
    found = _working_day(clock, frame, f"{prefix}k", prefix, "nth")
    t = frame.table
    counted = t[by].working_days > 0
    reached = ibis.ifelse(counted, t[f"{found}day"], t[f"{start}day"])
    frame.add(**{f"{prefix}reached": reached})
    return f"{prefix}reached"


def _row_of_day(clock: Clock, frame: Frame, day: str, prefix: str, mark: str) -> str:
    """Join the row of a day (a column of numbers); gives the prefix of its columns."""
    own = f"{prefix}{mark}."
    days = clock.days
    right = days.select(**{f"{own}{c}": days[c] for c in DAY_COLUMNS})
    left = frame.table
    frame.table = left.left_join(
        right, [left[f"{prefix}v"] == right[f"{own}version"], left[day] == right[f"{own}day"]]
    )
    return own


def _working_day(clock: Clock, frame: Frame, number: str, prefix: str, mark: str) -> str:
    """Join the working day of a number (a column); gives the prefix of its columns."""
    own = f"{prefix}{mark}:"
    working = clock.days.filter(clock.days["working"])
    right = working.select(**{f"{own}{c}": working[c] for c in DAY_COLUMNS})
    left = frame.table
    frame.table = left.left_join(
        right,
        [left[f"{prefix}v"] == right[f"{own}version"], left[number] == right[f"{own}number"]],
    )
    return own


def _same_time(clock: Clock, frame: Frame, end: str, by: str, local: Local, prefix: str) -> Expr:
    reached = _reached(clock, frame, by, local.day, prefix)
    frame.add(**{f"{prefix}day": day_of(frame.table[reached])})
    frame.table = clock.own_zone.instants(frame.table, f"{prefix}day", local.time, f"{prefix}then")
    length = frame.table[by]
    begun = ibis.ifelse(is_exact(length), frame.table[end], frame.table[f"{prefix}then"])
    return shifted(begun, -length.seconds)


def _working(clock: Clock, frame: Frame, end: str, by: str, prefix: str) -> Expr:
    frame.add(**{f"{prefix}e": us(frame.table[end])})
    _previous_open(clock, frame, f"{prefix}e", f"{prefix}worked", prefix)
    frame.add(**{f"{prefix}ended": instant(frame.table[f"{prefix}worked"])})
    frame.table, local = clock.own_zone.local(frame.table, f"{prefix}ended", f"{prefix}b")
    reached = _reached(clock, frame, by, local.day, prefix)
    frame.add(**{f"{prefix}day": day_of(frame.table[reached])})
    frame.table = clock.own_zone.instants(frame.table, f"{prefix}day", local.time, f"{prefix}then")
    frame.add(**{f"{prefix}t": us(frame.table[f"{prefix}then"])})
    _previous_open(clock, frame, f"{prefix}t", f"{prefix}twice", prefix)
    t = frame.table
    frame.add(
        **{f"{prefix}from": ibis.ifelse(is_exact(t[by]), t[f"{prefix}worked"],
                                        t[f"{prefix}twice"])}
    )  # fmt: skip
    clock.span_at(frame, f"{prefix}from", "opens", prefix, "a~")
    t = frame.table
    passed = ibis.least(t[f"{prefix}from"], t[f"{prefix}a~closes"]) - t[f"{prefix}a~opens"]
    position = ibis.ifelse(t[f"{prefix}a~opens"].isnull(), 0, t[f"{prefix}a~before"] + passed)
    wanted = position - t[by].seconds * SECOND_US
    frame.add(**{f"{prefix}w": ibis.ifelse(t[f"{prefix}from"].isnull(), null("int64"), wanted)})
    clock.span_at(frame, f"{prefix}w", "before", prefix, "w~")
    t = frame.table
    done = t[f"{prefix}w~opens"] + t[f"{prefix}w"] - t[f"{prefix}w~before"]
    return instant(ibis.ifelse(t[by].seconds > 0, done, t[f"{prefix}from"]))


def _previous_open(clock: Clock, frame: Frame, at: str, name: str, prefix: str) -> None:
    """The instant itself if work has just been done, else the last closing before it."""
    mark = f"{name.removeprefix(prefix)}~"
    frame.add(**{f"{name}<": frame.table[at] - whole(1)})
    clock.span_at(frame, f"{name}<", "opens", prefix, mark)
    t = frame.table
    found = ibis.ifelse(
        t[f"{prefix}{mark}closes"].isnull(),
        null("int64"),
        ibis.least(t[at], t[f"{prefix}{mark}closes"]),
    )
    frame.add(**{name: ibis.ifelse(holds(clock.within_reach(t, at, prefix)), found,
                                   null("int64"))})  # fmt: skip
