"""A real PostgreSQL for the tests of the service, and an organisation to work in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connections
from django.utils import translation

from shouwen.service import clock
from tests.service.databases import fresh

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 5, 6, 12, 0, tzinfo=ZONE)
"""A Wednesday, a working day; the instant at which tests of the service begin."""


@pytest.fixture(scope="session")
def postgres(tmp_path_factory):
    """A database of this test process, with empty tables."""
    return fresh(tmp_path_factory, "tests")


@pytest.fixture(scope="session")
def django_db_setup(postgres):
    """The database; the tests themselves run as the service's role."""
    import dj_database_url

    for alias, address in (("default", postgres.service), ("owner", postgres.owner)):
        connections.databases[alias].update(dj_database_url.parse(address))


@pytest.fixture(autouse=True)
def nobody_has_chosen_a_language_before():
    """What is said is Chinese until a test asks for English: a request that was answered in English
    leaves that behind for whatever the same thread does next."""
    with translation.override("zh-hans"):
        yield


@pytest.fixture(autouse=True)
def tokens_hold_no_words(monkeypatch):
    """The random tokens of forms have letters only that no number of a person or thing begins
    with: that something is not said on a page must not hang on chance."""
    monkeypatch.setattr("django.middleware.csrf.CSRF_ALLOWED_CHARS", "qxz")


@pytest.fixture
def at_noon():
    """Let it be noon of 6 May 2026 in China."""
    with clock.frozen_at(NOON):
        yield NOON


@pytest.fixture
def organisation(db, at_noon):
    """A cable operator that has adopted the cable measure; the test is inside its walls."""
    from shouwen.service.enactment.models import Adoption
    from shouwen.service.tenancy.models import Organisation
    from shouwen.service.tenancy.scope import scope

    found = Organisation.objects.create(code="cable", name="某县广电", name_en="County Cable")
    with scope(found.pk):
        Adoption.objects.create(measure="cable", first_day=date(2013, 9, 1), adopted_at=NOON)
        yield found


@pytest.fixture
def station(organisation):
    """A service station of the cable operator."""
    from shouwen.service.organisations.models import Unit, UnitKind

    return Unit.objects.create(code="城关站", name="城关服务站", name_en="Town station",
                               kind=UnitKind.STATION)  # fmt: skip


@pytest.fixture
def staff(station):
    """Makes people of the station: `staff("接线员", Role.OPERATOR)`."""
    from shouwen.service.organisations.models import Person, Reach, RoleGrant

    def make(number, *roles, reach=Reach.OWN, unit=None):
        unit = unit or station
        person = Person.objects.create(number=number, name=number, unit=unit)
        for role in roles:
            RoleGrant.objects.create(
                person=person, role=role, reach=reach,
                unit=unit if reach == Reach.UNIT else None,
            )  # fmt: skip
        return person

    return make


@pytest.fixture
def acting():
    """The actor that a person is."""
    from shouwen.service.access.actor import Actor

    return Actor.of


@pytest.fixture
def client_of(organisation):
    """A client that someone who is there already is logged in with."""
    from django.test import Client

    from shouwen.service.accounts.models import User

    def log_in(person):
        if person.user is None:
            person.user = User.objects.create(username=person.number, organisation=organisation)
            person.save()
        client: Any = Client()
        client.force_login(person.user)
        return client

    return log_in


@pytest.fixture
def the_clock_stands_at():
    """Move the frozen clock: `the_clock_stands_at("2026-05-06 12:30")`, in China."""
    from contextlib import ExitStack

    with ExitStack() as stack:

        def move(text):
            instant = datetime.fromisoformat(text).replace(tzinfo=ZONE)
            stack.enter_context(clock.frozen_at(instant))
            return instant

        yield move


@pytest.fixture
def browser(staff, organisation):
    """A client that someone with these roles is logged in with."""
    from django.test import Client

    from shouwen.service.accounts.models import User
    from shouwen.service.organisations.models import Reach

    def log_in(number, *roles, reach=Reach.ORGANISATION):
        person = staff(number, *roles, reach=reach)
        person.user = User.objects.create(username=number, organisation=organisation)
        person.save()
        client: Any = Client()
        client.force_login(person.user)
        client.person = person
        return client

    return log_in
