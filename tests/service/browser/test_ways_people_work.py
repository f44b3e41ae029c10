"""The ways people work, in a real browser: the keyboard at the desk, the thumb on the phone."""

from __future__ import annotations

import pytest

from shouwen.service.aftercare.models import Answer, CallBack
from shouwen.service.cases.models import Case
from shouwen.service.enactment.models import Clock, Stage
from shouwen.service.organisations.models import Role
from shouwen.service.workorders.models import WorkOrder, WorkState

pytestmark = pytest.mark.slow


def take_up(desk):
    """Take up a fault with the keyboard alone."""
    desk.goto("/")
    desk.keyboard.press("g")
    desk.keyboard.press("n")
    desk.wait_for_url("**/intake/")
    desk.keyboard.type("13800001234")
    desk.keyboard.press("Tab")
    desk.keyboard.type("客户某")
    desk.keyboard.press("Tab")
    desk.keyboard.type("人民路12号")
    desk.wait_for_selector("#place:has-text('城关镇')")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Tab")
    desk.keyboard.type("电视没有信号")
    desk.keyboard.press("Shift+Enter")
    desk.keyboard.type("已重启")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/cases/*/")


def test_a_fault_is_taken_up_without_the_mouse_and_its_clock_runs(works, town, inside):
    desk = works("接线员", Role.OPERATOR)
    town(desk.person)
    take_up(desk)
    desk.locator(".countdown", has_text="12:30").wait_for()
    with inside():
        case = Case.objects.get()
        assert (case.name, case.phone, case.matter) == (
            "客户某",
            "13800001234",
            "电视没有信号\n已重启",
        )
        assert case.territory.name == "城关镇"


def test_a_visit_on_the_phone_from_the_list_to_the_signature(works, town, site, inside):
    desk = works("接线员", Role.OPERATOR)
    phone = works("维修员", Role.TECHNICIAN, phone=True)
    town(phone.person)
    take_up(desk)
    with inside():
        key = WorkOrder.objects.get().key
    phone.goto("/field/")
    phone.get_by_role("link", name=key).first.tap()
    phone.wait_for_selector("ol.steps")
    site.at("2026-05-06 12:05")
    phone.get_by_role("button", name="出发").tap()
    phone.wait_for_selector("li.current:has-text('途中')")
    site.at("2026-05-06 12:25")
    phone.get_by_role("button", name="已到场").tap()
    phone.fill("#result", "更换接头，信号恢复")
    site.at("2026-05-06 12:50")
    phone.get_by_role("button", name="完工").tap()
    pad = phone.locator("canvas.pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    phone.mouse.move(box["x"] + 30, box["y"] + 30)
    phone.mouse.down()
    for step in range(1, 8):
        phone.mouse.move(box["x"] + 30 + 20 * step, box["y"] + 30 + (step % 2) * 25)
    phone.mouse.up()
    phone.get_by_text("5★").tap()
    phone.get_by_role("button", name="保存签字").tap()
    phone.wait_for_selector("text=已签字")
    with inside():
        work = WorkOrder.objects.get()
        assert work.state == WorkState.DONE
        assert work.receipt.signed_at is not None
        assert work.receipt.rating == 5
        assert work.receipt.signature.count("L") >= 6
        assert not Clock.objects.filter(case_key=key, stage=Stage.RED).exists()


def test_the_next_morning_the_customer_is_called_and_the_list_is_empty(works, town, site, inside):
    desk = works("接线员", Role.OPERATOR)
    phone = works("维修员", Role.TECHNICIAN, phone=True)
    town(phone.person)
    take_up(desk)
    with inside():
        key = WorkOrder.objects.get().key
    phone.goto(f"/field/{key}/")
    phone.get_by_role("button", name="已到场").tap()
    phone.fill("#result", "恢复")
    phone.get_by_role("button", name="完工").tap()
    phone.wait_for_selector("canvas.pad")
    site.at("2026-05-07 08:30")
    desk.goto("/call-backs/")
    desk.get_by_role("link", name="拨打").click()
    desk.locator("dialog#drawer").get_by_role("button", name="满意", exact=True).click()
    desk.wait_for_selector("text=今天的回访都做完了")
    with inside():
        assert CallBack.objects.get().answer == Answer.SATISFIED
