"""A bank branch and a cable operator in which norms are broken."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from tests.service.conftest import NOON, ZONE


@pytest.fixture
def bank(db, at_noon):
    """A branch that has adopted the bank's measure; the test is inside its walls."""
    from shouwen.service.enactment.models import Adoption
    from shouwen.service.tenancy.models import Organisation
    from shouwen.service.tenancy.scope import scope

    found = Organisation.objects.create(code="bank", name="某支行", name_en="Branch")
    with scope(found.pk):
        Adoption.objects.create(measure="bank", first_day=date(2006, 1, 1), adopted_at=NOON)
        yield found


@pytest.fixture
def section(bank):
    """A section of the branch."""
    from shouwen.service.organisations.models import Unit, UnitKind

    return Unit.objects.create(code="一科", name="一科", kind=UnitKind.BRANCH)


@pytest.fixture
def people(section):
    """Makes people of the section, as `staff` does for the cable operator."""
    from shouwen.service.organisations.models import Person, Reach, RoleGrant, Unit, UnitKind

    top = Unit.objects.create(code="总部", name="总部", kind=UnitKind.COMPANY)

    def make(number, *roles, reach=Reach.ORGANISATION, unit=None):
        person = Person.objects.create(number=number, name=number, unit=unit or top)
        for role in roles:
            RoleGrant.objects.create(person=person, role=role, reach=reach)
        return person

    return make


@pytest.fixture
def happens():
    """Registers an event as the service itself: `happens("violation.found", "2026-05-06 10:00",
    person=…)`. Facts without a value are left out."""
    from shouwen.service.enactment.bridge import register
    from shouwen.service.tenancy.models import Organisation
    from shouwen.service.tenancy.scope import current_organisation_id

    def register_(type_, at, **facts):
        instant = datetime.fromisoformat(at).replace(tzinfo=ZONE)
        office = Actor(Organisation.objects.get(pk=current_organisation_id()), None)
        with clock.frozen_at(max(instant, clock.now())):
            return register(office, type_, facts, at=instant)

    return register_


@pytest.fixture
def kept():
    """Lets the workers ask about everyone who was stirred, until nobody is left."""
    from shouwen.service.conduct.keeping import keep

    def all_of_them():
        turns = 0
        while keep():
            turns += 1
            assert turns < 50
        return turns

    return all_of_them
