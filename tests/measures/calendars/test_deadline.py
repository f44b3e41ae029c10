"""Forward deadlines: the Civil Code, elapsed time, same time of day, working time."""

from datetime import date, datetime, time, timedelta

import pytest

from shouwen.measures.calendars import (
    Calendar,
    CalendarError,
    Counting,
    DatedException,
    Period,
    PeriodError,
    Schedule,
    StepKind,
    Version,
    always,
    cn,
    deadline,
    end_of_day,
    parse_spans,
    parse_week,
)
from tests.measures.calendars.moments import SHANGHAI, boston, city_hall, office, shanghai, utc


def due(start, period, calendar=None, counting=Counting.CIVIL, **options):
    return deadline(start, Period.parse(period), calendar or cn(), counting, **options)


def kinds(found):
    return [step.kind for step in found.steps]


# --- the Civil Code ----------------------------------------------------------------------------


def test_the_start_day_is_not_counted_and_the_last_day_ends_at_24():
    found = due(shanghai(2026, 3, 2, 10), "P3D")
    assert found.at == shanghai(2026, 3, 6)
    assert found.last_day == date(2026, 3, 5)
    assert (found.calendar, found.counting) == ("cn", Counting.CIVIL)
    assert kinds(found) == [StepKind.START_NOT_COUNTED, StepKind.END_OF_DAY]
    assert [step.cite for step in found.steps] == ["民法典第201条第1款", "民法典第203条第2款"]


def test_24_hours_of_a_day_is_too_late_but_the_30th_minute_is_not():
    by_day = due(shanghai(2026, 3, 2, 10), "P3D")
    assert not by_day.inclusive
    assert by_day.met_by(shanghai(2026, 3, 5, 23, 59, 59, 999_999))
    assert not by_day.met_by(shanghai(2026, 3, 6))
    by_minutes = due(shanghai(2026, 3, 2, 10), "PT30M")
    assert by_minutes.inclusive
    assert by_minutes.met_by(shanghai(2026, 3, 2, 10, 30))
    assert not by_minutes.met_by(shanghai(2026, 3, 2, 10, 30, 0, 1))


def test_a_deadline_on_a_holiday_moves_to_the_next_working_day():
    found = due(shanghai(2026, 9, 30, 10), "P3D")
    assert found.last_day == date(2026, 10, 8)
    rolled = found.steps[1]
    assert rolled.kind is StepKind.ROLLED_FORWARD
    assert rolled.zh == "国庆节顺延至10月8日"
    assert rolled.en == "National Day: moved on to 8 October"
    assert rolled.cite == "民法典第203条第1款"
    assert rolled.basis == "国办发明电〔2025〕7号"
    assert (rolled.before, rolled.after) == (shanghai(2026, 10, 3), shanghai(2026, 10, 8))


def test_a_deadline_on_a_weekend_moves_to_monday():
    found = due(shanghai(2026, 3, 4, 10), "P3D")
    assert found.last_day == date(2026, 3, 9)
    assert found.steps[1].zh == "周末顺延至3月9日"


def test_a_deadline_on_a_make_up_saturday_stays():
    found = due(shanghai(2026, 10, 7, 10), "P3D")
    assert found.last_day == date(2026, 10, 10)
    assert found.steps[1].kind is StepKind.MAKE_UP_DAY
    assert found.steps[1].zh == "10月10日（周六）为国庆节调休工作日"


def test_rolling_can_be_left_out():
    assert due(shanghai(2026, 9, 30, 10), "P3D", roll=False).last_day == date(2026, 10, 3)


def test_working_days_are_counted_from_the_next_day_on():
    found = due(shanghai(2026, 9, 30, 10), "P10WD")
    assert found.last_day == date(2026, 10, 20)
    skipped = found.steps[1]
    assert skipped.kind is StepKind.SKIPPED
    assert skipped.zh == "其间10个休息日不计入（含国庆节）"
    assert skipped.en == "10 days off in between (National Day) not counted"


