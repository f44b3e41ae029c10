"""Putting right what was found: until a day, with a second look, and upwards if it is not."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from shouwen.service.access.gate import NotAllowed
from shouwen.service.enactment.models import Clock
from shouwen.service.inspections import queries
from shouwen.service.inspections.actions import finding as finding_actions
from shouwen.service.inspections.actions import putting_right as actions
from shouwen.service.inspections.actions.finding import Found
from shouwen.service.inspections.actions.putting_right import Demand
from shouwen.service.inspections.models import Look, Rectification, RectificationState
from shouwen.service.organisations.models import Person, Reach, Role
from tests.service.conftest import NOON
from tests.service.pages.test_a_day import said

WEEK = date(2026, 5, 13)


@pytest.fixture
def ordered(found, officer, clerk):
    return actions.order(officer, found(), Demand("重学仪态规范", WEEK, clerk))


@pytest.fixture
def head(staff, acting):
    return acting(staff("站长", Role.HEAD, reach=Reach.UNIT))


@pytest.fixture
def executive(staff, acting):
    return acting(staff("经理", Role.EXECUTIVE, reach=Reach.ORGANISATION))


def numbers(actor):
    return [r.finding.number for r in queries.pressing(actor)]


def test_what_is_ordered_reported_and_found_right_is_done(ordered, officer, clerk, acting):
    assert numbers(acting(clerk)) == [ordered.finding.number]
    actions.report(acting(clerk), ordered, "已重学并考试")
    ordered.refresh_from_db()
    assert (ordered.state, ordered.reported_at) == (RectificationState.REPORTED, NOON)
    actions.look(officer, ordered, right=True, seen="站姿端正")
    ordered.refresh_from_db()
    assert ordered.state == RectificationState.RIGHT
    assert numbers(acting(clerk)) == []
    with pytest.raises(ValidationError):
        actions.look(officer, ordered, right=False, seen="又倚靠", until=WEEK)


def test_what_is_not_put_right_goes_up_level_by_level(
    ordered, officer, head, executive, the_clock_stands_at
):
    assert numbers(head) == []
    the_clock_stands_at("2026-05-13 10:00")
    actions.look(officer, ordered, right=False, seen="仍倚靠", until=date(2026, 5, 16))
    ordered.refresh_from_db()
    assert (ordered.state, ordered.level, ordered.due_on) == (
        RectificationState.ORDERED, 1, date(2026, 5, 16),
    )  # fmt: skip
    assert numbers(head) == [ordered.finding.number]
    assert numbers(executive) == []
    the_clock_stands_at("2026-05-16 10:00")
    actions.look(officer, ordered, right=False, seen="仍倚靠", until=date(2026, 5, 18))
    assert numbers(executive) == [ordered.finding.number]
    assert [(x.right, x.until) for x in Look.objects.all()] == [
        (False, date(2026, 5, 16)), (False, date(2026, 5, 18)),
    ]  # fmt: skip


def test_what_is_late_comes_before_the_head_by_itself(ordered, head, the_clock_stands_at):
    the_clock_stands_at("2026-05-13 23:59")
    assert numbers(head) == []
    the_clock_stands_at("2026-05-14 00:00")
    assert numbers(head) == [ordered.finding.number]


def test_what_was_not_put_right_once_and_is_late_again_comes_before_the_executives(
    ordered, officer, executive, the_clock_stands_at
):
    actions.look(officer, ordered, right=False, seen="仍倚靠", until=date(2026, 5, 7))
    assert numbers(executive) == []
    the_clock_stands_at("2026-05-08 08:00")
    assert numbers(executive) == [ordered.finding.number]


@pytest.mark.parametrize(("demand", "until"), [("", WEEK), ("重学", date(2026, 5, 5))])
def test_an_order_says_what_to_do_until_a_day_that_lies_ahead(found, officer, clerk, demand, until):
    with pytest.raises(ValidationError):
        actions.order(officer, found(), Demand(demand, until, clerk))
    assert not Rectification.objects.exists()


def test_one_finding_is_put_right_once(ordered, officer, clerk):
    with pytest.raises(ValidationError):
        actions.order(officer, ordered.finding, Demand("再学", WEEK, clerk))


def test_nobody_looks_again_at_what_they_have_to_put_right(found, officer, acting, staff, clerk):
    other = staff("质量员乙", Role.QUALITY, reach=Reach.ORGANISATION)
    row = actions.order(officer, found(), Demand("整改", WEEK, other))
    with pytest.raises(ValidationError):
        actions.look(acting(other), row, right=True, seen="很好")
    with pytest.raises(NotAllowed):
        actions.look(acting(clerk), row, right=True, seen="很好")


def test_only_who_is_responsible_or_their_head_reports(ordered, acting, staff, head):
    with pytest.raises(NotAllowed):
        actions.report(acting(staff("营业员乙", Role.CLERK)), ordered, "已改")
    with pytest.raises(ValidationError):
        actions.report(head, ordered, " ")
    assert actions.report(head, ordered, "已改").state == RectificationState.REPORTED


def test_not_right_needs_a_new_day_and_a_word(ordered, officer):
    for told in ({"seen": "仍倚靠"}, {"seen": "", "until": WEEK},
                 {"seen": "仍倚靠", "until": date(2026, 5, 1)}):  # fmt: skip
        with pytest.raises(ValidationError):
            actions.look(officer, ordered, right=False, **told)
    assert not Look.objects.exists()


def test_a_finding_that_is_taken_back_asks_for_nothing_any_more(ordered, officer, clerk, acting):
    finding_actions.take_back(officer, ordered.finding, "认错了人")
    ordered.refresh_from_db()
    assert ordered.state == RectificationState.DROPPED
    with pytest.raises(ValidationError):
        actions.report(acting(clerk), ordered, "已改")


def test_a_second_look_cannot_be_edited_or_deleted_in_the_database(ordered, officer):
    actions.look(officer, ordered, right=False, seen="仍倚靠", until=WEEK)
    for misuse in (lambda: Look.objects.update(right=True), lambda: Look.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            misuse()


def test_under_the_bank_s_measure_the_order_has_a_clock_that_the_second_look_stops(under):
    with under("bank") as (unit, officer):
        person = Person.objects.create(number="员工甲", name="员工甲", unit=unit)
        told = Found("4.2.4a", NOON, "使用禁语", "录像", person=person)
        row = actions.order(
            officer, finding_actions.find(officer, told), Demand("重学禁语", WEEK, person)
        )
        clock = Clock.objects.get(rule="correct")
        assert (clock.status, clock.person) == ("pending", person)
        actions.look(officer, row, right=True, seen="已改")
        clock.refresh_from_db()
        assert clock.status == "met"


def test_all_of_it_in_the_browser(browser, found, clerk):
    quality = browser("质检", Role.QUALITY)
    client = browser("营业员丙", Role.EMPLOYEE, reach=Reach.OWN)
    row = found(person=client.person)
    at = f"/inspections/findings/{row.number}/"
    order = {"demand": "重学仪态规范", "responsible": client.person.pk, "due_on": "2026-05-13"}
    quality.post(f"{at}order/", order)
    assert "重学仪态规范" in said(client.get("/inspections/to-put-right/"))
    assert "已经整改" in said(client.get(at))
    client.post(f"{at}report/", {"done": "已重学"})
    assert "已重学" in said(quality.get(at))
    assert "报告已整改" in said(quality.get("/inspections/to-put-right/?only=look"))
    quality.post(f"{at}look/", {"seen": "仍倚靠", "until": "2026-05-15", "right": "no"})
    shown = said(quality.get("/inspections/to-put-right/?only=again"))
    assert "未整改（1次）" in shown
    # The employee has no say in the second look.
    assert client.post(f"{at}look/", {"seen": "好", "right": "yes"}).status_code == 403
    quality.post(f"{at}look/", {"seen": "已改正", "right": "yes"})
    assert Rectification.objects.get().state == RectificationState.RIGHT
