from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwen.measures.calendars import Period, PeriodError
from shouwen.measures.calendars.months import add_months
from shouwen.measures.calendars.numerals import read_numeral
from shouwen.measures.calendars.zones import day_date, day_number

MINUTE, HOUR = 60, 3600


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("P1Y", Period(months=12)),
        ("P3M", Period(months=3)),
        ("P2W", Period(days=14)),
        ("P1D", Period(days=1)),
        ("PT30M", Period(seconds=30 * MINUTE)),
        ("PT1H30M", Period(seconds=90 * MINUTE)),
        ("PT1.5H", Period(seconds=90 * MINUTE)),
        ("PT24H", Period(seconds=24 * HOUR)),
        ("P10WD", Period(working_days=10)),
        ("-P3D", Period(days=-3)),
        ("P1Y2M3DT4H5M6S", Period(months=14, days=3, seconds=4 * HOUR + 5 * MINUTE + 6)),
    ],
)
def test_iso_durations_are_read(text, period):
    assert Period.parse(text) == period


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("30分钟", "PT30M"),
        ("半小时", "PT30M"),
        ("半个小时", "PT30M"),
        ("一个半小时", "PT1H30M"),
        ("两个半小时", "PT2H30M"),
        ("2小时", "PT2H"),
        ("24小时", "PT24H"),
        ("1天", "P1D"),
        ("一天", "P1D"),
        ("一日", "P1D"),
        ("半天", "PT12H"),
        ("10个工作日", "P10WD"),
        ("十个工作日", "P10WD"),
        ("二十五个工作日", "P25WD"),
        ("3个月", "P3M"),
        ("一个季度", "P3M"),
        ("半年", "P6M"),
        ("两年", "P2Y"),
        ("一年半", "P1Y6M"),
        ("1年零3个月", "P1Y3M"),
        ("一周", "P7D"),
        ("1小时30分", "PT1H30M"),
        ("45秒", "PT45S"),
        ("一刻钟", "PT15M"),
        ("一百零五日", "P105D"),
        ("３０分钟", "PT30M"),
        ("提前3日", "-P3D"),
        (" 30 分钟 ", "PT30M"),
    ],
)
def test_chinese_lengths_of_time_are_read(text, iso):
    assert Period.parse(text).iso() == iso


def test_a_calendar_day_is_never_24_hours():
    assert Period.parse("P1D") != Period.parse("PT24H")
    assert Period.parse("24小时").zh() == "24小时"
    assert Period.parse("一天").zh() == "1日"


def test_a_period_says_itself_in_chinese_and_english():
    assert Period.parse("P10WD").zh() == "10个工作日"
    assert Period.parse("P10WD").en() == "10 working days"
    assert Period.parse("PT90M").zh() == "1小时30分钟"
    assert Period.parse("PT90M").en() == "1 hour 30 minutes"
    assert Period.parse("P1Y").zh() == "1年"
    assert Period.parse("P1D").en() == "1 day"
    assert Period.parse("-P3D").zh() == "提前3日"
    assert Period.parse("-P3D").en() == "3 days before"
    assert Period().iso() == "PT0S"


@pytest.mark.parametrize(
    ("text", "position", "hint"),
    [
        ("", 0, "30分钟"),
        ("30", 0, "unit"),
        ("30分种", 3, "Did you mean '30分钟'?"),
        ("1小时30份钟", 5, "Did you mean '30分钟'?"),
        ("30天内", 3, "leave out 内"),
        ("3月", 1, "个月"),
        ("半个月", 0, "15日"),
        ("1个月半", 3, "smaller unit"),
        ("一百五日", 0, "digits"),
        ("P1H", 1, "follow a T"),
        ("PT1D", 2, "before the T"),
        ("P1DT", 3, "30分钟"),
        ("P1D2M", 3, "Order"),
        ("P1.5D", 1, "smaller units"),
        ("PT0.3S", 2, None),
        ("30分钟2小时", 4, "30分钟"),
        ("P99999999999Y", 1, None),
    ],
)
def test_what_is_no_period_is_refused_with_its_place_and_what_to_do(text, position, hint):
    with pytest.raises(PeriodError) as error:
        Period.parse(text)
    assert error.value.position == position
    if hint is not None:
        assert hint in (error.value.hint or "")


