"""Days, instants and keys in addresses and fields, where no form of Django reads them.

What is none, or lies so far off that nothing can be counted from it, is None: never an error.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

M = TypeVar("M", bound=Model)
FIRST_YEAR, LAST_YEAR = 1900, 8999


def possible(year: int) -> bool:
    """Whether anything can be counted from a year, forwards and backwards."""
    return FIRST_YEAR <= year <= LAST_YEAR


def day_in(text: str) -> date | None:
    """A day, written 2026-05-06.

    >>> day_in("2026-05-06"), day_in("2026-02-30"), day_in("9999-12-31"), day_in("")
    (datetime.date(2026, 5, 6), None, None, None)
    """
    try:
        found = parse_date(text)
    except ValueError:
        return None
    return found if found is not None and possible(found.year) else None


def instant_in(text: str, zone: ZoneInfo | None = None) -> datetime | None:
    """An instant, written 2026-05-06T09:30, with or without its offset.

    Args:
        text: as it was typed or sent.
        zone: of an instant without an offset; None: the zone of the page.
    """
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    if found is None or not possible(found.year):
        return None
    return timezone.make_aware(found, zone) if found.tzinfo is None else found


def row_in(rows: QuerySet[M], key: str) -> M | None:
    """The one of some rows whose key, a number, is given; None for any other text."""
    # No key has more digits, and Python reads no number of thousands of them.
    return rows.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 19 else None
