"""Whoever administers one unit manages that and what is below it, and nothing beside it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from shouwen.service.access.actor import Actor
from shouwen.service.house import actions
from shouwen.service.organisations.models import (
    Holding,
    Person,
    Reach,
    Role,
    RoleGrant,
    RosterShift,
    SpecialTime,
    Territory,
    TerritoryTechnician,
    Unit,
    UnitKind,
)
from tests.service.conftest import ZONE
from tests.service.pages.test_a_day import said


@pytest.fixture
def local(browser):
    return browser("站长", Role.ADMINISTRATOR, reach=Reach.UNIT)


@pytest.fixture
def west(organisation):
    return Unit.objects.create(code="河西站", name="河西服务站", kind=UnitKind.STATION)


@pytest.fixture
def far(west):
    return Person.objects.create(number="W1", name="河西的人", unit=west)


@pytest.fixture
def rows_of_west(west, far):
    """One row of each part that belongs to a unit, all of the other unit."""
    area = Territory.objects.create(code="W", name="河西片", unit=west)
    return {
        "units": west,
        "people": far,
        "roles": RoleGrant.objects.create(person=far, role=Role.TECHNICIAN, reach=Reach.OWN),
        "territories": area,
        "technicians": TerritoryTechnician.objects.create(territory=area, person=far, rank=1),
    }


def test_rows_of_another_unit_are_neither_listed_nor_found(local, browser, rows_of_west, west, far):
    Holding.objects.create(person=far, unit=west, post="chief", since=date(2026, 1, 1))
    whole = browser("管理员", Role.ADMINISTRATOR)
    for name in (*rows_of_west, "posts"):
        assert "河西" in said(whole.get(f"/house/{name}/"))
        answer = local.get(f"/house/{name}/")
        assert answer.status_code == 200
        assert "河西" not in said(answer)
    for name, row in rows_of_west.items():
        address = f"/house/{name}/{row.pk}/"
        assert whole.get(address).status_code == 200
        assert local.get(address).status_code == 404
        assert local.post(address, {"name": "x"}).status_code == 404


def test_what_belongs_to_no_unit_is_not_there_for_them(local, browser):
    whole = browser("管理员", Role.ADMINISTRATOR)
    for name in ("special", "escalation"):
        assert whole.get(f"/house/{name}/").status_code == 200
        assert local.get(f"/house/{name}/").status_code == 404
        assert f"/house/{name}/" not in local.get("/house/units/").content.decode()


def test_nobody_is_put_into_or_given_a_post_in_another_unit(local, west, far, staff, station):
    own = staff("T1", Role.TECHNICIAN)
    person = {"number": "T2", "name": "新人", "unit": west.pk, "is_active": "on"}
    assert local.post("/house/people/", person).status_code == 422
    moved = person | {"number": "T1"}
    assert local.post(f"/house/people/{own.pk}/", moved).status_code == 422
    post = {"post": "chief", "since": "2026-01-01"}
    for who, where in ((own, west), (far, station), (far, west)):
        answer = local.post("/house/posts/", post | {"person": who.pk, "unit": where.pk})
        assert answer.status_code == 422
    own.refresh_from_db()
    assert own.unit == station
    assert not Person.objects.filter(number="T2").exists()
    assert not Holding.objects.exists()


def test_their_own_unit_and_one_below_it_are_managed(local, station, staff):
    top = Unit.objects.create(code="总部", name="总部", kind=UnitKind.STATION)
    Unit.objects.filter(pk=station.pk).update(parent=top)
    told = {"code": "城关站", "name": "城关站", "kind": "station", "is_active": "on"}
    answer = local.post(f"/house/units/{station.pk}/", told | {"parent": top.pk})
    assert answer.status_code == 302
    below = {"code": "东街", "name": "东街点", "kind": "station", "is_active": "on"}
    assert local.post("/house/units/", below).status_code == 422
    assert local.post("/house/units/", below | {"parent": station.pk}).status_code == 302
    new = {"number": "T2", "name": "新人", "is_active": "on"}
    local.post("/house/people/", new | {"unit": Unit.objects.get(code="东街").pk})
    assert Person.objects.get(number="T2").unit.code == "东街"


def test_the_actions_themselves_refuse_whom_the_role_does_not_reach(local, west, far, station):
    actor = Actor.of(local.person)
    with pytest.raises(ValidationError, match="河西服务站"):
        actions.keep(actor, Person(number="T2", name="新人", unit=west), ["unit"])
    with pytest.raises(ValidationError, match="河西服务站"):
        actions.move(actor, far, station, date(2026, 1, 1))
    held = Holding.objects.create(person=far, unit=west, post="chief", since=date(2026, 1, 1))
    with pytest.raises(ValidationError, match="河西服务站"):
        actions.leave_post(actor, held, date(2026, 2, 1))
    days = SpecialTime(first=date(2030, 1, 1), last=date(2030, 1, 2), reason="x")
    with pytest.raises(PermissionDenied):
        actions.declare_special(actor, days)
    far.refresh_from_db()
    assert far.unit == west


def test_a_sheet_holds_and_changes_people_within_reach_only(local, far, staff):
    staff("T1", Role.TECHNICIAN)
    sheet = load_workbook(BytesIO(local.get("/house/people/out/").content)).active
    titles, *people = sheet.iter_rows(values_only=True)
    assert {p[0] for p in people} == {"站长", "T1"}
    book = Workbook()
    for row in (titles, ["W1", "改名", "", "", "城关站"], ["T9", "新人", "", "", "河西站"]):
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    file = SimpleUploadedFile("people.xlsx", out.getvalue())
    answer = local.post("/house/people/bring-in/", {"file": file})
    assert answer.status_code == 422
    assert said(answer).count("河西服务站") == 2
    far.refresh_from_db()
    assert far.name == "河西的人"
    assert not Person.objects.filter(number="T9").exists()


SHIFT = {"kind": "hotline", "starts": "2026-05-07T08:00", "ends": "2026-05-07T16:00"}


def test_whoever_plans_for_one_unit_plans_nobody_of_another(browser, far, west, station):
    head = browser("站长", Role.HEAD, reach=Reach.UNIT)
    page = said(head.get("/house/roster/"))
    assert "城关服务站" in page
    assert "河西" not in page
    answer = head.post("/house/roster/", {**SHIFT, "person": far.pk, "unit": west.pk})
    assert answer.status_code == 422
    own = {**SHIFT, "person": head.person.pk, "unit": station.pk}
    assert head.post("/house/roster/", own).status_code == 302
    assert RosterShift.objects.get().person == head.person


@pytest.mark.parametrize("reach", [Reach.OWN, Reach.UNIT])
def test_the_action_refuses_a_shift_of_someone_out_of_reach(staff, far, west, station, reach):
    head = Actor.of(staff("站长", Role.HEAD, reach=reach))
    begin = datetime(2026, 5, 7, 8, tzinfo=ZONE)
    row = RosterShift(kind="hotline", person=far, unit=station, starts=begin,
                      ends=begin + timedelta(hours=8))  # fmt: skip
    with pytest.raises(ValidationError, match=r"不包括.*河西的人"):
        actions.plan_shift(head, row)
    assert not RosterShift.objects.exists()


def test_turns_of_people_out_of_reach_are_refused_whole(browser, far, station):
    head = browser("站长", Role.HEAD, reach=Reach.UNIT)
    turns = {"kind": "hotline", "unit": station.pk, "people": "站长\nW1", "first": "2026-05-07",
             "last": "2026-05-08", "days": "all", "begins": "08:00", "ends": "16:00", "stretch": 1,
             "do": "keep"}  # fmt: skip
    answer = head.post("/house/roster/rotation/", turns)
    assert answer.status_code == 422
    assert not RosterShift.objects.exists()
