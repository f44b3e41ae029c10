"""Two connections at once: nothing is passed over, whoever commits last.

These tests commit, in an organisation of their own that is swept away afterwards.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWaiting
from contextlib import ExitStack
from datetime import date

import pgtrigger
import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, connections, transaction

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.assessment import actions, counting
from shouwen.service.assessment.counting import bring_up_to_date, count_changed, count_days
from shouwen.service.assessment.models import DayFigure, Recount, Scope, Sheet
from shouwen.service.assessment.queries import Subject
from shouwen.service.audit.models import LogEntry
from shouwen.service.cases.models import Counter
from shouwen.service.contacts.models import Call
from shouwen.service.enactment.models import Adoption, Breach, Thread
from shouwen.service.house.models import Move
from shouwen.service.intake.actions import rang
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

from ..conftest import NOON, ZONE

TODAY = NOON.date()
APRIL = (date(2026, 4, 1), date(2026, 4, 30))


class Hand:
    """Someone with a connection of their own, who can leave a transaction open."""

    def __init__(self, organisation: int) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._inside = ExitStack()
        self(self._inside.enter_context, scope(organisation))
        self(self._inside.enter_context, clock.frozen_at(NOON))

    def __call__(self, doing, *values):
        return self._pool.submit(doing, *values).result(10)

    def at_it(self, doing, *values):
        """Begin something without waiting for its end."""
        return self._pool.submit(doing, *values)

    def open_transaction(self):
        self(transaction.set_autocommit, False)

    def commit(self):
        self(transaction.commit)
        self(transaction.set_autocommit, True)

    def leave(self):
        # Named inside the thread, since each has a connection of its own.
        self(lambda: connection.rollback())
        self(lambda: connection.set_autocommit(True))
        self(self._inside.close)
        self(lambda: connection.close())
        self._pool.shutdown()


@pytest.fixture
def organisation(django_db_setup, django_db_blocker):
    """A company whose rows are really there; also for others, until the test ends."""
    with django_db_blocker.unblock(), clock.frozen_at(NOON):
        found = Organisation.objects.create(code="two-at-once", name="并发公司")
        with scope(found.pk):
            Adoption.objects.create(measure="cable", first_day=date(2013, 9, 1), adopted_at=NOON)
            yield found
        _sweep(found.pk)
        connection.close()


def _sweep(key: int) -> None:
    """Remove an organisation as only the owner can: triggers look away, keys wait for the end."""
    owner = connections["owner"]
    with pgtrigger.ignore(), transaction.atomic(using="owner"), owner.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            columns = {f.column for f in model._meta.local_fields}
            if "organisation_id" in columns and not model._meta.proxy:
                table = model._meta.db_table
                cursor.execute(f'DELETE FROM "{table}" WHERE organisation_id = %s', [key])
        cursor.execute("DELETE FROM tenancy_organisation WHERE id = %s", [key])
    owner.close()


@pytest.fixture
def station(organisation):
    return Unit.objects.create(code="站", name="服务站", kind=UnitKind.STATION)


@pytest.fixture
def issuers(organisation, station):
    """Two who issue sheets."""
    people = [Person.objects.create(number=n, name=n, unit=station) for n in ("质办一", "质办二")]
    for person in people:
        RoleGrant.objects.create(person=person, role=Role.QUALITY, reach=Reach.ORGANISATION)
    return [Actor.of(person) for person in people]


@pytest.fixture
def hand(organisation):
    hands = []

    def lend():
        hands.append(Hand(organisation.pk))
        return hands[-1]

    yield lend
    for one in hands:
        one.leave()


def count():
    while count_changed(ZONE):
        pass


def kept():
    rows = DayFigure.objects.exclude(figure="customers").order_by("figure", "unit", "day")
    return list(rows.values_list("day", "figure", "unit", "person", "good", "total"))


def is_exact():
    """Whether the days are as counted anew, with nothing waiting."""
    before = kept()
    assert not Recount.objects.exists()
    count_days(date(2026, 5, 1), TODAY, ZONE)
    return kept() == before


def test_the_lower_number_that_is_committed_later_is_counted(hand, station):
    """What a cursor over numbers passes over: the slow one had its number first."""
    slow, fast = hand(), hand()
    slow.open_transaction()
    first = slow(rang, "slow", "13900000000", station)
    second = fast(rang, "fast", "13900000001", station)
    assert first.pk < second.pk
    Call.objects.filter(uid="fast").update(state="missed")
    count()
    assert DayFigure.objects.get(figure="connected").total == 1
    slow(lambda: Call.objects.filter(uid="slow").update(state="missed"))
    count()
    assert DayFigure.objects.get(figure="connected").total == 1
    slow.commit()
    count()
    assert DayFigure.objects.get(figure="connected").total == 2
    assert is_exact()


def test_what_is_committed_while_its_day_is_being_counted_is_counted_next(hand, station):
    counter = hand()
    missed("one", station)
    counter.open_transaction()
    assert counter(count_changed, ZONE) == 1
    missed("two", station)
    counter.commit()
    assert DayFigure.objects.get(figure="connected").total == 1
    count()
    assert DayFigure.objects.get(figure="connected").total == 2
    assert is_exact()


def test_of_two_who_count_the_same_day_the_later_one_sees_what_the_earlier_saw(hand, station):
    one, other = hand(), hand()
    missed("one", station)
    one.open_transaction()
    one(count_changed, ZONE)
    missed("two", station)
    # The second has its own rows of the queue, and waits for the day.
    second = other.at_it(count_changed, ZONE)
    with pytest.raises(StillWaiting):
        second.result(0.3)
    one.commit()
    assert second.result(10) == 1
    assert DayFigure.objects.get(figure="connected").total == 2
    assert is_exact()


def test_what_another_has_taken_is_passed_over_and_comes_back_if_they_are_killed(hand, station):
    counter = hand()
    missed("one", station)
    counter.open_transaction()
    assert counter(count_changed, ZONE) == 1
    assert count_changed(ZONE) == 0
    counter(transaction.rollback)
    counter(transaction.set_autocommit, True)
    assert count_changed(ZONE) == 1
    assert is_exact()


def test_who_moves_while_their_day_is_being_counted_takes_it_along(hand, station):
    other = Unit.objects.create(code="乡站", name="乡站", kind=UnitKind.STATION)
    person = Person.objects.create(number="甲", name="甲", unit=station)
    broke(person)
    count()
    Recount.objects.create(source="breaches", day=TODAY)
    counter, looker = hand(), hand()
    DayFigure.objects.filter(figure="breaches").delete()
    counter.open_transaction()
    counter(count_changed, ZONE)
    with transaction.atomic():
        Move.objects.create(person=person, left=station, on=TODAY, recorded_at=NOON)
        Person.objects.filter(pk=person.pk).update(unit=other)
    # Which days are the person's cannot be known before the counter is through.
    looking = looker.at_it(count_changed, ZONE)
    with pytest.raises(StillWaiting):
        looking.result(0.3)
    counter.commit()
    looking.result(10)
    count()
    assert DayFigure.objects.get(figure="breaches").unit == other
    assert is_exact()


def test_what_is_issued_waits_for_those_who_are_counting(hand, station):
    counter, issuer = hand(), hand()
    missed("one", station)
    counter.open_transaction()
    counter(count_changed, ZONE)
    missed("two", station)

    def bring():
        with transaction.atomic():
            bring_up_to_date(TODAY, TODAY, ZONE)
            return DayFigure.objects.get(figure="connected").total

    issued = issuer.at_it(bring)
    with pytest.raises(StillWaiting):
        issued.result(0.3)
    counter.commit()
    assert issued.result(10) == 2
    assert is_exact()


def test_many_at_once_write_to_the_queue_and_nobody_waits(hand, station):
    hands = [hand() for _ in range(4)]
    for n, one in enumerate(hands):
        one.open_transaction()
        one(rang, f"call{n}", "13900000000", station)
        one(lambda n=n: Call.objects.filter(uid=f"call{n}").update(state="missed"))
    for one in reversed(hands):
        one.commit()
    count()
    assert DayFigure.objects.get(figure="connected").total == 4
    assert is_exact()


def test_of_two_who_issue_a_sheet_at_once_one_is_told_and_leaves_no_trace(hand, issuers):
    one, other = hand(), hand()
    one.open_transaction()
    sheet = one(issue, issuers[0])
    late = other.at_it(issue, issuers[1])
    with pytest.raises(StillWaiting):
        late.result(0.3)
    one.commit()
    with pytest.raises(ValidationError, match=f"{sheet.number} 第 1 版以来没有变化"):
        late.result(10)
    assert Sheet.objects.get() == sheet
    assert LogEntry.objects.get(verb="assessment.issue").person == issuers[0].person
    assert Counter.objects.get(prefix__startswith="A").last == 1


def test_who_waited_issues_the_sheet_when_the_first_comes_to_nothing(hand, issuers):
    one, other = hand(), hand()
    one.open_transaction()
    gone = one(issue, issuers[0])
    late = other.at_it(issue, issuers[1])
    one(transaction.rollback)
    one(transaction.set_autocommit, True)
    sheet = late.result(10)
    assert Sheet.objects.get() == sheet
    assert (sheet.issued_by, sheet.number) == (issuers[1].person, gone.number)


def test_of_two_who_correct_a_sheet_at_once_there_is_one_new_version(hand, issuers, station):
    first = issue(issuers[0])
    with clock.frozen_at(NOON.replace(month=4)):
        missed("late", station)
    one, other = hand(), hand()
    one.open_transaction()
    second = one(issue, issuers[0], "补登一个漏接电话")
    late = other.at_it(issue, issuers[1], "四月漏登")
    one.commit()
    with pytest.raises(ValidationError, match="第 2 版以来没有变化"):
        late.result(10)
    assert [*Sheet.objects.order_by("version")] == [first, second]
    assert second.reason == "补登一个漏接电话"


def test_the_database_keeps_one_sheet_of_a_month_where_nobody_waits(hand, issuers, monkeypatch):
    monkeypatch.setattr(actions, "bring_up_to_date", lambda *_: None)
    one, other = hand(), hand()
    one.open_transaction()
    sheet = one(issue, issuers[0])
    late = other.at_it(issue, issuers[1])
    with pytest.raises(StillWaiting):
        late.result(0.3)
    one.commit()
    with pytest.raises(ValidationError, match="刚刚"):
        late.result(10)
    assert Sheet.objects.get() == sheet
    assert LogEntry.objects.get(verb="assessment.issue").person == issuers[0].person


def test_another_organisation_has_its_own_queue(organisation, station):
    missed("one", station)
    other = Organisation.objects.create(code="next-door", name="隔壁")
    try:
        with scope(other.pk):
            assert not Recount.objects.exists()
            assert counting.count_changed(ZONE) == 0
    finally:
        other.delete()
    assert Recount.objects.exists()


def issue(actor, reason=""):
    return actions.issue(actor, Subject(Scope.ORGANISATION), *APRIL, reason)


def missed(uid, station):
    with transaction.atomic():
        rang(uid, "13900000000", station)
        Call.objects.filter(uid=uid).update(state="missed")


def broke(person):
    """A norm is broken by someone of whom the measure names no unit."""
    adoption = Adoption.objects.get()
    thread = Thread.objects.create(key="case:C1", opened_at=NOON, adoption=adoption)
    Breach.objects.create(outcome="b1", thread=thread, rule="r", norm="3.3.2c", at=NOON,
                          bearer=person.number, person=person, said_zh="", said_en="")  # fmt: skip
