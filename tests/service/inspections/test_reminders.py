"""Days that no measure sets come to whoever must know, once, and go up when they have passed."""

from __future__ import annotations

from datetime import date

import pytest

from shouwen.service.config.worker import remind
from shouwen.service.inspections.actions import putting_right as actions
from shouwen.service.inspections.actions.putting_right import Demand
from shouwen.service.notices.models import Notice
from shouwen.service.organisations.models import EscalationRule, Reach, Role

WEEK = date(2026, 5, 13)


@pytest.fixture
def head(staff):
    return staff("站长", Role.HEAD, reach=Reach.UNIT)


@pytest.fixture
def executive(staff):
    return staff("经理", Role.EXECUTIVE, reach=Reach.ORGANISATION)


@pytest.fixture
def ordered(found, officer, clerk, head, executive):
    return actions.order(officer, found(), Demand("重学仪态规范", WEEK, clerk))


def told():
    rows = Notice.objects.order_by("id").select_related("person")
    return [(n.person.number, n.stage) for n in rows if n.about]


def test_nobody_is_told_a_week_ahead(ordered):
    assert remind() == 0


def test_whoever_must_put_it_right_is_told_the_day_before_and_only_once(
    ordered, the_clock_stands_at, clerk
):
    the_clock_stands_at("2026-05-12 09:00")
    assert remind() == 1
    assert remind() == 0
    assert told() == [("营业员甲", "amber")]


def test_when_the_day_has_passed_the_head_of_the_unit_is_told_as_well(ordered, the_clock_stands_at):
    the_clock_stands_at("2026-05-14 00:10")
    remind()
    assert sorted(told()) == [("站长", "red"), ("营业员甲", "red")]


def test_what_was_found_not_put_right_before_comes_to_the_executives_when_it_is_late_again(
    ordered, officer, the_clock_stands_at
):
    the_clock_stands_at("2026-05-14 09:00")
    actions.look(officer, ordered, right=False, seen="仍倚靠", until=date(2026, 5, 20))
    assert remind() == 0
    the_clock_stands_at("2026-05-21 09:00")
    remind()
    assert ("经理", "red") in told()


def test_what_is_put_right_in_time_tells_nobody(ordered, officer, the_clock_stands_at):
    actions.look(officer, ordered, right=True, seen="站姿端正")
    the_clock_stands_at("2026-05-14 09:00")
    assert remind() == 0


def test_the_organisation_may_say_whom_to_tell_instead(ordered, the_clock_stands_at):
    EscalationRule.objects.create(stage="due", to="quality")
    the_clock_stands_at("2026-05-14 09:00")
    remind()
    assert told() == [("质量员", "red")]


def test_the_notice_says_what_and_until_when_and_leads_there(
    ordered, the_clock_stands_at, client_of, clerk
):
    the_clock_stands_at("2026-05-14 09:00")
    remind()
    client = client_of(clerk)
    text = client.get("/notices/").content.decode()
    assert "重学仪态规范" in text
    assert "2026-05-13" in text
    assert f"/inspections/findings/{ordered.finding.number}/" in text
    client.post("/notices/read/")
    assert not Notice.objects.filter(person=clerk, read_at__isnull=True).exists()


def test_the_owner_of_a_page_is_told_two_weeks_ahead_and_those_above_when_it_is_late(
    officer, clerk, head, the_clock_stands_at
):
    from shouwen.service.publication import actions as pages
    from shouwen.service.publication.models import Page

    row = Page(slug="fees", title="收费标准", due_on=date(2026, 5, 31), owner=clerk)
    pages.plan(officer, row, ["3.1.2c"])
    assert remind() == 0
    the_clock_stands_at("2026-05-18 09:00")
    assert remind() == 1
    the_clock_stands_at("2026-06-01 09:00")
    remind()
    assert sorted(told()) == [("站长", "red"), ("营业员甲", "amber"), ("营业员甲", "red")]


def test_however_many_pages_are_due_the_owner_is_told_of_each(
    officer, clerk, the_clock_stands_at, monkeypatch
):
    from shouwen.service.publication import actions as pages
    from shouwen.service.publication import reminding
    from shouwen.service.publication.models import Page

    monkeypatch.setattr(reminding, "AT_ONCE", 2)
    for n in range(5):
        row = Page(slug=f"fees-{n}", title="收费标准", due_on=date(2026, 5, 31), owner=clerk)
        pages.plan(officer, row, ["3.1.2c"])
    the_clock_stands_at("2026-05-18 09:00")
    assert remind() == 5
