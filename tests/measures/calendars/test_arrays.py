"""Columns of starts give what one start at a time gives, to the microsecond."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwen.measures.calendars import (
    AnnualRule,
    Calendar,
    CalendarError,
    Counting,
    DatedException,
    Holidays,
    Period,
    PeriodError,
    Schedule,
    Version,
    cn,
    deadline,
    deadlines,
    parse_week,
    statutory,
)
from shouwen.measures.calendars.hours import DAY, merge, week_hours
from shouwen.measures.calendars.zones import EPOCH, SECOND_US, from_us, to_us
from tests.measures.calendars.moments import city_hall, office, shanghai, utc

FIRST, LAST = to_us(utc(2006, 1, 1)), to_us(utc(2034, 1, 1))

# Starts that matter: the changes to and from summer time, and runs of holidays and make-up days.
SPECIAL = [
    *(utc(2024, 3, 10, hour) for hour in range(24)),
    *(utc(2024, 11, 3, hour) for hour in range(24)),
    *(utc(2026, 9, 25) + timedelta(hours=7 * n) for n in range(60)),
    *(utc(2026, 12, 20) + timedelta(hours=7 * n) for n in range(60)),
    *(utc(2012, 12, 28) + timedelta(hours=7 * n) for n in range(60)),
]

starts = st.one_of(
    st.sampled_from([to_us(instant) for instant in SPECIAL]),
    st.integers(FIRST, LAST),
    st.integers(FIRST // SECOND_US // 1800, LAST // SECOND_US // 1800).map(
        lambda n: n * 1800 * SECOND_US
    ),
)
amounts = st.integers(0, 40)
periods = st.one_of(
    st.builds(Period, seconds=st.integers(0, 10 * DAY)),
    st.builds(Period, months=amounts, days=amounts, working_days=amounts),
    st.builds(Period, days=amounts, working_days=amounts, seconds=st.integers(0, 2 * DAY)),
)


@st.composite
def day_spans(draw):
    """Up to three spans of a day, some of them past midnight."""
    edges = draw(st.lists(st.integers(0, 60), max_size=6, unique=True))
    edges = sorted(edges)[: len(edges) // 2 * 2]
    spans = zip(edges[::2], edges[1::2], strict=True)
    # Past midnight a span may reach into the next day's, where the two become one.
    return merge((a * 1800, b * 1800) for a, b in spans if a * 1800 < DAY)


@st.composite
def schedules(draw):
    """Random weekly hours in different zones, with holidays, make-up days and exceptions."""
    zone = draw(st.sampled_from(["Asia/Shanghai", "America/New_York", "America/Havana", "UTC"]))
    days = [draw(day_spans()) for _ in range(7)]
    if not any(days):
        days[2] = ((9 * 3600, 17 * 3600),)
    week = draw(st.sampled_from([None, week_hours(days)]))
    holidays = draw(
        st.sampled_from(
            [
                None,
                Holidays(statutory()),
                Holidays(annual=(AnnualRule("x", "07-04", "sunday to monday"),)),
                Holidays(statutory(), listed={date(2026, 3, 3): "y"}),
            ]
        )
    )
    exceptions = [
        DatedException(date(2026, 10, 3), "hours", ((10 * 3600, 12 * 3600),)),
        DatedException(date(2024, 3, 10), "extra", ((1 * 3600, 4 * 3600),)),
        DatedException(date(2026, 9, 30), "closed"),
    ]
    return Schedule("random", zone, week, holidays, draw(st.sampled_from([[], exceptions])))


def one_by_one(us, period, calendar, counting, roll=True, pauses=None):
    found = [
        deadline(
            from_us(start, calendar.zone),
            period,
            calendar,
            counting,
            roll=roll,
            pauses=pauses[i] if pauses else (),
        )
        for i, start in enumerate(us)
    ]
    return (
        [to_us(d.at) for d in found],
        [d.inclusive for d in found],
        [d.published for d in found],
    )


def in_columns(us, period, calendar, counting, **options):
    found = deadlines(np.array(us, np.int64).view("M8[us]"), period, calendar, counting, **options)
    return (
        found.at.view(np.int64).tolist(),
        found.inclusive.tolist(),
        found.published.tolist(),
    )


def refused(counting, period):
    """Whether a counting has no meaning for a period."""
    if counting is Counting.ELAPSED:
        return period.months > 0 or period.working_days > 0
    return counting is Counting.CIVIL and not period.is_exact and period.seconds > 0


@given(schedules(), periods, st.sampled_from(Counting), st.lists(starts, min_size=1), st.booleans())
def test_columns_equal_single_deadlines(schedule, period, counting, us, roll):
    calendar = Calendar("random", [Version(None, schedule)])
    if refused(counting, period):
        with pytest.raises(PeriodError):
            deadlines(np.array(us).view("M8[us]"), period, calendar, counting)
        return
    expected = one_by_one(us, period, calendar, counting, roll)
    assert in_columns(us, period, calendar, counting, roll=roll) == expected


@given(periods, st.sampled_from(Counting), st.lists(starts, min_size=1, max_size=50))
def test_each_start_takes_the_version_in_force(period, counting, us):
    old = Schedule("hall", "America/New_York", parse_week("Mon-Fri 09:00-17:00"))
    new = Schedule("hall", "America/New_York", parse_week("Tue-Sat 08:00-12:00, 13:00-18:00"))
    changes = [Version(date(2024, 3, 10), new), Version(date(2026, 9, 28), old)]
    hall = Calendar("hall", [Version(None, old), *changes])
    if not refused(counting, period):
        assert in_columns(us, period, hall, counting) == one_by_one(us, period, hall, counting)


pauses_of_a_start = st.lists(
    st.tuples(st.integers(-3 * DAY, 20 * DAY), st.integers(0, 5 * DAY)), max_size=4
)


@given(
    schedules(),
    st.sampled_from([Counting.WORKING, Counting.ELAPSED, Counting.SAME_TIME]),
    st.integers(1, 10 * DAY),
    st.lists(st.tuples(starts, pauses_of_a_start), min_size=1, max_size=20),
)
def test_pauses_in_columns_equal_pauses_of_single_deadlines(schedule, counting, seconds, cases):
    calendar = Calendar("random", [Version(None, schedule)])
    period = Period(seconds=seconds)
    us = [start for start, _ in cases]
    spans = [
        [(start + a * SECOND_US, start + (a + b) * SECOND_US) for a, b in pauses]
        for start, pauses in cases
    ]
    single = [[(from_us(a, calendar.zone), from_us(b, calendar.zone)) for a, b in s] for s in spans]
    rows = np.array([i for i, s in enumerate(spans) for _ in s], np.int64)
    flat = np.array([pair for s in spans for pair in s], np.int64).reshape(-1, 2)
    columns = (rows, flat[:, 0].copy().view("M8[us]"), flat[:, 1].copy().view("M8[us]"))
    expected = one_by_one(us, period, calendar, counting, pauses=single)
    assert in_columns(us, period, calendar, counting, pauses=columns) == expected


def test_a_pause_that_begins_when_time_is_up_changes_nothing_in_columns_either():
    column = np.array(["2026-03-02T02:00", "2026-03-02T02:00"], "M8[us]")
    begins = np.array(["2026-03-02T03:00", "2026-03-02T02:59:59"], "M8[us]")
    ends = np.array(["2026-03-02T04:00", "2026-03-02T03:59:59"], "M8[us]")
    found = deadlines(column, Period.parse("PT1H"), cn(), pauses=(np.arange(2), begins, ends))
    assert found.at.tolist() == [datetime(2026, 3, 2, 3), datetime(2026, 3, 2, 4)]


@pytest.mark.parametrize("counting", list(Counting))
@pytest.mark.parametrize("calendar", [cn(), office(), city_hall()])
def test_many_starts_over_twenty_years_equal_single_deadlines(calendar, counting):
    rng = np.random.default_rng(5)
    us = rng.integers(FIRST, LAST, 40_000)
    sample = rng.integers(0, len(us), 150)
    texts = ["PT4H", "P3D"] if counting is Counting.ELAPSED else ["PT4H", "P3D", "P10WD", "P1M"]
    for text in texts:
        period = Period.parse(text)
        found = deadlines(us.view("M8[us]"), period, calendar, counting)
        expected = one_by_one(us[sample].tolist(), period, calendar, counting)
        assert found.at.view(np.int64)[sample].tolist() == expected[0]
        assert found.published[sample].tolist() == expected[2]


def test_a_missing_start_has_a_missing_deadline():
    column = np.array(["2026-09-30T02:00", "NaT", "2026-10-01T02:00"], "M8[s]")
    for counting in Counting:
        found = deadlines(column, Period.parse("PT4H"), office(), counting)
        assert np.isnat(found.at).tolist() == [False, True, False]
        assert found.published[1]
    assert np.isnat(deadlines(column[1:2], Period.parse("P3WD"), cn()).at).all()


def test_no_starts_have_no_deadlines():
    for counting in Counting:
        found = deadlines(np.array([], "M8[us]"), Period.parse("PT4H"), cn(), counting)
        assert found.at.shape == (0,)


def test_the_shape_of_a_column_is_kept():
    column = np.full((2, 3), np.datetime64("2026-03-02T02:00", "us"))
    assert deadlines(column, Period.parse("P3D"), cn()).at.shape == (2, 3)


def test_whether_acts_are_in_time_follows_the_end_of_each_deadline():
    column = np.full(3, np.datetime64("2026-03-02T02:00", "us"))
    acts = np.array(["2026-03-05T15:59:59.999999", "2026-03-05T16:00", "NaT"], "M8[us]")
    found = deadlines(column, Period.parse("P3D"), cn())
    assert found.met_by(acts).tolist() == [True, False, False]
    exact = deadlines(column[:1], Period.parse("PT1H"), cn())
    assert exact.met_by(np.array(["2026-03-02T03:00"], "M8[us]")).tolist() == [True]


def test_starts_and_deadlines_out_of_reach_are_refused():
    late = np.array(["2100-12-30"], "M8[us]")
    for counting in (Counting.CIVIL, Counting.SAME_TIME, Counting.WORKING):
        with pytest.raises(CalendarError, match="reaches from 2000-01-01 to 2100-12-31"):
            deadlines(late, Period.parse("P10WD"), cn(), counting)
        with pytest.raises(CalendarError, match="reaches from 2000-01-01 to 2100-12-31"):
            deadlines(np.array(["1999-06-01"], "M8[us]"), Period.parse("P1WD"), cn(), counting)


def test_what_columns_cannot_do_is_refused_in_words():
    column = np.array(["2026-03-02T02:00"], "M8[us]")
    pause = (np.array([0]), column, np.array(["2026-03-02T03:00"], "M8[us]"))
    with pytest.raises(PeriodError, match="Use deadline for these rows"):
        deadlines(column, Period.parse("P3D"), cn(), pauses=pause)
    with pytest.raises(CalendarError, match="ends before it begins"):
        deadlines(column, Period.parse("PT3H"), cn(), pauses=(pause[0], pause[2], pause[1]))
    missing = np.array(["NaT"], "M8[us]")
    with pytest.raises(CalendarError, match="no beginning or no end"):
        deadlines(column, Period.parse("PT3H"), cn(), pauses=(pause[0], pause[1], missing))
    with pytest.raises(PeriodError, match="runs backward"):
        deadlines(column, Period.parse("-P3D"), cn())


def test_a_start_before_the_first_version_is_refused():
    schedule = Schedule("new", "Asia/Shanghai", parse_week("Mon-Fri 09:00-17:00"))
    calendar = Calendar("new", [Version(date(2026, 7, 1), schedule)])
    with pytest.raises(CalendarError, match="no version in force"):
        deadlines(np.array(["2026-06-01"], "M8[us]"), Period.parse("P1D"), calendar)


def test_instants_are_reckoned_from_1970():
    assert to_us(EPOCH) == 0
    assert from_us(0, shanghai(2026, 1, 1).tzinfo).hour == 8
