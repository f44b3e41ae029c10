"""The names that every row has from its instant: calendar units, and the kind of its day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa

from shouwen.measures.bulk.codes import Slot
from shouwen.measures.bulk.frames import DAY, Frame
from shouwen.measures.bulk.sqltypes import Expr
from shouwen.measures.calendars import Calendar, DayKind, is_statutory_festival
from shouwen.measures.calendars.zones import day_date, day_number
from shouwen.measures.evaluation.engine import DAY_KINDS
from shouwen.measures.feel.types import DATE, STRING

if TYPE_CHECKING:
    from shouwen.measures.bulk.lowering import Lowering


def calendar_key(name: str, day: Expr) -> Expr | None:
    """`rows.calendar_key` on a column of local dates; None for another name."""
    match name:
        case "this_day":
            return day
        case "this_week":
            # The Thursday of a week lies in the ISO year of the week.
            thursday = (
                day.cast("timestamp") + (3 - day.day_of_week.index()).cast("int32").as_interval("D")
            ).cast("date")
            week = ((thursday.day_of_year() - 1) / 7).floor().cast("int64") + 1
            return _year(thursday) + "-W" + _padded(week)
        case "this_month":
            return _year(day) + "-" + _padded(day.month())
        case "this_quarter":
            return _year(day) + "-Q" + day.quarter().cast("string")
        case "this_half_year":
            return _year(day) + ibis.ifelse(day.month() <= 6, "-H1", "-H2")
        case "this_year":
            return _year(day)
    return None


def _year(day: Expr) -> Expr:
    return day.year().cast("string").lpad(4, "0")


def _padded(number: Expr) -> Expr:
    return number.cast("string").lpad(2, "0")


def resolve_key(lowering: Lowering, frame: Frame, name: str) -> Slot | None:
    """The columns of `this_week` and the like, and of `day_kind`."""
    if name == "day_kind":
        return _day_kind(lowering, frame)
    if not name.startswith("this_"):
        return None
    key = calendar_key(name, frame.table[DAY])
    if key is None:
        return None
    column = frame.fresh(name)
    frame.add(**{column: key})
    return Slot(column, DATE if name == "this_day" else STRING)


def _day_kind(lowering: Lowering, frame: Frame) -> Slot:
    calendar = lowering.adoption.calendar
    days = lowering.steps.constant(
        f"kinds of day {calendar.key}",
        {"day": "date", "kind": "string"},
        lambda: _kinds(calendar, statutory=lowering.measure.calendar == "cn"),
    )
    column = frame.fresh("day_kind")
    right = days.select(**{"~d": days.day, column: days.kind})
    frame.table = frame.table.left_join(right, [frame.table[DAY] == right["~d"]]).drop("~d")
    return Slot(column, STRING, frozenset({"day_kind"}))


def _kinds(calendar: Calendar, *, statutory: bool) -> pa.Table:
    first = min(v.schedule.first for v in calendar.versions)
    last = max(v.schedule.last for v in calendar.versions)
    since = calendar.versions[0].valid_from
    every = (day_date(n) for n in range(first, last + 1))
    days = [d for d in every if since is None or d >= since]
    kinds = [_kind(calendar, d, statutory=statutory) for d in days]
    return pa.table({"day": pa.array(days, pa.date32()), "kind": pa.array(kinds, pa.string())})


def _kind(calendar: Calendar, day: date, *, statutory: bool) -> str:
    """`Engine.day_kind`: of a run of days off in China only some are festival days."""
    kind = calendar.schedule_on(day).kind(day_number(day))
    if statutory and kind is DayKind.HOLIDAY and not is_statutory_festival(day):
        kind = DayKind.WEEKEND if day.weekday() >= 5 else DayKind.IN_LIEU
    return DAY_KINDS[kind]
