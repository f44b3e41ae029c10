import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwen.measures.calendars import Calendar, CalendarError, cn, parse_week
from shouwen.measures.calendars.zones import SECOND_US, to_us
from tests.measures.calendars.moments import city_hall, office, shanghai, utc

AXIS = office().versions[0].schedule.axis
FIRST, LAST = to_us(utc(2005, 1, 1)), to_us(utc(2035, 1, 1))
instants = st.integers(FIRST, LAST)


def test_the_axis_stands_still_while_the_office_is_closed():
    closing, opening = to_us(shanghai(2026, 9, 30, 17, 30)), to_us(shanghai(2026, 10, 8, 8, 30))
    position = AXIS.position(closing)
    assert AXIS.position(opening) == position
    assert AXIS.position(opening + SECOND_US) == position + SECOND_US
    assert AXIS.instant(position) == closing
    assert AXIS.last_instant(position) == opening


@given(instants, instants)
def test_working_time_never_runs_backward_nor_faster_than_the_clock(a, b):
    a, b = sorted((a, b))
    assert 0 <= AXIS.position(b) - AXIS.position(a) <= b - a


@given(instants)
def test_the_inverse_of_the_axis_is_exact(us):
    position = AXIS.position(us)
    first, last = AXIS.instant(position), AXIS.last_instant(position)
    assert first <= us <= last
    assert AXIS.position(first) == AXIS.position(last) == position
    assert AXIS.is_open(us) == (AXIS.position(us + 1) == position + 1)


@given(instants, st.integers(1, 10**13))
def test_advancing_is_a_sum_on_the_axis(us, amount):
    begins, at = AXIS.advance(us, amount)
    assert begins == AXIS.next_open(us)
    assert at == AXIS.instant(AXIS.position(us) + amount)


@given(st.lists(instants, min_size=1))
def test_columns_of_instants_give_the_same(us):
    column = np.array(us, np.int64)
    positions = [AXIS.position(x) for x in us]
    assert AXIS.positions(column).tolist() == positions
    assert AXIS.instants(np.array(positions)).tolist() == [AXIS.instant(p) for p in positions]
    assert AXIS.next_opens(column).tolist() == [AXIS.next_open(x) for x in us]


def test_the_whole_axis_of_boston_can_be_walked_span_by_span():
    axis = city_hall().versions[0].schedule.axis
    assert axis.positions(axis.opens).tolist() == axis.before.tolist()
    assert axis.positions(axis.closes).tolist() == axis.after.tolist()
    assert axis.instants(axis.after).tolist() == axis.closes.tolist()
    assert set((axis.after - axis.before).tolist()) == {int(8.5 * 3600) * SECOND_US}


def test_beyond_its_ends_the_axis_is_not_known():
    axis = cn().versions[0].schedule.axis
    for instant in (utc(1999, 1, 1), utc(2101, 6, 1)):
        with pytest.raises(CalendarError, match="reaches from 2000-01-01 to 2100-12-31"):
            axis.position(to_us(instant))
        with pytest.raises(CalendarError, match="reaches from"):
            axis.positions(np.array([to_us(instant)]))
    with pytest.raises(CalendarError, match="this much working time"):
        axis.instant(axis.total + 1)


def test_hours_cut_into_very_many_spans_are_counted_all_the_same():
    minutes = ", ".join(
        f"{m // 60:02}:{m % 60:02}-{m // 60:02}:{m % 60 + 5:02}" for m in range(480, 780, 10)
    )
    axis = Calendar.simple("bits", "UTC", parse_week(minutes)).versions[0].schedule.axis
    us = [to_us(utc(2026, 3, 2)) + n * 97_000_000 for n in range(2_000)]
    positions = [axis.position(x) for x in us]
    assert axis.positions(np.array(us)).tolist() == positions
    assert axis.instants(np.array(positions)).tolist() == [axis.instant(p) for p in positions]


def test_before_the_first_opening_and_after_the_last_nothing_is_open():
    axis = city_hall().versions[0].schedule.axis
    with pytest.raises(CalendarError, match="the previous closing"):
        axis.previous_open(axis.first)
    with pytest.raises(CalendarError, match="the next opening"):
        axis.next_open(axis.last)
    with pytest.raises(CalendarError, match="the next opening"):
        axis.advance(axis.last, 1)
    with pytest.raises(CalendarError, match="the next opening"):
        axis.next_opens(np.array([axis.last]))
    assert axis.positions(np.array([axis.first])).tolist() == [0]
    assert axis.position(axis.first) == 0
