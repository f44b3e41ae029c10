"""A drafter tries another reading in a real browser, and reads the result on a phone too."""

from __future__ import annotations

import os
from datetime import timedelta
from functools import partial

import pytest

from shouwen.measures.assessment import Terms
from shouwen.service.drafting import running
from shouwen.service.drafting.models import Trial
from shouwen.service.enactment.bridge import register
from shouwen.service.organisations.models import Role
from tests.service.conftest import NOON

pytestmark = pytest.mark.slow


def picture(page, name):
    """Keeps a picture where someone asks for one."""
    if folder := os.environ.get("SHOUWEN_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_another_reading_is_tried_and_both_sides_say_why(
    works, inside, staff, acting, settings, tmp_path, monkeypatch, organisation
):
    settings.DATA_FOLDER = tmp_path
    monkeypatch.setattr(running, "Terms", partial(Terms, rules=("arrive", "general-fine")))
    actor = acting(staff("接线员"))
    staff("甲")
    for n, minutes in enumerate((20, 30, 45, None), 1):
        at = NOON - timedelta(hours=3) + timedelta(minutes=n)
        facts = {"case": f"C{n}", "area": "城区", "technician": "甲", "unit": "城关站"}
        register(actor, "repair.reported", facts, at=at)
        if minutes is not None:
            arrived = at + timedelta(minutes=minutes)
            register(actor, "repair.arrived", {"case": f"C{n}"}, at=arrived)
    page = works("起草人", Role.DRAFTER)
    page.goto("/what-if/")
    page.get_by_role("link", name="新建试算").click()
    picture(page, "new")
    page.fill("#id_title", "半小时整算不算迟到")
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("link", name="改动数字").click()
    picture(page, "numbers")
    page.get_by_role("link", name="返回", exact=True).click()
    page.get_by_role("link", name="另选释义").click()
    page.locator("[id='r-半小时整'] input[value='算迟到']").check()
    page.get_by_role("button", name="保存").click()
    picture(page, "draft")
    page.get_by_role("button", name="开始计算").click()
    page.get_by_role("progressbar", name="进度").wait_for()
    picture(page, "waiting")
    with inside():
        trial = Trial.objects.get()
        assert running.work_out(organisation.pk, trial.pk)
    # The page asks by itself how far it is, and shows the result when there is one.
    page.locator(".figure", has_text="张单子结论翻转").wait_for()
    page.locator(".plot svg").first.wait_for()
    picture(page, "result")
    page.get_by_role("link", name="两边的理由").first.click()
    page.locator("#drawer article").nth(1).wait_for()
    picture(page, "whys")
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    picture(page, "phone")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", name="Who gains, who loses").wait_for()
    picture(page, "english")
