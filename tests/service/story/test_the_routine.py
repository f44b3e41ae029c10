"""What the demonstration's agents and their company do month after month, beside their stories."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.demo import routine
from shouwen.service.demo.houses import House
from shouwen.service.demo.stories import ask_again
from shouwen.service.enactment.bridge import register
from shouwen.service.enactment.models import Adoption, Breach, Clock, Event, Stage
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope
from tests.service.conftest import NOON, ZONE

SIGNED = datetime(2025, 9, 15, 10, tzinfo=ZONE)


@pytest.fixture
def house(db, at_noon):
    """A company with one agent, of whom nothing is told but that it signed eight months ago."""
    found = Organisation.objects.create(code="agent", name="某公司")
    with scope(found.pk):
        Adoption.objects.create(measure="agent", first_day=date(2006, 1, 1), adopted_at=NOON)
        house = House(found, Actor(found, None))
        sign(house, "甲商行")
        yield house


def sign(house, agent):
    """An agent signs for a year, eight months ago."""
    facts = {"agreement": f"K-{agent}", "agent": agent,
             "starts": date(2025, 10, 1), "ends": date(2026, 9, 30)}  # fmt: skip
    with clock.frozen_at(SIGNED):
        register(house.system, "agreement.signed", facts)


def test_what_was_due_before_the_last_weeks_has_been_done_in_time(house):
    routine.keep(house, NOON)
    ask_again(NOON)
    early = Clock.objects.filter(deadline__lt=NOON - routine.LATELY, rule="monthly-report")
    assert early.count() >= 5
    assert {row.stage for row in early} == {Stage.DONE}
    standing = Breach.objects.filter(rule="monthly-report", gone=False)
    assert not standing.filter(at__lt=NOON - routine.LATELY).exists()
    filed = Event.objects.filter(type="report.filed", facts__kind="月报")
    assert all(e.recorded_at == e.at for e in filed)


def test_what_is_done_for_all_agents_at_once_is_told_once(house):
    sign(house, "乙商行")
    routine.keep(house, NOON)
    told = Event.objects.filter(type="agents.compared").values_list("facts__about", flat=True)
    assert len(told) == len(set(told)) >= 2
    checked = Event.objects.filter(type="plan.checked")
    assert set(checked.values_list("facts__agent", flat=True)) == {"甲商行", "乙商行"}
