"""Duties that the calendar sets off are reckoned apart; what does one is seen soon all the same."""

from __future__ import annotations

from datetime import date

import pytest

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


@pytest.fixture
def office(db, at_noon):
    """The service office of a bank, which has been there for a month."""
    found = Organisation.objects.create(code="bank", name="某银行")
    with scope(found.pk):
        Adoption.objects.create(measure="bank", first_day=date(2006, 1, 1), adopted_at=NOON)
        Unit.objects.create(code="总部", name="营业部", kind=UnitKind.DEPARTMENT)
        actor = Actor(found, None)
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


def test_a_duty_of_the_calendar_says_of_whom_it_is_asked(office):
    lines = told(Clock.objects.filter(pk=star().pk))
    assert lines == [(star(), "营业部")]
