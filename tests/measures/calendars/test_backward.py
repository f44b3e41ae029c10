from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwen.measures.calendars import (
    Calendar,
    CalendarError,
    Counting,
    Period,
    PeriodError,
    StepKind,
    cn,
    deadline,
    latest_start,
    parse_week,
)
from shouwen.measures.calendars.zones import from_us, to_us
from tests.measures.calendars.moments import SHANGHAI, boston, city_hall, office, shanghai


def start_for(before, period, calendar=None, counting=Counting.CIVIL, **options):
    return latest_start(before, Period.parse(period), calendar or cn(), counting, **options)


def test_three_days_in_advance_is_the_third_day_before_the_whole_of_it():
    found = start_for(shanghai(2026, 3, 13, 9), "P3D")
    assert found.last_day == date(2026, 3, 10)
    assert found.met_by(shanghai(2026, 3, 10, 23, 59, 59))
    assert found.steps[0].zh == "当日（3月13日）不计入，自前一日起倒算"


def test_three_clear_days_lie_between_in_the_strict_reading():
    found = start_for(shanghai(2026, 3, 13, 9), "P3D", clear=True)
    assert found.last_day == date(2026, 3, 9)
    assert StepKind.CLEAR_DAYS in [step.kind for step in found.steps]


def test_a_last_day_that_is_a_day_off_moves_back_to_the_working_day_before():
    found = start_for(shanghai(2026, 10, 9, 9), "P3D")
    assert found.last_day == date(2026, 9, 30)
    assert found.steps[1].zh == "国庆节提前至9月30日"
    assert found.steps[1].en == "National Day: moved back to 30 September"


def test_ten_working_days_before_delivery():
    assert start_for(shanghai(2026, 10, 20, 9), "P10WD").last_day == date(2026, 9, 30)


def test_the_previous_working_day():
    assert start_for(shanghai(2026, 10, 8, 9), "P1WD").last_day == date(2026, 9, 30)


def test_a_sign_makes_no_difference():
    before = shanghai(2026, 3, 13, 9)
    assert start_for(before, "提前3日").at == start_for(before, "P3D").at


def test_an_office_closes_before_its_day_does():
    assert start_for(shanghai(2026, 3, 13, 9), "P3D", office()).at == shanghai(2026, 3, 10, 17, 30)


def test_hours_are_exact_and_inclusive():
    found = start_for(shanghai(2026, 3, 13, 9), "PT24H")
    assert found.at == shanghai(2026, 3, 12, 9)
    assert found.inclusive


def test_elapsed_and_same_time_differ_when_summer_time_begins():
    before = boston(2024, 3, 10, 12)
    assert start_for(before, "P1D", city_hall(), Counting.ELAPSED).at == boston(2024, 3, 9, 11)
    assert start_for(before, "P1D", city_hall(), Counting.SAME_TIME).at == boston(2024, 3, 9, 12)


def test_working_time_runs_backward_from_the_last_closing():
    before = shanghai(2026, 10, 8, 8)
    assert start_for(before, "PT1H", office(), Counting.WORKING).at == shanghai(2026, 9, 30, 16, 30)
    assert start_for(before, "P1WD", office(), Counting.WORKING).at == shanghai(2026, 9, 29, 17, 30)


def test_the_latest_start_of_a_whole_day_of_work_is_an_opening_not_a_closing():
    before = shanghai(2026, 3, 4, 17, 30)
    found = start_for(before, "PT6H30M", office(), Counting.WORKING)
    assert found.at == shanghai(2026, 3, 4, 8, 30)


@given(st.integers(0, 3_000_000), st.integers(1, 400_000))
def test_working_time_backward_is_the_inverse_of_forward(minutes, seconds):
    calendar, period = office(), Period(seconds=seconds)
    before = from_us(to_us(shanghai(2020, 1, 6)) + minutes * 60_000_000, SHANGHAI)
    start = latest_start(before, period, calendar, Counting.WORKING).at
    assert deadline(start, period, calendar, Counting.WORKING).at <= before
    later = from_us(to_us(start) + 1_000_000, SHANGHAI)
    assert deadline(later, period, calendar, Counting.WORKING).at > before


def test_an_unpublished_year_is_told_here_too():
    assert not start_for(shanghai(2027, 1, 8, 9), "P10WD").published
    assert start_for(shanghai(2026, 10, 20, 9), "P10WD").published


def test_impossible_input_is_refused():
    with pytest.raises(CalendarError, match="needs a time zone"):
        start_for(shanghai(2026, 3, 13).replace(tzinfo=None), "P3D")
    with pytest.raises(PeriodError, match="not in both"):
        start_for(shanghai(2026, 3, 13), "P1DT1H")
    with pytest.raises(CalendarError, match="leads out of it"):
        start_for(shanghai(2000, 1, 4), "P10WD")


def test_other_countings_backward():
    before = boston(2024, 3, 10, 12)
    assert start_for(before, "PT2H", city_hall(), Counting.SAME_TIME).at == boston(2024, 3, 10, 10)
    monday = boston(2024, 3, 11, 2, 30)
    missing = start_for(monday, "P1D", city_hall(), Counting.SAME_TIME)
    assert missing.at == boston(2024, 3, 10, 3, 30)
    assert [step.kind for step in missing.steps] == [StepKind.MISSING_HOUR]
    assert start_for(shanghai(2026, 3, 31, 9), "P1M").last_day == date(2026, 2, 28)
    assert start_for(shanghai(2026, 3, 31, 9), "PT0S").at == shanghai(2026, 3, 31, 9)


def test_a_time_at_which_the_day_reached_is_closed_moves_back_to_its_last_closing():
    week = parse_week("Mon-Thu 08:00-17:00; Fri 08:00-12:00")
    short = Calendar.simple("short", "Asia/Shanghai", week)
    found = start_for(shanghai(2026, 3, 9, 15), "P1WD", short, Counting.WORKING)
    assert found.at == shanghai(2026, 3, 6, 12)
    assert found.steps[-1].kind is StepKind.END_OUTSIDE_HOURS
