"""China's statutory working days: published, computed, and read from a file."""

import json
from datetime import date, timedelta

import pytest
from holidays import country_holidays

from shouwen.measures.calendars import (
    DayKind,
    cn,
    is_statutory_festival,
    read_table,
    statutory,
)
from shouwen.measures.calendars.errors import CalendarError
from shouwen.measures.calendars.lunisolar import (
    dragon_boat,
    lunar_new_year,
    mid_autumn,
    qingming,
)
from shouwen.measures.diagnostics import SourceError


def days_of(year):
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += timedelta(days=1)


# --- published years -------------------------------------------------------------------------


def test_every_day_from_2007_to_2026_agrees_with_holiday_cn(shared_data):
    table, compared, different = statutory(), 0, []
    known = {}
    for year in range(2007, 2028):
        file = shared_data / "holidays" / f"holiday-cn_{year}.json"
        for day in json.loads(file.read_text("utf-8"))["days"]:
            known[date.fromisoformat(day["date"])] = not day["isOffDay"]
    for year in range(2007, 2027):
        for day in days_of(year):
            compared += 1
            if table.lookup(day).kind.is_working != known.get(day, day.weekday() < 5):
                different.append(day)
    assert compared == 7_305
    assert different == []


def test_every_notice_stands_at_the_address_that_holiday_cn_names(shared_data):
    for year, notices in statutory().notices.items():
        file = shared_data / "holidays" / f"holiday-cn_{year}.json"
        papers = json.loads(file.read_text("utf-8"))["papers"]
        ours = [notice.url.replace("https://", "http://") for notice in notices]
        assert ours == [paper.replace("https://", "http://") for paper in papers]


def test_every_year_from_2007_to_2026_has_a_numbered_notice():
    assert statutory().published_years == tuple(range(2007, 2027))
    for year, notices in statutory().notices.items():
        assert all(notice.number and notice.title for notice in notices)
        assert f"〔{year - 1}〕" in notices[0].number
        assert f"{year}年" in notices[0].title


def test_a_number_that_others_give_is_marked_as_such():
    marked = [n.number for ns in statutory().notices.values() for n in ns if n.checked != "text"]
    assert marked == ["国办发明电〔2007〕52号", "国办发明电〔2014〕28号", "国办发明电〔2025〕7号"]


def test_a_day_names_its_holiday_and_the_notice_that_gives_it():
    day = statutory().lookup(date(2019, 5, 5))
    assert day.kind is DayKind.MAKE_UP
    assert day.name == "劳动节"
    assert day.notice is not None
    assert day.notice.number == "国办发明电〔2019〕3号"
    assert day.published


def test_the_spring_festival_of_2020_ran_until_2_february():
    assert statutory().lookup(date(2020, 2, 1)).kind is DayKind.HOLIDAY
    assert statutory().lookup(date(2020, 2, 3)).kind is DayKind.WORKDAY


def test_the_end_of_the_last_published_year_waits_for_the_next_notice():
    assert statutory().is_published(date(2026, 12, 25))
    assert not statutory().is_published(date(2026, 12, 26))
    assert not statutory().is_published(date(2026, 12, 31))
    assert statutory().is_published(date(2025, 12, 31))


# --- computed years --------------------------------------------------------------------------


def test_2027_is_computed_from_the_law_of_2024_and_says_so():
    names = {d.day: (d.name, d.kind) for d in statutory().special_days(2027, 2027)}
    off, lieu = DayKind.HOLIDAY, DayKind.IN_LIEU
    assert names == {
        date(2027, 1, 1): ("元旦", off),
        date(2027, 2, 5): ("春节", off),  # 除夕, since 2025
        date(2027, 2, 6): ("春节", off),  # a Saturday
        date(2027, 2, 7): ("春节", off),  # a Sunday
        date(2027, 2, 8): ("春节", off),
        date(2027, 2, 9): ("春节", lieu),
        date(2027, 2, 10): ("春节", lieu),
        date(2027, 4, 5): ("清明节", off),
        date(2027, 5, 1): ("劳动节", off),  # a Saturday
        date(2027, 5, 2): ("劳动节", off),  # a Sunday, since 2025
        date(2027, 5, 3): ("劳动节", lieu),
        date(2027, 5, 4): ("劳动节", lieu),
        date(2027, 6, 9): ("端午节", off),
        date(2027, 9, 15): ("中秋节", off),
        date(2027, 10, 1): ("国庆节", off),
        date(2027, 10, 2): ("国庆节", off),
        date(2027, 10, 3): ("国庆节", off),
        date(2027, 10, 4): ("国庆节", lieu),
        date(2027, 10, 5): ("国庆节", lieu),
    }
    assert not statutory().lookup(date(2027, 3, 3)).published


def test_a_computed_year_has_13_weekdays_off_and_no_make_up_days():
    for year in range(2027, 2101):
        days = [statutory().lookup(day) for day in days_of(year)]
        weekdays_off = [d for d in days if d.day.weekday() < 5 and not d.kind.is_working]
        assert len(weekdays_off) == 13, year
        assert not any(d.kind is DayKind.MAKE_UP for d in days)
        assert not any(d.published for d in days)


def test_computed_years_agree_with_the_holidays_package_but_where_two_festivals_coincide():
    theirs = country_holidays("CN", years=range(2027, 2100), language="zh_CN")
    different = []
    for year in range(2027, 2100):
        ours = {d.day for d in statutory().special_days(year, year)}
        if ours != {day for day in theirs if day.year == year}:
            different.append(year)
    # Mid-Autumn on one of the first three days of October: the notices of such years (2009, 2020)
    # gave a further day, and so do we; the package gives none.
    assert different == [2028, 2031, 2058, 2077, 2085]
    assert all(date(year, 10, 1) <= mid_autumn(year) <= date(year, 10, 3) for year in different)


