"""The same actions mean what each measure says of complaints, and nothing where it says nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from shouwen.service.access.actor import Actor
from shouwen.service.complaints.actions import answering, deciding, handling
from shouwen.service.complaints.actions.deciding import Line
from shouwen.service.complaints.actions.receiving import Held, receive
from shouwen.service.complaints.measure import known, norms_of, shape_of
from shouwen.service.complaints.models import State, Verdict, Way
from shouwen.service.complaints.outcomes import said_of
from shouwen.service.enactment.models import Adoption, Event, Stage
from shouwen.service.organisations.models import Person, Reach, Role, RoleGrant, Unit, UnitKind
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope
from tests.service.conftest import NOON

THEN = NOON - timedelta(hours=3)


@pytest.fixture
def house(db, at_noon, request):
    """An organisation under the measure that the test is marked with."""
    organisation = Organisation.objects.create(code=request.param, name=request.param)
    with scope(organisation.pk):
        Adoption.objects.create(measure=request.param, first_day=date(2006, 1, 1), adopted_at=NOON)
        unit = Unit.objects.create(code="本部", name="本部", kind=UnitKind.COMPANY)

        def make(number, *roles):
            person = Person.objects.create(number=number, name=number, unit=unit)
            for role in roles:
                RoleGrant.objects.create(person=person, role=role, reach=Reach.ORGANISATION)
            return Actor.of(person)

        yield {
            "unit": unit,
            "quality": make("质检员", Role.QUALITY),
            "clerk": make("柜员", Role.CLERK, Role.EMPLOYEE),
            "leader": make("领导", Role.EXECUTIVE),
        }


def under(measure):
    return pytest.mark.parametrize("house", [measure], indirect=True)


def ready(house, held, who=None):
    complaint = receive(house["quality"], held)
    complaint = handling.assign(
        house["quality"], complaint, house["quality"].person, NOON + timedelta(days=2)
    )
    if who is not None:
        handling.hear(house["quality"], complaint, who, "承认")
    handling.add_evidence(house["quality"], complaint, "录像", "看了录像")
    return complaint


def events():
    return [(e.type, e.facts) for e in Event.objects.order_by("at", "uid")]


@under("power")
def test_power_passes_it_on_keeps_the_owner_and_has_an_apology_made(house):
    clerk = house["clerk"].person
    held = Held(Way.HOTLINE, "营业员推来推去", name="客户", phone="13800000001", person=clerk)
    complaint = ready(house, held, clerk)
    assert {c.rule: c.stage for c in said_of(complaint).clocks} == {
        "report-complaint": Stage.GREEN, "first-owner": Stage.GREEN,
    }  # fmt: skip
    handling.report(house["quality"], complaint, house["leader"].person)
    deciding.conclude(house["quality"], complaint, Verdict.VERIFIED, "属实",
                      [Line("4.1.6b", THEN, person=clerk)])  # fmt: skip
    said = said_of(complaint)
    assert [b.norm for b in said.breaches] == ["4.1.6b"]
    assert [c.rule for c in said.asked_for] == ["first-owner", "apologise"]
    assert said.rewards == []
    answering.reply(house["quality"], complaint, "已处理")
    deciding.apologised(house["quality"], complaint, clerk, "上门道歉")
    assert said_of(complaint).asked_for == []
    assert answering.close(house["quality"], complaint).state == State.CLOSED


@under("bureau")
def test_an_unknown_complainant_makes_the_apology_impossible_and_that_is_noted(house):
    clerk = house["clerk"].person
    complaint = ready(house, Held(Way.BOX, "态度差", anonymous=True, person=clerk), clerk)
    deciding.conclude(house["quality"], complaint, Verdict.VERIFIED, "属实",
                      [Line("4.1.6b", THEN, person=clerk)])  # fmt: skip
    assert "customer.not-found" in dict(events())
    assert any(p.norm == "4.4.5d" for p in said_of(complaint).follows)


@under("power")
def test_a_colleague_s_report_is_a_report_of_misconduct(house):
    receive(house["clerk"], Held(Way.STAFF, "有人把投诉压下来了", unit=house["unit"]))
    assert dict(events())["request.received"]["topic"] == "举报"


@under("bank")
@pytest.mark.parametrize(("way", "source", "level", "fine"), [
    (Way.COUNTER, "投诉", "营业部", "200–500"), (Way.SUPERIOR, "投诉", "分行以上", "300–800"),
    (Way.MEDIA, "媒体", "媒体曝光", "500–1000"),
])  # fmt: skip
def test_bank_weighs_a_complaint_by_where_it_got_to(house, way, source, level, fine):
    clerk = house["clerk"].person
    complaint = ready(house, Held(way, "柜员说话难听", name="客户", person=clerk), clerk)
    own = {"poor": True, "taboo": True}
    deciding.conclude(house["quality"], complaint, Verdict.VERIFIED, "属实",
                      [Line("4.2.19a", THEN, person=clerk, own=own)])  # fmt: skip
    told = dict(events())["violation.found"]
    assert (told["source"], told["level"], told["item"]) == (source, level, "4.2.19a")
    said = said_of(complaint)
    lines = [line for p in said.follows if p.to == clerk.number for line in p.lines]
    assert any(fine in line for line in lines)
    assert "responsibility.decided" not in dict(events())


@under("agent")
def test_agent_records_on_the_day_and_reports_by_the_next_working_day(house):
    held = Held(Way.LINE, "仪表三天就坏，代理商不管", name="客户", agent="江州商行")
    complaint = ready(house, held)
    clocks = {c.rule: c for c in said_of(complaint).clocks}
    assert clocks["record-complaint"].stage == Stage.DONE
    assert clocks["report-complaint"].deadline.date().isoformat() == "2026-05-07"
    assert complaint.urgent_at == clocks["report-complaint"].deadline
    handling.report(house["quality"], complaint, house["leader"].person)
    lines = [Line("2.4a", THEN, agent="江州商行"), Line("9.1a", THEN, department=house["unit"])]
    deciding.conclude(house["quality"], complaint, Verdict.VERIFIED, "属实", lines)
    assert {t for t, _f in events()} >= {"finding.made", "lapse.confirmed"}
    assert {b.norm for b in said_of(complaint).breaches} >= {"2.4a"}


@under("agent")
def test_nobody_is_found_whom_the_measure_does_not_know(house):
    clerk = house["clerk"].person
    complaint = ready(house, Held(Way.LINE, "态度差", name="客户", person=clerk), clerk)
    with pytest.raises(ValidationError):
        deciding.conclude(house["quality"], complaint, Verdict.VERIFIED, "属实",
                          [Line("2.4a", THEN, person=clerk)])  # fmt: skip


@pytest.mark.parametrize("house", ["cable", "power", "bureau", "bank", "agent"], indirect=True)
def test_every_measure_says_what_can_be_found_and_of_whom(house):
    measure = known(house["quality"])
    shape = shape_of(measure)
    assert shape.subjects
    norms = [n for _label, group in norms_of(measure) for n, _name in group]
    assert len(norms) > 50
    assert set(norms) <= set(shape.norms.members)