@pytest.mark.parametrize(
    ("start", "period", "last"),
    [
        (date(2026, 1, 31), "P1M", date(2026, 2, 28)),  # no 31 February: the last day (202)
        (date(2024, 1, 31), "P1M", date(2024, 2, 29)),
        (date(2024, 2, 29), "P1Y", date(2025, 2, 28)),
        (date(2026, 1, 15), "P2M", date(2026, 3, 16)),  # 15 March is a Sunday
        (date(2026, 3, 2), "P1Y", date(2027, 3, 2)),
        (date(2026, 3, 2), "P1M10D", date(2026, 4, 13)),  # 12 April is a Sunday
        (date(2026, 3, 2), "P1M5WD", date(2026, 4, 10)),  # Qingming, 4 to 6 April, in between
    ],
)
def test_months_and_years_end_on_the_corresponding_day(start, period, last):
    assert due(datetime.combine(start, time(10), SHANGHAI), period).last_day == last


def test_a_month_without_a_corresponding_day_says_so():
    found = due(shanghai(2025, 1, 31, 10), "P1M")
    assert found.steps[1].kind is StepKind.MONTH_END
    assert found.steps[1].cite == "民法典第202条"


def test_a_period_ends_at_the_close_of_business_where_there_is_one():
    found = due(shanghai(2026, 3, 2, 10), "P3D", office())
    assert found.at == shanghai(2026, 3, 5, 17, 30)
    assert found.inclusive
    assert found.met_by(shanghai(2026, 3, 5, 17, 30))
    assert found.steps[-1].zh == "截止时间为3月5日停止业务活动的时间17:30"


def test_hours_run_from_the_start_and_do_not_move():
    found = due(shanghai(2026, 9, 30, 20), "PT24H")
    assert found.at == shanghai(2026, 10, 1, 20)
    assert found.steps[0].cite == "民法典第201条第2款"


def test_days_and_hours_do_not_mix_in_the_civil_code():
    with pytest.raises(PeriodError, match="not in both"):
        due(shanghai(2026, 3, 2), "P1DT2H")


def test_no_time_at_all_ends_at_the_start():
    assert due(shanghai(2026, 3, 2, 10), "PT0S").at == shanghai(2026, 3, 2, 10)


def test_the_day_of_an_instant_ends_at_24_or_at_the_close_of_business():
    assert end_of_day(shanghai(2026, 3, 2, 10), cn()).at == shanghai(2026, 3, 3)
    assert end_of_day(shanghai(2026, 3, 2, 10), office()).at == shanghai(2026, 3, 2, 17, 30)
    assert end_of_day(shanghai(2026, 3, 1, 10), office()).at == shanghai(2026, 3, 2)


def test_extra_hours_on_a_day_off_are_no_close_of_business():
    sunday = DatedException(date(2026, 3, 1), "extra", parse_spans("20:00-22:00"))
    week = parse_week("Mon-Fri 09:00-17:00")
    shop = Calendar.simple("shop", "Asia/Shanghai", week, None, [sunday])
    assert end_of_day(shanghai(2026, 3, 1, 10), shop).at == shanghai(2026, 3, 2)


def test_the_local_day_decides_not_the_day_in_utc():
    assert due(utc(2026, 3, 2, 17), "P1D").last_day == date(2026, 3, 4)  # 3 March, 01:00 local


# --- years that are not published --------------------------------------------------------------


def test_a_deadline_that_rests_on_an_unpublished_year_says_so():
    found = due(shanghai(2026, 12, 21, 10), "P10WD")
    assert not found.published
    assert found.steps[-1].kind is StepKind.UNPUBLISHED
    assert found.steps[-1].zh == "2027年节假日安排尚未公布，按《全国年节及纪念日放假办法》推算"
    assert "国务院令第795号" in found.steps[-1].basis


