"""Slips that come back or do not, and who is told when a clock turns."""

from __future__ import annotations

import pytest

from shouwen.service.access.actor import Actor
from shouwen.service.enactment.alarms import ring
from shouwen.service.notices.models import Notice
from shouwen.service.organisations.models import EscalationRule, Reach, Role
from shouwen.service.workorders import actions as work
from shouwen.service.workorders.models import Receipt, WorkOrder
from tests.service.pages.test_a_day import said, take_up, town  # noqa: F401


@pytest.fixture
def operator(browser):
    return browser("接线员", Role.OPERATOR)


@pytest.fixture
def job(operator, town):  # noqa: F811
    take_up(operator)
    return WorkOrder.objects.select_related("technician").get()


def test_slips_are_reconciled_out_missing_back_on_file(operator, job, the_clock_stands_at):
    actor = Actor.of(job.technician)
    work.arrive(actor, job)
    work.finish(actor, job, "好了")
    slip = Receipt.objects.get()
    page = said(operator.get("/jobs/receipts/"))
    assert slip.number in page
    assert "未签字" in page
    assert '<span class="tag tag-red">缺失</span>' not in page
    the_clock_stands_at("2026-05-07 12:30")
    assert '<span class="tag tag-red">缺失</span>' in said(operator.get("/jobs/receipts/"))
    filed_too_early = operator.post(
        "/jobs/receipts/take-in/", {"slip": slip.number, "do": "file"}, follow=True
    )
    assert "回执单交回后才能归档" in said(filed_too_early)
    for do in ("take-in", "file"):
        operator.post("/jobs/receipts/take-in/", {"slip": slip.number, "do": do})
    slip.refresh_from_db()
    assert slip.filed_at is not None
    assert slip.number not in said(operator.get("/jobs/receipts/"))


def told():
    return {(n.person.number, n.clock.rule, n.stage) for n in Notice.objects.all()}


def test_the_bearer_is_told_at_amber_and_the_head_too_at_red(
    job, staff, station, the_clock_stands_at
):
    staff("站长", Role.HEAD, reach=Reach.UNIT, unit=station)
    the_clock_stands_at("2026-05-06 12:21")
    ring()
    assert told() == {("维修员甲", "arrive", "amber")}
    the_clock_stands_at("2026-05-06 12:31")
    ring()
    assert {("维修员甲", "arrive", "red"), ("站长", "arrive", "red")} <= told()
    before = Notice.objects.count()
    ring()
    assert Notice.objects.count() == before


def test_the_organisation_says_who_is_told(job, staff, the_clock_stands_at):
    staff("调度员", Role.DISPATCHER)
    EscalationRule.objects.create(stage="amber", to="dispatcher", rule="arrive")
    the_clock_stands_at("2026-05-06 12:21")
    ring()
    assert told() == {("调度员", "arrive", "amber")}


def test_notices_are_read(browser, job, the_clock_stands_at):
    from shouwen.service.accounts.models import User

    user = User.objects.create(username="jia", organisation=job.organisation)
    job.technician.user = user
    job.technician.save()
    from django.test import Client

    client = Client()
    client.force_login(user)
    the_clock_stands_at("2026-05-06 12:21")
    ring()
    assert "tag-red" in said(client.get("/notices/bell/"))
    assert "限时到场" in said(client.get("/notices/"))
    client.post("/notices/read/")
    assert "tag-red" not in said(client.get("/notices/bell/"))
