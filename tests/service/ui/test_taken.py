"""Which answers say that a form was dealt with, and where someone goes on after logging in."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from shouwen.service.cases import actions as cases
from shouwen.service.cases.models import Channel, Topic
from shouwen.service.enactment.models import Act
from shouwen.service.organisations.models import Role
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope
from shouwen.service.ui.models import Sent

MARK = "0b0e1c1e-0000-4000-8000-000000000001"


@pytest.fixture
def desk(browser):
    return browser("接线员", Role.OPERATOR)


@pytest.fixture
def case(desk, acting):
    asked = cases.Asked(topic=Topic.ENQUIRY, channel=Channel.PHONE, matter="问资费", name="客户某",
                        phone="13800001234")  # fmt: skip
    return cases.open_case(acting(desk.person), asked)


def test_a_form_that_was_dealt_with_gets_its_mark_back(desk, case):
    answer = desk.post(f"/cases/{case.number}/note/", {"text": "已查", "_sent": MARK})
    assert answer.cookies["taken"].value == MARK
    assert not answer.cookies["taken"]["httponly"]


def test_a_form_that_comes_again_under_its_mark_is_not_done_twice(desk, case):
    address = f"/cases/{case.number}/note/"
    first, second = (desk.post(address, {"text": "已查", "_sent": MARK}) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert "这份表单已经提交过" in desk.get(second["Location"]).content.decode()
    assert Act.objects.filter(name="case.noted").count() == 1


def test_a_form_that_was_refused_may_come_again_under_its_mark(desk, case):
    address = f"/cases/{case.number}/note/"
    answer = desk.post(address, {"text": "", "_sent": MARK})
    assert "message-error" in desk.get(answer["Location"]).content.decode()
    desk.post(address, {"text": "已查", "_sent": MARK})
    assert Act.objects.filter(name="case.noted").count() == 1


def test_the_mark_of_one_organisation_is_not_known_in_another(desk, case, organisation):
    desk.post(f"/cases/{case.number}/note/", {"text": "已查", "_sent": MARK})
    with scope(Organisation.objects.create(code="other", name="别家").pk):
        assert not Sent.objects.exists()


@pytest.mark.parametrize("mark", ["", "<script>", "a" * 65, "a;b", "a\nSet-Cookie: x=y"])
def test_what_is_no_mark_comes_back_from_nobody(desk, case, mark):
    answer = desk.post(f"/cases/{case.number}/note/", {"text": "已查", "_sent": mark})
    assert "taken" not in answer.cookies


def test_a_form_that_comes_back_with_errors_was_not_dealt_with(desk):
    answer = desk.post("/intake/", {"_sent": MARK})
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
    answer = Client().post(f"/cases/{case.number}/settle/", {"result": "已告知", "_sent": MARK},
                           headers={"Referer": referer})  # fmt: skip
    assert parse_qs(urlsplit(answer["Location"]).query)["next"] == [to]
    assert "taken" not in answer.cookies


def test_no_page_of_someone_who_is_logged_in_is_kept_by_a_browser(desk):
    assert desk.get("/cases/")["Cache-Control"] == "private, no-store"
