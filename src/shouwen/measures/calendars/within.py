"""Whether a past event still counts: "within one year", "the last 30 days".

Days are compared, not instants, as the Civil Code counts them (articles 200 to 202, 1259): a
period of a year that begins with an event ends at 24:00 of the corresponding day a year later, so
both ends are *inside*. An event of 15 March 2025 is within a year of 15 March 2026 and not within
a year of the 16th; it is within 30 days of 14 April and not of the 15th. Where the later month
has no corresponding day its last day is taken: 31 January is within one month of 28 February.
"""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from shouwen.measures.calendars.calendar import Calendar
from shouwen.measures.calendars.errors import CalendarError, PeriodError
from shouwen.measures.calendars.months import add_months
from shouwen.measures.calendars.period import Period
from shouwen.measures.calendars.zones import SECOND_US, day_date, day_number, to_us

_SHANGHAI = ZoneInfo("Asia/Shanghai")


def within(
    earlier: date | datetime,
    later: date | datetime,
    period: Period,
    tz: tzinfo = _SHANGHAI,
    calendar: Calendar | None = None,
) -> bool:
    """Whether `earlier` lies within a period before `later`, both ends inside.

    Datetimes are taken as the local day in `tz`. A period in exact time (`PT24H`) compares two
    datetimes to the microsecond, its end inside.

    Raises:
        CalendarError: when `later` is before `earlier`, or a datetime is naive.
        PeriodError: when working days are asked for without a calendar, exact time of dates, or
            days and exact time in one period.
    """
    _check(period, calendar)
    if period.is_exact:
        if not (isinstance(earlier, datetime) and isinstance(later, datetime)):
            raise PeriodError(f"{period.iso()} is exact time; give instants, not dates.")
        passed = to_us(later) - to_us(earlier)
        if passed < 0:
            raise _reversed(earlier, later)
        return passed <= period.seconds * SECOND_US
    first, last = _day(earlier, tz), _day(later, tz)
    if last < first:
        raise _reversed(earlier, later)
    return last <= _end(first, period, calendar)


def window_start(
    later: date | datetime,
    period: Period,
    tz: tzinfo = _SHANGHAI,
    calendar: Calendar | None = None,
) -> date:
    """The first day that is `within` a period of `later`.

    Raises:
        PeriodError: as `within`; and for exact time, whose window does not begin with a day.
    """
    _check(period, calendar)
    if period.is_exact:
        raise PeriodError(f"{period.iso()} is exact time; its window begins at an instant.")
    last = _day(later, tz)
    first = last
    if n := period.working_days:
        assert calendar is not None
        # All days before the (n+1)-th working day back lead to too early an end.
        schedule = calendar.schedule_on(day_date(last))
        first = schedule.nth_working_day_before(last + 1, n + 1)
    first = add_months(first - period.days, -period.months)[0]
    while _end(first, period, calendar) >= last:
        first -= 1
    while _end(first, period, calendar) < last:
        first += 1
    return day_date(first)


def _end(first: int, period: Period, calendar: Calendar | None) -> int:
    """The last day of a period that begins with a day."""
    day = add_months(first, period.months)[0] + period.days
    if period.working_days:
        assert calendar is not None
        schedule = calendar.schedule_on(day_date(first))
        day = schedule.nth_working_day_after(day, period.working_days)
    return day


def _check(period: Period, calendar: Calendar | None) -> None:
    if period.is_negative:
        raise PeriodError(f"{period.iso()} is negative.", hint="Leave the sign out.")
    if period.seconds and not period.is_exact:
        raise PeriodError(
            f"{period.iso()} mixes days and exact time.", hint="Write it in one of the two."
        )
    if period.working_days and calendar is None:
        raise PeriodError(f"{period.iso()} needs a calendar.", hint="Give calendar=cn().")


def _day(moment: date | datetime, tz: tzinfo) -> int:
    if isinstance(moment, datetime):
        to_us(moment)  # refuses naive ones
        return day_number(moment.astimezone(tz).date())
    return day_number(moment)


def _reversed(earlier: date | datetime, later: date | datetime) -> CalendarError:
    return CalendarError(f"{later} is before {earlier}. Give the earlier one first.")
