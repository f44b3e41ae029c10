"""Which answers say that a form was dealt with, and where someone goes on after logging in."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from shouwen.service.cases import actions as cases
from shouwen.service.cases.models import Channel, Topic
from shouwen.service.organisations.models import Role


@pytest.fixture
def desk(browser):
    return browser("接线员", Role.OPERATOR)


@pytest.fixture
def case(desk, acting):
    asked = cases.Asked(topic=Topic.ENQUIRY, channel=Channel.PHONE, matter="问资费", name="客户某",
                        phone="13800001234")  # fmt: skip
    return cases.open_case(acting(desk.person), asked)


def test_a_form_that_was_dealt_with_gets_its_mark_back(desk, case):
    answer = desk.post(f"/cases/{case.number}/note/", {"text": "已查", "_sent": "a1-b2"})
    assert answer.cookies["taken"].value == "a1-b2"
    assert not answer.cookies["taken"]["httponly"]


@pytest.mark.parametrize("mark", ["", "<script>", "a" * 65, "a;b", "a\nSet-Cookie: x=y"])
def test_what_is_no_mark_comes_back_from_nobody(desk, case, mark):
    answer = desk.post(f"/cases/{case.number}/note/", {"text": "已查", "_sent": mark})
    assert "taken" not in answer.cookies


def test_a_form_that_comes_back_with_errors_was_not_dealt_with(desk):
    answer = desk.post("/intake/", {"_sent": "a1"})
    assert (answer.status_code, "taken" in answer.cookies) == (422, False)


@pytest.mark.parametrize(
    ("referer", "to"),
    [
        ("http://testserver/cases/C1/?full=1", "/cases/C1/?full=1"),
        ("http://elsewhere.example/cases/", "/"),
        ("", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_whoever_logs_in_again_goes_on_at_the_page_of_the_form_they_sent(case, referer, to):
    answer = Client().post(f"/cases/{case.number}/settle/", {"result": "已告知", "_sent": "a1"},
                           headers={"Referer": referer})  # fmt: skip
    assert parse_qs(urlsplit(answer["Location"]).query)["next"] == [to]
    assert "taken" not in answer.cookies


def test_no_page_of_someone_who_is_logged_in_is_kept_by_a_browser(desk):
    assert desk.get("/cases/")["Cache-Control"] == "private, no-store"
