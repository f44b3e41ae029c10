"""What the telephone switch tells, and what becomes of calls."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from django.test import Client

from shouwen.service.contacts.models import Call, CallState, Customer
from shouwen.service.enactment.models import Breach, Clock, Event
from shouwen.service.intake.hook import token
from shouwen.service.organisations.models import DutyKind, Role, RosterShift
from tests.service.conftest import NOON
from tests.service.pages.test_a_day import said

HOOK = "/intake/hook/"


@pytest.fixture
def switch(organisation, station):
    client = Client(headers={"X-Shouwen-Token": token(organisation)})

    def tell(event, uid="call-1", **more):
        told = {"uid": uid, "event": event, "unit": station.code, "phone": "13800001234"} | more
        return client.post(HOOK, told, content_type="application/json")

    return tell


@pytest.fixture
def operator(browser):
    return browser("接线员", Role.OPERATOR)


def test_a_call_rings_is_answered_and_ends(switch, operator, the_clock_stands_at):
    switch("ringing")
    assert "13800001234" in said(operator.get("/intake/ringing/"))
    the_clock_stands_at("2026-05-06 12:00:11")
    answer = switch("answered", agent="接线员").json()
    call = Call.objects.get()
    assert (answer["state"], call.rings, call.operator) == ("answered", 3, operator.person)
    switch("ended", hung_up_by="staff")
    call.refresh_from_db()
    assert call.state == CallState.ENDED
    assert Breach.objects.filter(norm="2.5.3b", person=operator.person).exists()


def test_the_same_thing_told_twice_is_done_once(switch):
    for _ in range(2):
        switch("ringing")
        switch("missed")
    assert Call.objects.count() == Event.objects.filter(type="call.abandoned").count() == 1


def test_a_call_nobody_answered_is_called_back(switch, operator, the_clock_stands_at):
    RosterShift.objects.create(
        kind=DutyKind.HOTLINE, person=operator.person, unit=operator.person.unit,
        starts=NOON.replace(hour=8), ends=NOON.replace(hour=20),
    )  # fmt: skip
    switch("ringing")
    the_clock_stands_at("2026-05-06 12:00:40")
    switch("missed")
    call = Call.objects.get()
    assert (call.state, call.operator, call.rings) == (CallState.MISSED, operator.person, 9)
    assert Breach.objects.filter(norm="3.2.1b", person=operator.person).exists()
    assert "13800001234" in said(operator.get("/intake/calls/"))
    operator.post(f"/intake/calls/{call.pk}/returned/")
    call.refresh_from_db()
    assert call.called_back_at is not None
    assert "请回电" in said(operator.get("/intake/calls/"))
    assert 'href="tel:' not in said(operator.get("/intake/calls/"))


def test_a_harassing_caller_is_warned_and_reported(switch, operator):
    switch("ringing")
    call = Call.objects.get()
    operator.post(f"/intake/calls/{call.pk}/answer/")
    operator.post(f"/intake/calls/{call.pk}/warned/", {"approved": "on"})
    operator.post(f"/intake/calls/{call.pk}/ended/", {"by": "customer", "harassing": "on"})
    clock = Clock.objects.get(rule="report-harassment")
    assert clock.status == "pending"
    operator.post(f"/intake/calls/{call.pk}/reported/")
    clock.refresh_from_db()
    assert clock.status == "met"


def test_a_switch_without_its_token_is_not_heard(organisation, station):
    told = {"uid": "1", "event": "ringing", "unit": station.code}
    for headers in ({}, {"X-Shouwen-Token": token(organisation)[:-1] + "x"}):
        assert Client(headers=headers).post(HOOK, told).status_code == 403
    assert not Call.objects.exists()


def test_everything_wrong_with_what_a_switch_tells_is_named_at_once(switch):
    answer = switch("exploded", uid="", unit="nowhere")
    assert answer.status_code == 400
    assert len(answer.json()["errors"]) == 3
    assert switch("answered", agent="nobody").json()["errors"] == ["'agent' is no staff number."]
    assert not Call.objects.exists()


def told_in_the_document(kind: str) -> list[str]:
    """What the examples of a switch send, with what the switch puts into it."""
    text = (Path(__file__).parents[3] / "docs/howto/connect-the-telephone.md").read_text("utf-8")
    part = text.partition(f"## {kind}\n")[2].partition("\n## ")[0]
    found = re.findall(r"uid=(?:\$\{[^}]*\}|[^)'\s])*", part.replace("&amp;", "&"))
    values = {"PHONE": "13800001234", "CHANNEL(endpoint)": "1001"}
    return [
        re.sub(r"\$\{([^}]*)\}", lambda m: values.get(m[1], "call-7"), form).replace(
            "$1", "13800001234"
        )
        for form in found
    ]


@pytest.mark.parametrize("kind", ["Asterisk", "FreeSWITCH"])
def test_what_the_examples_for_switches_send_is_understood(
    kind, organisation, station, staff, the_clock_stands_at
):
    staff("1001", Role.OPERATOR)
    station.code = "U1"
    station.save()
    client = Client(headers={"X-Shouwen-Token": token(organisation)})
    forms = {parse_qs(f)["event"][0]: f for f in told_in_the_document(kind)}
    assert forms.keys() == {"ringing", "answered", "ended", "missed"}
    states = []
    for minute, event in enumerate(("ringing", "answered", "ended")):
        the_clock_stands_at(f"2026-05-06 12:0{minute}:00")
        answer = client.post(HOOK, forms[event], content_type="application/x-www-form-urlencoded")
        assert answer.status_code == 200, answer.content
        states.append(answer.json()["state"])
    assert states == ["ringing", "answered", "ended"]
    call = Call.objects.get()
    assert (call.phone, call.unit.code, call.operator.number) == ("13800001234", "U1", "1001")
    for event in ("ringing", "missed", "ended"):
        form = forms[event].replace("call-7", "call-8")
        answer = client.post(HOOK, form, content_type="application/x-www-form-urlencoded")
        assert answer.status_code == 200, answer.content
    assert Call.objects.get(uid="call-8").state == CallState.MISSED


@pytest.mark.parametrize(
    "phone", ["", "anonymous", "<sip:anonymous@anonymous.invalid>", "Restricted"]
)
def test_a_call_without_a_number_is_taken_and_nobody_is_asked_to_call_back(switch, operator, phone):
    switch("ringing", phone=phone)
    assert "号码未显示" in said(operator.get("/intake/ringing/"))
    switch("missed")
    page = said(operator.get("/intake/calls/"))
    assert "来电均已接听或回电" in page
    assert "号码未显示" in page
    assert Event.objects.filter(type="call.abandoned").exists()


@pytest.mark.parametrize(
    "phone", ["sip:13800001234@10.0.0.7:5060", "+86 138 0000 1234", 13800001234]
)
def test_a_number_is_known_however_the_switch_writes_it(switch, operator, phone):
    customer = Customer.objects.create(number="K1", name="张某", phone="13800001234")
    switch("ringing", phone=phone)
    assert Call.objects.get().customer == customer


def test_a_sign_that_nothing_can_keep_is_refused_from_a_switch_too(switch):
    answer = switch("ringing", uid="call\x001")
    assert answer.status_code == 400
    assert "U+0000" in answer.json()["errors"][0]


def test_what_a_switch_tells_too_late_changes_nothing(switch, operator):
    switch("ringing")
    switch("ended")
    switch("answered", agent="接线员")
    switch("missed")
    switch("ringing")
    call = Call.objects.get()
    assert (call.state, call.operator) == (CallState.ANSWERED, operator.person)
    assert not Event.objects.filter(type="call.abandoned").exists()
