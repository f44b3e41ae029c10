"""What is noted of a person alone counts in whatever they have to do."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from shouwen.service.access.actor import Actor
from shouwen.service.enactment.alarms import ring
from shouwen.service.enactment.bridge import register
from shouwen.service.enactment.enacted import enacted
from shouwen.service.enactment.models import Adoption, Breach, Clock
from shouwen.service.organisations.models import Person, Unit, UnitKind
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope
from tests.service.conftest import NOON, ZONE

BEGINS = datetime(2026, 5, 7, 8, 10, tzinfo=ZONE)


@pytest.fixture
def clerk(db, at_noon):
    """A clerk of a bank; the test is inside its walls."""
    found = Organisation.objects.create(code="bank", name="某银行")
    with scope(found.pk):
        Adoption.objects.create(measure="bank", first_day=date(2006, 1, 1), adopted_at=NOON)
        unit = Unit.objects.create(code="一科", name="一科", kind=UnitKind.DEPARTMENT)
        yield Actor.of(Person.objects.create(number="柜员甲", name="柜员甲", unit=unit))


def called(clerk):
    """The clerk is called to the training of tomorrow morning."""
    facts = {"case": "T1", "person": "柜员甲", "unit": "一科", "begins": BEGINS}
    register(clerk, "training.called", facts, at=NOON - timedelta(hours=1))


def noted(clerk, person="柜员甲"):
    facts = {"person": person, "day_of_leave": BEGINS.date()}
    register(clerk, "leave.noted", facts, at=NOON - timedelta(hours=2))


def test_a_leave_note_excuses_from_what_is_asked_afterwards(clerk):
    noted(clerk)
    called(clerk)
    assert Clock.objects.get(rule="attend").status == "exempt"


def test_a_leave_note_that_is_written_later_wakes_what_is_open(clerk, the_clock_stands_at):
    called(clerk)
    assert Clock.objects.get(rule="attend").status == "pending"
    noted(clerk)
    ring()
    assert Clock.objects.get(rule="attend").status == "exempt"
    the_clock_stands_at("2026-05-08 09:00")
    while ring():
        pass
    assert not Breach.objects.filter(rule="attend", gone=False).exists()


def test_the_leave_of_somebody_else_excuses_nobody(clerk, the_clock_stands_at):
    noted(clerk, "柜员乙")
    called(clerk)
    the_clock_stands_at("2026-05-08 09:00")
    while ring():
        pass
    assert Clock.objects.get(rule="attend").status == "breached"


def test_measures_whose_duties_look_at_no_such_thing_read_nothing_more(organisation):
    known = enacted(Adoption.objects.get())
    assert "repair.reported" not in known.personal_types
    assert known.context_types.isdisjoint(known.personal_types)
