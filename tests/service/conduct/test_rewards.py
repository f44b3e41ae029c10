"""What whoever was right to complain is given is a decision like any other, and names nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from shouwen.service.complaints.actions import deciding, handling
from shouwen.service.complaints.actions.deciding import Line
from shouwen.service.complaints.actions.receiving import Held, receive
from shouwen.service.complaints.models import StepKind, Verdict, Way
from shouwen.service.complaints.outcomes import said_of
from shouwen.service.conduct import accounts, actions, serving
from shouwen.service.conduct.deciding import Chosen
from shouwen.service.conduct.models import Decision, Entry, Proposal, Subject
from shouwen.service.conduct.models import Way as Handed
from shouwen.service.organisations.models import Reach, Role
from tests.service.conftest import NOON

NAME = "胡大娘"


@pytest.fixture
def technician(staff):
    return staff("维修员甲", Role.TECHNICIAN, Role.EMPLOYEE)


@pytest.fixture
def quality(staff, acting, station):
    return acting(staff("质检员", Role.QUALITY, reach=Reach.ORGANISATION))


@pytest.fixture
def verified(quality, technician):
    """A complaint, taken to where it was found true."""

    def go(teller, **held):
        said = {"way": Way.HOTLINE, "words": "进门抽烟", "name": NAME, "phone": "13812345678",
                "person": technician, "happened_at": NOON - timedelta(hours=3)}  # fmt: skip
        found = receive(teller, Held(**(said | held)))
        found = handling.assign(quality, found, quality.person, NOON + timedelta(days=3))
        handling.hear(quality, found, technician, "承认")
        handling.add_evidence(quality, found, "通话记录", "相符")
        line = Line("3.3.6a", NOON - timedelta(hours=3), person=technician,
                    own={"fault": "过失", "services": "只有电视"})  # fmt: skip
        return deciding.conclude(quality, found, Verdict.VERIFIED, "属实", [line])

    return go


@pytest.fixture
def of_a_customer(verified, staff, acting):
    return verified(acting(staff("接线员", Role.OPERATOR, reach=Reach.ORGANISATION)))


@pytest.fixture
def informer(staff):
    return staff("田某", Role.EMPLOYEE)


@pytest.fixture
def of_a_colleague(verified, acting, informer):
    return verified(acting(informer), way=Way.STAFF, name="", phone="")


def reward(complaint, rule):
    return Proposal.objects.get(subject__complaint=complaint, rule=rule)


def test_a_year_of_the_fee_is_a_decision_and_the_measure_says_that_it_was_made(
    of_a_customer, quality, kept
):
    kept()
    row = reward(of_a_customer, "customer-reward")
    made = actions.decide(quality, row, Chosen("投诉属实"))
    assert (made.norm, made.seq, made.amounts["viewing_years"]) == ("4.4b", 1, "1")
    (proposal,) = said_of(of_a_customer).rewards
    assert proposal.status == "decided"
    assert Entry.objects.get(decision=made).account == "viewing_years"
    step = of_a_customer.steps.get(kind=StepKind.REWARDED)
    assert step.data == {"decision": made.number}
    assert list(accounts.faults()) == []


def test_it_is_given_once(of_a_customer, quality, kept):
    kept()
    row = reward(of_a_customer, "customer-reward")
    actions.decide(quality, row, Chosen("投诉属实"))
    with pytest.raises(ValidationError, match="已作出决定"):
        actions.decide(quality, row, Chosen("再来一次"))
    assert of_a_customer.steps.filter(kind=StepKind.REWARDED).count() == 1


def test_nothing_of_a_decision_its_paper_or_its_account_names_the_complainant(
    of_a_customer, quality, kept, client_of
):
    kept()
    made = actions.decide(quality, reward(of_a_customer, "customer-reward"), Chosen("投诉属实"))
    assert NAME not in str(made.frozen)
    client = client_of(quality.person)
    for url in (reverse("conduct:decision", args=[made.number]), reverse("conduct:decisions"),
                reverse("conduct:accounts"),
                reverse("conduct:account", args=[made.subject_id])):  # fmt: skip
        text = client.get(url).content.decode()
        assert of_a_customer.number in text
        assert NAME not in text
        assert "13812345678" not in text


def test_a_colleague_is_rewarded_by_number_and_sees_it_beside_what_they_told(
    of_a_colleague, quality, kept, client_of, informer
):
    kept()
    row = reward(of_a_colleague, "reporter-reward")
    assert row.person is None
    assert row.unit is None
    page = reverse("complaints:complaint", args=[of_a_colleague.number])
    assert "300元" not in client_of(informer).get(page).content.decode()
    made = actions.decide(quality, row, Chosen("举报属实", {"bonus": "300"}))
    serving.serve(quality, made, Handed.HAND, "当面")
    assert "300元" in client_of(informer).get(page).content.decode()
    assert "田某" not in str(made.frozen)
    published = client_of(informer).get(reverse("conduct:published")).content.decode()
    assert of_a_colleague.number not in published


def test_whoever_told_it_or_is_complained_of_neither_sees_nor_decides_the_reward(
    of_a_colleague, kept, staff, acting, informer, technician, client_of
):
    from shouwen.service.organisations.models import RoleGrant

    kept()
    row = reward(of_a_colleague, "reporter-reward")
    for person in (informer, technician):
        RoleGrant.objects.create(person=person, role=Role.QUALITY, reach=Reach.ORGANISATION)
        with pytest.raises(ValidationError, match="投诉"):
            actions.decide(acting(person), row, Chosen("好", {"bonus": "9000"}))
        client = client_of(person)
        assert client.get(reverse("conduct:proposal", args=[row.pk])).status_code == 404
        shown = client.get(reverse("conduct:proposals")).content.decode()
        assert of_a_colleague.number not in shown
    assert not Decision.objects.exists()


def test_a_head_who_may_not_see_reports_of_colleagues_does_not_see_their_rewards(
    of_a_colleague, kept, staff, client_of
):
    kept()
    row = reward(of_a_colleague, "reporter-reward")
    head = staff("站长", Role.HEAD, reach=Reach.UNIT)
    assert client_of(head).get(reverse("conduct:proposal", args=[row.pk])).status_code == 404


def test_the_complaint_leads_to_where_its_reward_is_decided_before_a_worker_has_asked(
    of_a_customer, quality, client_of
):
    client = client_of(quality.person)
    page = client.get(reverse("complaints:complaint", args=[of_a_customer.number]))
    (said,) = said_of(of_a_customer).rewards
    assert said.outcome in page.content.decode()
    found = client.post(reverse("conduct:sought"), {"outcome": said.outcome, "to": said.to})
    row = reward(of_a_customer, "customer-reward")
    assert found["Location"] == reverse("conduct:proposal", args=[row.pk])
    client.post(reverse("conduct:decide", args=[row.pk]), {"reason": "投诉属实"})
    again = client.post(reverse("conduct:sought"), {"outcome": said.outcome, "to": said.to})
    assert again["Location"] == reverse("conduct:decision", args=["2026-1"])


def test_what_nobody_proposes_is_not_found(quality, client_of):
    client: Client = client_of(quality.person)
    found = client.post(reverse("conduct:sought"), {"outcome": "x", "to": "y"})
    assert found["Location"] == reverse("conduct:proposals")
    assert not Subject.objects.filter(key__endswith=":y").exists()
