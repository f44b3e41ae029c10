"""The pages of those who keep what is public."""

from __future__ import annotations

from datetime import date

import pytest

from shouwen.service.assessment.counting import count_all
from shouwen.service.enactment.models import Event
from shouwen.service.organisations.models import Role
from shouwen.service.publication.models import Page, PageState

from .test_shares import repairs

__all__ = ["repairs"]


@pytest.fixture
def office(browser):
    return browser("主任", Role.QUALITY)


def said(answer):
    return answer.content.decode()


def test_a_page_is_planned_written_looked_at_and_published(office, clerk):
    assert "3.1.2c" in said(office.get("/published/"))
    form = said(office.get("/published/new/?norm=3.1.2c"))
    assert "上墙收费标准表" in form
    answer = office.post("/published/new/", {
        "title": "收费标准", "slug": "fees", "audience": "public", "owner": clerk.person.pk,
        "due_on": "2026-05-31", "renew_months": "12", "norms": ["3.1.2c"],
    })  # fmt: skip
    assert answer["Location"] == "/published/fees/"
    answer = office.post("/published/fees/write/", {
        "title": "收费标准", "text": "收视费每月25元", "why": "首次公布", "promises": ["arrive"],
    })  # fmt: skip
    assert answer["Location"] == "/published/fees/versions/1/"
    look = said(office.get("/published/fees/versions/1/"))
    assert "没有英文正文" in look
    assert office.get("/public/cable/fees/").status_code == 404
    office.post("/published/fees/publish/", {"number": "1"})
    assert Page.objects.get().state == PageState.PUBLISHED
    assert Page.objects.get().expires_on == date(2027, 5, 6)
    assert office.get("/public/cable/fees/").status_code == 200
    assert "首次公布" in said(office.get("/published/fees/"))


def test_figures_are_asked_for_by_the_measure_s_own_vocabulary(office, planned):
    planned("promise", "4.1a")
    form = said(office.get("/published/promise/write/"))
    assert "城区到场分钟" in form
    text = {"title": "承诺", "text": "半小时到场", "why": "首次"}
    answer = office.post("/published/promise/write/", text | {"4-1a_town_arrival": "45"})
    assert answer.status_code == 422
    assert "这几项办法都要求填写" in said(answer)
    whole = {"4-1a_town_arrival": "45", "4-1a_country_arrival": "120", "4-1a_small_fault": "60",
             "4-1a_install_days": "2"}  # fmt: skip
    office.post("/published/promise/write/", text | whole)
    look = said(office.get("/published/promise/versions/1/"))
    assert "与办法不符" in look
    assert not Event.objects.filter(type="commitment.published").exists()


def test_a_form_that_is_wrong_says_so_and_loses_nothing(office, planned):
    planned("fees", "3.1.2c")
    answer = office.post("/published/new/", {"title": "又一页", "slug": "fees",
                                             "audience": "public"})  # fmt: skip
    assert answer.status_code == 422
    assert "又一页" in said(answer)
    answer = office.post("/published/new/", {"title": "又一页", "slug": "kept",
                                             "audience": "public"})  # fmt: skip
    assert answer.status_code == 422
    assert "这个网址已被使用" in said(answer)
    answer = office.post("/published/fees/write/", {
        "title": "名单", "text": "本月之星", "why": "每月", "lines": "999, 之星\n太多, 列, 在, 这",
    })  # fmt: skip
    assert answer.status_code == 422
    assert "没有工号为“999”的人" in said(answer)
    assert "第2行有4列" in said(answer)
    assert "999, 之星" in said(answer)


def test_what_changes_is_seen_before_it_is_published(office, published, clerk):
    published("fees", "3.1.2c")
    office.post("/published/fees/write/", {"title": "收费标准", "text": "每月28元", "why": "调价"})
    look = said(office.get("/published/fees/versions/2/"))
    assert "<del>收视费每月25元</del>" in look
    assert "<ins>每月28元</ins>" in look


def test_the_owner_writes_and_others_are_told_they_may_not(browser, planned):
    page = planned("fees", "3.1.2c")
    stranger = browser("别的营业员", Role.CLERK)
    assert stranger.get("/published/fees/").status_code == 200
    assert stranger.get("/published/fees/write/").status_code == 403
    assert stranger.post("/published/fees/publish/", {"number": "1"}).status_code == 403
    page.owner = stranger.person
    page.save()
    assert stranger.get("/published/fees/write/").status_code == 200


def test_the_owner_s_workbench_shows_what_presses(browser, planned, the_clock_stands_at):
    page = planned("fees", "3.1.2c")
    owner = browser("新责任人", Role.CLERK)
    page.owner = owner.person
    page.save()
    assert "/published/fees/" not in said(owner.get("/"))
    the_clock_stands_at("2026-05-30 09:00")
    assert "/published/fees/" in said(owner.get("/"))


def test_figures_are_released_on_the_page_that_shows_them(
    office, published, repairs, the_clock_stands_at
):
    published("promise", "3.1.2d", promises=["arrive"])
    repairs("2026-05-06 09:00", 20, 40)
    the_clock_stands_at("2026-06-02 08:00")
    count_all()
    page = said(office.get("/published/shares/?span=month&first=2026-05-01"))
    assert "50 %" in page
    assert "1/2" in page
    office.post("/published/shares/release/", {"span": "month", "first": "2026-05-01"})
    assert "第1号" in said(office.get("/published/shares/?span=month&first=2026-05-01"))
    assert "50 %" in said(office.get("/public/cable/promise/"))


@pytest.mark.parametrize("query", ["first=x", "first=2026-13-01", "span=week", "first=9999-01-01"])
def test_an_address_that_makes_no_sense_shows_last_month(office, query):
    assert office.get(f"/published/shares/?{query}").status_code == 200


def test_the_board_asks_the_database_no_more_for_more_pages(
    office, published, django_assert_max_num_queries
):
    for n, norm in enumerate(("3.1.2a", "3.1.2b", "3.1.2c", "3.1.2d", "3.1.2e")):
        published(f"page-{n}", norm, promises=["arrive", "restore"])
    with django_assert_max_num_queries(22):
        office.get("/published/")
