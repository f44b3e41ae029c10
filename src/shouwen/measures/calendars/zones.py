"""Local time and instants, as integers.

Inside this package an instant is a number of microseconds since 1970-01-01T00:00Z and a local
time is a day number (1970-01-01 is 0) and microseconds since that day's midnight. `ZoneTable`
goes from one to the other by table lookup, for one instant or for arrays of them, with the same
rules as `zoneinfo` with ``fold=0``: a time that a change to summer time leaves out is read with the
offset before the change, a time that comes twice is the first of the two.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

from shouwen.measures.calendars.errors import CalendarError

Int64s = NDArray[np.int64]

SECOND_US = 1_000_000
DAY_US = 86_400 * SECOND_US
_DAY_ZERO = date(1970, 1, 1).toordinal()
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

FIRST_DAY = 0
LAST_DAY = date(2102, 12, 31).toordinal() - _DAY_ZERO
_NEVER = 2 * DAY_US
_STRIDE = 6  # days; no zone has changed its offset and changed it back within these


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - _DAY_ZERO


def day_date(number: int) -> date:
    """The date of a day number."""
    return date.fromordinal(number + _DAY_ZERO)


def to_us(instant: datetime, what: str = "An instant") -> int:
    """Microseconds since the epoch.

    Raises:
        CalendarError: for a naive datetime.
    """
    if getattr(instant, "tzinfo", None) is None:
        raise CalendarError(
            f"{what} needs a time zone: {instant!r} has none. "
            "Give it one, for instance with .replace(tzinfo=ZoneInfo('Asia/Shanghai'))."
        )
    since = instant - EPOCH
    return (since.days * 86_400 + since.seconds) * SECOND_US + since.microseconds


def from_us(us: int, zone: tzinfo) -> datetime:
    """The aware datetime of an instant, in a zone."""
    seconds, rest = divmod(us, SECOND_US)
    instant = datetime.fromtimestamp(seconds, zone)
    return instant.replace(microsecond=rest) if rest else instant


class ZoneTable:
    """The offsets of a time zone from 1970 to 2102, by local day and by UTC day.

    At most one change of offset a day is provided for; no zone has had two in these years.
    """

    def __init__(self, key: str) -> None:
        try:
            self.zone = ZoneInfo(key)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise CalendarError(
                f"There is no time zone '{key}'. Use an IANA name such as Asia/Shanghai."
            ) from error
        self.key = key
        days = LAST_DAY + 1
        # By local day: the offset at midnight, and from a time of day on another one.
        at_midnight = self._midnight_offsets(days + 1)
        later = at_midnight[:-1].copy()
        from_time = np.full(days, _NEVER, np.int64)
        # By UTC day: the same.
        utc_first = np.empty(days, np.int64)
        utc_later = np.empty(days, np.int64)
        utc_from = np.full(days, _NEVER, np.int64)
        changes: list[tuple[int, int, int]] = []
        for n in np.nonzero(at_midnight[1:] != at_midnight[:-1])[0].tolist():
            before, after = int(at_midnight[n]), int(at_midnight[n + 1])
            change = self._find_change(
                n * DAY_US - before - SECOND_US, (n + 1) * DAY_US - after, before
            )
            changes.append((change, before, after))
            # Local times are read with the new offset once they exist only with it.
            later[n] = after
            from_time[n] = change + max(before, after) - n * DAY_US
        moment, offset = 0, int(at_midnight[0])
        for change, _, after in [*changes, ((days + 1) * DAY_US, 0, 0)]:
            first_day, change_day = moment // DAY_US, min(change // DAY_US, days)
            utc_first[first_day + (moment > 0) : change_day + 1] = offset
            utc_later[first_day + (moment > 0) : change_day] = offset
            if change_day < days:
                utc_from[change_day] = change - change_day * DAY_US
                utc_later[change_day] = after
            moment, offset = change, after
        self.offset, self.offset_later, self.later_from = at_midnight[:-1], later, from_time
        self.utc_offset, self.utc_later, self.utc_later_from = utc_first, utc_later, utc_from
        self.fixed = None if changes else int(at_midnight[0])
        self._by_local_day = list(
            zip(self.offset.tolist(), from_time.tolist(), later.tolist(), strict=True)
        )
        self._by_utc_day = list(
            zip(utc_first.tolist(), utc_from.tolist(), utc_later.tolist(), strict=True)
        )

    def _midnight_offsets(self, days: int) -> Int64s:
        """The offset at every local midnight; looked up one by one only near a change."""
        offsets = np.empty(days, np.int64)
        for first in range(0, days, _STRIDE):
            last = min(first + _STRIDE, days - 1)
            here, there = self._midnight_offset(first), self._midnight_offset(last)
            offsets[first : last + 1] = here
            if here != there:
                for n in range(first + 1, last + 1):
                    offsets[n] = self._midnight_offset(n)
        return offsets

    def _midnight_offset(self, day: int) -> int:
        midnight = datetime.fromordinal(day + _DAY_ZERO).replace(tzinfo=self.zone)
        return _microseconds(midnight.utcoffset())

    def _find_change(self, low: int, high: int, before: int) -> int:
        low, high = low // SECOND_US, high // SECOND_US
        while high - low > 1:
            middle = (low + high) // 2
            local = from_us(middle * SECOND_US, self.zone)
            if _microseconds(local.utcoffset()) == before:
                low = middle
            else:
                high = middle
        return high * SECOND_US

    def local(self, us: int) -> tuple[int, int]:
        """The local day and time of day (microseconds) of an instant."""
        utc_day, time = divmod(us, DAY_US)
        if not 0 <= utc_day <= LAST_DAY:
            raise _outside(us)
        offset, later_from, later = self._by_utc_day[utc_day]
        return divmod(us + (later if time >= later_from else offset), DAY_US)

    def instant(self, day: int, time: int) -> int:
        """The instant of a local day and time of day (0 to 48 hours, in microseconds)."""
        if time >= DAY_US:
            day, time = day + time // DAY_US, time % DAY_US
        if not 0 <= day <= LAST_DAY:
            raise _outside(day * DAY_US)
        offset, later_from, later = self._by_local_day[day]
        result: int = day * DAY_US + time - (later if time >= later_from else offset)
        return result

    def locals(self, us: Int64s) -> tuple[Int64s, Int64s]:
        """`local` for an array; the instants must lie between 1970 and 2102."""
        local = us + self.offsets_at(us)
        day = local // DAY_US
        return day, local - day * DAY_US

    def offsets_at(self, us: Int64s) -> Int64s | int:
        """The offsets (microseconds) at an array of instants."""
        if self.fixed is not None:
            return self.fixed
        utc_day = us // DAY_US
        changed = us - utc_day * DAY_US >= self.utc_later_from[utc_day]
        return np.where(changed, self.utc_later[utc_day], self.utc_offset[utc_day])

    def instants(self, day: Int64s, time: Int64s) -> Int64s:
        """`instant` for arrays of days and times of day."""
        if self.fixed is not None:
            return day * DAY_US + time - self.fixed
        local = day * DAY_US + time
        day = local // DAY_US
        changed = local - day * DAY_US >= self.later_from[day]
        return local - np.where(changed, self.offset_later[day], self.offset[day])


def _microseconds(offset: timedelta | None) -> int:
    assert offset is not None
    return (offset.days * 86_400 + offset.seconds) * SECOND_US


def _outside(us: int) -> CalendarError:
    year = 1970 + us // (DAY_US * 365)
    return CalendarError(f"Time is reckoned from 1970 to 2102; this is about the year {year}.")


@lru_cache(maxsize=64)
def zone_table(key: str) -> ZoneTable:
    """The table of a zone, built once.

    Raises:
        CalendarError: when there is no such zone.
    """
    return ZoneTable(key)
