"""Short ways to write instants and calendars in tests."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from shouwen.measures.calendars import Calendar, Holidays, parse_week, statutory

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")


def shanghai(year, month, day, hour=0, minute=0, second=0, micro=0):
    return datetime(year, month, day, hour, minute, second, micro, tzinfo=SHANGHAI)


def boston(year, month, day, hour=0, minute=0, second=0):
    return datetime(year, month, day, hour, minute, second, tzinfo=NEW_YORK)


def utc(year, month, day, hour=0, minute=0, second=0):
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def office():
    """An office in China: statutory working days, two spans a day."""
    week = parse_week("Mon-Fri 08:30-12:00, 14:30-17:30")
    return Calendar.simple("office", "Asia/Shanghai", week, Holidays(statutory()))


def city_hall():
    """Boston's City Hall, without holidays."""
    return Calendar.simple("city-hall", "America/New_York", parse_week("Mon-Fri 08:30-17:00"))