numbers = st.integers(0, 500)


@given(numbers, numbers, numbers, st.integers(0, 10**6), st.booleans())
def test_a_period_is_read_back_from_both_of_its_forms(months, days, working, seconds, negative):
    period = Period(months, days, working, seconds)
    period = -period if negative else period
    assert Period.parse(period.iso()) == period
    assert Period.parse(period.zh()) == period


def test_periods_add_up_within_one_sign():
    assert Period.parse("P1M") + Period.parse("PT1H") == Period(months=1, seconds=HOUR)
    assert Period.parse("P3D") * 2 == Period(days=6)
    assert Period.parse("P3D") - Period.parse("P1D") == Period(days=2)
    with pytest.raises(PeriodError, match="forward or backward"):
        Period(months=1) + Period(days=-1)
    with pytest.raises(TypeError):
        Period(days=1) + 1  # type: ignore[operator]


def test_periods_compare_only_where_every_start_gives_the_same_answer():
    assert Period.parse("PT30M") < Period.parse("PT1H") < Period.parse("P1D")
    assert Period.parse("P1M") > Period.parse("P27D")
    assert Period.parse("P1M") < Period.parse("P32D")
    assert Period.parse("P1Y") > Period.parse("P364D")
    assert Period.parse("P10WD") > Period.parse("P9D")
    assert Period.parse("P1M").compare(Period.parse("P30D")) is None
    assert Period.parse("P1D").compare(Period.parse("PT30H")) is None
    assert Period.parse("P1D").compare(Period.parse("PT23H30M")) is None  # 23 hours in spring
    assert Period.parse("P1D") > Period.parse("PT22H59M")
    with pytest.raises(TypeError):
        Period.parse("P1D") < 5  # type: ignore[operator]  # noqa: B015
    with pytest.raises(PeriodError, match="depends on the start"):
        assert Period.parse("P1M") < Period.parse("P30D")


@given(
    st.integers(0, 60), st.integers(0, 400), st.integers(0, 60), st.integers(0, 400), st.integers(0)
)
def test_a_comparison_that_is_answered_holds_on_the_calendar(m1, d1, m2, d2, seed):
    start = day_number(date(2000, 1, 1) + timedelta(days=seed % 15_000))
    first = add_months(start, m1)[0] + d1
    second = add_months(start, m2)[0] + d2
    answer = Period(m1, d1).compare(Period(m2, d2))
    if answer == 1:
        assert first > second, day_date(start)
    elif answer == -1:
        assert first < second, day_date(start)


def _spoken(number):
    """A numeral as it is said, built place by place."""
    digits = "零一二三四五六七八九"
    text, skipped = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit == 0:
            skipped = bool(text)
            continue
        if skipped:
            text += "零"
            skipped = False
        text += digits[digit] + name
    return text[1:] if 10 <= number < 20 else text


def test_every_chinese_numeral_up_to_9999_is_read():
    assert [n for n in range(1, 10_000) if read_numeral(_spoken(n)) != n] == []


@pytest.mark.parametrize(
    ("text", "number"), [("两千零二十四", 2024), ("二〇二四", 2024), ("〇", 0), ("两百", 200)]
)
def test_other_ways_to_write_a_number_are_read(text, number):
    assert read_numeral(text) == number


@pytest.mark.parametrize(
    "text", ["一百五", "百五十", "一百十", "十百", "两十", "零五十", "一百零五十"]
)
def test_clipped_and_impossible_numerals_are_refused(text):
    assert read_numeral(text) is None
