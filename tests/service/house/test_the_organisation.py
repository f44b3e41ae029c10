"""Running the organisation through its pages; the measure hears of what it must know."""

from __future__ import annotations

from datetime import date

import pytest

from shouwen.service.audit.models import LogEntry
from shouwen.service.enactment.models import Clock, Event
from shouwen.service.organisations.models import (
    Holding,
    Person,
    Role,
    RosterShift,
    SpecialTime,
    Unit,
)
from tests.service.pages.test_a_day import said


@pytest.fixture
def administrator(browser):
    return browser("管理员", Role.ADMINISTRATOR)


def test_a_unit_is_added_and_changed_and_that_is_logged(administrator, organisation):
    unit = {"code": "河西站", "name": "河西服务站", "kind": "station", "is_active": "on"}
    administrator.post("/house/units/", unit)
    row = Unit.objects.get(code="河西站")
    administrator.post(f"/house/units/{row.pk}/", unit | {"phone": "0000-123"})
    row.refresh_from_db()
    assert row.phone == "0000-123"
    assert [e.verb for e in LogEntry.objects.all()] == ["house.unit", "house.unit"]
    assert LogEntry.objects.last().data == {"phone": "0000-123"}


def test_the_same_staff_number_twice_is_refused_with_the_reason(administrator, station):
    person = {"number": "管理员", "name": "另一人", "unit": station.pk, "is_active": "on"}
    answer = administrator.post("/house/people/", person)
    assert answer.status_code == 422
    assert Person.objects.filter(number="管理员").count() == 1
    assert "另一人" in said(answer)


def hold(client, person, station, **more):
    return client.post(
        "/house/posts/",
        {"person": person.pk, "unit": station.pk, "post": "chief", "since": "2026-01-01"} | more,
    )


def test_the_measure_hears_who_holds_a_post(administrator, station, staff):
    hold(administrator, staff("主任"), station)
    event = Event.objects.get(type="post.held")
    assert (event.facts["person"], event.facts["post"]) == ("主任", "chief")
    assert event.facts["from"].startswith("2026-01-01T00:00:00")


def test_two_people_cannot_hold_one_post_on_one_day(administrator, station, staff):
    hold(administrator, staff("主任"), station, until="2026-03-31")
    answer = hold(administrator, staff("另一人"), station, since="2026-03-31")
    assert "主任 自 2026-01-01 起任此职" in said(answer)
    hold(administrator, Person.objects.get(number="另一人"), station, since="2026-04-01")
    assert Holding.objects.count() == 2


def test_special_days_are_declared_beforehand(administrator):
    past = {"first": "2026-05-05", "last": "2026-05-07", "reason": "节日"}
    assert "特殊时段须事先公布" in said(administrator.post("/house/special/", past))
    administrator.post("/house/special/", past | {"first": "2026-05-08", "last": "2026-05-09"})
    assert SpecialTime.objects.get().first == date(2026, 5, 8)
    assert Event.objects.filter(type="special-time.declared").count() == 1


SHIFT = {"kind": "hotline", "starts": "2026-05-06T18:00", "ends": "2026-05-06T22:00"}


def test_a_shift_is_planned_and_whoever_has_it_comes_on_duty(
    administrator,
    browser,
    station,
    the_clock_stands_at,
):
    operator = browser("接线员", Role.OPERATOR)
    administrator.post("/house/roster/", SHIFT | {"person": operator.person.pk, "unit": station.pk})
    clock = Clock.objects.get(rule="come-early")
    the_clock_stands_at("2026-05-06 17:45")
    shift = RosterShift.objects.get()
    assert administrator.post(f"/house/roster/{shift.pk}/arrived/").status_code == 404
    operator.post(f"/house/roster/{shift.pk}/arrived/")
    clock.refresh_from_db()
    assert clock.status == "met"


def test_nobody_is_on_duty_twice_at_once(administrator, station, staff):
    shift = SHIFT | {"person": staff("接线员").pk, "unit": station.pk}
    administrator.post("/house/roster/", shift)
    again = administrator.post("/house/roster/", shift | {"starts": "2026-05-06T21:59"})
    assert "该时段已有班次" in said(again)
    backwards = administrator.post("/house/roster/", shift | {"ends": "2026-05-06T17:00"})
    assert "班次的结束须晚于开始" in said(backwards)
    assert RosterShift.objects.count() == 1


def test_who_does_not_run_the_organisation_sees_the_roster_only(browser):
    operator = browser("接线员", Role.OPERATOR)
    assert operator.get("/house/units/").status_code == 403
    assert operator.get("/house/roster/").status_code == 200
