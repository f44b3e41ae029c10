"""A login from nothing in a real browser: the link, the password, the first page, the end."""

from __future__ import annotations

import pytest

from shouwen.service.organisations.models import Person, Role

pytestmark = pytest.mark.slow


def test_a_newcomer_chooses_a_password_on_the_phone_and_is_out_when_the_desk_says_so(
    works, staff, chrome, site, inside
):
    desk = works("管理员", Role.ADMINISTRATOR)
    staff("K9", Role.CLERK)
    desk.goto("/logins/")
    desk.get_by_role("link", name="K9").click()
    desk.get_by_role("button", name="开通登录").click()
    desk.get_by_role("heading", name="待交付的链接").wait_for()
    address = desk.locator("code.key").nth(1).inner_text()
    with chrome.new_context(viewport={"width": 390, "height": 844}, is_mobile=True) as phone:
        page = phone.new_page()
        page.goto(address)
        page.get_by_label("新密码", exact=False).first.fill("12345678")
        page.get_by_label("再输一次新密码").fill("12345678")
        page.get_by_role("button", name="设定密码").click()
        page.locator(".error-summary").wait_for()
        page.get_by_label("新密码", exact=False).first.fill("three-blind-mice")
        page.get_by_label("再输一次新密码").fill("three-blind-mice")
        page.get_by_role("button", name="设定密码").click()
        page.get_by_text("cable.K9").wait_for()
        page.get_by_label("用户名").fill("cable.K9")
        page.get_by_label("密码").fill("three-blind-mice")
        page.get_by_role("button", name="登录").click()
        page.get_by_role("heading", name="工作台").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        desk.goto("/logins/")
        desk.get_by_role("link", name="K9").click()
        desk.get_by_role("button", name="停用登录").click()
        desk.get_by_text("登录已停用").first.wait_for()
        page.goto(f"{site.address}/cases/")
        page.get_by_role("heading", name="登录").wait_for()
    with inside():
        assert not Person.objects.get(number="K9").user.is_active
