"""What must not be done, tried through the pages: refused with the reason, nothing lost."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from shouwen.service.accounts.models import User
from shouwen.service.audit import chains
from shouwen.service.conduct.models import Appeal, Decision, Entry, Proposal
from shouwen.service.enactment.models import Adoption, Event
from shouwen.service.house.actions import move
from shouwen.service.inspections.models import Finding
from shouwen.service.organisations.models import (
    Holding,
    Person,
    Reach,
    Role,
    RoleGrant,
    Unit,
    UnitKind,
)
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope
from tests.service.conftest import NOON
from tests.service.pages.test_a_day import said

GOOD = {"amount-fine": "4000", "reason": "当面核实"}


@pytest.fixture
def quality(browser):
    return browser("质量员", Role.QUALITY)


@pytest.fixture
def technician(browser):
    return browser("维修员", Role.TECHNICIAN, Role.EMPLOYEE, reach=Reach.OWN)


@pytest.fixture
def chief(browser, station):
    client = browser("主任", Role.HEAD)
    Holding.objects.create(
        person=client.person, unit=station, post="chief", since=date(2025, 1, 1)
    )  # fmt: skip
    return client


@pytest.fixture
def complained_of(technician, chief, happens, kept):
    """Three to five thousand yuan for the technician, and a share for the chief."""
    happens("post.held", "2025-01-01 00:00", person="主任", unit="城关站", post="chief")
    happens("complaint.verified", "2026-05-06 10:00", complaint="T1", person="维修员",
            unit="城关站", case="C1", norm="3.3.6a", channel="公司办公室",
            fault="过失")  # fmt: skip
    kept()
    return Proposal.objects.get(person=technician.person, rule="heavy-fine", share_of="")


def refused(client, row, words, form=GOOD):
    answer = client.post(f"/conduct/proposals/{row.pk}/decide/", form)
    assert answer.status_code == 422
    text = said(answer)
    assert words in text, text


def nothing_happened():
    assert not Decision.objects.exists()
    assert not Entry.objects.exists()
    assert not Event.objects.filter(type="decision.made").exists()
    assert [f for found in chains.all_chains().values() for f in found()] == []


def test_nobody_decides_on_oneself_and_the_form_is_not_even_there(complained_of, technician):
    RoleGrant.objects.create(person=technician.person, role=Role.QUALITY, reach=Reach.ORGANISATION)
    page = said(technician.get(f"/conduct/proposals/{complained_of.pk}/"))
    assert "你本人" in page
    assert f"/conduct/proposals/{complained_of.pk}/decide/" not in page
    refused(technician, complained_of, "你本人")
    nothing_happened()


def test_nobody_decides_what_falls_on_themselves_in_part(complained_of, chief):
    refused(chief, complained_of, "落在你身上")
    nothing_happened()


def test_nobody_decides_on_the_share_of_their_own_superior(complained_of, browser, station):
    below = browser("站内质量员", Role.QUALITY)
    share = Proposal.objects.get(share_of=complained_of.outcome)
    refused(below, complained_of, "上级")
    refused(below, share, "上级", GOOD | {"amount-fine": "1500"})
    nothing_happened()


def test_a_second_decision_on_one_fact_is_refused_and_names_the_first(
    complained_of, browser, station
):
    top = Unit.objects.create(code="总部", name="总部", kind=UnitKind.COMPANY)
    first, second = browser("质量员一", Role.QUALITY), browser("质量员二", Role.QUALITY)
    for client in (first, second):
        client.person.unit = top
        client.person.save()
    first.post(f"/conduct/proposals/{complained_of.pk}/decide/", GOOD)
    refused(second, complained_of, "〔2026〕1号", GOOD | {"amount-fine": "5000"})
    assert Decision.objects.filter(outcome=complained_of.outcome).count() == 1
    assert Decision.objects.get(outcome=complained_of.outcome).amounts["fine"] == "4000"


def test_a_decision_under_a_measure_that_was_not_in_force_is_refused_with_the_day(
    db, at_noon, happens, kept
):
    new = Organisation.objects.create(code="new", name="新支行")
    with scope(new.pk):
        Adoption.objects.create(measure="bank", first_day=date(2026, 5, 1), adopted_at=NOON)
        unit = Unit.objects.create(code="一科", name="一科", kind=UnitKind.BRANCH)
        Person.objects.create(number="柜员甲", name="柜员甲", unit=unit)
        officer = Person.objects.create(number="质量员", name="质量员", unit=unit)
        RoleGrant.objects.create(person=officer, role=Role.QUALITY, reach=Reach.ORGANISATION)
        officer.user = User.objects.create(username="质量员", organisation=new)
        officer.save()
        happens("violation.found", "2026-05-06 10:00", case="F1", person="柜员甲", unit="一科",
                item="4.2.4a", source="检查", inspection="I1",
                occurred="2026-04-20T10:00")  # fmt: skip
        kept()
        client = Client()
        client.force_login(officer.user)
        refused(client, Proposal.objects.get(rule="item-penalty"), "2026-04-20")
        nothing_happened()


def test_a_finding_after_someone_moved_stands_with_the_unit_of_the_act(quality, staff, acting):
    clerk = staff("营业员甲", Role.CLERK)
    west = Unit.objects.create(code="河西站", name="河西服务站", kind=UnitKind.STATION)
    move(
        acting(staff("管理员", Role.ADMINISTRATOR, reach=Reach.ORGANISATION)),
        clerk,
        west,
        date(2026, 5, 4),
    )
    form = {"person": clerk.pk, "norm": "2.5.1", "occurred_at": "2026-05-03T11:30",
            "found_at": "", "said": "倚靠柜台", "evidence": "录像"}  # fmt: skip
    at = quality.post("/inspections/findings/new/", form)["Location"]
    assert "城关服务站" in said(quality.get(at))
    assert Finding.objects.get().unit.code == "城关站"


def test_an_event_of_the_future_is_refused_and_one_told_late_is_marked_on_the_decision(
    quality, technician, kept, station
):
    form = {"complaint": "T9", "person": technician.person.pk, "unit": station.pk, "case": "C9",
            "norm": "3.3.6a", "channel": "公司办公室", "fault": "过失"}  # fmt: skip
    url = "/measure/events/register/complaint.verified/"
    answer = quality.post(url, form | {"happened_at": "2026-05-07T10:00:00", "uid": "a"})
    assert answer.status_code == 422
    assert not Event.objects.filter(type="complaint.verified").exists()
    late = quality.post(url, form | {"happened_at": "2026-05-01T10:00:00", "uid": "b"})
    assert late.status_code == 302
    kept()
    row = Proposal.objects.get(person=technician.person, rule="heavy-fine", share_of="")
    top = Unit.objects.create(code="总部", name="总部", kind=UnitKind.COMPANY)
    quality.person.unit = top
    quality.person.save()
    made = quality.post(f"/conduct/proposals/{row.pk}/decide/", GOOD)
    page = said(quality.get(made["Location"]))
    assert "登记于" in page


def test_nobody_registers_a_decision_as_an_event_by_hand(quality, complained_of):
    url = "/measure/events/register/decision.made/"
    form = {"proposal": complained_of.outcome, "outcome": "decided", "fine": "1",
            "happened_at": "2026-05-06T11:00:00", "uid": "x"}  # fmt: skip
    assert quality.post(url, form).status_code in (403, 404, 422)
    nothing_happened()


def test_an_appeal_after_the_time_is_refused_with_the_day_and_nothing_is_suspended(
    complained_of, browser, technician, station, the_clock_stands_at
):
    top = Unit.objects.create(code="总部", name="总部", kind=UnitKind.COMPANY)
    office = browser("质量员", Role.QUALITY)
    office.person.unit = top
    office.person.save()
    office.post(f"/conduct/proposals/{complained_of.pk}/decide/", GOOD)
    made = Decision.objects.get(outcome=complained_of.outcome)
    office.post(f"/conduct/decisions/{made.number}/serve/", {"way": "hand"})
    made.refresh_from_db()
    last = made.service.appeal_until
    the_clock_stands_at("2026-06-30 09:00")
    url = f"/conduct/decisions/{made.number}/appeal/"
    text = said(technician.post(url, {"grounds": "不服"}, follow=True))
    assert f"{last:%Y-%m-%d}" in text
    assert not Appeal.objects.exists()
