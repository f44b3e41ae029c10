"""Calling a phone: reached or not, and within how long."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from shouwen.service.access.gate import NotAllowed
from shouwen.service.enactment.models import Breach, Event
from shouwen.service.house.actions import move
from shouwen.service.inspections.actions import phones as actions
from shouwen.service.inspections.actions.phones import Called
from shouwen.service.inspections.models import PhoneCheck
from shouwen.service.inspections.queries import reached_rate
from shouwen.service.organisations.models import Person, Reach, Role, Unit, UnitKind
from tests.service.conftest import NOON
from tests.service.pages.test_a_day import said


@pytest.fixture
def technician(staff):
    person = staff("维修员甲", Role.TECHNICIAN)
    person.phone = "13900001234"
    person.save()
    return person


def test_who_is_reached_has_broken_nothing(officer, technician):
    row = actions.check(officer, Called(True, technician, seconds=12))
    assert (row.reached, row.seconds, row.dialled) == (True, 12, "13900001234")
    assert not Event.objects.exists()


def test_who_is_not_reached_within_the_hours_of_the_measure_has(officer, technician, station):
    actions.check(officer, Called(False, technician))
    assert Event.objects.get().type == "phone.unreachable"
    breach = Breach.objects.get()
    assert (breach.norm, breach.person, breach.unit) == ("2.7b", technician, station)


def test_outside_those_hours_it_is_only_on_record(officer, technician, the_clock_stands_at):
    the_clock_stands_at("2026-05-06 23:30")
    actions.check(officer, Called(False, technician))
    assert not Breach.objects.exists()
    assert PhoneCheck.objects.count() == 1


def test_the_unit_is_that_of_the_day_of_the_call(officer, technician, staff, acting, station):
    west = Unit.objects.create(code="河西站", name="河西服务站", kind=UnitKind.STATION)
    move(
        acting(staff("管理员", Role.ADMINISTRATOR, reach=Reach.ORGANISATION)),
        technician,
        west,
        date(2026, 5, 4),
    )
    technician.refresh_from_db()
    row = actions.check(officer, Called(False, technician, called_at=NOON - timedelta(days=3)))
    assert row.unit == station
    assert row.recorded_at == NOON


def test_the_phone_of_a_unit_is_checked_too(officer, station):
    station.phone = "0000-96516"
    station.save()
    row = actions.check(officer, Called(True, unit=station, seconds=3))
    assert (row.unit, row.person, row.dialled) == (station, None, "0000-96516")


@pytest.mark.parametrize(
    "told",
    [
        {"person": None},
        {"seconds": 5},
        {"called_at": NOON + timedelta(hours=1)},
        {"called_at": NOON - timedelta(days=8)},
    ],
)
def test_what_cannot_be_is_refused(officer, technician, told):
    with pytest.raises(ValidationError):
        actions.check(officer, Called(**({"reached": False, "person": technician} | told)))
    assert not PhoneCheck.objects.exists()


def test_a_phone_that_is_not_on_record_cannot_be_called(officer, staff):
    with pytest.raises(ValidationError):
        actions.check(officer, Called(False, staff("没有电话")))


def test_nobody_checks_their_own_phone_or_beyond_their_reach(officer, technician, acting, staff):
    officer.person.phone = "13900000000"
    officer.person.save()
    with pytest.raises(ValidationError):
        actions.check(officer, Called(True, officer.person))
    elsewhere = Unit.objects.create(code="河西站", name="河西", kind=UnitKind.STATION)
    head = acting(staff("河西站长", Role.HEAD, reach=Reach.UNIT, unit=elsewhere))
    with pytest.raises(NotAllowed):
        actions.check(head, Called(True, technician))


def test_who_calls_back_is_noted_once(officer, technician):
    row = actions.check(officer, Called(False, technician, called_at=NOON - timedelta(minutes=9)))
    with pytest.raises(ValidationError):
        actions.returned(officer, row, NOON - timedelta(minutes=10))
    assert actions.returned(officer, row).returned_at == NOON
    with pytest.raises(ValidationError):
        actions.returned(officer, row)


def test_the_figures_say_what_they_are_made_of(officer, technician):
    for n, (reached, seconds) in enumerate(((True, 10), (True, 20), (True, None), (False, None))):
        at = NOON - timedelta(minutes=n + 1)
        actions.check(officer, Called(reached, technician, seconds=seconds, called_at=at))
    actions.returned(officer, PhoneCheck.objects.get(reached=False))
    figures = reached_rate(PhoneCheck.objects.all())
    assert (figures["checks"], figures["answered"], figures["percent"]) == (4, 3, 75.0)
    assert float(figures["mean"]) == 15.0
    assert (figures["returned"], figures["mean_back"]) == (1, timedelta(minutes=4))


def test_a_check_taken_back_takes_its_breach_with_it_and_counts_no_more(officer, technician):
    row = actions.check(officer, Called(False, technician))
    with pytest.raises(ValidationError):
        actions.take_back(officer, row, "")
    actions.take_back(officer, row, "拨错号码")
    assert not Breach.objects.filter(gone=False).exists()
    assert reached_rate(PhoneCheck.objects.all())["checks"] == 0
    with pytest.raises(ValidationError):
        actions.take_back(officer, row, "再撤")


def test_under_a_measure_without_such_a_duty_nothing_is_told(under):
    with under("power") as (unit, officer):
        person = Person.objects.create(
            number="员工甲", name="员工甲", unit=unit, phone="13900000000"
        )
        actions.check(officer, Called(False, person))
        assert not Event.objects.exists()


def test_all_of_it_in_the_browser(browser, technician):
    page = browser("质检", Role.QUALITY)
    told = {"person": technician.pk, "reached": "no", "seconds": "", "called_at": "",
            "note": "响铃六声"}  # fmt: skip
    assert page.post("/inspections/phones/", told).status_code == 302
    shown = said(page.get("/inspections/phones/"))
    assert "139****1234" in shown
    assert "13900001234" not in shown.split("抽查电话")[0]
    assert "0 ÷ 1 = 0.0" in shown
    row = PhoneCheck.objects.get()
    page.post(f"/inspections/phones/{row.pk}/", {"returned": "1"})
    row.refresh_from_db()
    assert row.returned_at == NOON
    page.post(f"/inspections/phones/{row.pk}/", {"reason": "拨错号码"})
    assert "拨错号码" in said(page.get("/inspections/phones/"))
    assert page.get("/inspections/phones/?format=xlsx").status_code == 200
    answer = page.post("/inspections/phones/", told | {"seconds": "5"})
    assert answer.status_code == 422