def test_before_2007_the_law_of_the_time_is_computed():
    assert statutory().lookup(date(2005, 5, 3)).kind is DayKind.HOLIDAY
    assert statutory().lookup(date(2005, 4, 5)).kind is DayKind.WORKDAY  # 清明 is one since 2008
    assert statutory().law_on(date(2013, 1, 1)).title.endswith("（国务院令第513号）")


def test_years_out_of_reach_are_refused():
    with pytest.raises(CalendarError, match="reaches from 2000-01-01 to 2100-12-31"):
        cn().is_working_day(date(1999, 12, 31))


def test_festivals_are_told_from_the_days_off_around_them():
    october = [is_statutory_festival(date(2026, 10, n)) for n in range(1, 8)]
    assert october == [True, True, True, False, False, False, False]
    assert is_statutory_festival(date(2026, 2, 16))  # 除夕, since 2025
    assert not is_statutory_festival(date(2024, 2, 9))  # and not in the year before
    with pytest.raises(CalendarError, match="2000 to 2100"):
        is_statutory_festival(date(1999, 10, 1))


# --- the lunisolar calendar ------------------------------------------------------------------


def test_festivals_agree_with_the_tables_of_the_holidays_package():
    theirs = country_holidays("HK", years=range(1950, 2100), language="zh_HK", observed=False)
    found: dict[tuple[int, str], date] = {}
    for day, name in theirs.items():
        for part in name.split("; "):
            found.setdefault((day.year, part), day)
    compared = 0
    for year in range(1950, 2100):
        for name, ours in (
            ("農曆年初一", lunar_new_year(year)),
            ("端午節", dragon_boat(year)),
            ("清明節", qingming(year)),
        ):
            if (year, name) in found:
                compared += 1
                assert found[year, name] == ours, (year, name)
    assert compared > 380


@pytest.mark.parametrize(
    ("year", "new_year", "mid"),
    [
        (2033, date(2033, 1, 31), date(2033, 9, 8)),  # the leap month at the end of 2033 is famous
        (2034, date(2034, 2, 19), date(2034, 9, 27)),
        (2057, date(2057, 2, 4), date(2057, 9, 13)),
        (2100, date(2100, 2, 9), date(2100, 9, 18)),
    ],
)
def test_difficult_years_come_out_right(year, new_year, mid):
    assert lunar_new_year(year) == new_year
    assert mid_autumn(year) == mid


# --- the file --------------------------------------------------------------------------------

LAW = """
laws:
  - from: 2000-01-01
    title: the law
    days: {元旦: [01-01]}
"""


def refused(text):
    with pytest.raises(SourceError) as error:
        read_table(LAW + text, "ours.yaml")
    return {d.code: d for d in error.value.diagnostics}


def test_a_file_of_ones_own_is_read():
    table = read_table(
        LAW
        + """
years:
  2027:
    notices:
      - {number: 国办发明电〔2026〕9号, title: 关于2027年部分节假日安排的通知, checked: text}
    holidays:
      - {name: 春节, off: [2027-02-05/2027-02-11], work: [2027-01-31, 2027-02-20]}
""",
        "ours.yaml",
    )
    assert table.published_years == (2027,)
    assert table.lookup(date(2027, 2, 20)).kind is DayKind.MAKE_UP
    assert table.lookup(date(2027, 2, 12)).kind is DayKind.WORKDAY
    assert not table.lookup(date(2028, 1, 1)).published


def test_all_errors_of_a_file_are_told_at_once_with_their_lines():
    found = refused(
        """
years:
  2027:
    notices:
      - {number: 第9号, title: t, checked: text}
    holidays:
      - {name: 春节, off: 2027-02-11/2027-02-05}
      - {name: 清明节, off: 2027-04-31}
      - {name: 劳动节, off: 2027-05-01, work: [2027-05-06]}
      - {nome: 端午节, off: 2027-06-09}
      - {name: 中秋节, off: 2027-05-01, notice: 国办发明电〔2026〕8号}
"""
    )
    assert set(found) == {
        "not-a-number",
        "backward-run",
        "not-a-date",
        "make-up-on-weekday",
        "unknown-field",
        "missing-field",
        "unknown-notice",
        "day-given-twice",
    }
    assert found["not-a-date"].span.line == 13
    assert "years.2027.holidays[1].off" in found["not-a-date"].message
    assert "did you mean 'name'" in found["unknown-field"].hint.lower()
    assert "Thursday" in found["make-up-on-weekday"].message


def test_a_number_that_was_not_established_is_left_out_and_marked():
    found = refused(
        """
years:
  2027:
    notices:
      - {number: 国办发明电〔2026〕9号, title: t, checked: no}
    holidays:
      - {name: 春节, off: 2027-02-05}
"""
    )
    assert set(found) == {"number-and-check"}


def test_laws_and_years_are_checked_too():
    found = refused(
        """
years:
  1999: {notices: [], holidays: []}
  2027: {notices: []}
  2028:
    notices:
      - {title: t, checked: maybe}
      - {number: 国办发明电〔2027〕9号}
    holidays:
      - {name: 元旦, off: 2026-01-01}
"""
    )
    assert {"not-a-year", "missing-field", "unknown-value", "day-of-another-year"} == set(found)
    with pytest.raises(SourceError) as error:
        read_table("laws: [{from: 2000-01-01, title: t, days: {x: [13-01, 冬至]}}]\nyears: {}", "a")
    assert [d.code for d in error.value.diagnostics] == ["not-a-day", "not-a-day"]


def test_what_is_not_yaml_is_refused_where_it_breaks():
    found = refused("years: {2027: [")
    assert found["not-yaml"].span is not None
