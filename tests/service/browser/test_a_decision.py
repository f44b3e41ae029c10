"""From the proposal to the appeal in a real browser: the office at the desk, the person on the
phone."""

from __future__ import annotations

import pytest

from shouwen.service.access.actor import Actor
from shouwen.service.conduct.keeping import keep
from shouwen.service.conduct.models import Appeal, Decision, Service
from shouwen.service.enactment.bridge import register
from shouwen.service.organisations.models import Reach, Role
from tests.service.conftest import NOON

pytestmark = pytest.mark.slow


def complained_of(organisation):
    """A complaint by negligence, which the office accepted: 3000 to 5000 yuan."""
    facts = {"complaint": "T1", "person": "维修员", "unit": "城关站", "case": "C1",
             "norm": "3.3.6a", "channel": "公司办公室", "fault": "过失"}  # fmt: skip
    register(Actor(organisation, None), "complaint.verified", facts, at=NOON)
    while keep():
        pass


def test_a_fine_is_decided_at_the_desk_and_appealed_against_on_the_phone(
    works, organisation, inside
):
    phone = works("维修员", Role.TECHNICIAN, Role.EMPLOYEE, reach=Reach.OWN, phone=True)
    desk = works("质量员", Role.QUALITY)
    with inside():
        complained_of(organisation)
    desk.goto("/conduct/")
    desk.get_by_role("link", name="维修员").first.click()
    desk.locator("#drawer").get_by_role("heading", name="维修员").wait_for()
    drawer = desk.locator("#drawer")
    drawer.get_by_label("罚款").fill("9000")
    drawer.get_by_label("理由").fill("首犯，已道歉")
    drawer.get_by_role("button", name="作出决定").click()
    # Outside the range the browser itself keeps the form.
    assert drawer.get_by_label("罚款").evaluate("e => e.validity.rangeOverflow")
    drawer.get_by_label("罚款").fill("4000")
    drawer.get_by_role("button", name="作出决定").click()
    desk.wait_for_url("**/conduct/decisions/2026-1/")
    desk.get_by_role("button", name="已送达", exact=True).click()
    desk.get_by_text("申诉截止").wait_for()
    with inside():
        assert Decision.objects.get().amounts == {"fine": "4000"}
        assert Service.objects.exists()

    phone.goto("/conduct/mine/")
    phone.get_by_role("link", name="〔2026〕1号").tap()
    phone.get_by_text("首犯，已道歉").wait_for()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.get_by_label("你的姓名").fill("维修员")
    phone.get_by_role("button", name="我已阅读").tap()
    phone.get_by_text("已签收").first.wait_for()
    phone.get_by_label("为什么应当另作决定").fill("客户改约在先")
    phone.get_by_role("button", name="申诉").tap()
    phone.get_by_text("停止执行").first.wait_for()
    with inside():
        assert Appeal.objects.get().grounds == "客户改约在先"
