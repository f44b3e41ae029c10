"""Who worked where on a day."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from shouwen.service.house import actions
from shouwen.service.house.models import Move
from shouwen.service.house.queries import posts_on, unit_on
from shouwen.service.organisations.models import Holding, Reach, Role, Unit, UnitKind


@pytest.fixture
def west(station):
    return Unit.objects.create(code="河西站", name="河西服务站", kind=UnitKind.STATION)


@pytest.fixture
def administrator(staff, acting):
    return acting(staff("管理员", Role.ADMINISTRATOR, reach=Reach.ORGANISATION))


def test_before_the_day_of_a_move_someone_was_in_the_unit_they_left(
    administrator, staff, station, west
):
    person = staff("维修员甲", Role.TECHNICIAN)
    actions.move(administrator, person, west, date(2026, 5, 4))
    assert unit_on(person, date(2026, 5, 3)) == station
    assert unit_on(person, date(2026, 5, 4)) == west


def test_someone_who_moved_twice_was_in_three_units(administrator, staff, station, west):
    person = staff("维修员甲", Role.TECHNICIAN)
    third = Unit.objects.create(code="总部", name="总部", kind=UnitKind.COMPANY)
    actions.move(administrator, person, west, date(2026, 4, 20))
    actions.move(administrator, person, third, date(2026, 5, 4))
    days = [date(2026, 4, 19), date(2026, 4, 20), date(2026, 5, 3), date(2026, 5, 4)]
    assert [unit_on(person, d) for d in days] == [station, west, west, third]


def test_who_never_moved_was_always_where_they_are(staff, station):
    assert unit_on(staff("维修员甲"), date(2020, 1, 1)) == station


def test_a_post_that_has_ended_says_where_someone_was(staff, station, west):
    person = staff("站长甲", Role.HEAD)
    Holding.objects.create(person=person, unit=west, post="chief", since=date(2025, 1, 1),
                           until=date(2026, 3, 31))  # fmt: skip
    assert unit_on(person, date(2026, 3, 31)) == west
    assert unit_on(person, date(2026, 4, 1)) == station
    assert [h.post for h in posts_on(person, date(2026, 3, 31))] == ["chief"]
    assert posts_on(person, date(2026, 4, 1)) == []


@pytest.mark.parametrize("day", [date(2026, 5, 7), date(2026, 4, 4)])
def test_a_move_ahead_or_long_ago_is_refused(administrator, staff, west, day):
    person = staff("维修员甲", Role.TECHNICIAN)
    with pytest.raises(ValidationError, match="31"):
        actions.move(administrator, person, west, day)
    person.refresh_from_db()
    assert person.unit != west


def test_moves_are_told_in_their_order(administrator, staff, station, west):
    person = staff("维修员甲", Role.TECHNICIAN)
    actions.move(administrator, person, west, date(2026, 5, 4))
    with pytest.raises(ValidationError, match="2026-05-04"):
        actions.move(administrator, person, station, date(2026, 5, 3))


def test_the_form_of_a_person_keeps_the_day_of_the_move(browser, staff, station, west):
    client = browser("管理员", Role.ADMINISTRATOR)
    person = staff("维修员甲", Role.TECHNICIAN)
    told = {"number": "维修员甲", "name": "某人", "unit": west.pk, "is_active": "on",
            "moved_on": "2026-05-01"}  # fmt: skip
    assert client.post(f"/house/people/{person.pk}/", told).status_code == 302
    person.refresh_from_db()
    assert (person.name, person.unit) == ("某人", west)
    assert unit_on(person, date(2026, 4, 30)) == station


def test_without_a_day_the_move_is_of_today(browser, staff, station, west):
    client = browser("管理员", Role.ADMINISTRATOR)
    person = staff("维修员甲", Role.TECHNICIAN)
    told = {"number": "维修员甲", "name": "某人", "unit": west.pk, "is_active": "on"}
    client.post(f"/house/people/{person.pk}/", told)
    assert Move.objects.get().on == date(2026, 5, 6)
    # Kept again, nothing is moved again.
    client.post(f"/house/people/{person.pk}/", told)
    assert Move.objects.count() == 1


def test_a_move_cannot_be_edited_or_deleted_in_the_database(administrator, staff, west):
    actions.move(administrator, staff("维修员甲"), west, date(2026, 5, 4))
    with pytest.raises(DatabaseError), transaction.atomic():
        Move.objects.update(on=date(2026, 5, 1))
    with pytest.raises(DatabaseError), transaction.atomic():
        Move.objects.all().delete()
