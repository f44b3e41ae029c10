"""A calendar as a table of days, for joining in SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from shouwen.measures.calendars.calendar import Calendar, Version
from shouwen.measures.calendars.errors import CalendarError
from shouwen.measures.calendars.zones import DAY_US, SECOND_US, day_number

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class DayTable:
    """Days of a calendar, one row for each day and version.

    Working time up to an instant ``t`` of a row's day is
    ``cumulative_seconds`` + the sum over its spans of ``clamp(t, opens, closes) - opens``.

    Attributes:
        calendar: its key, the same in every row.
        version: which version of the calendar, from 0; `version_from` and `version_until` say for
            which starts it decides (instants, `version_until` excluded; NaT: without end).
        date: the local day.
        is_working_day: whether it is a working day.
        working_day_number: how many working days there are up to and including this one.
        next_working_day: the day itself, or the next working day.
        open_seconds: working time of the day.
        cumulative_seconds: working time before the day, since the calendar begins.
        begins: the instant of its local midnight (UTC).
        ends: the instant at which a period ends whose last day it is: its 24:00 or its close of
            business.
        ends_inclusive: whether an act at exactly `ends` is in time.
        opens: the instants at which spans that begin on this day open (UTC), one array a day.
        closes: the instants at which they close.
        utc_offset: of its local midnight, in seconds.
        published: False where no notice covers the day yet.
        name: the holiday or make-up day that it is, "" for plain days.
    """

    calendar: str
    version: NDArray[np.int64]
    version_from: NDArray[np.datetime64]
    version_until: NDArray[np.datetime64]
    date: NDArray[np.datetime64]
    is_working_day: NDArray[np.bool_]
    working_day_number: NDArray[np.int64]
    next_working_day: NDArray[np.datetime64]
    open_seconds: NDArray[np.int64]
    cumulative_seconds: NDArray[np.int64]
    begins: NDArray[np.datetime64]
    ends: NDArray[np.datetime64]
    ends_inclusive: NDArray[np.bool_]
    opens: list[NDArray[np.datetime64]]
    closes: list[NDArray[np.datetime64]]
    utc_offset: NDArray[np.int64]
    published: NDArray[np.bool_]
    name: list[str]

    def to_arrow(self) -> pa.Table:
        """The table for Arrow, DuckDB and others; instants are timestamps in UTC."""
        import pyarrow as pa

        instant = pa.timestamp("us", tz="UTC")
        columns: dict[str, pa.Array] = {
            "calendar": pa.array([self.calendar] * len(self.date), pa.string()),
            "version": pa.array(self.version),
            "version_from": pa.array(self.version_from, instant),
            "version_until": pa.array(self.version_until, instant),
            "date": pa.array(self.date, pa.date32()),
            "is_working_day": pa.array(self.is_working_day),
            "working_day_number": pa.array(self.working_day_number),
            "next_working_day": pa.array(self.next_working_day, pa.date32()),
            "open_seconds": pa.array(self.open_seconds),
            "cumulative_seconds": pa.array(self.cumulative_seconds),
            "begins": pa.array(self.begins, instant),
            "ends": pa.array(self.ends, instant),
            "ends_inclusive": pa.array(self.ends_inclusive),
            "opens": _lists(self.opens),
            "closes": _lists(self.closes),
            "utc_offset": pa.array(self.utc_offset),
            "published": pa.array(self.published),
            "name": pa.array(self.name, pa.string()),
        }
        return pa.table(columns)


def day_table(calendar: Calendar, first: date, last: date) -> DayTable:
    """The days of a calendar from one to another, both included, for each of its versions.

    Raises:
        CalendarError: when the last day is before the first or the calendar does not reach.
    """
    if last < first:
        raise CalendarError(f"The last day {last} is before the first day {first}.")
    parts = [
        _version_rows(calendar, i, version, first, last)
        for i, version in enumerate(calendar.versions)
    ]
    joined: dict[str, object] = {}
    for key in parts[0]:
        columns = [part[key] for part in parts]
        if isinstance(columns[0], list):
            joined[key] = [item for column in columns for item in column]  # type: ignore[attr-defined]
        else:
            joined[key] = np.concatenate(columns)  # type: ignore[arg-type]
    return DayTable(calendar.key, **joined)  # type: ignore[arg-type]


def _version_rows(
    calendar: Calendar, number: int, version: Version, first: date, last: date
) -> dict[str, object]:
    schedule, axis = version.schedule, version.schedule.axis
    low, high = day_number(first), day_number(last)
    schedule.is_working(low), schedule.is_working(high)  # refuses days out of reach
    rows = slice(low - schedule.first, high - schedule.first + 1)
    days = np.arange(low, high + 1, dtype=np.int64)
    zero = np.zeros(len(days), np.int64)
    begins = schedule.zones.instants(days, zero)
    next_begins = schedule.zones.instants(days + 1, zero)
    before, after = axis.positions(begins), axis.positions(next_begins)
    closing = schedule.closing[rows]
    rest = np.searchsorted(schedule.working_days, days)
    following_day = np.append(schedule.working_days.astype("M8[D]"), np.datetime64("NaT"))
    span = np.searchsorted(axis.opens, np.append(begins, next_begins[-1]))
    opens, closes = axis.opens.view("M8[us]"), axis.closes.view("M8[us]")
    # A span belongs to the day on which it opens; what of it lies past midnight is cut off there
    # and given to the next day, so that a day's spans hold all of its working time.
    opens_by_day, closes_by_day = [], []
    for i, (a, b) in enumerate(zip(span[:-1].tolist(), span[1:].tolist(), strict=True)):
        day_opens, day_closes = opens[a:b], closes[a:b]
        midnight, next_midnight = begins[i].view("M8[us]"), next_begins[i].view("M8[us]")
        if a > 0 and closes[a - 1] > midnight:
            day_opens = np.append(midnight, day_opens)
            day_closes = np.append(closes[a - 1], day_closes)
        opens_by_day.append(day_opens)
        closes_by_day.append(np.minimum(day_closes, next_midnight))
    following = calendar.versions[number + 1 :]
    return {
        "version": np.full(len(days), number),
        "version_from": np.full(len(days), _begins(version)),
        "version_until": np.full(len(days), _begins(following[0]) if following else _NAT),
        "date": days.astype("M8[D]"),
        "is_working_day": schedule.working[rows],
        "working_day_number": schedule.number[rows],
        "next_working_day": following_day[rest],
        "open_seconds": (after - before) // SECOND_US,
        "cumulative_seconds": before // SECOND_US,
        "begins": begins.view("M8[us]"),
        "ends": schedule.zones.instants(days, closing).view("M8[us]"),
        "ends_inclusive": closing != DAY_US,
        "opens": opens_by_day,
        "closes": closes_by_day,
        "utc_offset": schedule.zones.offset[low : high + 1] // SECOND_US,
        "published": ~schedule.unpublished[rows],
        "name": [
            special.name if (special := schedule.special_day(day)) else "" for day in days.tolist()
        ],
    }


_NAT = np.datetime64("NaT", "us")


def _begins(version: Version) -> np.datetime64:
    if version.valid_from is None:
        return _NAT
    us = version.schedule.zones.instant(day_number(version.valid_from), 0)
    return np.datetime64(us, "us")


def _lists(values: list[NDArray[np.datetime64]]) -> pa.Array:
    import pyarrow as pa

    offsets = np.concatenate(([0], np.cumsum([len(v) for v in values]))).astype(np.int32)
    flat = np.concatenate(values) if values else np.array([], "M8[us]")
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(flat, pa.timestamp("us", tz="UTC")))
