"""A connection that breaks, a way back, a login that ends, two at one case: nothing is lost, and
nothing happens twice."""

from __future__ import annotations

from contextlib import suppress

import pytest
from playwright.sync_api import Error

from shouwen.service.cases import actions as cases
from shouwen.service.cases.models import Case, CaseState, Channel, Topic
from shouwen.service.organisations.models import Role
from tests.service.browser.test_ways_people_work import take_up

pytestmark = pytest.mark.slow


def fill(desk, phone, matter):
    desk.fill("#id_phone", phone)
    desk.fill("#id_name", "客户某")
    desk.fill("#id_address", "人民路12号")
    desk.fill("#id_matter", matter)


def typed(desk):
    """A fault typed into the form, not yet sent."""
    desk.goto("/intake/")
    fill(desk, "13800001234", "电视没有信号")


def send(desk):
    desk.focus("#id_matter")
    desk.keyboard.press("Enter")


def hears_nothing(desk):
    """Wait until the browser says that no answer came; the waiting itself may be told so first."""
    while not desk.url.startswith("chrome-error:"):
        with suppress(Error):
            desk.wait_for_url("chrome-error://**", timeout=5_000)


def holds_what_was_typed(desk):
    return (desk.input_value("#id_phone"), desk.input_value("#id_matter")) == (
        "13800001234", "电视没有信号"
    )  # fmt: skip


def test_whoever_goes_back_to_a_form_that_was_sent_makes_no_second_case(works, town, inside):
    desk = works("接线员", Role.OPERATOR)
    town(desk.person)
    take_up(desk)
    case = desk.url
    desk.go_back()
    desk.wait_for_url("**/intake/")
    desk.wait_for_load_state()
    assert desk.input_value("#id_matter") == ""
    fill(desk, "13900005678", "别的事")
    send(desk)
    desk.wait_for_url(lambda url: "/cases/" in url and url != case)
    with inside():
        assert sorted(Case.objects.values_list("phone", flat=True)) == [
            "13800001234", "13900005678"
        ]  # fmt: skip


def test_what_could_not_be_sent_is_still_there_and_is_sent_once(works, town, inside):
    desk = works("接线员", Role.OPERATOR, offline=True)
    town(desk.person)
    typed(desk)
    desk.context.set_offline(True)
    send(desk)
    hears_nothing(desk)
    desk.context.set_offline(False)
    desk.goto("/intake/")
    assert holds_what_was_typed(desk)
    send(desk)
    desk.wait_for_url("**/cases/*/")
    with inside():
        assert Case.objects.count() == 1


def test_when_the_answer_is_lost_the_same_form_leads_to_the_same_case(works, town, site, inside):
    desk = works("接线员", Role.OPERATOR, offline=True)
    town(desk.person)
    typed(desk)

    # A browser may send again by itself, under the same mark.
    site.lost = 9
    send(desk)
    hears_nothing(desk)
    site.lost = 0
    with inside():
        number = Case.objects.get().number
    desk.goto("/intake/")
    assert holds_what_was_typed(desk)
    send(desk)
    desk.wait_for_url(f"**/cases/{number}/")
    with inside():
        assert Case.objects.count() == 1


def test_a_login_that_ends_while_someone_types_loses_nothing(works, town, inside):
    desk = works("接线员", Role.OPERATOR)
    town(desk.person)
    with inside():
        desk.person.user.set_password("three-blind-mice")
        desk.person.user.save()
    desk.goto("/accounts/login/")
    desk.get_by_label("用户名").fill("接线员")
    desk.get_by_label("密码").fill("three-blind-mice")
    desk.locator("form button.primary").click()
    desk.wait_for_url(lambda url: "login" not in url)
    typed(desk)
    desk.context.clear_cookies(name="sessionid")
    send(desk)
    desk.wait_for_url("**/accounts/login/**")
    desk.get_by_label("用户名").fill("接线员")
    desk.get_by_label("密码").fill("three-blind-mice")
    desk.locator("form button.primary").click()
    desk.wait_for_url("**/intake/**")
    assert holds_what_was_typed(desk)
    send(desk)
    desk.wait_for_url("**/cases/*/")
    with inside():
        assert Case.objects.count() == 1


def test_of_two_at_one_case_the_second_is_told_what_happened_meanwhile(works, town, inside, acting):
    first = works("接线员甲", Role.OPERATOR)
    second = works("接线员乙", Role.OPERATOR)
    with inside():
        case = cases.open_case(acting(first.person), cases.Asked(
            topic=Topic.ENQUIRY, channel=Channel.PHONE, matter="问资费", name="客户某",
            phone="13800001234"))  # fmt: skip
    for page in (first, second):
        page.goto(f"/cases/{case.number}/")
    for page, result in ((first, "已告知资费"), (second, "已告知，另有套餐")):
        page.get_by_text("办结", exact=True).click()
        page.fill("form[action$='/settle/'] textarea", result)
    first.locator("form[action$='/settle/'] button").click()
    first.wait_for_selector("text=已办结")
    second.locator("form[action$='/settle/'] button").click()
    # The refusal, and the words that it concerns: their form is no longer on the page.
    second.wait_for_selector("#messages .message-error")
    assert "已告知，另有套餐" in second.inner_text("#messages .restored")
    with inside():
        case.refresh_from_db()
        assert case.state == CaseState.DONE
    second.locator("#messages .restored button").click()
    second.reload()
    assert second.locator(".restored").count() == 0
