"""Windows: the hours between which something is done, whatever the working day.

A window is not a calendar: it has no holidays and decides no deadline; it answers whether an
instant lies in "08:00-22:00". Its ends are inside unless it says otherwise, to the second: a
report at 21:00:00 sharp is within 08:00-21:00, one at 21:00:01 is not; fractions of a second are
cut off. So the 24:00 at which a window ends is inside too, like any other end, although a clock
calls it 00:00 of the next day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from shouwen.measures.calendars.errors import CalendarError
from shouwen.measures.calendars.hours import (
    Spans,
    WeekHours,
    merge,
    parse_spans,
    parse_week,
    show_spans,
)
from shouwen.measures.calendars.zones import (
    SECOND_US,
    ZoneTable,
    day_date,
    from_us,
    to_us,
    zone_table,
)

_HORIZON = 366  # days in which an opening is looked for


@dataclass(frozen=True)
class Window:
    """Daily or weekly hours, with special times on listed dates.

    Attributes:
        week: the spans of Monday to Sunday; a span may run past midnight (22:00-06:00) and then
            belongs to the day on which it begins.
        zone: IANA name of the time zone.
        includes_start: whether the first second of a span is inside.
        includes_end: whether the last one is.
        special: spans that are open in addition on single dates (特殊时段).

    Raises:
        CalendarError: when it has no span at all or the zone is unknown.
    """

    week: WeekHours
    zone: str = "Asia/Shanghai"
    includes_start: bool = True
    includes_end: bool = True
    special: Mapping[date, Spans] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not any(self.week) and not any(self.special.values()):
            raise CalendarError("A window needs hours on at least one day.")
        zone_table(self.zone)

    @classmethod
    def parse(
        cls,
        text: str,
        zone: str = "Asia/Shanghai",
        *,
        includes_start: bool = True,
        includes_end: bool = True,
        special: Mapping[date, str] | None = None,
    ) -> Window:
        """Read "08:00-22:00", "22:00-06:00" or "Mon-Fri 08:30-12:00, 14:30-17:30; Sat 09:00-12:00".

        Raises:
            HoursError: with the position of what does not fit.

        >>> from zoneinfo import ZoneInfo
        >>> window = Window.parse("08:00-21:00")
        >>> window.contains(datetime(2026, 5, 1, 21, tzinfo=ZoneInfo("Asia/Shanghai")))
        True
        """
        extra = {day: parse_spans(hours) for day, hours in (special or {}).items()}
        return cls(parse_week(text), zone, includes_start, includes_end, extra)

    def contains(self, instant: datetime) -> bool:
        """Whether an instant, cut to the second, is inside."""
        us = to_us(instant)
        us -= us % SECOND_US
        day = self._zones.local(us)[0]
        return any(
            (opens < us or (opens == us and self.includes_start))
            and (us < closes or (us == closes and inside))
            for opens, closes, inside in self._spans(day - 1, day)
        )

    def next_opening(self, instant: datetime) -> datetime:
        """The instant itself if it is inside, else the next opening.

        Raises:
            CalendarError: when the window does not open within a year.
        """
        if self.contains(instant):
            return instant
        us = to_us(instant)
        first = self._zones.local(us)[0]
        for day in range(first - 1, first + _HORIZON + 1):
            for opens, _, _ in self._spans(day, day):
                if opens > us:
                    return from_us(opens, self._zones.zone)
        raise CalendarError(f"The window does not open within a year after {instant}.")

    def spans(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The open spans between two instants, cut at both, in order.

        Raises:
            CalendarError: when the end is before the start.
        """
        for opens, closes in self._between(start, end):
            yield from_us(opens, self._zones.zone), from_us(closes, self._zones.zone)

    def coverage(self, start: datetime, end: datetime) -> timedelta:
        """How much of the time between two instants lies inside."""
        return timedelta(microseconds=sum(b - a for a, b in self._between(start, end)))

    def zh(self) -> str:
        """The daily hours of a window and its ends, in Chinese."""
        hours = {show_spans(spans) for spans in self.week}
        shown = hours.pop() if len(hours) == 1 else "每周时段"
        return f"{shown}（{self._ends('含', '不含', '起始时刻', '结束时刻', '，')}）"

    def en(self) -> str:
        """The daily hours of a window and its ends, in English."""
        hours = {show_spans(spans) for spans in self.week}
        shown = hours.pop() if len(hours) == 1 else "weekly hours"
        return f"{shown} ({self._ends('including ', 'excluding ', 'the start', 'the end', ', ')})"

    def _ends(self, inside: str, outside: str, start: str, end: str, joint: str) -> str:
        first = (inside if self.includes_start else outside) + start
        return first + joint + (inside if self.includes_end else outside) + end

    @property
    def _zones(self) -> ZoneTable:
        return zone_table(self.zone)

    def _spans(self, first: int, last: int) -> Iterator[tuple[int, int, bool]]:
        """Spans that begin on some days, as instants, and whether their end is inside."""
        for day in range(first, last + 1):
            when = day_date(day)
            usual = self.week[when.weekday()]
            extra = self.special.get(when, ())
            for opens, closes in merge((*usual, *extra)) if extra else usual:
                yield (
                    self._zones.instant(day, opens * SECOND_US),
                    self._zones.instant(day, closes * SECOND_US),
                    self.includes_end,
                )

    def _between(self, start: datetime, end: datetime) -> list[tuple[int, int]]:
        low, high = to_us(start), to_us(end)
        if high < low:
            raise CalendarError(f"The end {end} is before the start {start}.")
        first, last = self._zones.local(low)[0], self._zones.local(high)[0]
        cut = [
            (max(opens, low), min(closes, high))
            for opens, closes, _ in self._spans(first - 1, last)
            if opens < high and closes > low
        ]
        return list(merge(cut))
