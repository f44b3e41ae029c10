"""The times that a decision sets running, counted by the calendar of the measure."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from shouwen.measures.calendars import Period, deadline
from shouwen.service.conduct.models import Rules
from shouwen.service.enactment.enacted import enacted, in_force


def rules() -> Rules:
    """The organisation's rules; what is usual where it set none."""
    return Rules.objects.first() or Rules()


def last_day(start: datetime, working_days: int) -> date:
    """The last day of a period of working days; the day it starts on is not counted.

    Args:
        start: an aware instant, in the organisation's zone.
        working_days: how many.

    Raises:
        NotInForce: when the organisation had no measure on that day.
    """
    calendar = enacted(in_force(start)).adopted.calendar
    found = deadline(start, Period(working_days=working_days), calendar)
    at = found.at.astimezone(start.tzinfo)
    return (at if found.inclusive else at - timedelta(microseconds=1)).date()