@pytest.mark.parametrize(
    ("start", "period", "counting", "published"),
    [
        (shanghai(2026, 12, 1, 10), "P10WD", Counting.CIVIL, True),
        (shanghai(2026, 12, 20, 10), "P1M", Counting.CIVIL, False),
        (shanghai(2026, 12, 20, 10), "PT48H", Counting.CIVIL, True),
        (shanghai(2027, 6, 1, 10), "P30D", Counting.SAME_TIME, True),  # no holiday is asked for
        (shanghai(2027, 6, 1, 10), "P3WD", Counting.SAME_TIME, False),
        (shanghai(2027, 6, 1, 10), "PT4H", Counting.WORKING, False),
        (shanghai(2025, 12, 28, 10), "P10WD", Counting.CIVIL, True),
    ],
)
def test_only_what_rests_on_holidays_is_provisional(start, period, counting, published):
    assert due(start, period, cn(), counting).published is published


# --- elapsed time and same time of day ---------------------------------------------------------


def test_elapsed_days_are_24_hours_across_the_change_to_summer_time():
    start = boston(2024, 3, 9, 12)
    assert due(start, "P1D", city_hall(), Counting.ELAPSED).at == boston(2024, 3, 10, 13)
    assert due(start, "P1D", city_hall(), Counting.SAME_TIME).at == boston(2024, 3, 10, 12)


@pytest.mark.parametrize("period", ["P1M", "P3WD"])
def test_elapsed_time_knows_neither_months_nor_working_days(period):
    with pytest.raises(PeriodError, match="no exact length"):
        due(shanghai(2026, 3, 2), period, cn(), Counting.ELAPSED)


def test_the_same_time_on_a_later_day():
    start = shanghai(2026, 9, 30, 10, 15)
    assert due(start, "P3D", cn(), Counting.SAME_TIME).at == shanghai(2026, 10, 3, 10, 15)
    assert due(start, "P3WD", cn(), Counting.SAME_TIME).at == shanghai(2026, 10, 10, 10, 15)
    assert due(start, "P1M", cn(), Counting.SAME_TIME).at == shanghai(2026, 10, 30, 10, 15)
    assert due(start, "P1DT2H", cn(), Counting.SAME_TIME).at == shanghai(2026, 10, 1, 12, 15)


def test_a_time_that_summer_time_leaves_out_is_taken_an_hour_later():
    found = due(boston(2024, 3, 9, 2, 30), "P1D", city_hall(), Counting.SAME_TIME)
    assert found.at == boston(2024, 3, 10, 3, 30)
    assert kinds(found) == [StepKind.MISSING_HOUR]
    assert found.steps[0].en == "summer time leaves this time out on 10 March; 03:30 is taken"


def test_a_time_that_comes_twice_is_the_first_of_the_two():
    found = due(boston(2024, 11, 2, 1, 30), "P1D", city_hall(), Counting.SAME_TIME)
    assert found.at.astimezone(utc(2024, 1, 1).tzinfo) == utc(2024, 11, 3, 5, 30)


# --- working time ------------------------------------------------------------------------------


def test_working_seconds_pass_only_in_opening_hours():
    found = due(shanghai(2026, 9, 30, 11, 30), "PT4H", office(), Counting.WORKING)
    assert found.at == shanghai(2026, 10, 8, 9)  # 30 min, 3 h, 30 min after the holidays


def test_working_time_that_ends_with_the_day_ends_at_closing_not_at_the_next_opening():
    found = due(shanghai(2026, 9, 30, 8, 30), "PT6H30M", office(), Counting.WORKING)
    assert found.at == shanghai(2026, 9, 30, 17, 30)


def test_a_start_outside_hours_moves_to_the_next_opening():
    found = due(shanghai(2026, 9, 30, 20), "PT1H", office(), Counting.WORKING)
    assert found.at == shanghai(2026, 10, 8, 9, 30)
    assert found.steps[0].zh == "不在业务时间内，自10月8日08:30起算"


