"""What does not fit in a history is shown by bulk as by the reference evaluator."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from shouwen.measures.bulk import lower, run
from shouwen.measures.bulk.event_table import event_table
from shouwen.measures.evaluation import Event
from tests.measures.bulk.agreement import agree
from tests.measures.bulk.test_random_histories import plan

ZONE = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def anomalies(measure: str, events: list[Event]) -> dict[str, list[str]]:
    """The anomalies that bulk shows, with their events, once both sides agree in everything."""
    as_of = at("2026-06-30T12:00:00")
    agree(plan(measure), events, as_of)
    adoption = plan(measure).adoption
    found = run(plan(measure), event_table(adoption.measure, events).tables, as_of)
    return {r["id"]: r["events"] for r in found["anomalies"].to_pylist()}


def order(id_: str, when: str) -> Event:
    return Event(id_, "order.placed", at(when), {"case": "c", "price": Decimal(5), "person": "P"})


def packed(id_: str, when: str, case: str = "c") -> Event:
    return Event(id_, "order.packed", at(when), {"case": case, "weight": Decimal(9)})


def test_an_act_before_what_calls_for_it_is_shown():
    events = [packed("p", "2026-05-06T09:59:59"), order("o", "2026-05-06T10:00:00")]
    assert anomalies("shop.md", events) == {"pack:o:p": ["p", "o"]}


def test_an_act_at_the_instant_of_the_call_or_of_another_case_fits():
    events = [
        packed("p", "2026-05-06T10:00:00"),
        packed("q", "2026-05-06T09:00:00", "d"),
        order("o", "2026-05-06T10:00:00"),
    ]
    assert anomalies("shop.md", events) == {}


def test_an_act_that_an_earlier_call_of_the_case_asked_for_fits():
    events = [
        order("o", "2026-05-06T10:00:00"),
        packed("p", "2026-05-06T10:00:00"),
        order("again", "2026-05-06T11:00:00"),
    ]
    assert anomalies("shop.md", events) == {}


def test_a_decision_outside_its_range_is_shown_and_one_inside_is_not():
    facts = {"case": "c", "person": "P", "norm": "2b", "craft": "木", "grave": True}
    found = Event("f", "work.checked", at("2026-05-06T10:00:00"), facts)
    for fine, shown in (("499.99", {}), ("500.01", {"punish:P:c:d": ["d"]})):
        facts = {"proposal": "punish:P:c", "fine": Decimal(fine)}
        events = [found, Event("d", "decision.made", at("2026-05-07T10:00:00"), facts)]
        assert anomalies("guild.md", events) == shown


def test_anomalies_can_be_left_out_of_a_plan():
    made = lower(plan("guild.md").adoption, kinds=["duties", "breaches"])
    assert set(made.outcomes) == {"duties", "breaches"}
