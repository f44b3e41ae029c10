from datetime import date, timedelta

import pytest

from shouwen.measures.calendars import (
    AnnualRule,
    Calendar,
    CalendarError,
    DatedException,
    DayKind,
    Holidays,
    Schedule,
    Version,
    always,
    builtin_calendars,
    cn,
    parse_spans,
    parse_week,
)
from tests.measures.calendars.moments import boston, city_hall, office, shanghai


def test_cn_counts_make_up_days_and_skips_holidays():
    assert not cn().is_working_day(date(2026, 10, 5))
    assert cn().is_working_day(date(2026, 10, 10))  # a Saturday that is worked
    assert cn().add_working_days(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert cn().add_working_days(date(2026, 10, 8), -1) == date(2026, 9, 30)
    assert cn().next_working_day(date(2026, 10, 3)) == date(2026, 10, 8)
    assert cn().next_working_day(date(2026, 10, 8)) == date(2026, 10, 8)
    assert cn().previous_working_day(date(2026, 10, 8)) == date(2026, 9, 30)


def test_2026_has_248_working_days():
    assert cn().working_days_between(date(2026, 1, 1), date(2026, 12, 31)) == 248


def test_a_day_says_what_it_is():
    facts = cn().facts(date(2026, 2, 17))
    assert (facts.kind, facts.name, facts.published) == (DayKind.HOLIDAY, "春节", True)
    assert facts.notice is not None
    assert facts.notice.number == "国办发明电〔2025〕7号"
    assert not cn().facts(date(2028, 3, 1)).published


def test_around_the_clock_every_day_is_a_working_day_and_every_hour_open():
    assert always().is_working_day(date(2026, 10, 1))
    assert always().is_open(shanghai(2026, 10, 1, 3))
    assert always().working_time(shanghai(2026, 1, 1), shanghai(2026, 1, 3)) == timedelta(days=2)


def test_the_built_in_calendars_are_cn_and_24x7():
    assert sorted(builtin_calendars()) == ["24x7", "cn"]


def test_an_office_opens_and_closes_twice_a_day():
    calendar = office()
    assert calendar.is_open(shanghai(2026, 9, 30, 8, 30))
    assert not calendar.is_open(shanghai(2026, 9, 30, 12))
    assert calendar.next_opening(shanghai(2026, 9, 30, 13)) == shanghai(2026, 9, 30, 14, 30)
    assert calendar.next_opening(shanghai(2026, 9, 30, 18)) == shanghai(2026, 10, 8, 8, 30)
    assert calendar.next_opening(shanghai(2026, 9, 30, 9)) == shanghai(2026, 9, 30, 9)


def test_a_make_up_day_has_the_hours_of_an_ordinary_day():
    assert office().facts(date(2026, 10, 10)).hours == parse_spans("08:30-12:00, 14:30-17:30")


def test_working_time_is_measured_between_two_instants():
    start, end = shanghai(2026, 9, 30, 11), shanghai(2026, 10, 8, 9)
    assert office().working_time(start, end) == timedelta(hours=4, minutes=30)
    with pytest.raises(CalendarError, match="before the start"):
        office().working_time(end, start)


def test_a_dated_exception_closes_a_day_changes_its_hours_or_adds_to_them():
    week = parse_week("Mon-Fri 09:00-17:00")
    exceptions = [
        DatedException(date(2026, 5, 6), "closed", name="moving house"),
        DatedException(date(2026, 5, 9), "hours", parse_spans("10:00-12:00")),
        DatedException(date(2026, 5, 7), "extra", parse_spans("20:00-22:00")),
        DatedException(date(2026, 5, 10), "extra", parse_spans("20:00-22:00")),
    ]
    calendar = Calendar.simple("shop", "Asia/Shanghai", week, None, exceptions)
    assert calendar.facts(date(2026, 5, 6)).kind is DayKind.CLOSED
    assert calendar.facts(date(2026, 5, 9)).kind is DayKind.OPENED
    assert calendar.facts(date(2026, 5, 9)).is_working
    assert calendar.facts(date(2026, 5, 7)).hours == parse_spans("09:00-17:00, 20:00-22:00")
    # Extra hours on a Sunday are working time but do not make it a working day.
    assert calendar.is_open(shanghai(2026, 5, 10, 21))
    assert not calendar.is_working_day(date(2026, 5, 10))


def test_the_version_in_force_on_a_day_decides():
    old = Schedule("hall", "Asia/Shanghai", parse_week("Mon-Fri 09:00-17:00"))
    new = Schedule("hall", "Asia/Shanghai", parse_week("Mon-Sat 08:00-18:00"))
    hall = Calendar("hall", [Version(date(2026, 7, 1), new), Version(None, old)])
    assert not hall.is_working_day(date(2026, 6, 27))
    assert hall.is_working_day(date(2026, 7, 4))
    assert not hall.is_open(shanghai(2026, 6, 30, 17, 30))
    assert hall.is_open(shanghai(2026, 7, 1, 17, 30))


def test_before_its_first_version_a_calendar_knows_nothing():
    schedule = Schedule("new", "Asia/Shanghai", parse_week("Mon-Fri 09:00-17:00"))
    calendar = Calendar("new", [Version(date(2026, 7, 1), schedule)])
    with pytest.raises(CalendarError, match="no version in force on 2026-06-30"):
        calendar.is_working_day(date(2026, 6, 30))


def test_versions_in_two_time_zones_are_two_calendars():
    a = Schedule("x", "Asia/Shanghai", parse_week("09:00-17:00"))
    b = Schedule("x", "America/New_York", parse_week("09:00-17:00"))
    with pytest.raises(CalendarError, match="different time zones"):
        Calendar("x", [Version(None, a), Version(date(2026, 1, 1), b)])
    with pytest.raises(CalendarError, match="same date"):
        Calendar("x", [Version(None, a), Version(None, a)])


def test_a_calendar_that_never_opens_is_refused():
    with pytest.raises(CalendarError, match="no working time at all"):
        Schedule("never", "Asia/Shanghai", parse_week("closed"))


def test_a_calendar_that_does_not_open_for_a_year_is_refused():
    shut = {date(2026, 1, 1) + timedelta(days=n): "shut" for n in range(400)}
    with pytest.raises(CalendarError, match="no working day from 2026-01-01 to 2027-02-04"):
        Schedule("shut", "Asia/Shanghai", parse_week("09:00-17:00"), Holidays(listed=shut))
    # A few working days long ago are no calendar either.
    once = [DatedException(date(2026, 5, 4), "hours", parse_spans("09:00-17:00"))]
    with pytest.raises(CalendarError, match="no working day from 1970-01-01 to 2026-05-03"):
        Schedule("once", "Asia/Shanghai", parse_week("closed"), None, once)


def test_an_unknown_time_zone_is_refused():
    with pytest.raises(CalendarError, match="no time zone 'Asia/Bejing'"):
        Schedule("x", "Asia/Bejing", parse_week("09:00-17:00"))


def test_hours_during_the_night_belong_to_the_day_on_which_they_begin():
    night = Calendar.simple("night", "Asia/Shanghai", parse_week("Mon-Fri 22:00-06:00"))
    assert night.is_open(shanghai(2026, 5, 9, 5))  # Saturday morning, of Friday's night
    assert not night.is_open(shanghai(2026, 5, 11, 5))  # Monday morning, of Sunday's night


def test_a_night_of_work_is_an_hour_shorter_when_summer_time_begins():
    night = Calendar.simple("night", "America/New_York", parse_week("22:00-06:00"))
    spring = night.working_time(boston(2024, 3, 9, 12), boston(2024, 3, 10, 12))
    autumn = night.working_time(boston(2024, 11, 2, 12), boston(2024, 11, 3, 12))
    assert (spring, autumn) == (timedelta(hours=7), timedelta(hours=9))


# --- yearly rules ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "year", "day"),
    [
        (AnnualRule("x", "third monday of april"), 2019, date(2019, 4, 15)),
        (AnnualRule("x", "Last Monday of May"), 2019, date(2019, 5, 27)),
        (AnnualRule("x", "last monday of december"), 2018, date(2018, 12, 31)),
        (AnnualRule("x", "fifth friday of february"), 2019, None),
        (AnnualRule("x", "12-25", "sunday to monday"), 2016, date(2016, 12, 26)),
        (AnnualRule("x", "11-11", "sunday to monday"), 2017, date(2017, 11, 11)),
        (AnnualRule("x", "11-11", "nearest weekday"), 2017, date(2017, 11, 10)),
        (AnnualRule("x", "11-11", "next monday"), 2017, date(2017, 11, 13)),
        (AnnualRule("x", "02-29"), 2019, None),
        (AnnualRule("x", "06-19", first_year=2021), 2020, None),
    ],
)
def test_a_yearly_rule_finds_its_day(rule, year, day):
    assert rule.in_year(year) == day


@pytest.mark.parametrize("on", ["13-01", "third monday", "monday of may", "7-4"])
def test_what_is_no_day_of_the_year_is_refused(on):
    with pytest.raises(CalendarError, match="not a day of the year"):
        AnnualRule("x", on)


def test_a_closing_instant_is_closed_and_an_opening_one_open():
    assert city_hall().is_open(boston(2019, 5, 1, 8, 30))
    assert not city_hall().is_open(boston(2019, 5, 1, 17))
