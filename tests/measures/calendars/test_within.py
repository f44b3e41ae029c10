from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwen.measures.calendars import CalendarError, Period, PeriodError, cn, window_start, within
from tests.measures.calendars.moments import shanghai, utc


@pytest.mark.parametrize(
    ("earlier", "later", "period", "inside"),
    [
        (date(2025, 3, 15), date(2026, 3, 15), "P1Y", True),
        (date(2025, 3, 15), date(2026, 3, 16), "P1Y", False),
        (date(2026, 3, 15), date(2026, 4, 14), "P30D", True),
        (date(2026, 3, 15), date(2026, 4, 15), "P30D", False),
        (date(2026, 3, 15), date(2026, 3, 15), "P1D", True),
        (date(2026, 1, 31), date(2026, 2, 28), "P1M", True),
        (date(2026, 1, 31), date(2026, 3, 1), "P1M", False),
        (date(2024, 2, 29), date(2025, 2, 28), "P1Y", True),
        (date(2024, 2, 29), date(2025, 3, 1), "P1Y", False),
        (date(2025, 2, 28), date(2026, 2, 28), "P1Y", True),
    ],
)
def test_both_ends_of_a_period_are_inside(earlier, later, period, inside):
    assert within(earlier, later, Period.parse(period)) is inside


def test_instants_count_as_their_local_day():
    first = utc(2025, 3, 15, 17)  # 16 March in Shanghai
    last = shanghai(2026, 3, 16, 23, 59)
    assert within(first, last, Period.parse("P1Y"))
    assert not within(first, last, Period.parse("P1Y"), tz=UTC)


def test_exact_time_compares_instants():
    first = shanghai(2026, 3, 1, 10)
    assert within(first, shanghai(2026, 3, 2, 10), Period.parse("PT24H"))
    assert not within(first, shanghai(2026, 3, 2, 10, 0, 1), Period.parse("PT24H"))
    with pytest.raises(PeriodError, match="give instants"):
        within(date(2026, 3, 1), date(2026, 3, 2), Period.parse("PT24H"))


def test_working_days_need_a_calendar():
    period = Period.parse("P3WD")
    assert within(date(2026, 9, 29), date(2026, 10, 9), period, calendar=cn())
    assert not within(date(2026, 9, 29), date(2026, 10, 10), period, calendar=cn())
    with pytest.raises(PeriodError, match="needs a calendar"):
        within(date(2026, 9, 29), date(2026, 10, 9), period)


def test_an_end_before_its_start_is_refused():
    with pytest.raises(CalendarError, match="Give the earlier one first"):
        within(date(2026, 3, 2), date(2026, 3, 1), Period.parse("P1D"))
    with pytest.raises(CalendarError, match="needs a time zone"):
        within(datetime(2026, 3, 1), date(2026, 3, 1), Period.parse("P1D"))
    with pytest.raises(PeriodError, match="negative"):
        within(date(2026, 3, 1), date(2026, 3, 2), Period.parse("-P1D"))
    with pytest.raises(PeriodError, match="mixes"):
        within(date(2026, 3, 1), date(2026, 3, 2), Period.parse("P1DT1H"))


def test_a_window_begins_on_the_first_day_that_is_within():
    assert window_start(date(2026, 3, 15), Period.parse("P1Y")) == date(2025, 3, 15)
    assert window_start(date(2026, 4, 14), Period.parse("P30D")) == date(2026, 3, 15)
    assert window_start(date(2026, 3, 31), Period.parse("P1M")) == date(2026, 3, 1)
    assert window_start(date(2026, 2, 28), Period.parse("P1M")) == date(2026, 1, 28)


@given(
    st.dates(date(2010, 1, 1), date(2026, 12, 1)),
    st.integers(0, 30),
    st.integers(0, 40),
    st.integers(0, 15),
)
def test_the_day_before_a_window_is_outside_it(later, months, days, working_days):
    period = Period(months, days, working_days)
    if not period:
        return
    first = window_start(later, period, calendar=cn())
    assert within(first, later, period, calendar=cn())
    assert not within(first - timedelta(days=1), later, period, calendar=cn())
