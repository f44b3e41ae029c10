"""Signing in with a name and a password."""

from __future__ import annotations

import pytest
from django.test import Client

from shouwen.service.audit.models import LogEntry
from shouwen.service.organisations.models import Person, Role
from shouwen.service.tenancy.models import Organisation
from tests.service.signin.conftest import PASSWORD


@pytest.fixture
def clerk(somebody):
    return somebody("clerk", Role.CLERK)


def said(answer):
    return answer.content.decode()


def test_whoever_knows_the_password_is_in_and_goes_where_they_wanted_to(clerk, logged):
    answer = clerk.client.post("/accounts/login/", {
        "username": "clerk", "password": PASSWORD, "next": "/cases/"})  # fmt: skip
    assert answer["Location"] == "/cases/"
    assert clerk.is_in()
    assert logged() == ["signin.in"]


def test_nobody_is_led_to_another_site(clerk):
    form = {"username": "clerk", "password": PASSWORD, "next": "https://example.org/"}
    assert clerk.client.post("/accounts/login/", form)["Location"] == "/"


def test_a_wrong_password_is_refused_and_logged_without_naming_who_it_was(clerk):
    answer = clerk.signs_in("wrong")
    assert "名字或密码不对" in said(answer)
    assert not clerk.is_in()
    entry = LogEntry.objects.get()
    assert (entry.verb, entry.subject, entry.person) == ("signin.failed", "person:clerk", None)
    assert entry.data == {"address": "127.0.0.1", "at": "password"}


def test_a_name_that_exists_and_one_that_does_not_get_the_same_answers(clerk):
    def answers(name):
        found = []
        for _ in range(9):
            page = Client().post("/accounts/login/", {"username": name, "password": "wrong"})
            found.append(
                (page.status_code, said(page).split("error-summary")[1].split("</div>")[0])
            )
        return found

    known, unknown = answers("clerk"), answers("nobody")
    assert known == unknown
    assert "名字或密码不对" in known[7][1]
    assert "请等候1分钟" in known[8][1]


def test_after_too_many_failures_even_the_right_password_waits(clerk, the_clock_stands_at):
    for _ in range(8):
        clerk.signs_in("wrong")
    assert "失败的尝试太多" in said(clerk.signs_in())
    assert not clerk.is_in()
    the_clock_stands_at("2026-05-06 12:01")
    clerk.signs_in()
    assert clerk.is_in()


def test_the_name_in_other_letters_counts_as_the_same(clerk):
    for n in range(8):
        form = {"username": "CLERK" if n % 2 else " clerk", "password": "wrong"}
        Client().post("/accounts/login/", form)
    assert "失败的尝试太多" in said(clerk.signs_in())


def test_signing_in_well_takes_nothing_of_the_limit(clerk):
    for _ in range(12):
        assert clerk.signs_in(client=Client()).status_code == 302


def test_one_address_may_not_try_many_names(clerk):
    for n in range(30):
        Client().post("/accounts/login/", {"username": f"n{n}", "password": "wrong"})
    assert "请等候10秒" in said(clerk.signs_in())
    elsewhere = clerk.signs_in(client=Client(REMOTE_ADDR="192.0.2.7"))
    assert elsewhere.status_code == 302


def test_what_a_stranger_writes_into_a_header_is_no_address(clerk):
    for n in range(30):
        Client(headers={"X-Forwarded-For": f"192.0.2.{n}"}).post(
            "/accounts/login/", {"username": f"n{n}", "password": "wrong"}
        )
    assert "失败的尝试太多" in said(clerk.signs_in())


def test_whoever_no_longer_works_there_does_not_get_in(clerk, organisation, logged):
    Person.objects.update(is_active=False)
    assert "账号已关闭" in said(clerk.client.get(clerk.signs_in()["Location"]))
    assert "_auth_user_id" not in clerk.client.session
    Person.objects.update(is_active=True)
    clerk.user.is_active = False
    clerk.user.save()
    clerk.signs_in()
    assert "_auth_user_id" not in clerk.client.session
    assert logged() == []


def test_nobody_gets_into_an_organisation_that_was_closed(clerk, organisation):
    Organisation.objects.update(is_active=False)
    clerk.signs_in()
    assert "_auth_user_id" not in clerk.client.session


def test_the_password_is_changed_by_whoever_knows_it_and_other_sessions_end(clerk, logged):
    other = Client()
    clerk.signs_in()
    clerk.signs_in(client=other)
    form = {"oldpassword": "wrong", "password1": "farmers-wife-9", "password2": "farmers-wife-9"}
    assert "现在的密码不对" in said(clerk.client.post("/sign-in/password/", form))
    form["oldpassword"] = PASSWORD
    assert clerk.client.post("/sign-in/password/", form)["Location"] == "/sign-in/"
    assert clerk.is_in()
    assert not clerk.is_in(other)
    assert clerk.signs_in("farmers-wife-9", client=other).status_code == 302
    assert "signin.password-changed" in logged()


def test_a_weak_password_is_refused(clerk):
    clerk.signs_in()
    form = {"oldpassword": PASSWORD, "password1": "clerk", "password2": "clerk"}
    assert clerk.client.post("/sign-in/password/", form).status_code == 200
    assert clerk.user.check_password(PASSWORD)
