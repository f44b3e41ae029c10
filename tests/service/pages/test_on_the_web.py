"""What customers ask for on the web, without login, and how it becomes a case."""

from __future__ import annotations

import pytest
from django.test import Client

from shouwen.service.cases.models import Case
from shouwen.service.enactment.models import Clock
from shouwen.service.intake.models import WebRequest
from shouwen.service.organisations.models import Role, Territory, TerritoryTechnician
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope
from shouwen.service.workorders.models import WorkOrder

from ..conftest import NOON
from .test_a_day import said

ASKED = {
    "topic": "repair", "matter": "没有信号\r\n已重启", "name": "客户某",
    "phone": "138-0000-1234", "address": "人民路12号", "uid": "web-1",
}  # fmt: skip


@pytest.fixture
def operator(browser, station, staff):
    territory = Territory.objects.create(
        code="T1", name="城关镇", area="城区", unit=station, keywords="人民路"
    )
    TerritoryTechnician.objects.create(territory=territory, person=staff("维修员", Role.TECHNICIAN))
    return browser("接线员", Role.OPERATOR)


def ask(**more):
    return Client().post("/intake/web/cable/", ASKED | more)


def test_what_was_asked_is_a_case_from_when_it_was_asked(
    organisation, operator, the_clock_stands_at
):
    answer = ask()
    asked = WebRequest.objects.get()
    assert asked.number in said(answer)
    assert asked.matter == "没有信号\n已重启"
    the_clock_stands_at("2026-05-06 12:10")
    assert asked.number in said(operator.get("/intake/ringing/"))
    assert asked.number in said(operator.get("/intake/calls/"))
    form = said(operator.get("/intake/", {"web": asked.pk}))
    assert 'value="13800001234"' in form
    taken = {
        "channel": "web", "phone": asked.phone, "name": asked.name, "address": asked.address,
        "topic": "repair", "matter": asked.matter, "uid": "form", "web": asked.pk,
    }  # fmt: skip
    operator.post("/intake/", taken)
    case = Case.objects.get()
    assert (case.opened_at, case.channel) == (asked.received_at, "web")
    assert WorkOrder.objects.get().reported_at == asked.received_at
    # Half an hour from when the customer asked, not from when somebody looked.
    clock = Clock.objects.get(rule="arrive")
    assert clock.deadline is not None
    assert (clock.deadline - asked.received_at).total_seconds() == 1800
    late = operator.post("/intake/", taken | {"uid": "other"}, follow=True)
    assert "同事已经受理" in said(late)
    assert asked.number not in said(operator.get("/intake/ringing/"))
    assert Case.objects.count() == 1


def test_the_same_form_sent_twice_is_one_request_and_a_machine_s_is_none(organisation):
    ask()
    ask()
    ask(uid="web-2", website="http://spam")
    assert WebRequest.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"phone": "12"}, "2 位"), ({"matter": ""}, "必填"), ({"topic": "nothing"}, "nothing")],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(organisation, wrong, words):
    answer = ask(**wrong)
    assert answer.status_code == 422
    assert words in said(answer)
    assert not WebRequest.objects.exists()


def test_the_form_speaks_english_and_knows_no_other_organisation(organisation):
    Organisation.objects.create(code="closed", name="已停", is_active=False)
    client = Client()
    assert "Your phone" in said(client.get("/intake/web/cable/", {"lang": "en"}))
    assert client.get("/intake/web/closed/").status_code == 404
    assert client.get("/intake/web/nobody/").status_code == 404


def test_one_address_cannot_flood_it(organisation):
    answers = [ask(uid=f"w{n}").status_code for n in range(22)]
    assert 429 in answers
    assert answers[:10] == [200] * 10


def test_a_request_of_another_organisation_is_not_taken_up(organisation, operator):
    other = Organisation.objects.create(code="other", name="邻县")
    with scope(other.pk):
        foreign = WebRequest.objects.create(
            uid="x", number="W1", topic="repair", name="某", phone="13900000000", matter="外人",
            received_at=NOON,
        )  # fmt: skip
    assert "外人" not in said(operator.get("/intake/", {"web": foreign.pk}))
