"""Two at once, each on a connection of its own: one wins, the other is told, nothing is lost."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connections, transaction

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.audit import chains
from shouwen.service.conduct import actions, appeals, serving
from shouwen.service.conduct.deciding import Chosen, standing
from shouwen.service.conduct.keeping import keep
from shouwen.service.conduct.models import Appeal, Decision, Entry, Kind, Proposal, Stir, Way
from shouwen.service.enactment.bridge import register
from shouwen.service.enactment.ids import new_id
from shouwen.service.enactment.models import Adoption, Alarm, Event
from shouwen.service.organisations.models import (
    Person,
    Reach,
    Role,
    RoleGrant,
    Unit,
    UnitKind,
)
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope
from tests.service.conftest import NOON


@pytest.fixture
def branch(django_db_setup, django_db_blocker, at_noon):
    """A branch whose rows other connections see: a proposal that waits, and two who may decide.

    What is append-only cannot be flushed away, so it stays in the database of this test run, behind
    a wall of its own and with nothing left for workers to do.
    """
    with django_db_blocker.unblock():
        organisation = Organisation.objects.create(code=f"at-once-{new_id()}"[:30], name="某支行")
        try:
            with scope(organisation.pk):
                yield _filled(organisation)
        finally:
            Stir.objects.filter(organisation_id=organisation.pk).delete()
            Alarm.objects.filter(organisation_id=organisation.pk).delete()
            Organisation.objects.filter(pk=organisation.pk).update(is_active=False)
            connections["default"].close()


def _filled(organisation):
    with transaction.atomic():
        Adoption.objects.create(measure="bank", first_day=date(2006, 1, 1), adopted_at=NOON)
        top = Unit.objects.create(code="总部", name="总部", kind=UnitKind.COMPANY)
        section = Unit.objects.create(code="一科", name="一科", kind=UnitKind.BRANCH)
        teller = Person.objects.create(number="柜员甲", name="柜员甲", unit=section)
        RoleGrant.objects.create(person=teller, role=Role.EMPLOYEE, reach=Reach.OWN)
        for name in ("质量员", "另一质量员"):
            person = Person.objects.create(number=name, name=name, unit=top)
            RoleGrant.objects.create(person=person, role=Role.QUALITY, reach=Reach.ORGANISATION)
        facts = {"case": "F1", "person": "柜员甲", "unit": "一科", "item": "4.2.19a",
                 "source": "投诉", "level": "营业部"}  # fmt: skip
        register(Actor(organisation, None), "violation.found", facts, at=NOON)
    while keep():
        pass
    return organisation


def at_once(organisation, *doings):
    """Run each in a thread with a connection of its own, from one starting shot; gives for each
    what it returned, or what it was refused with."""
    start = threading.Barrier(len(doings))
    found: list[object] = [None] * len(doings)

    def run(n, doing):
        try:
            with clock.frozen_at(NOON), scope(organisation.pk):
                start.wait(20)
                found[n] = doing()
        except Exception as error:
            found[n] = error
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=run, args=(n, d)) for n, d in enumerate(doings)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def actor(name):
    return Actor.of(Person.objects.get(number=name))


def proposal():
    return Proposal.objects.get(rule="item-penalty")


def decide(name, fine):
    chosen = Chosen("当面核实", {"fine": fine, "points": "3"})
    return lambda: actions.decide(actor(name), proposal(), chosen)


def one_won(found):
    won = [f for f in found if not isinstance(f, Exception)]
    lost = [f for f in found if isinstance(f, Exception)]
    assert len(won) == 1, found
    assert all(isinstance(f, ValidationError) for f in lost), found
    return won[0], lost[0]


def test_of_two_who_decide_at_once_one_is_told_that_the_other_was_faster(branch):
    found = at_once(branch, decide("质量员", "300"), decide("另一质量员", "400"))
    won, lost = one_won(found)
    assert str(won.decided_by) in str(lost)
    assert Decision.objects.get() == won
    assert Event.objects.filter(type="decision.made").count() == 1
    assert Entry.objects.filter(account="fine").count() == 1
    assert [f for found in chains.all_chains().values() for f in found()] == []


def test_four_decisions_on_four_people_at_once_get_four_numbers_without_a_gap(branch):
    names = ["柜员乙", "柜员丙", "柜员丁"]
    for n, name in enumerate(names):
        Person.objects.create(number=name, name=name, unit=Unit.objects.get(code="一科"))
        facts = {"case": f"G{n}", "person": name, "unit": "一科", "item": "4.2.19a",
                 "source": "投诉", "level": "营业部"}  # fmt: skip
        register(Actor(branch, None), "violation.found", facts, at=NOON)
    while keep():
        pass
    rows = list(Proposal.objects.filter(rule="item-penalty"))
    assert len(rows) == 4
    chosen = Chosen("当面核实", {"fine": "300", "points": "3"})
    doings = [lambda row=row: actions.decide(actor("质量员"), row, chosen) for row in rows]
    found = at_once(branch, *doings)
    assert not [f for f in found if isinstance(f, Exception)]
    assert sorted(d.seq for d in Decision.objects.all()) == [1, 2, 3, 4]
    assert [f for found in chains.all_chains().values() for f in found()] == []


def test_an_appeal_and_a_revocation_at_once_leave_no_appeal_against_what_stands_no_longer(branch):
    made = decide("质量员", "300")()
    serving.serve(actor("质量员"), made, Way.HAND)
    found = at_once(
        branch,
        lambda: appeals.appeal(actor("柜员甲"), Decision.objects.get(pk=made.pk), "当时不在岗"),
        lambda: actions.amend(actor("另一质量员"), Decision.objects.get(pk=made.pk),
                              Chosen("查无实据", waived=True)),
    )  # fmt: skip
    won, _lost = one_won(found)
    last = standing(made.outcome)
    if isinstance(won, Appeal):
        assert last == made
    else:
        assert not Appeal.objects.exists()
        assert last is not None
        assert last.kind == Kind.REVOKE


def test_of_two_who_amend_at_once_the_second_is_told_that_it_stands_no_longer(branch):
    made = decide("质量员", "300")()

    def amend(name, fine):
        chosen = Chosen("减轻", {"fine": fine, "points": "2"})
        return lambda: actions.amend(actor(name), Decision.objects.get(pk=made.pk), chosen)

    won, _lost = one_won(at_once(branch, amend("质量员", "200"), amend("另一质量员", "250")))
    assert Decision.objects.count() == 2
    assert standing(made.outcome) == won


def test_an_appeal_brought_in_twice_at_once_is_one_appeal(branch):
    made = decide("质量员", "300")()
    serving.serve(actor("质量员"), made, Way.HAND)

    def bring():
        return appeals.appeal(actor("柜员甲"), Decision.objects.get(pk=made.pk), "当时不在岗")

    one_won(at_once(branch, bring, bring))
    assert Appeal.objects.count() == 1
