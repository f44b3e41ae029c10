"""Publishing in a real browser, and reading it on a phone without login."""

from __future__ import annotations

import pytest

from shouwen.service.organisations.models import Role
from shouwen.service.publication.models import Page, PageState

pytestmark = pytest.mark.slow


def test_a_norm_without_a_page_becomes_a_notice_that_everyone_can_read_and_print(
    works, inside, site, chrome
):
    office = works("质检主任", Role.QUALITY)
    office.goto("/published/")
    office.locator("tr", has_text="3.1.2c").get_by_role("link", name="安排页面").click()
    office.fill("#id_slug", "charges")
    office.select_option("#id_owner", label="质检主任")
    office.fill("#id_due_on", "2026-05-31")
    office.get_by_role("button", name="保存").click()
    office.get_by_role("link", name="起草").click()
    office.fill("#id_text", "| 项目 | 每月（元） |\n|---|---|\n| 收视维护费 | 25 |")
    office.fill("#id_why", "首次公布")
    office.get_by_role("button", name="存为新一版").click()
    office.get_by_text("没有英文正文").wait_for()
    office.get_by_role("button", name="公布", exact=True).click()
    office.locator("h1 .tag", has_text="已公布").wait_for()
    with inside():
        assert Page.objects.get().state == PageState.PUBLISHED

    context = chrome.new_context(base_url=site.address, viewport={"width": 390, "height": 844})
    phone = context.new_page()
    phone.goto("/public/cable/")
    phone.get_by_role("link", name="上墙收费标准表").click()
    phone.wait_for_url("**/charges/")  # with its pictures
    assert phone.get_by_role("cell", name="25").is_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    picture = phone.locator("img.code")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    phone.emulate_media(media="print")
    assert picture.is_visible()
    assert not phone.get_by_role("button", name="打印张贴").is_visible()
    assert not phone.get_by_role("link", name="English").is_visible()
    assert context.cookies() == []
    context.close()