def test_a_start_at_the_closing_instant_is_outside_hours():
    found = due(shanghai(2026, 9, 29, 17, 30), "PT1H", office(), Counting.WORKING)
    assert found.at == shanghai(2026, 9, 30, 9, 30)
    assert kinds(found) == [StepKind.START_OUTSIDE_HOURS]


def test_one_working_day_is_the_same_time_on_the_next():
    start = boston(2019, 4, 12, 10, 15)  # a Friday
    assert due(start, "P1WD", city_hall(), Counting.WORKING).at == boston(2019, 4, 15, 10, 15)
    late = boston(2019, 4, 12, 22)
    assert due(late, "P1WD", city_hall(), Counting.WORKING).at == boston(2019, 4, 16, 8, 30)


def test_a_time_at_which_the_day_reached_is_closed_moves_to_its_next_opening():
    short = Calendar.simple(
        "short", "Asia/Shanghai", parse_week("Mon-Thu 08:00-17:00; Fri 08:00-12:00")
    )
    found = due(shanghai(2026, 3, 5, 15), "P1WD", short, Counting.WORKING)
    assert found.at == shanghai(2026, 3, 9, 8)
    assert kinds(found) == [StepKind.END_OUTSIDE_HOURS]


def test_working_days_and_hours_add_up():
    found = due(shanghai(2026, 3, 2, 16), "P1WDT2H", office(), Counting.WORKING)
    assert found.at == shanghai(2026, 3, 4, 9)  # 3 March 16:00, then 1.5 h and 0.5 h


# --- versions ----------------------------------------------------------------------------------


def test_the_version_in_force_at_the_start_decides_to_the_end():
    old = Schedule("hall", "Asia/Shanghai", parse_week("Mon-Fri 09:00-17:00"))
    new = Schedule("hall", "Asia/Shanghai", parse_week("Mon-Sun 09:00-17:00"))
    hall = Calendar("hall", [Version(None, old), Version(date(2026, 5, 9), new)])
    last_moment = shanghai(2026, 5, 8, 23, 59, 59, 999_999)
    assert due(last_moment, "P1WD", hall).last_day == date(2026, 5, 11)
    assert due(shanghai(2026, 5, 9), "P1WD", hall).last_day == date(2026, 5, 10)


# --- pauses ------------------------------------------------------------------------------------


def test_a_pause_stops_the_clock_to_the_second():
    pause = (shanghai(2026, 3, 2, 10, 10), shanghai(2026, 3, 2, 11, 0, 1))
    found = due(shanghai(2026, 3, 2, 10), "PT30M", pauses=[pause])
    assert found.at == shanghai(2026, 3, 2, 11, 20, 1)
    assert found.steps[-1].zh == "扣除中止时间50分钟1秒"
    assert found.steps[-1].en == "paused for 50 minutes 1 second"


def test_overlapping_pauses_count_once_and_their_order_does_not_matter():
    start = shanghai(2026, 3, 2, 10)
    pauses = [
        (shanghai(2026, 3, 2, 10, 20), shanghai(2026, 3, 2, 10, 40)),
        (shanghai(2026, 3, 2, 9), shanghai(2026, 3, 2, 10, 10)),
        (shanghai(2026, 3, 2, 10, 5), shanghai(2026, 3, 2, 10, 30)),
    ]
    assert due(start, "PT30M", pauses=pauses).at == shanghai(2026, 3, 2, 11, 10)


def test_a_pause_that_begins_when_time_is_up_changes_nothing():
    pause = (shanghai(2026, 3, 2, 10, 30), shanghai(2026, 3, 2, 12))
    found = due(shanghai(2026, 3, 2, 10), "PT30M", pauses=[pause])
    assert found.at == shanghai(2026, 3, 2, 10, 30)


