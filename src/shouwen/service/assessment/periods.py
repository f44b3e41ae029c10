"""The months and years that figures are asked for."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date, timedelta

from django.utils.dateparse import parse_date


def month_of(day: date) -> tuple[date, date]:
    """The first and the last day of the month of a day.

    >>> month_of(date(2026, 2, 10))
    (datetime.date(2026, 2, 1), datetime.date(2026, 2, 28))
    """
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])


def asked_for(asked: Mapping[str, str], today: date) -> tuple[date, date]:
    """The days of an address: `month=2026-05`, `year=2026`, or `from` and `until`.

    The present month where nothing is asked for, or what is asked for is no period.
    """
    month = _day(f"{asked.get('month', '')}-01")
    if month is not None:
        return month_of(month)
    year = asked.get("year", "")
    if year.isdigit() and 1900 < int(year) < 9999:
        return date(int(year), 1, 1), date(int(year), 12, 31)
    first, last = _day(asked.get("from", "")), _day(asked.get("until", ""))
    if first is not None and last is not None and first <= last:
        return first, last
    return month_of(today)


def last_months(today: date, how_many: int = 13) -> list[str]:
    """The names of the last months, the present one first: "2026-05"."""
    found, day = [], today.replace(day=1)
    for _ in range(how_many):
        found.append(f"{day:%Y-%m}")
        day = (day - timedelta(days=1)).replace(day=1)
    return found


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
