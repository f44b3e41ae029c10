"""The offset tables against zoneinfo, zone by zone."""

import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from shouwen.measures.calendars.errors import CalendarError
from shouwen.measures.calendars.zones import (
    DAY_US,
    LAST_DAY,
    SECOND_US,
    day_number,
    from_us,
    to_us,
    zone_table,
)

# Changes by night and at midnight, by half an hour, of a whole day left out, and of no kind.
ZONES = [
    "Asia/Shanghai",
    "America/New_York",
    "America/Havana",
    "America/Sao_Paulo",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Pacific/Apia",
    "UTC",
]


def local_of(instant):
    midnight = instant.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    time = instant.replace(tzinfo=None) - midnight
    return day_number(instant.date()), time // timedelta(microseconds=1)


def interesting_instants(table):
    """Instants at random and around every change of the offset."""
    rng = random.Random(7)
    instants = [rng.randrange(LAST_DAY * DAY_US) for _ in range(1_000)]
    for day in np.nonzero(table.utc_later_from < DAY_US)[0].tolist():
        change = day * DAY_US + int(table.utc_later_from[day])
        instants += [change + s * SECOND_US for s in (-3600, -1, 0, 1, 1800, 3599, 3600, 7200)]
    return instants


@pytest.mark.parametrize("key", ZONES)
def test_local_times_agree_with_zoneinfo(key):
    table, zone = zone_table(key), ZoneInfo(key)
    instants = interesting_instants(table)
    expected = [local_of(from_us(us, zone)) for us in instants]
    assert [table.local(us) for us in instants] == expected
    days, times = table.locals(np.array(instants, np.int64))
    assert list(zip(days.tolist(), times.tolist(), strict=True)) == expected


@pytest.mark.parametrize("key", ZONES)
def test_instants_agree_with_zoneinfo_also_in_hours_that_do_not_exist_or_come_twice(key):
    table, zone = zone_table(key), ZoneInfo(key)
    naive = []
    for us in interesting_instants(table):
        local = from_us(us, zone).replace(tzinfo=None, fold=0)
        naive += [local, local + timedelta(hours=1), local - timedelta(minutes=30)]
    naive = [local for local in naive if 1970 < local.year < 2102]
    expected = [to_us(local.replace(tzinfo=zone)) for local in naive]
    places = [local_of(local) for local in naive]
    assert [table.instant(day, time) for day, time in places] == expected
    days, times = (np.array(column, np.int64) for column in zip(*places, strict=True))
    assert table.instants(days, times).tolist() == expected


def test_instants_go_through_integers_without_loss():
    instant = datetime(2026, 5, 1, 8, 30, 15, 123_456, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert from_us(to_us(instant), ZoneInfo("Asia/Shanghai")) == instant


def test_a_naive_instant_is_refused_with_advice():
    with pytest.raises(CalendarError, match=r"needs a time zone.*ZoneInfo\('Asia/Shanghai'\)"):
        to_us(datetime(2026, 5, 1))


def test_times_before_1970_are_refused():
    with pytest.raises(CalendarError, match="from 1970 to 2102"):
        zone_table("Asia/Shanghai").local(-DAY_US * 400)
