"""Periodic duties: the bulk engine says what the reference evaluator says of every period."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwen.measures.bulk import BulkPlan, lower, run
from shouwen.measures.bulk.event_table import event_table
from shouwen.measures.evaluation import Event, adopt, evaluate
from shouwen.measures.evaluation.outcomes import DutyOutcome
from shouwen.measures.language import load_measure
from tests.measures.bulk.agreement import agree, by_bulk
from tests.measures.bulk.effort import examples
from tests.measures.bulk.histories import some

ZONE = ZoneInfo("Asia/Shanghai")
STALL = Path(__file__).with_name("stall.md")
HALL = Path(__file__).with_name("hall.md")
DAYS = [date(2026, 1, 4), date(2026, 1, 11), date(2026, 1, 31), date(2026, 2, 28),
        date(2026, 3, 1), date(2026, 4, 5), date(2026, 4, 7), date(2026, 5, 4)]  # fmt: skip
CLOCK = ["00:00:00", "12:00:00", "23:59:58", "23:59:59"]

moments = st.builds(
    lambda day, clock: datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZONE),
    st.sampled_from(DAYS),
    st.sampled_from(CLOCK),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@st.composite
def histories(draw: st.DrawFn, n: int) -> list[Event]:
    """What happens to one stall: it is let at most twice, so that no period is owed twice."""
    stall = f"S{n}"
    found: list[Event] = []

    def add(type_: str, when: datetime, **facts: object) -> None:
        found.append(Event(f"{stall}.{len(found)}", type_, when, {"stall": stall, **facts}))

    begins = draw(moments)
    first = begins.date() + timedelta(days=draw(some(0, 3)))
    until = draw(some(None, first + timedelta(days=draw(some(0, 6, 40)))))
    add("stall.let", begins, from_day=draw(some(None, first)), until_day=until)
    if draw(st.booleans()):
        again = begins + timedelta(days=draw(some(1, 6)))
        if until is not None and again.date() > until + timedelta(days=1):
            again += timedelta(days=14)
        add("stall.let", again, from_day=None, until_day=draw(some(None, date(2026, 4, 7))))
    for type_ in draw(
        st.lists(some("stall.swept", "stall.swept", "rent.paid", "market.flooded"), max_size=8)
    ):
        facts: dict[str, object] = {}
        if type_ == "stall.swept":
            facts["clean"] = draw(some(True, True, False, None))
        if type_ == "rent.paid":
            facts["month_of"] = draw(some(None, *DAYS))
        add(type_, draw(moments), **facts)
    return found


@st.composite
def logs(draw: st.DrawFn) -> list[Event]:
    stalls = [draw(histories(n)) for n in range(draw(st.integers(0, 8)))]
    reports = [Event(f"r{i}", "report.made", m, {}) for i, m in enumerate(draw(st.lists(moments)))]
    return [e for s in stalls for e in s] + reports


@cache
def plan() -> BulkPlan:
    return lower(adopt(load_measure(STALL)))


@examples(15, 2_500)
@given(
    logs(), some(at("2026-01-01T12:00:00"), at("2026-05-05T00:00:00"), at("2027-02-01T00:00:00"))
)
def test_random_lettings_of_stalls(events, as_of):
    agree(plan(), events, as_of)


def test_a_payment_for_january_made_in_march_is_late_for_january_only():
    events = [
        Event("let", "stall.let", at("2026-01-12T09:00:00"), {"stall": "S"}),
        Event("late", "rent.paid", at("2026-03-02T09:00:00"),
              {"stall": "S", "month_of": date(2026, 1, 31)}),
    ]  # fmt: skip
    measure = plan().adoption.measure
    found = by_bulk(
        run(plan(), event_table(measure, events).tables, at("2026-03-10T00:00:00")), measure
    )
    statuses = {i: d["status"] for i, d in found["duties"].items() if d["rule"] == "rent"}
    # 31 January is a Saturday and 28 February one on which people work (调休): 2 February, 28th.
    assert statuses == {
        "rent:S:2026-01-01": "breached",
        "rent:S:2026-02-01": "breached",
        "rent:S:2026-03-01": "pending",
    }
    due = {i: d["due"] for i, d in found["duties"].items() if d["rule"] == "rent"}
    assert due["rent:S:2026-01-01"] == date(2026, 2, 2)
    assert due["rent:S:2026-02-01"] == date(2026, 2, 28)


def test_lettings_that_touch_owe_a_week_once():
    events = [
        Event("a", "stall.let", at("2026-03-02T09:00:00"),
              {"stall": "S", "until_day": date(2026, 3, 4)}),
        Event("b", "stall.let", at("2026-03-05T00:00:00"),
              {"stall": "S", "until_day": date(2026, 3, 8)}),
    ]  # fmt: skip
    measure = plan().adoption.measure
    found = by_bulk(
        run(plan(), event_table(measure, events).tables, at("2026-04-01T00:00:00")), measure
    )
    weeks = {i: d["events"] for i, d in found["duties"].items() if d["rule"] == "sweep"}
    assert weeks == {"sweep:S:2026-03-02": {"a"}}


def test_spans_that_share_the_day_that_decides_owe_the_week_once():
    events = [
        Event("a", "stall.let", at("2026-03-02T09:00:00"),
              {"stall": "S", "from_day": date(2026, 3, 2), "until_day": date(2026, 3, 4)}),
        Event("b", "stall.let", at("2026-03-08T12:00:00"), {"stall": "S", "until_day": None}),
        Event("c", "stall.let", at("2026-03-01T12:00:00"), {"stall": "T"}),
    ]  # fmt: skip
    agree(plan(), events, at("2026-04-01T00:00:00"))


def test_of_spans_that_begin_together_the_first_told_of_owes_the_period():
    plan = lower(adopt(load_measure(HALL)))
    opened = at("2026-09-30T12:00:00")
    events = [
        Event("b", "hall.opened", opened, {"hall": "H"}),
        # By a slip of the pen it closes before it opens.
        Event("a", "hall.opened", opened, {"hall": "H", "closes": at("2026-09-30T11:00:00")}),
    ]
    for _ in range(3):
        agree(plan, events, at("2026-10-02T12:00:00"))


def test_a_period_is_owed_once_though_one_span_ends_and_another_begins_on_its_day():
    plan = lower(adopt(load_measure(HALL)))
    events = [
        Event("a", "hall.opened", at("2026-03-02T09:00:00"),
              {"hall": "H", "closes": at("2026-03-31T12:00:00")}),
        Event("b", "hall.opened", at("2026-03-31T15:00:00"), {"hall": "H"}),
    ]  # fmt: skip
    as_of = at("2026-04-20T00:00:00")
    agree(plan, events, as_of)
    ids = [
        o.id
        for o in evaluate(plan.adoption, events, as_of)
        if o.kind == "duty" and o.rule == "clean"
    ]
    assert ids == ["clean:H:2026-03-01", "clean:H:2026-04-01"]


def test_without_a_first_day_periods_begin_with_the_first_event_that_counts():
    plan = lower(adopt(load_measure(HALL)))
    opened = {"hall": "H"}
    first = Event("first", "hall.opened", at("2026-02-10T09:00:00"), opened)
    events = [
        first,
        Event("taken back", "hall.opened", at("2026-01-10T09:00:00"), opened),
        Event("back", "hall.opened", at("2026-01-10T09:00:00"), opened, None, "taken back", True),
        Event("told late", "hall.opened", at("2025-12-01T09:00:00"), opened,
              recorded_at=at("2027-01-01T00:00:00")),
    ]  # fmt: skip
    for history in (events, events[1:], []):
        agree(plan, history, at("2026-04-20T00:00:00"))
    found = evaluate(plan.adoption, events, at("2026-04-20T00:00:00"))
    assert {o.id for o in found if o.kind == "duty" and o.rule == "report"} == {
        "report:2026-02-01", "report:2026-03-01", "report:2026-04-01",
    }  # fmt: skip


@pytest.mark.parametrize("moment", ["2026-03-05T23:59:59", "2026-03-06T00:00:00"])
def test_an_act_at_the_due_moment_is_for_the_period_that_ends_and_after_it_for_the_next(moment):
    # Both ends of the half-open span (opens, closes] in which an act without a date counts.
    plan = lower(adopt(load_measure(HALL)))
    events = [
        Event("a", "hall.opened", at("2026-02-10T09:00:00"), {"hall": "H"}),
        Event("r", "report.made", at(moment), {}),
    ]
    as_of = at("2026-04-20T00:00:00")
    agree(plan, events, as_of)
    met = {o.id for o in evaluate(plan.adoption, events, as_of)
           if isinstance(o, DutyOutcome) and o.status == "met"}  # fmt: skip
    assert met == {"report:2026-02-01" if moment < "2026-03-06" else "report:2026-03-01"}


def test_order_copies_and_late_corrections_mean_the_same_and_a_stray_correction_is_named():
    plan = lower(adopt(load_measure(HALL)))
    opened = Event("a", "hall.opened", at("2026-02-10T09:00:00"), {"hall": "H"})
    cleaned = Event("c", "hall.cleaned", at("2026-03-10T09:00:00"), {"hall": "H"})
    corrected = Event("c2", "hall.cleaned", at("2026-02-20T09:00:00"), {"hall": "H"},
                      at("2026-05-01T00:00:00"), "c")  # fmt: skip
    for as_of in (at("2026-04-20T00:00:00"), at("2026-05-20T00:00:00")):
        agree(plan, [corrected, cleaned, opened, opened, corrected], as_of)
    tables = event_table(plan.adoption.measure, [opened, corrected]).tables
    with pytest.raises(ValueError, match=r"Event c2 of hall\.cleaned supersedes 'c'"):
        run(plan, tables, at("2026-04-20T00:00:00"))
