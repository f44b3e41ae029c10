"""What people do becomes events, and the measure's answer becomes clocks, alarms and breaches."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from shouwen.measures.evaluation import EventError
from shouwen.service.enactment.alarms import next_alarm, ring
from shouwen.service.enactment.bridge import Refused, correct, perform, register, take_back
from shouwen.service.enactment.dialects import ActError
from shouwen.service.enactment.models import (
    Act,
    Adoption,
    Alarm,
    Breach,
    Clock,
    ClockChange,
    Event,
    Stage,
    Thread,
)
from shouwen.service.organisations.models import Role
from tests.service.conftest import NOON, ZONE


@pytest.fixture
def operator(staff, acting):
    return acting(staff("接线员", Role.OPERATOR))


@pytest.fixture
def technician(staff):
    return staff("维修员", Role.TECHNICIAN)


def repair(actor, technician, case="C1", **more):
    facts = {"kind": "repair", "technician": technician.number, "unit": "城关站", "area": "城区"}
    return perform(actor, "work.reported", facts | more, case=case)


def answered(actor, case):
    facts = {"person": "接线员", "unit": "城关站", "topic": "repair", "rings": 2}
    perform(actor, "call.answered", facts, case=case)


def arrival():
    return Clock.objects.get(rule="arrive")


def test_a_town_repair_gets_a_clock_of_half_an_hour_with_its_bearer_and_reason(
    operator, technician
):
    repair(operator, technician)
    clock = arrival()
    assert clock.deadline == NOON + timedelta(minutes=30)
    assert (clock.norm, clock.stage) == ("3.3.2c", Stage.GREEN)
    assert (clock.person, clock.unit.code) == (technician, "城关站")
    assert clock.reasons


def test_an_act_is_kept_with_its_events(operator, technician):
    done = repair(operator, technician)
    assert done.act.person == operator.person
    assert [e.type for e in done.events] == ["repair.reported"]
    assert done.events[0].facts["area"] == "城区"
    assert done.events[0].keys == ["case:C1"]
    assert set(done.events[0].people) == {"person:维修员", "unit:城关站"}


def test_arriving_in_time_closes_the_clock_and_opens_the_next(
    operator, technician, the_clock_stands_at
):
    repair(operator, technician)
    the_clock_stands_at("2026-05-06 12:20")
    perform(operator, "work.arrived", {"kind": "repair"}, case="C1")
    assert (arrival().status, arrival().stage) == ("met", Stage.DONE)
    assert Clock.objects.get(rule="restore").deadline == NOON + timedelta(hours=1)


def test_a_clock_turns_amber_and_red_by_alarms_alone_once_each(
    operator, technician, the_clock_stands_at
):
    repair(operator, technician)
    assert next_alarm() == NOON + timedelta(minutes=20)
    the_clock_stands_at("2026-05-06 12:20")
    assert ring() == 1
    assert arrival().stage == Stage.AMBER
    assert next_alarm() == NOON + timedelta(minutes=30, seconds=1)
    the_clock_stands_at("2026-05-06 12:30:01")
    assert ring() == 1
    assert arrival().stage == Stage.RED
    assert ring() == 0
    changes = ClockChange.objects.filter(clock=arrival()).order_by("at")
    assert [c.stage for c in changes] == ["amber", "red"]


def test_a_missed_promise_becomes_a_breach_with_a_sentence(
    operator, technician, the_clock_stands_at
):
    repair(operator, technician)
    the_clock_stands_at("2026-05-06 12:31")
    ring()
    breach = Breach.objects.get(norm="3.3.2c")
    assert (breach.person, breach.gone) == (technician, False)
    assert "12:30" in breach.said_zh
    assert "12:30" in breach.said_en


def test_a_corrected_event_takes_the_breach_back(operator, technician, the_clock_stands_at):
    repair(operator, technician)
    the_clock_stands_at("2026-05-06 13:00")
    late = perform(operator, "work.arrived", {"kind": "repair"}, case="C1")
    assert Breach.objects.filter(norm="3.3.2c", gone=False).exists()
    real = datetime(2026, 5, 6, 12, 25, tzinfo=ZONE)
    correct(operator, late.events[0], {"case": "C1"}, real)
    assert not Breach.objects.filter(norm="3.3.2c", gone=False).exists()
    assert arrival().performed_at == real
    assert Event.objects.filter(type="repair.arrived").count() == 2


def test_an_event_taken_back_counts_no_more(operator, technician, the_clock_stands_at):
    repair(operator, technician)
    the_clock_stands_at("2026-05-06 12:10")
    done = perform(operator, "work.arrived", {"kind": "repair"}, case="C1")
    take_back(operator, done.events[0])
    assert arrival().status == "pending"


def test_the_same_act_told_twice_is_written_once(operator, technician):
    facts = {"kind": "repair", "technician": technician.number, "unit": "城关站", "area": "城区"}
    first = perform(operator, "work.reported", facts, case="C1", uid="phone-1")
    again = perform(operator, "work.reported", facts, case="C1", uid="phone-1")
    assert first.act.pk == again.act.pk
    assert (Act.objects.count(), Event.objects.count()) == (1, 1)


def test_what_lies_in_the_future_is_refused_but_a_fast_clock_is_forgiven(operator, technician):
    with pytest.raises(Refused):
        perform(operator, "work.arrived", {"kind": "repair"}, case="C1",
                at=NOON + timedelta(minutes=10))  # fmt: skip
    told = perform(operator, "case.noted", {"text": "客户在家"}, case="C1",
                   at=NOON + timedelta(minutes=1))  # fmt: skip
    assert told.act.at == NOON


def test_facts_that_do_not_fit_are_refused_whole(operator):
    with pytest.raises(ActError, match="colour"):
        perform(operator, "work.arrived", {"kind": "repair", "colour": "red"}, case="C1")
    with pytest.raises(EventError, match="海上"):
        register(operator, "repair.reported", {"case": "C1", "area": "海上"})
    assert not Act.objects.exists()
    assert not Thread.objects.exists()


def test_a_case_hears_of_an_area_failure_it_names_but_not_of_other_cases(operator, technician):
    register(operator, "area-failure.declared", {"failure": "F1"})
    for case in ("C1", "C2"):
        register(
            operator, "exchange.registered",
            {"case": case, "technician": "维修员", "unit": "城关站", "sent": True, "failure": "F1"},
        )  # fmt: skip
    from shouwen.service.enactment.bridge import ask

    outcomes, _ = ask(Thread.objects.get(key="case:C1"))
    assert {e.type for e in outcomes.events.values()} == {
        "area-failure.declared",
        "exchange.registered",
    }
    assert len([e for e in outcomes.events.values() if e.type == "exchange.registered"]) == 1


def test_a_slip_filed_later_belongs_to_the_case_it_came_from(operator, technician):
    perform(operator, "receipt.issued", {"receipt": "R1", "person": "维修员"}, case="C1")
    filed = perform(operator, "receipt.filed", {"receipt": "R1"})
    assert filed.events[0].thread.key == "case:C1"


def test_another_reading_changes_the_clocks_of_new_cases_only(operator, technician):
    answered(operator, "C1")
    first = Clock.objects.get(case_key="C1", rule="call-back-next-morning")
    assert first.deadline == datetime(2026, 5, 7, 12, 0, tzinfo=ZONE)
    measure = Thread.objects.get(key="case:C1").adoption.measure
    from shouwen.service.enactment.enacted import measure_of

    reading = next(r for r in measure_of(measure).readings.values() if r.norm == "3.2.6f")
    other = next(o for o in reading.options if o != reading.default)
    Adoption.objects.create(
        measure=measure, readings={reading.id: other}, first_day=date(2026, 5, 6), adopted_at=NOON
    )
    answered(operator, "C2")
    perform(operator, "call.logged", {"name_noted": True}, case="C1")
    old = {c.rule for c in Clock.objects.filter(case_key="C1", norm="3.2.6f")}
    new = {(c.rule, c.deadline) for c in Clock.objects.filter(case_key="C2", norm="3.2.6f")}
    assert old == {"call-back-next-morning"}
    assert new != {("call-back-next-morning", first.deadline)}


def test_two_things_about_one_thread_wait_for_each_other(operator, technician):
    repair(operator, technician)
    assert Alarm.objects.count() == 1
    assert Thread.objects.get().asked_at == NOON


def test_cases_that_name_an_area_failure_hear_of_it_when_it_is_declared_later(
    operator, technician, the_clock_stands_at
):
    for case in ("C1", "C2"):
        exchange = {"case": case, "technician": "维修员", "unit": "城关站", "failure": "F1"}
        register(operator, "exchange.registered", exchange)
    while ring():
        pass
    now = the_clock_stands_at("2026-05-06 12:05")
    register(operator, "area-failure.declared", {"failure": "F1"})
    # One of them is where the failure was first heard of, and is asked about at once.
    assert ring() == 1
    assert {t.asked_at for t in Thread.objects.all()} == {now}


def test_declaring_special_days_has_every_open_case_looked_at_anew(
    operator, technician, the_clock_stands_at
):
    for case in ("C1", "C2"):
        repair(operator, technician, case)
    the_clock_stands_at("2026-05-06 12:05")
    register(operator, "special-time.declared", {"from": "2026-05-07", "to": "2026-05-08"})
    assert ring() == 2
    assert ring() == 0
