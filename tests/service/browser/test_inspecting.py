"""An inspection on the phone, in a real browser: tick, lose the network, find, end."""

from __future__ import annotations

import pytest

from shouwen.service.inspections.models import Check, Finding, Inspection, InspectionState
from shouwen.service.organisations.models import Role

pytestmark = pytest.mark.slow


def test_an_inspection_on_the_phone_survives_a_dead_spot_and_ends_with_a_finding(
    works, inside, staff, station
):
    staff("营业员甲", Role.CLERK)
    phone = works("质检", Role.QUALITY, phone=True)
    phone.goto("/inspections/begin/")
    phone.select_option("#id_unit", label=station.label)
    phone.locator("label", has_text="营业厅").first.click()
    phone.locator("label", has_text="营业员").first.click()
    phone.get_by_role("button", name="开始", exact=True).click()
    phone.get_by_role("heading", name="检查表").wait_for()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390

    dress = phone.locator("fieldset.check", has_text="2.6b")
    dress.locator("label", has_text="违反").click()
    dress.get_by_placeholder("备注").fill("未着工装")
    phone.locator("fieldset.check", has_text="3.1.1a").locator("label", has_text="合格").click()
    # A dead spot: what was ticked waits in the phone.
    phone.evaluate(
        "() => { window.asBefore = window.fetch; window.fetch = async () => { throw 0; }; }"
    )
    phone.get_by_role("button", name="保存勾选").click()
    phone.locator("[data-net]", has_text="1").wait_for()
    with inside():
        assert not Check.objects.exclude(result="").exists()
    phone.evaluate(
        "() => { window.fetch = window.asBefore; window.dispatchEvent(new Event('online')); }"
    )
    phone.get_by_role("link", name="谁、何时、依据？").click()
    with inside():
        assert Check.objects.get(norm="2.6b").note == "未着工装"

    phone.select_option("#id_person", label="营业员甲")
    assert phone.input_value("#id_said") == "未着工装"
    phone.fill("#id_evidence", "照片一张")
    phone.get_by_role("button", name="看办法怎么说").click()
    phone.locator("section[aria-live] li", has_text="一般违规罚款").first.wait_for()
    with inside():
        assert not Finding.objects.exists()
    phone.locator("form[id^=find] button.primary").click()
    phone.locator("h1", has_text="WT20260506-0001").wait_for()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390

    with inside():
        number = Inspection.objects.get().number
    phone.goto(f"/inspections/{number}/")
    phone.fill("#summary", "一人未着工装，其余良好")
    phone.get_by_role("button", name="检查完毕").click()
    phone.locator("h1 .tag", has_text="已检查").wait_for()
    with inside():
        assert Inspection.objects.get().state == InspectionState.HELD
        assert Finding.objects.get().check_line.norm == "2.6b"
