"""What everyone sees, without login: one organisation at an address of its own."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from shouwen.service.assessment.counting import count_all
from shouwen.service.publication import actions
from shouwen.service.publication.models import Audience, Span
from shouwen.service.publication.releasing import release
from shouwen.service.tenancy.models import Organisation

from .test_shares import repairs

__all__ = ["repairs"]


@pytest.fixture
def everyone():
    return Client()


def words(answer):
    return re.sub(r"<[^>]+>", " ", answer.content.decode())


def test_a_published_page_is_there_for_everyone_in_both_languages(published, everyone):
    published("fees", "3.1.2c", text="## 收费\n\n| 项目 | 元 |\n|---|--:|\n| 收视费 | 25 |")
    zh, en = everyone.get("/public/cable/fees/"), everyone.get("/public/cable/fees/?lang=en")
    assert "<td>收视费</td>" in zh.content.decode()
    assert 'lang="zh-Hans"' in zh.content.decode()
    assert "25 yuan a month." in words(en)
    assert 'lang="en"' in en.content.decode()
    assert "Charges" in words(everyone.get("/public/cable/?lang=en"))
    assert "收费标准" in words(everyone.get("/public/cable/"))


def test_it_needs_no_cookie_and_may_be_kept_for_a_minute(published, everyone):
    published("fees", "3.1.2c")
    answer = everyone.get("/public/cable/fees/")
    assert not answer.cookies
    assert answer["Cache-Control"] == "public, max-age=60"
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=",
                         answer.content.decode())  # fmt: skip


def test_drafts_withdrawn_pages_and_those_for_staff_are_not_there(
    planned, published, officer, clerk, everyone
):
    planned("draft", "3.1.2a")
    published("staff", "3.1.2b", audience=Audience.STAFF)
    gone = published("gone", "3.1.2c")
    assert everyone.get("/public/cable/gone/").status_code == 200
    actions.withdraw(officer, gone, "停办")
    for slug in ("draft", "staff", "gone", "never"):
        assert everyone.get(f"/public/cable/{slug}/").status_code == 404
        assert everyone.get(f"/public/cable/{slug}/code.svg").status_code == 404
    assert "fees" not in everyone.get("/public/cable/").content.decode()


def test_an_organisation_shows_its_own_pages_only(published, everyone, organisation):
    published("fees", "3.1.2c")
    Organisation.objects.create(code="other", name="别家")
    assert everyone.get("/public/other/").status_code == 200
    assert everyone.get("/public/other/fees/").status_code == 404
    assert everyone.get("/public/nobody/").status_code == 404
    organisation.is_active = False
    organisation.save()
    assert everyone.get("/public/cable/fees/").status_code == 404


def test_someone_who_is_logged_in_elsewhere_sees_what_everyone_sees(published, browser):
    published("fees", "3.1.2c")
    from shouwen.service.organisations.models import Role

    client = browser("someone", Role.CLERK)
    assert "收视费每月25元" in words(client.get("/public/cable/fees/"))


def test_neither_the_owner_nor_anyone_s_full_name_is_shown(
    published, staff, officer, everyone, clerk
):
    from shouwen.service.publication.sheets import result_lines

    person = staff("007")
    person.name = "欧阳晓明"
    person.save()
    published("stars", "3.1.2a", lines=result_lines("007, 五月服务之星, Star of May"))
    answer = everyone.get("/public/cable/stars/").content.decode()
    assert "五月服务之星" in answer
    assert "欧**" in answer
    for name in ("欧阳", "晓明", "007", clerk.person.name, officer.person.name):
        assert name not in answer


def test_promises_stand_beside_how_they_were_kept_once_that_is_released(
    published, repairs, officer, everyone, the_clock_stands_at
):
    published("promise", "3.1.2d", promises=["arrive"])
    repairs("2026-05-06 09:00", 20, 25, 40)
    the_clock_stands_at("2026-06-02 08:00")
    count_all()
    before = words(everyone.get("/public/cable/promise/"))
    assert "城区报修，半小时内到场" in before
    assert "66.7" not in before
    release(officer, Span.MONTH, date(2026, 5, 1))
    for address in ("/public/cable/promise/", "/public/cable/"):
        after = words(everyone.get(address))
        assert "66.7 %" in after
        assert "2/3" in after
        assert "兑现率＝按时÷（按时＋超时）" in after


def test_a_text_cannot_bring_script_pictures_or_other_links(published, everyone):
    text = ("<script>alert(1)</script> [x](javascript:alert(1)) ![p](https://elsewhere/p.png) "
            "[good](https://example.org/)")  # fmt: skip
    published("fees", "3.1.2c", text=text)
    answer = everyone.get("/public/cable/fees/").content.decode()
    assert "<script>alert" not in answer
    assert 'href="javascript' not in answer
    assert '<img src="https' not in answer
    assert '<a href="https://example.org/">good</a>' in answer


def test_the_code_on_a_notice_leads_to_its_page(published, everyone):
    published("fees", "3.1.2c")
    answer = everyone.get("/public/cable/fees/code.svg")
    assert answer["Content-Type"] == "image/svg+xml"
    assert b"<svg" in answer.content
    assert b"style=" not in answer.content
    assert "http://testserver/public/cable/fees/" in words(everyone.get("/public/cable/fees/"))


def test_who_asks_too_often_is_asked_to_wait(published, everyone, the_clock_stands_at):
    published("fees", "3.1.2c")
    answers = [everyone.get("/public/cable/fees/code.svg").status_code for _ in range(121)]
    assert answers == [200] * 120 + [429]
    assert everyone.get("/public/cable/")["Retry-After"] == "1"
    assert everyone.get("/public/cable/", REMOTE_ADDR="10.0.0.9").status_code == 200
    the_clock_stands_at("2026-05-06 12:01")
    assert everyone.get("/public/cable/fees/").status_code == 200


def test_a_page_takes_few_questions_to_the_database_however_many_there_are(
    published, everyone, django_assert_max_num_queries
):
    for n, norm in enumerate(("3.1.2a", "3.1.2b", "3.1.2c", "3.1.2d", "3.1.2e")):
        published(f"page-{n}", norm, promises=["arrive"])
    with django_assert_max_num_queries(12):
        assert everyone.get("/public/cable/").status_code == 200
    with django_assert_max_num_queries(12):
        assert everyone.get("/public/cable/page-1/").status_code == 200
