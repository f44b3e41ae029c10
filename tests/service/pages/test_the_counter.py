"""The counter: numbers, turns, who goes first; and customers who wait for a system."""

from __future__ import annotations

import pytest

from shouwen.service.access.actor import Actor
from shouwen.service.cases.models import Case, CaseState
from shouwen.service.counter.models import Ticket, TicketState
from shouwen.service.enactment.bridge import register
from shouwen.service.enactment.models import Breach, Clock, Event
from shouwen.service.organisations.models import Reach, Role
from tests.service.pages.test_a_day import FORM, said


@pytest.fixture
def clerk(browser):
    return browser("营业员", Role.CLERK, reach=Reach.ORGANISATION)


def draw(client, need="none"):
    client.post("/counter/draw/", {"need": need})
    return Ticket.objects.latest("id")


def test_customers_are_called_in_turn_and_served(clerk, organisation, the_clock_stands_at):
    # The measure leaves it to the organisation to say how long is too long.
    register(Actor(organisation, None), "wait-limit.set", {"minutes": 20})
    first, second = draw(clerk), draw(clerk)
    the_clock_stands_at("2026-05-06 12:25")
    clerk.post("/counter/next/")
    first.refresh_from_db()
    assert (first.state, first.clerk) == (TicketState.CALLED, clerk.person)
    answer = clerk.post(f"/counter/{first.pk}/served/", {"too_long": "on", "take-up": "1"})
    assert answer["Location"] == "/intake/?channel=counter"
    event = Event.objects.get(type="customer.served")
    assert event.facts["waited"] == "25"
    assert Breach.objects.filter(norm="3.1.6b", person=clerk.person).exists()
    clerk.post("/counter/next/")
    second.refresh_from_db()
    assert second.state == TicketState.CALLED
    assert "无人等候" in said(clerk.post("/counter/next/", follow=True))


def test_someone_with_a_need_goes_first_when_all_who_are_overtaken_agree(clerk):
    draw(clerk), draw(clerk)
    old = draw(clerk, "elderly")
    address = f"/counter/{old.pk}/first/"
    assert "须逐一征求意见" in said(clerk.post(address, {"asked": 1, "agreed": 1}, follow=True))
    assert "有人不同意" in said(clerk.post(address, {"asked": 2, "agreed": 1}, follow=True))
    clerk.post(address, {"asked": 2, "agreed": 2})
    clerk.post("/counter/next/")
    old.refresh_from_db()
    assert (old.state, old.first) == (TicketState.CALLED, True)


def test_without_a_need_nobody_goes_first(clerk):
    draw(clerk)
    ordinary = draw(clerk)
    answer = clerk.post(f"/counter/{ordinary.pk}/first/", {"asked": 1, "agreed": 1}, follow=True)
    assert "才能优先" in said(answer)


def test_two_clerks_never_serve_the_same_number(clerk, browser):
    ticket = draw(clerk)
    clerk.post("/counter/next/")
    colleague = browser("营业员乙", Role.CLERK)
    answer = colleague.post(f"/counter/{ticket.pk}/served/", {}, follow=True)
    assert "此号不在您的柜台" in said(answer)


def test_when_a_system_is_down_calling_back_is_a_promise_with_a_clock(clerk):
    enquiry = FORM | {"topic": "enquiry", "channel": "counter", "matter": "交费系统打不开"}
    clerk.post("/intake/", enquiry)
    case = Case.objects.get()
    clerk.post(f"/cases/{case.number}/held-up/", {
        "outage": "long", "minutes": "60", "explained": "on", "apologised": "on",
    })  # fmt: skip
    case.refresh_from_db()
    clock = Clock.objects.get(rule="contact-again")
    assert (case.state, clock.status) == (CaseState.WAITING, "pending")
    clerk.post(f"/cases/{case.number}/contacted/")
    case.refresh_from_db()
    clock.refresh_from_db()
    assert (case.state, clock.status) == (CaseState.OPEN, "met")
