"""One leader a day, at no fixed hour."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from shouwen.service.access.gate import NotAllowed
from shouwen.service.accounts.models import User
from shouwen.service.enactment.alarms import ring
from shouwen.service.enactment.models import Breach, Event
from shouwen.service.house.actions import plan_shift
from shouwen.service.inspections.actions import rota as actions
from shouwen.service.inspections.models import Inspection, Rota, RotaDay, Summary
from shouwen.service.organisations.models import DutyKind, Reach, Role, RosterShift
from tests.service.conftest import NOON, ZONE
from tests.service.pages.test_a_day import said

FIRST, LAST = date(2026, 5, 6), date(2026, 5, 12)


@pytest.fixture
def leaders(staff):
    return [staff(n, Role.EXECUTIVE, reach=Reach.ORGANISATION) for n in ("经理甲", "经理乙")]


@pytest.fixture
def rota(officer, leaders):
    return actions.start(officer, FIRST, LAST, leaders)


def test_the_leaders_take_turns_and_the_measure_hears_of_it(rota, leaders):
    days = list(RotaDay.objects.select_related("leader").order_by("day"))
    assert [d.leader.number for d in days[:3]] == ["经理甲", "经理乙", "经理甲"]
    assert len(days) == 7
    started = Event.objects.get(type="rota.started")
    assert (started.facts["from_day"], started.facts["until_day"]) == ("2026-05-06", "2026-05-12")
    assert Event.objects.filter(type="rota.assigned").count() == 7


def test_the_duty_roster_shows_the_day_and_it_stands_in_nobody_s_way(rota, leaders, staff, acting):
    shift = RosterShift.objects.filter(kind=DutyKind.EXECUTIVE).first()
    assert shift.person == leaders[0]
    # Being on the rota has no hours; a reception the same day does.
    head = acting(staff("站长", Role.HEAD, reach=Reach.UNIT))
    reception = RosterShift(kind=DutyKind.RECEPTION, person=leaders[0], unit=leaders[0].unit,
                            starts=NOON, ends=NOON + timedelta(hours=2))  # fmt: skip
    assert plan_shift(head, reception).pk


@pytest.mark.parametrize(
    ("first", "last"),
    [(LAST, FIRST), (date(2026, 5, 5), LAST), (FIRST, date(2027, 6, 1))],
)
def test_a_rota_has_days_that_lie_ahead_and_no_more_than_a_year(officer, leaders, first, last):
    with pytest.raises(ValidationError):
        actions.start(officer, first, last, leaders)
    assert not Rota.objects.exists()


def test_there_is_one_leader_a_day(rota, officer, leaders):
    with pytest.raises(ValidationError, match="2026-05-12"):
        actions.start(officer, LAST, date(2026, 5, 20), leaders)
    with pytest.raises(ValidationError):
        actions.start(officer, date(2026, 6, 1), date(2026, 6, 2), [])


def test_a_day_is_given_to_another_with_the_reason(rota, officer, leaders, the_clock_stands_at):
    day = RotaDay.objects.get(day=date(2026, 5, 8))
    with pytest.raises(ValidationError):
        actions.swap(officer, day, leaders[1], "")
    swapped = actions.swap(officer, day, leaders[1], "出差")
    assert (swapped.leader, swapped.shift.person) == (leaders[1], leaders[1])
    the_clock_stands_at("2026-05-09 08:00")
    with pytest.raises(ValidationError):
        actions.swap(officer, swapped, leaders[0], "回来了")


def test_who_is_on_the_rota_does_not_make_it(leaders, acting, staff):
    with pytest.raises(NotAllowed):
        actions.start(acting(staff("站长", Role.HEAD, reach=Reach.UNIT)), FIRST, LAST, leaders)


def test_a_day_without_a_visit_is_broken_and_one_with_a_visit_is_not(
    rota, browser, leaders, the_clock_stands_at
):
    executive = browser("经理丙", Role.EXECUTIVE)
    RotaDay.objects.filter(day=FIRST).update(leader=executive.person)
    page = said(executive.get("/inspections/rota/"))
    assert "开始走访" in page
    told = {"kind": "hidden", "unit": executive.person.unit.pk, "places": ["营业厅"],
            "roles": ["clerk"], "about": "", "members": "1", "begun_at": "",
            "visit_place": "走访大厅"}  # fmt: skip
    at = executive.post("/inspections/begin/?rota=1", told)["Location"]
    executive.post(f"{at}end/", {"summary": "大厅有序，客户等候时间短"})
    visited = Event.objects.get(type="executive.visited")
    assert visited.facts["place"] == "走访大厅"
    assert Inspection.objects.get().rota_day.day == FIRST
    the_clock_stands_at("2026-05-08 00:01")
    while ring():
        pass
    # On the 6th there was a visit, on the 7th none.
    broken = Breach.objects.filter(rule="visit-daily", gone=False)
    assert [b.at.astimezone(ZONE).date() for b in broken] == [date(2026, 5, 7)]
    assert broken.get().bearer == "经理乙"
    assert "大厅有序" in said(executive.get("/inspections/rota/"))


def test_what_the_visits_brought_to_light_is_put_together(rota, officer, browser):
    with pytest.raises(ValidationError):
        actions.summarise(officer, rota, "")
    actions.summarise(officer, rota, "客户反映停播通知太晚")
    assert Summary.objects.get().rota == rota
    assert Event.objects.filter(type="visit.summarised").count() == 1
    everyone = browser("营业员乙", Role.CLERK, reach=Reach.OWN)
    assert "停播通知太晚" in said(everyone.get("/inspections/rota/"))


def test_a_rota_is_made_in_the_browser(browser, leaders):
    page = browser("质检", Role.QUALITY)
    told = {"first": "2026-05-06", "last": "2026-05-31", "leaders": [p.pk for p in leaders]}
    assert page.post("/inspections/rota/", told).status_code == 302
    shown = said(page.get("/inspections/rota/?month=2026-05"))
    assert "经理甲" in shown
    assert "4.5a" in shown
    assert page.get("/inspections/rota/?month=nonsense").status_code == 200
    day = RotaDay.objects.get(day=date(2026, 5, 20))
    page.post(f"/inspections/rota/days/{day.pk}/", {"leader": leaders[0].pk, "reason": "出差"})
    page.post(f"/inspections/rota/days/{day.pk}/", {"leader": leaders[1].pk, "reason": "出差"})
    day.refresh_from_db()
    assert day.leader in leaders


def test_a_measure_without_a_rota_is_said_so(under):
    with under("bank") as (_unit, officer):
        officer.person.user = User.objects.create(
            username="银行", organisation=officer.organisation
        )
        officer.person.save()
        client = Client()
        client.force_login(officer.person.user)
        shown = said(client.get("/inspections/rota/"))
        assert "没有要求轮值" in shown
