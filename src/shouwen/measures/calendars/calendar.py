"""Calendars: named, in versions by date, each version a `Schedule`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from shouwen.measures.calendars.errors import CalendarError
from shouwen.measures.calendars.holidays import Holidays
from shouwen.measures.calendars.hours import ALL_DAY, Spans, week_hours
from shouwen.measures.calendars.schedule import DatedException, Schedule
from shouwen.measures.calendars.statutory import DayKind, Notice, statutory
from shouwen.measures.calendars.zones import day_date, day_number, from_us, to_us


@dataclass(frozen=True)
class Version:
    """A version of a calendar and the first date on which it is in force (None: ever since)."""

    valid_from: date | None
    schedule: Schedule


@dataclass(frozen=True)
class DayFacts:
    """What a calendar says of a day.

    `name` is the holiday the day belongs to, `hours` its open hours as seconds from midnight,
    `published` is False where the answer is computed because no notice covers the day yet.
    """

    day: date
    kind: DayKind
    is_working: bool
    name: str
    hours: Spans
    published: bool
    notice: Notice | None


class Calendar:
    """A business calendar. The version in force at the start of a period decides about it.

    Args:
        key: the name by which measures refer to it.
        versions: at least one; their dates of validity differ and all are in one time zone.

    Raises:
        CalendarError: when versions are missing, repeat a date or are in different zones.
    """

    def __init__(self, key: str, versions: Sequence[Version]) -> None:
        if not versions:
            raise CalendarError(f"Calendar '{key}' has no version. Give it hours.")
        ordered = sorted(versions, key=lambda v: v.valid_from or date.min)
        dates = [v.valid_from for v in ordered]
        if len(set(dates)) != len(dates):
            raise CalendarError(f"Two versions of calendar '{key}' begin on the same date.")
        zones = {v.schedule.zones.key for v in ordered}
        if len(zones) > 1:
            raise CalendarError(
                f"The versions of calendar '{key}' are in different time zones: "
                f"{', '.join(sorted(zones))}. Make them two calendars."
            )
        self.key = key
        self.versions: tuple[Version, ...] = tuple(ordered)
        self._only = ordered[0].schedule if len(ordered) == 1 and dates[0] is None else None

    @classmethod
    def simple(
        cls,
        key: str,
        zone: str,
        week: Sequence[Spans] | None = None,
        holidays: Holidays | None = None,
        exceptions: Iterable[DatedException] = (),
    ) -> Calendar:
        """A calendar of one version; arguments as for `Schedule`."""
        hours = None if week is None else week_hours(week)
        return cls(key, [Version(None, Schedule(key, zone, hours, holidays, exceptions))])

    def __repr__(self) -> str:
        return f"Calendar({self.key!r}, {len(self.versions)} version(s), {self.zone.key})"

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of all versions."""
        return self.versions[0].schedule.zone

    # --- versions ----------------------------------------------------------------------------

    def schedule_on(self, day: date) -> Schedule:
        """The version in force on a date.

        Raises:
            CalendarError: before the first version.
        """
        if self._only is not None:
            return self._only
        for version in reversed(self.versions):
            if version.valid_from is None or version.valid_from <= day:
                return version.schedule
        raise CalendarError(
            f"Calendar '{self.key}' has no version in force on {day}; "
            f"the first one begins on {self.versions[0].valid_from}."
        )

    def schedule_at(self, us: int) -> Schedule:
        """The version in force at an instant (microseconds since 1970-01-01T00:00Z)."""
        if self._only is not None:
            return self._only
        return self.schedule_on(day_date(self.versions[0].schedule.zones.local(us)[0]))

    # --- questions about a day -----------------------------------------------------------------

    def facts(self, day: date) -> DayFacts:
        """What a day is, by the version in force on it."""
        schedule, n = self.schedule_on(day), day_number(day)
        special = schedule.special_day(n)
        return DayFacts(
            day=day,
            kind=schedule.kind(n),
            is_working=schedule.is_working(n),
            name=special.name if special else "",
            hours=schedule.spans(n),
            published=not schedule.rests_on_unpublished(n, n),
            notice=special.notice if special else None,
        )

    def is_working_day(self, day: date) -> bool:
        """Whether a day is a working day."""
        return self.schedule_on(day).is_working(day_number(day))

    def add_working_days(self, day: date, n: int) -> date:
        """The n-th working day after a day, or before it for negative n; n is not 0."""
        if n == 0:
            raise CalendarError("The 0th working day has no meaning; use next_working_day.")
        schedule, start = self.schedule_on(day), day_number(day)
        if n > 0:
            return day_date(schedule.nth_working_day_after(start, n))
        return day_date(schedule.nth_working_day_before(start, -n))

    def next_working_day(self, day: date) -> date:
        """The day itself if it is a working day, else the next one."""
        return day_date(self.schedule_on(day).working_day_from(day_number(day)))

    def previous_working_day(self, day: date) -> date:
        """The last working day before a day."""
        return day_date(self.schedule_on(day).nth_working_day_before(day_number(day), 1))

    def working_days_between(self, first: date, last: date) -> int:
        """How many working days there are from a day to another, both included."""
        if last < first:
            raise CalendarError(f"The last day {last} is before the first day {first}.")
        schedule = self.schedule_on(first)
        before = schedule.number[schedule._index(day_number(first))] - schedule.is_working(
            day_number(first)
        )
        return int(schedule.number[schedule._index(day_number(last))] - before)

    # --- questions about an instant --------------------------------------------------------------

    def is_open(self, instant: datetime) -> bool:
        """Whether work is done at an instant; a closing instant itself is closed."""
        us = to_us(instant)
        return self.schedule_at(us).axis.is_open(us)

    def next_opening(self, instant: datetime) -> datetime:
        """The instant itself if it is open, else the next opening."""
        us = to_us(instant)
        return from_us(self.schedule_at(us).axis.next_open(us), self.zone)

    def working_time(self, start: datetime, end: datetime) -> timedelta:
        """The working time between two instants, by the version in force at the start.

        Raises:
            CalendarError: when the end is before the start.
        """
        first, last = to_us(start), to_us(end)
        if last < first:
            raise CalendarError(f"The end {end} is before the start {start}.")
        axis = self.schedule_at(first).axis
        return timedelta(microseconds=axis.position(last) - axis.position(first))


@cache
def cn() -> Calendar:
    """China's statutory working days (工作日): whole days, Asia/Shanghai, 2000 to 2100."""
    return Calendar.simple("cn", "Asia/Shanghai", None, Holidays(statutory()))


@cache
def always(zone: str = "Asia/Shanghai") -> Calendar:
    """Around the clock, every day a working day (`24x7`)."""
    return Calendar.simple("24x7", zone, [ALL_DAY] * 7)


def builtin_calendars() -> dict[str, Calendar]:
    """The calendars that are there without being written: `cn` and `24x7`."""
    return {"cn": cn(), "24x7": always()}
