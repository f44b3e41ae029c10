from datetime import date, timedelta

import duckdb
import numpy as np
import pytest

from shouwen.measures.calendars import (
    Calendar,
    CalendarError,
    Counting,
    Period,
    Schedule,
    Version,
    cn,
    day_table,
    deadlines,
    parse_week,
)
from shouwen.measures.calendars.zones import SECOND_US, from_us
from tests.measures.calendars.moments import boston, office


def test_a_day_table_holds_what_the_calendar_says_of_each_day():
    table = day_table(cn(), date(2026, 9, 28), date(2026, 10, 12))
    assert table.is_working_day.tolist() == [1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 1]
    assert table.name[3:10] == ["国庆节"] * 7
    assert table.next_working_day[3] == np.datetime64("2026-10-08")
    assert (table.working_day_number[10] - table.working_day_number[2]) == 1
    assert table.ends[0] == np.datetime64("2026-09-28T16:00")
    assert not table.ends_inclusive.any()
    assert table.published.all()


def test_working_time_up_to_an_instant_can_be_reckoned_from_the_table():
    axis = office().versions[0].schedule.axis
    table = day_table(office(), date(2026, 9, 1), date(2026, 10, 31))
    for i in range(len(table.date)):
        noon = table.begins[i] + np.timedelta64(15, "h")
        worked = table.cumulative_seconds[i] + sum(
            int((np.clip(noon, a, b) - a) / np.timedelta64(1, "s"))
            for a, b in zip(table.opens[i], table.closes[i], strict=True)
        )
        assert worked * SECOND_US == axis.position(int(noon.astype(np.int64)))
    assert table.open_seconds.sum() == table.is_working_day.sum() * int(6.5 * 3600)


def test_a_night_shift_is_cut_at_midnight_so_that_days_hold_their_own_working_time():
    night = Calendar.simple("night", "America/New_York", parse_week("22:00-06:00"))
    table = day_table(night, date(2024, 3, 9), date(2024, 3, 11))
    assert table.open_seconds.tolist() == [8 * 3600, 7 * 3600, 8 * 3600]
    assert table.utc_offset.tolist() == [-5 * 3600, -5 * 3600, -4 * 3600]
    hours = [
        int((b - a).sum() / np.timedelta64(1, "h"))
        for a, b in zip(table.opens, table.closes, strict=True)
    ]
    assert hours == [8, 7, 8]
    first = from_us(int(table.opens[1][0].astype(np.int64)), night.zone)
    assert first == boston(2024, 3, 10)


def test_every_version_has_its_own_rows_and_says_for_which_starts():
    old = Schedule("hall", "Asia/Shanghai", parse_week("Mon-Fri 09:00-17:00"))
    new = Schedule("hall", "Asia/Shanghai", parse_week("Mon-Sat 09:00-17:00"))
    hall = Calendar("hall", [Version(None, old), Version(date(2026, 7, 1), new)])
    table = day_table(hall, date(2026, 6, 27), date(2026, 6, 28))
    assert table.version.tolist() == [0, 0, 1, 1]
    assert table.is_working_day.tolist() == [False, False, True, False]
    assert np.isnat(table.version_from[0])
    assert np.isnat(table.version_until[2])
    assert table.version_until[0] == table.version_from[2] == np.datetime64("2026-06-30T16:00")


def test_sql_over_the_table_finds_the_deadlines_that_deadlines_finds():
    days = day_table(cn(), date(2026, 1, 1), date(2026, 12, 20)).to_arrow()
    starts = np.datetime64("2026-01-02T03:04:05", "us") + np.arange(300) * np.timedelta64(27, "h")
    con = duckdb.connect()
    con.execute("set timezone = 'UTC'")
    con.register("days", days)
    con.register("starts", {"start": starts})
    found = con.execute(
        """
        select epoch_us(last.ends) from starts
        join days first on start at time zone 'UTC' >= first.begins
                       and start at time zone 'UTC' < first.begins + interval 1 day
        join days last on last.is_working_day
                      and last.working_day_number = first.working_day_number + 10
        order by start
        """
    ).fetchall()
    expected = deadlines(starts, Period.parse("P10WD"), cn(), Counting.CIVIL).at
    assert [row[0] for row in found] == expected.view(np.int64).tolist()


def test_days_out_of_reach_are_refused():
    with pytest.raises(CalendarError, match="reaches from"):
        day_table(cn(), date(1999, 1, 1), date(2001, 1, 1))
    with pytest.raises(CalendarError, match="before the first day"):
        day_table(cn(), date(2026, 1, 2), date(2026, 1, 1) - timedelta(days=1))
