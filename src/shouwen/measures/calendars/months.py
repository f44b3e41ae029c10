"""Calendar months: the corresponding day, or the last of the month (民法典 202)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

import numpy as np

from shouwen.measures.calendars.errors import CalendarError
from shouwen.measures.calendars.zones import Int64s, day_date, day_number


def add_months(day: int, months: int) -> tuple[int, bool]:
    """The corresponding day some months later (or earlier), and whether there was none.

    Days are numbers (1970-01-01 is 0).
    """
    start = day_date(day)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise CalendarError(f"{months} months from {start} leads out of the calendar.")
    last = monthrange(year, month + 1)[1]
    reached = date(year, month + 1, min(start.day, last))
    return day_number(reached), start.day > last


def add_months_array(days: Int64s, months: int) -> Int64s:
    """`add_months` for an array of day numbers."""
    dates = days.astype("M8[D]")
    month = dates.astype("M8[M]")
    day_of_month = (dates - month.astype("M8[D]")).astype(np.int64)
    target = month + np.timedelta64(months, "M")
    begins = target.astype("M8[D]").astype(np.int64)
    ends = (target + np.timedelta64(1, "M")).astype("M8[D]").astype(np.int64)
    reached: Int64s = np.minimum(begins + day_of_month, ends - 1)
    return reached
