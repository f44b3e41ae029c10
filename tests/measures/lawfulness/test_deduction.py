"""What may be deducted from a wage, and for how long."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import assume, given, reject
from hypothesis import strategies as st

from shouwen.measures.lawfulness import Plan, Room

SUMS = st.decimals(min_value=0, max_value=50_000, places=2)
SMALL = st.decimals(min_value=0, max_value=3_000, places=2)
ROOMS = st.builds(Room, wage=SUMS, minimum=SMALL, deducted=SMALL)
PLANS = st.builds(Plan, due=SUMS, room=ROOMS, ahead=SUMS)


def plan(due: str, wage: str, minimum: str, deducted: str = "0", ahead: str = "0") -> Plan:
    room = Room(Decimal(wage), Decimal(minimum), Decimal(deducted))
    return Plan(Decimal(due), room, Decimal(ahead))


@given(ROOMS)
def test_no_month_takes_more_than_a_fifth_or_leaves_less_than_the_minimum_wage(room: Room) -> None:
    assert 0 <= room.now <= room.full <= room.wage * Decimal("0.2")
    assert room.full == 0 or room.wage - room.full >= room.minimum


@given(ROOMS)
def test_what_is_deducted_already_counts_against_the_month(room: Room) -> None:
    if room.now:
        assert room.now + room.deducted == room.full


@given(PLANS, st.integers(1, 40))
def test_no_deduction_is_negative_or_above_what_its_month_allows(found: Plan, month: int) -> None:
    allowed = found.room.now if month == 1 else found.room.full
    assert 0 <= found.in_month(month) <= allowed


@given(PLANS)
def test_the_months_of_a_plan_add_up_to_what_is_due(found: Plan) -> None:
    months = found.further_months
    if months is None or months > 2_000:
        reject()
    assert sum(found.in_month(n) for n in range(1, months + 2)) == found.due
    assert found.in_month(months + 2) == 0


@given(PLANS)
def test_a_plan_takes_no_month_more_than_it_needs(found: Plan) -> None:
    months = found.further_months
    if months is None or not 0 < months <= 2_000:
        reject()
    assert found.in_month(months + 1) > 0


@given(PLANS)
def test_a_plan_without_an_end_deducts_nothing_in_any_later_month(found: Plan) -> None:
    assume(found.further_months is None)
    assert found.rest > 0
    assert found.room.full == 0
    assert found.in_month(2) == found.in_month(50) == 0


@given(ROOMS, SUMS, SUMS)
def test_two_sums_in_a_row_never_exceed_a_month_together(room: Room, one: Decimal, two: Decimal):
    first, second = Plan(one, room), Plan(two, room, ahead=one)
    assert first.in_month(1) + second.in_month(1) <= room.now
    for month in range(2, 8):
        assert first.in_month(month) + second.in_month(month) <= room.full


def test_the_minimum_wage_binds_where_it_leaves_less_than_a_fifth() -> None:
    found = plan("500", wage="2000", minimum="1620")
    assert (found.now, found.rest, found.further_months) == (Decimal(380), Decimal(120), 1)


def test_a_fifth_binds_where_the_wage_is_well_above_the_minimum() -> None:
    found = plan("3000", wage="5000", minimum="1620")
    assert (found.now, found.rest, found.further_months) == (Decimal(1000), Decimal(2000), 2)


def test_a_sum_of_exactly_a_fifth_is_deducted_at_once() -> None:
    assert plan("1000", wage="5000", minimum="4000").further_months == 0
    assert plan("1000.01", wage="5000", minimum="4000").further_months == 1


def test_a_fifth_that_is_no_whole_fen_is_rounded_down() -> None:
    assert Room(Decimal("3000.03"), Decimal(0)).full == Decimal("600.00")


def test_nothing_is_deducted_from_the_minimum_wage() -> None:
    found = plan("50", wage="1620", minimum="1620")
    assert (found.now, found.rest, found.further_months) == (Decimal(0), Decimal(50), None)


@pytest.mark.parametrize("wrong", ["-1", "0.001", "NaN", "Infinity"])
def test_a_wage_that_is_no_sum_of_money_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"wage: .* is no sum in yuan"):
        Room(Decimal(wrong), Decimal(0))


def test_a_float_is_no_money() -> None:
    with pytest.raises(ValueError, match="no sum in yuan"):
        Room(3000.0, Decimal(0))  # type: ignore[arg-type]
