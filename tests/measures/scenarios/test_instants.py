from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwen.measures.scenarios.instants import InstantError, parse_instant

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-05-06 09:00", "2026-05-06T09:00:00+08:00"),
        ("2026-05-06T09:00:01", "2026-05-06T09:00:01+08:00"),
        ("2026-05-06 9:05", "2026-05-06T09:05:00+08:00"),
        ("2026-05-06", "2026-05-06T00:00:00+08:00"),
        ("2026-05-06 24:00", "2026-05-07T00:00:00+08:00"),
        ("2026-12-31 24:00:00", "2027-01-01T00:00:00+08:00"),
        ("2026-05-06T09:00+00:00", "2026-05-06T17:00:00+08:00"),
        ("2026-05-06 09:00 -05:00", "2026-05-06T22:00:00+08:00"),
        ("2026-05-06T09:00Z", "2026-05-06T17:00:00+08:00"),
        ("2026-05-06T24:00Z", "2026-05-07T08:00:00+08:00"),
    ],
)
def test_an_instant_is_read_in_the_zone_of_the_measure(text, instant):
    assert parse_instant(text, SHANGHAI) == datetime.fromisoformat(instant)


@pytest.mark.parametrize(
    "text",
    ["", "noon", "2026-5-6 09:00", "2026-05-06 25:00", "2026-05-06 24:01", "2026-05-06 09:60",
     "2026-02-30 09:00", "2026-05-06 09", "20260506"],
)  # fmt: skip
def test_what_is_no_instant_is_refused_with_a_hint(text):
    with pytest.raises(InstantError) as refused:
        parse_instant(text, SHANGHAI)
    assert "2026-05-06 09:00" in refused.value.hint


def test_a_time_that_the_clock_leaps_over_is_refused():
    with pytest.raises(InstantError, match="never shows"):
        parse_instant("2026-03-08 02:30", NEW_YORK)


def test_of_a_time_that_comes_twice_the_first_is_meant():
    assert parse_instant("2026-11-01 01:30", NEW_YORK).utcoffset() == timedelta(hours=-4)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)))
def test_what_is_written_is_what_is_read(moment):
    moment = moment.replace(microsecond=0)
    found = parse_instant(f"{moment:%Y-%m-%d %H:%M:%S}", SHANGHAI)
    assert found.replace(tzinfo=None) == moment
    assert found.tzinfo is SHANGHAI
