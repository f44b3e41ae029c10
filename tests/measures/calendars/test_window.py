from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwen.measures.calendars import CalendarError, HoursError, Window, parse_spans, parse_week
from tests.measures.calendars.moments import boston, shanghai

H = 3600


def test_both_ends_are_inside_to_the_second():
    window = Window.parse("08:00-21:00")
    assert window.contains(shanghai(2026, 5, 1, 8))
    assert window.contains(shanghai(2026, 5, 1, 21))
    assert window.contains(shanghai(2026, 5, 1, 21, 0, 0, 999_999))
    assert not window.contains(shanghai(2026, 5, 1, 21, 0, 1))
    assert not window.contains(shanghai(2026, 5, 1, 7, 59, 59, 999_999))


def test_an_end_can_be_outside_if_the_measure_says_so():
    window = Window.parse("08:00-21:00", includes_start=False, includes_end=False)
    assert not window.contains(shanghai(2026, 5, 1, 8))
    assert window.contains(shanghai(2026, 5, 1, 8, 0, 1))
    assert not window.contains(shanghai(2026, 5, 1, 21))
    assert window.zh() == "08:00-21:00（不含起始时刻，不含结束时刻）"
    assert window.en() == "08:00-21:00 (excluding the start, excluding the end)"


def test_the_midnight_at_which_a_window_ends_is_inside_like_any_other_end():
    window = Window.parse("08:00-24:00")
    assert window.contains(shanghai(2026, 5, 1, 23, 59, 59))
    assert window.contains(shanghai(2026, 5, 2))
    assert not window.contains(shanghai(2026, 5, 2, 0, 0, 1))
    assert not Window.parse("08:00-24:00", includes_end=False).contains(shanghai(2026, 5, 2))


def test_a_night_window_runs_into_the_next_morning():
    window = Window.parse("22:00-06:00")
    assert window.contains(shanghai(2026, 5, 1, 23))
    assert window.contains(shanghai(2026, 5, 2, 6))
    assert not window.contains(shanghai(2026, 5, 2, 6, 0, 1))
    assert not window.contains(shanghai(2026, 5, 2, 12))


def test_special_times_extend_a_window_on_listed_dates():
    window = Window.parse("08:00-22:00", special={date(2026, 2, 16): "22:00-24:00"})
    assert window.contains(shanghai(2026, 2, 16, 23))
    assert not window.contains(shanghai(2026, 2, 17, 23))


def test_the_next_opening_is_now_when_it_is_open():
    window = Window.parse("Mon-Fri 08:30-12:00, 14:30-17:30; Sat 09:00-12:00")
    open_now = shanghai(2026, 5, 4, 9)
    assert window.next_opening(open_now) == open_now
    assert window.next_opening(shanghai(2026, 5, 4, 13)) == shanghai(2026, 5, 4, 14, 30)
    assert window.next_opening(shanghai(2026, 5, 9, 12, 0, 1)) == shanghai(2026, 5, 11, 8, 30)


def test_a_window_that_opens_on_past_dates_only_does_not_open_again():
    window = Window.parse("closed", special={date(2026, 2, 16): "22:00-24:00"})
    assert window.next_opening(shanghai(2026, 1, 1)) == shanghai(2026, 2, 16, 22)
    with pytest.raises(CalendarError, match="does not open within a year"):
        window.next_opening(shanghai(2026, 3, 1))


def test_a_window_without_hours_is_refused():
    with pytest.raises(CalendarError, match="at least one day"):
        Window.parse("closed")


def test_spans_are_cut_at_the_ends_of_the_interval_asked_for():
    window = Window.parse("22:00-06:00")
    spans = list(window.spans(shanghai(2026, 5, 1, 23), shanghai(2026, 5, 3, 1)))
    assert spans == [
        (shanghai(2026, 5, 1, 23), shanghai(2026, 5, 2, 6)),
        (shanghai(2026, 5, 2, 22), shanghai(2026, 5, 3, 1)),
    ]
    covered = window.coverage(shanghai(2026, 5, 1, 23), shanghai(2026, 5, 3, 1))
    assert covered == timedelta(hours=10)
    with pytest.raises(CalendarError, match="before the start"):
        window.coverage(shanghai(2026, 5, 2), shanghai(2026, 5, 1))


def test_a_window_is_an_hour_shorter_on_the_day_summer_time_begins():
    window = Window.parse("00:00-06:00", "America/New_York")
    assert window.coverage(boston(2024, 3, 10), boston(2024, 3, 11)) == timedelta(hours=5)


def test_a_window_asks_for_a_time_zone():
    with pytest.raises(CalendarError, match="needs a time zone"):
        Window.parse("08:00-21:00").contains(shanghai(2026, 5, 1).replace(tzinfo=None))


# --- hours as text ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("08:30-12:00, 14:30-17:30", ((8.5, 12), (14.5, 17.5))),
        ("08:00 至 22:00", ((8, 22),)),
        ("08：00—22：00", ((8, 22),)),
        ("00:00-24:00", ((0, 24),)),
        ("22:00-06:00", ((22, 30),)),
        ("休息", ()),
    ],
)
def test_hours_of_a_day_are_read(text, spans):
    assert parse_spans(text) == tuple((int(a * H), int(b * H)) for a, b in spans)


def test_hours_of_a_week_are_read_in_english_and_chinese():
    english = parse_week("Mon-Fri 08:30-17:00; Sat, Sun 09:00-12:00")
    chinese = parse_week("周一至周五 08:30-17:00；星期六、星期日 09:00-12:00")
    assert english == chinese
    assert english[5] == ((9 * H, 12 * H),)
    assert parse_week("daily 08:00-22:00") == parse_week("08:00-22:00")
    assert parse_week("Fri-Mon 10:00-12:00")[2] == ()


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 0),
        ("8-12", 0),
        ("08:30-12:60", 6),
        ("08:30-24:01", 6),
        ("24:00-06:00", 0),
        ("08:30-08:30", 0),
        ("08:30-12:00 14:30-17:30", 12),
        ("Mon-Fri 08:30-12:00; Tue 09:00-10:00", 20),
        ("Mon-Fri 12:00-14:00, 13:00-15:00", 8),
        ("Mondays to Fridays", 8),
        ("always", 0),
    ],
)
def test_what_is_no_hours_is_refused_at_its_place(text, position):
    with pytest.raises(HoursError) as error:
        parse_week(text)
    assert error.value.position == position


@given(st.integers(0, 86_399), st.integers(0, 86_399), st.integers(0, 86_399))
def test_an_instant_is_inside_when_its_time_of_day_is(opens, closes, time):
    if opens == closes:
        return
    text = "-".join(f"{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}" for s in (opens, closes))
    expected = opens <= time <= closes if opens < closes else time >= opens or time <= closes
    instant = shanghai(2026, 5, 1) + timedelta(seconds=time)
    assert Window.parse(text).contains(instant) == expected
