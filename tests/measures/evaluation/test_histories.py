"""What counts as having happened: order, copies, corrections, zones, missing facts."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwen.measures.evaluation import Event, EventError, evaluate
from shouwen.measures.evaluation.outcomes import (
    Anomaly,
    Breach,
    ConsequenceOutcome,
    DutyOutcome,
    UnknownOutcome,
)
from shouwen.measures.feel.values import Amount
from shouwen.measures.language import Measure

from .conftest import instant

Happened = Callable[..., Event]


def duty(measure: Measure, events: list[Event], as_of: str, rule: str = "arrive") -> DutyOutcome:
    """The one duty of a rule in a history."""
    (found,) = (
        o for o in evaluate(measure, events, instant(as_of)).of(DutyOutcome) if o.rule == rule
    )
    return found


def test_an_act_on_the_last_second_is_in_time(small: Measure, happened: Happened) -> None:
    events = [
        happened("reported", "05-06 09:00", case="C1", area="城区"),
        happened("arrived", "05-06 09:30", case="C1"),
    ]
    assert duty(small, events, "05-06 12:00").status == "met"


def test_an_act_a_second_later_is_a_breach_at_the_deadline(
    small: Measure, happened: Happened
) -> None:
    events = [
        happened("reported", "05-06 09:00", case="C1", area="城区", technician="甲"),
        happened("arrived", "05-06 09:30:01", case="C1"),
    ]
    outcomes = evaluate(small, events, instant("05-06 12:00"))
    (breach,) = outcomes.of(Breach)
    assert (breach.norm, breach.person, breach.at) == ("1a", "甲", instant("05-06 09:30"))


def test_before_the_deadline_an_open_duty_is_pending_and_after_it_a_breach(
    small: Measure, happened: Happened
) -> None:
    events = [happened("reported", "05-06 09:00", case="C1", area="城区")]
    assert duty(small, events, "05-06 09:30").status == "pending"
    assert duty(small, events, "05-06 09:30:01").status == "breached"


def test_the_order_in_which_events_are_given_does_not_matter(
    small: Measure, happened: Happened
) -> None:
    events = [
        happened("reported", "05-06 09:00", case="C1", area="城区", technician="甲", unit="一站"),
        happened("agreed", "05-06 09:10", case="C1", consent=True, slot=instant("05-06 15:00")),
        happened("arrived", "05-06 15:10", case="C1"),
        happened("complained", "05-07 08:00", person="甲", unit="一站", norm="1a"),
        happened("post.held", "01-01 00:00", person="主任", unit="一站", post="chief"),
    ]
    expected = evaluate(small, events, instant("06-01 00:00"))
    shuffler = random.Random(7)
    for _ in range(10):
        shuffler.shuffle(events)
        assert evaluate(small, events, instant("06-01 00:00")) == expected


def test_a_copy_of_an_event_counts_once(small: Measure, happened: Happened) -> None:
    event = happened("complained", "05-07 08:00", person="甲", norm="1a")
    once = evaluate(small, [event], instant("06-01 00:00"))
    assert evaluate(small, [event, event], instant("06-01 00:00")) == once


def test_two_different_events_of_one_id_are_refused(small: Measure, happened: Happened) -> None:
    events = [
        happened("arrived", "05-06 09:20", id="e1", case="C1"),
        happened("arrived", "05-06 09:40", id="e1", case="C1"),
    ]
    with pytest.raises(EventError, match="two different events with the id 'e1'"):
        evaluate(small, events, instant("05-07 00:00"))


def test_a_correction_replaces_the_event_from_when_it_is_recorded(
    small: Measure, happened: Happened
) -> None:
    events = [
        happened("reported", "05-06 09:00", case="C1", area="城区"),
        happened("arrived", "05-06 09:45", id="wrong", case="C1"),
        happened(
            "arrived", "05-06 09:25", case="C1", recorded_at="05-08 10:00", supersedes="wrong"
        ),
    ]
    assert duty(small, events, "05-08 09:59").status == "breached"
    assert duty(small, events, "05-08 10:00").status == "met"


def test_a_retraction_leaves_nothing_in_its_place(small: Measure, happened: Happened) -> None:
    events = [
        happened("complained", "05-07 08:00", id="c1", person="甲", norm="1a"),
        happened(
            "complained", "05-07 08:00", id="c2", person="甲", norm="1a",
            recorded_at="05-09 08:00", supersedes="c1", retracts=True,
        ),
    ]  # fmt: skip
    assert len(evaluate(small, events, instant("05-08 08:00")).of(Breach)) == 1
    assert not evaluate(small, events, instant("05-09 08:00")).of(Breach)


def test_what_was_not_yet_recorded_is_not_yet_known(small: Measure, happened: Happened) -> None:
    events = [
        happened("complained", "05-07 08:00", person="甲", norm="1a", recorded_at="05-20 09:00")
    ]
    assert not len(evaluate(small, events, instant("05-19 00:00")))
    assert evaluate(small, events, instant("05-21 00:00")).of(Breach)


def test_an_instant_without_a_zone_is_refused(small: Measure) -> None:
    naive = Event("e1", "arrived", datetime(2026, 5, 6, 9), {"case": "C1"})
    with pytest.raises(
        EventError, match=r"event e1: 'at' \(2026-05-06T09:00:00\) has no time zone"
    ):
        evaluate(small, [naive], instant("05-07 00:00"))
    with pytest.raises(ValueError, match="as_of"):
        evaluate(small, [], datetime(2026, 5, 7))


def test_all_bad_events_are_named_at_once(small: Measure, happened: Happened) -> None:
    events = [
        happened("arived", "05-06 09:00", case="C1"),
        happened("reported", "05-06 09:00", case="C1", aera="城区"),
        happened("reported", "05-06 09:00", id="r2", case="C1", area="城郊"),
        happened("complained", "05-06 09:00", person="甲", norm="9z"),
    ]
    with pytest.raises(EventError) as refused:
        evaluate(small, events, instant("05-07 00:00"))
    text = str(refused.value)
    assert "no event type 'arived'" in text
    assert "Did you mean 'arrived'?" in text
    assert "'reported' has no fact 'aera'" in text
    assert "Did you mean 'area'?" in text
    assert "area (城区, 农村)" in text
    assert "'9z'" in text


def test_an_arrival_before_the_report_is_shown_and_does_not_count(
    small: Measure, happened: Happened
) -> None:
    events = [
        happened("arrived", "05-06 08:50", case="C1"),
        happened("reported", "05-06 09:00", case="C1", area="城区"),
    ]
    outcomes = evaluate(small, events, instant("05-06 09:10"))
    (anomaly,) = outcomes.of(Anomaly)
    assert "arrived (2026-05-06 08:50) lies before reported" in anomaly.en
    assert duty(small, events, "05-06 09:10").status == "pending"


def test_a_missing_fact_is_named_and_never_guessed(small: Measure, happened: Happened) -> None:
    events = [happened("reported", "05-06 09:00", case="C1")]
    outcomes = evaluate(small, events, instant("05-06 12:00"))
    (unknown,) = outcomes.of(UnknownOutcome)
    assert (unknown.rule, unknown.missing) == ("arrive", frozenset({"area"}))
    restore = duty(small, events, "05-06 12:00", "restore")
    assert (restore.status, restore.missing) == ("unknown", frozenset({"fault"}))


def test_nothing_before_the_first_or_after_the_last_day_is_judged(
    small: Measure, happened: Happened
) -> None:
    events = [
        happened("complained", "2025-12-31 23:59:59", person="甲", norm="1a"),
        happened("complained", "2026-01-01 00:00", person="乙", norm="1a"),
        happened("complained", "2026-12-31 23:59:59", person="丙", norm="1a"),
        happened("complained", "2027-01-01 00:00", person="丁", norm="1a"),
    ]
    people = {b.person for b in evaluate(small, events, instant("2027-06-01 00:00")).of(Breach)}
    assert people == {"乙", "丙"}


def test_a_repetition_on_the_thirtieth_day_doubles_and_on_the_next_does_not(
    small: Measure, happened: Happened
) -> None:
    def fines(second: str) -> list[object]:
        events = [
            happened("complained", "05-01 10:00", person="甲", norm="1a"),
            happened("complained", second, person="甲", norm="1a"),
        ]
        outcomes = evaluate(small, events, instant("12-01 00:00"))
        return [c.amounts["fine"] for c in outcomes.of(ConsequenceOutcome) if c.share_of is None]

    single = Amount(Decimal(100), Decimal(500))
    double = Amount(Decimal(200), Decimal(1000))
    assert fines("05-31 23:59:59") == [single, double]
    assert fines("06-01 00:00") == [single, single]


def test_the_share_of_a_chief_who_is_not_on_record_is_unknown_and_names_the_post(
    small: Measure, happened: Happened
) -> None:
    events = [happened("complained", "05-01 10:00", person="甲", unit="一站", norm="1a")]
    (unknown,) = evaluate(small, events, instant("06-01 00:00")).of(UnknownOutcome)
    assert (unknown.norm, unknown.missing) == ("2c", frozenset({"chief of 一站"}))


def test_a_chief_bears_no_share_of_his_own_fine(small: Measure, happened: Happened) -> None:
    events = [
        happened("post.held", "01-01 00:00", person="主任", unit="一站", post="主职"),
        happened("complained", "05-01 10:00", person="主任", unit="一站", norm="1a"),
    ]
    outcomes = evaluate(small, events, instant("06-01 00:00"))
    assert [c.to for c in outcomes.of(ConsequenceOutcome)] == ["主任"]
    assert not outcomes.of(UnknownOutcome)


AREAS = st.sampled_from(["城区", "农村", None])
MINUTES = st.integers(0, 3 * 24 * 60)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["reported", "arrived", "restored", "agreed", "classified"]),
            MINUTES,
            st.sampled_from(["C1", "C2"]),
            AREAS,
        ),
        max_size=12,
    ),
    st.integers(0, 5 * 24 * 60),
)
def test_whatever_happens_every_report_has_one_outcome_of_each_duty(
    small: Measure, rows: list[tuple[str, int, str, str | None]], minutes: int
) -> None:
    base = instant("05-06 00:00")
    events = []
    for number, (type_, offset, case, area) in enumerate(rows):
        facts: dict[str, object] = {"case": case}
        if type_ == "reported" and area is not None:
            facts["area"] = area
        if type_ == "agreed":
            slot = base + timedelta(minutes=offset + 60)
            facts |= {"consent": offset % 2 == 0, "slot": slot}
        if type_ == "classified":
            facts["fault"] = "小" if offset % 2 else "大"
        events.append(Event(f"e{number}", type_, base + timedelta(minutes=offset), facts))
    as_of = base + timedelta(minutes=minutes)
    outcomes = evaluate(small, events, as_of)
    reports = [e for e in events if e.type == "reported" and e.at <= as_of]
    restored = [o for o in outcomes.of(DutyOutcome) if o.rule == "restore"]
    assert sorted(o.id for o in restored) == sorted(f"restore:{e.id}" for e in reports)
    arriving = [o.id.rstrip("?") for o in outcomes if o.rule == "arrive" and o.kind != "anomaly"]
    expected = [f"arrive:{e.id}" for e in reports if e.facts.get("area") != "农村"]
    assert sorted(i for i in arriving if not i.startswith("breach")) == sorted(expected)
    assert evaluate(small, reversed(events), as_of) == outcomes


@pytest.mark.parametrize("slot", ["0001-01-01T00:00:00", "9999-12-31T23:59:59"])
def test_an_instant_beyond_what_is_counted_with_refuses_the_history(
    small: Measure, happened: Happened, slot: str
) -> None:
    events = [
        happened("reported", "05-06 09:00", case="C1", area="城区"),
        happened("agreed", "05-06 09:10", case="C1", consent=True, slot=slot),
    ]
    with pytest.raises(EventError) as refused:
        evaluate(small, events, instant("05-06 12:00"))
    (fault,) = refused.value.diagnostics
    assert (fault.code, "2 to 9998" in (fault.hint or "")) == ("wrong-type", True)


def test_an_event_of_the_year_one_refuses_the_history(small: Measure) -> None:
    event = Event("e1", "reported", datetime(1, 1, 1, tzinfo=UTC), {"case": "C1", "area": "城区"})
    with pytest.raises(EventError) as refused:
        evaluate(small, [event], instant("05-06 12:00"))
    assert [d.code for d in refused.value.diagnostics] == ["out-of-range"]
