"""Duties that the calendar sets off are reckoned apart; what does one is seen soon all the same."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date

import pytest
from django.utils import translation

from shouwen.service.access.actor import Actor
from shouwen.service.desk.queries import told
from shouwen.service.enactment.alarms import ring
from shouwen.service.enactment.bridge import register
from shouwen.service.enactment.models import Adoption, Clock, Stage, Thread
from shouwen.service.enactment.threads import STANDING
from shouwen.service.organisations.models import Unit, UnitKind
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope
from tests.service.conftest import NOON


@contextmanager
def house(code):
    """Inside the walls of an organisation that has adopted the measure of its code."""
    found = Organisation.objects.create(code=code, name=f"某{code}")
    with scope(found.pk):
        Adoption.objects.create(measure=code, first_day=date(2006, 1, 1), adopted_at=NOON)
        Unit.objects.create(code="总部", name="营业部", kind=UnitKind.DEPARTMENT)
        yield Actor(found, None)


@pytest.fixture
def office(db, at_noon):
    """The service office of a bank, which has been there for a month."""
    with house("bank") as actor:
        register(actor, "office.established", {"unit": "总部"}, at=NOON.replace(month=4, day=1))
        ring_out()
        yield actor


def ring_out():
    """Let workers do all there is to do; gives how often a thread was asked about."""
    asked = 0
    while more := ring():
        asked += more
    return asked


def star():
    """The clock of the star of this month."""
    return Clock.objects.get(rule="choose-star", deadline__month=5)


def choose_star(office, case):
    facts = {"case": case, "person": "柜员甲", "unit": "总部", "ground": "月度明星"}
    register(office, "reward.earned", facts)


def test_what_does_a_duty_of_the_month_is_seen_within_a_minute(office, the_clock_stands_at):
    assert star().stage == Stage.GREEN
    the_clock_stands_at("2026-05-06 12:10:00")
    choose_star(office, "S1")
    the_clock_stands_at("2026-05-06 12:11:01")
    ring_out()
    assert star().stage == Stage.DONE


def test_many_events_of_a_minute_are_asked_about_once(office, the_clock_stands_at):
    for second in range(4):
        the_clock_stands_at(f"2026-05-06 12:10:0{second}")
        choose_star(office, f"S{second}")
    assert ring_out() == 0
    now = the_clock_stands_at("2026-05-06 12:11:01")
    assert ring_out() == 1
    assert Thread.objects.get(key=STANDING).asked_at == now


def test_a_duty_of_the_calendar_says_which_unit_it_is_asked_of(office):
    assert told(Clock.objects.filter(pk=star().pk)) == [(star(), "营业部")]


def test_what_is_asked_about_every_agent_says_about_which(db, at_noon):
    with house("agent") as channel:
        for agent in ("甲商行", "乙商行"):
            facts = {"agreement": f"K-{agent}", "agent": agent,
                     "starts": date(2026, 5, 1), "ends": date(2027, 4, 30)}  # fmt: skip
            register(channel, "agreement.signed", facts, at=NOON.replace(month=4, day=20))
        ring_out()
        checks = Clock.objects.filter(rule="monthly-check", outcome__endswith="2026-05-01")
        assert {about for _, about in told(checks)} == {"代理商 甲商行", "代理商 乙商行"}
        with translation.override("en"):
            assert {about for _, about in told(checks)} == {"agent 甲商行", "agent 乙商行"}
