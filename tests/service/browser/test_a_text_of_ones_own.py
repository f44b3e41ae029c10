"""A drafter brings in a text of the organisation's own in a real browser, adopts it from a day on,
and thinks better of it."""

from __future__ import annotations

import pytest

from shouwen.service.enactment.models import Adoption, MeasureText
from shouwen.service.enactment.texts import texts_of
from shouwen.service.organisations.models import Role

pytestmark = pytest.mark.slow
FILE = "chapter-3-3.md"


def bring_in(page, body):
    page.set_input_files("#files", {"name": FILE, "mimeType": "text/markdown",
                                    "buffer": body.encode()})  # fmt: skip
    page.get_by_role("button", name="检查并保存").click()


def test_a_text_is_refused_with_its_faults_then_kept_adopted_and_withdrawn(works, inside):
    was = "then 30分钟 else 29分钟59秒 | 3.3.2c"
    body = texts_of("cable")[FILE]
    assert was in body
    page = works("起草人", Role.DRAFTER, offline=True)
    page.goto("/what-if/texts/")
    page.fill("#note", "二十分钟到场")
    bring_in(page, body.replace(was, "then 30分钟 els 29分钟59秒 | 3.3.2c"))
    page.wait_for_selector(f"text={FILE}:")
    assert page.input_value("#note") == "二十分钟到场"
    with inside():
        assert not MeasureText.objects.exists()
    bring_in(page, body.replace(was, "then 20分钟 else 19分钟59秒 | 3.3.2c"))
    page.wait_for_selector("ins:has-text('20分钟')")
    page.get_by_role("link", name="采用这份文本").click()
    page.wait_for_url("**/measure/adoption/?measure=**")
    page.fill("[name=first_day]", "2026-05-09")
    page.get_by_role("button", name="看看影响").click()
    page.fill("[name=reason]", "职代会通过")
    page.locator("button[name=adopt]").click()
    page.wait_for_selector("text=职代会通过")
    page.get_by_text("撤回采用", exact=True).first.click()
    page.fill("form[action$='/withdraw/'] [name=reason]", "还要再议")
    page.locator("form[action$='/withdraw/'] button").click()
    page.wait_for_selector("text=生效前已被取代")
    with inside():
        rows = list(Adoption.objects.order_by("id").values_list("measure", "reason"))
        key = MeasureText.objects.get().key
    assert rows[1:] == [(key, "职代会通过"), ("cable", "还要再议")]
