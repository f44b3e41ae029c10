"""What is refused, with all that is wrong, and nothing lost."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from shouwen.service.access.actor import Actor
from shouwen.service.complaints.actions import deciding, handling
from shouwen.service.complaints.actions.deciding import Line
from shouwen.service.complaints.actions.receiving import receive
from shouwen.service.complaints.models import (
    Complainant,
    Complaint,
    Concern,
    Evidence,
    Finding,
    Step,
    Verdict,
    Way,
)
from shouwen.service.enactment.models import Adoption, Event
from shouwen.service.organisations.models import Person, Role, RoleGrant, Unit
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope
from tests.service.conftest import NOON

THEN = NOON - timedelta(hours=3)


@pytest.fixture
def ready(complaint, looked_into):
    looked_into(complaint)
    return complaint


def refused(doing, *args, **kwargs):
    with pytest.raises(ValidationError) as error:
        doing(*args, **kwargs)
    return error.value.messages


def test_a_complaint_without_words_from_tomorrow_is_refused_with_both_faults(operator, held):
    told = held(words=" ", happened_at=NOON + timedelta(days=1))
    assert len(refused(receive, operator, told)) == 2
    assert not Complaint.objects.exists()
    assert not Event.objects.exists()


def test_nothing_is_written_after_today(operator, held):
    assert refused(receive, operator, held(written_on=date(2026, 5, 7)))


def test_a_phone_number_of_three_digits_is_none(operator, held):
    assert refused(receive, operator, held(phone="123"))
    assert not Complaint.objects.exists()


def test_a_result_without_reasons_evidence_or_hearing_is_refused(complaint, looked_into, quality,
                                                                 technician):  # fmt: skip
    looked_into(complaint, heard=False, evidence=False)
    line = Line("9.9.9", NOON + timedelta(hours=1), person=technician)
    faults = refused(deciding.conclude, quality, complaint, Verdict.VERIFIED, "属实", [line])
    assert len(faults) == 4
    assert refused(deciding.conclude, quality, complaint, Verdict.UNVERIFIED, " ")
    assert not Finding.objects.exists()


def test_one_thing_is_not_found_twice(ready, quality, technician):
    line = Line("3.3.6a", THEN, person=technician)
    assert refused(deciding.conclude, quality, ready, Verdict.VERIFIED, "属实", [line, line])
    deciding.conclude(quality, ready, Verdict.VERIFIED, "属实", [line])
    assert refused(deciding.conclude, quality, ready, Verdict.VERIFIED, "属实", [line])
    assert Event.objects.filter(type="complaint.verified").count() == 1


def test_verified_needs_a_clause_and_not_verified_has_none(ready, quality, technician):
    assert refused(deciding.conclude, quality, ready, Verdict.VERIFIED, "属实")
    line = Line("3.3.6a", THEN, person=technician)
    assert refused(deciding.conclude, quality, ready, Verdict.UNVERIFIED, "不属实", [line])


def test_nobody_is_found_who_is_not_named(ready, quality, staff):
    line = Line("3.3.6a", THEN, person=staff("别人"))
    assert refused(deciding.conclude, quality, ready, Verdict.VERIFIED, "属实", [line])


def test_before_anyone_looks_into_it_there_is_no_result(complaint, quality):
    assert refused(deciding.conclude, quality, complaint, Verdict.UNVERIFIED, "不属实")


def test_without_a_measure_in_force_nothing_is_taken_down(operator, held, organisation):

    other = Organisation.objects.create(code="young", name="新公司")
    with scope(other.pk):
        Adoption.objects.create(measure="cable", first_day=date(2026, 6, 1), adopted_at=NOON)
        unit = Unit.objects.create(code="总部", name="总部", kind="company")
        person = Person.objects.create(number="1", name="某人", unit=unit)
        RoleGrant.objects.create(person=person, role=Role.OPERATOR)
        assert refused(receive, Actor.of(person), held(person=None))
        assert not Complaint.objects.exists()


@pytest.mark.parametrize("change", [
    {"words": "改过的话"}, {"number": "T1"}, {"way": "web"}, {"received_at": THEN},
])  # fmt: skip
def test_the_words_of_a_complaint_cannot_be_changed_in_the_database(complaint, change):
    with pytest.raises(DatabaseError), transaction.atomic():
        Complaint.objects.update(**change)
    complaint.refresh_from_db()
    assert complaint.words.startswith("维修员")


def test_a_complaint_cannot_be_deleted_in_the_database(complaint):
    with pytest.raises(DatabaseError), transaction.atomic():
        Complaint.objects.all().delete()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE complaints_complaint CASCADE")
    assert Complaint.objects.count() == 1


@pytest.mark.parametrize("model", [Complainant, Concern, Step, Evidence, Finding])
def test_the_history_cannot_be_changed_or_deleted_in_the_database(
    ready, quality, technician, model
):
    line = Line("3.3.6a", THEN, person=technician)
    deciding.conclude(quality, ready, Verdict.VERIFIED, "属实", [line])
    assert model.objects.exists()
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.update(complaint=ready)
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.all().delete()


def test_it_is_not_reported_to_whom_it_concerns(complaint, quality, technician):
    assert refused(handling.report, quality, complaint, technician)


def test_whoever_told_it_is_not_named_as_concerned(staff, acting, held, quality):
    informer = staff("举报人", Role.EMPLOYEE)
    complaint = receive(acting(informer), held(way=Way.STAFF, name="", phone="", address=""))
    assert refused(handling.concern, quality, complaint, person=informer)
    assert refused(handling.assign, quality, complaint, informer)