def test_a_pause_that_an_earlier_pause_brings_into_reach_counts():
    pauses = [
        (shanghai(2026, 3, 2, 10, 10), shanghai(2026, 3, 2, 10, 30)),
        (shanghai(2026, 3, 2, 10, 45), shanghai(2026, 3, 2, 10, 50)),
    ]
    found = due(shanghai(2026, 3, 2, 10), "PT30M", pauses=pauses)
    assert found.at == shanghai(2026, 3, 2, 10, 55)


def test_a_pause_of_a_working_clock_takes_only_working_time():
    pause = (shanghai(2026, 9, 30, 17), shanghai(2026, 10, 8, 9))  # 30 min and 30 min of work
    found = due(shanghai(2026, 9, 30, 16), "PT2H", office(), Counting.WORKING, pauses=[pause])
    assert found.at == shanghai(2026, 10, 8, 10)


def test_a_pause_of_working_days_takes_working_days():
    pause = (shanghai(2026, 3, 6, 10), shanghai(2026, 3, 9, 10))  # Friday to Monday
    found = due(shanghai(2026, 3, 5, 9), "P3WD", pauses=[pause])
    assert found.last_day == date(2026, 3, 11)


def test_a_paused_period_in_days_moves_its_end_and_then_rolls():
    pause = (shanghai(2026, 3, 3), shanghai(2026, 3, 4))
    found = due(shanghai(2026, 3, 2, 10), "P4D", pauses=[pause])
    assert found.last_day == date(2026, 3, 9)  # Friday + 1 = Saturday, so Monday


def test_a_pause_on_the_day_that_a_deadline_rolled_to_still_counts():
    pause = (shanghai(2026, 3, 9, 10), shanghai(2026, 3, 9, 12))
    found = due(shanghai(2026, 3, 4, 10), "P3D", pauses=[pause])  # Saturday, so Monday 24:00
    assert found.at == shanghai(2026, 3, 10, 2)


# --- impossible input --------------------------------------------------------------------------


def test_a_start_without_a_time_zone_is_refused():
    with pytest.raises(CalendarError, match="The start needs a time zone"):
        due(shanghai(2026, 3, 2).replace(tzinfo=None), "P1D")


def test_a_pause_that_ends_before_it_begins_is_refused():
    pause = (shanghai(2026, 3, 3), shanghai(2026, 3, 2))
    with pytest.raises(CalendarError, match="ends before it begins"):
        due(shanghai(2026, 3, 2), "PT1H", pauses=[pause])


def test_a_backward_period_is_refused():
    with pytest.raises(PeriodError, match="Use latest_start"):
        due(shanghai(2026, 3, 2), "-P1D")


@pytest.mark.parametrize(
    ("counting", "period"),
    [
        (Counting.CIVIL, "P100Y"),
        (Counting.CIVIL, "P30000WD"),
        (Counting.SAME_TIME, "P30000WD"),
        (Counting.WORKING, "PT999999H"),
    ],
)
def test_a_count_that_leads_out_of_the_calendar_is_refused(counting, period):
    with pytest.raises(CalendarError, match="Calendar 'cn' reaches from 2000-01-01 to 2100-12-31"):
        due(shanghai(2026, 3, 2), period, cn(), counting)


def test_the_time_left_can_be_asked_for():
    found = due(shanghai(2026, 3, 2, 10), "PT30M", always())
    assert found.time_left(shanghai(2026, 3, 2, 10, 20)) == timedelta(minutes=10)
    assert found.time_left(shanghai(2026, 3, 2, 10, 40)) == timedelta(minutes=-10)


def test_a_deadline_cannot_be_changed_and_equals_one_counted_again():
    first = due(shanghai(2026, 9, 30, 10), "P3D")
    again = due(shanghai(2026, 9, 30, 10), "P3D")
    assert first == again
    assert len({first, again}) == 1
    with pytest.raises(AttributeError):
        first.at = shanghai(2027, 1, 1)  # type: ignore[misc]
