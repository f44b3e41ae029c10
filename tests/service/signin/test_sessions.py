"""Sessions: seen, ended, and ended by themselves."""

from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession
from django.db import ProgrammingError, connection, transaction
from django.test import Client

from shouwen.service.organisations.models import Role
from shouwen.service.signin.models import SignInPolicy


@pytest.fixture
def clerk(somebody):
    found = somebody("clerk", Role.CLERK)
    found.signs_in()
    return found


def test_everyone_sees_where_they_are_signed_in_and_ends_what_they_want(clerk, somebody, logged):
    phone, tablet = Client(headers={"User-Agent": "Telefon"}), Client()
    clerk.signs_in(client=phone)
    clerk.signs_in(client=tablet)
    assert "Telefon" in clerk.client.get("/sign-in/").content.decode()
    row = UserSession.objects.get(user_agent="Telefon")
    clerk.client.post("/sign-in/sessions/end/", {"session": row.pk})
    assert not clerk.is_in(phone)
    assert clerk.is_in(tablet)
    clerk.client.post("/sign-in/sessions/end/")
    assert not clerk.is_in(tablet)
    assert clerk.is_in()
    assert logged().count("signin.sessions-ended") == 2


def test_nobody_ends_the_session_of_a_colleague(clerk, somebody):
    other = somebody("other", Role.CLERK)
    other.signs_in()
    row = UserSession.objects.get(user=clerk.user)
    other.client.post("/sign-in/sessions/end/", {"session": row.pk})
    assert clerk.is_in()


def test_a_session_that_lay_idle_too_long_ends_and_says_so(clerk, the_clock_stands_at):
    SignInPolicy.objects.create(idle_minutes=10)
    assert clerk.is_in()
    the_clock_stands_at("2026-05-06 12:09")
    assert clerk.is_in()
    the_clock_stands_at("2026-05-06 12:18")
    assert clerk.is_in()
    the_clock_stands_at("2026-05-06 12:29")
    answer = clerk.client.get("/", follow=True)
    assert answer.redirect_chain == [("/accounts/login/?next=/", 302)]
    assert "已自动退出" in answer.content.decode()


def test_what_a_page_asks_for_by_itself_keeps_no_session_alive(clerk, the_clock_stands_at):
    SignInPolicy.objects.create(idle_minutes=10)
    assert clerk.is_in()
    bell = {"HX-Request": "true", "X-Background": "1"}
    the_clock_stands_at("2026-05-06 12:08")
    assert clerk.client.get("/sign-in/", headers=bell).status_code == 200
    the_clock_stands_at("2026-05-06 12:11")
    assert clerk.client.get("/sign-in/", headers=bell).status_code == 401
    assert not clerk.is_in()


def test_every_part_that_asks_again_by_itself_says_so():
    from pathlib import Path

    import shouwen.service

    templates = Path(shouwen.service.__path__[0]).rglob("*.html")
    polls = [line for p in templates for line in p.read_text("utf-8").splitlines()
             if "every " in line and "hx-trigger" in line]  # fmt: skip
    assert polls
    assert all('"X-Background"' in line for line in polls)


def test_where_no_time_is_set_a_session_lasts(clerk, the_clock_stands_at):
    assert clerk.is_in()
    the_clock_stands_at("2026-05-09 12:00")
    assert clerk.is_in()


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["mfa_authenticator", "usersessions_usersession"])
def test_tables_of_factors_and_sessions_are_walled(table):
    with connection.cursor() as cursor:
        cursor.execute("SELECT relrowsecurity FROM pg_class WHERE relname = %s", [table])
        assert cursor.fetchone() == (True,)
        cursor.execute("SELECT policyname FROM pg_policies WHERE tablename = %s", [table])
        assert cursor.fetchall() == [("login",)]


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["account_emailaddress", "account_emailconfirmation"])
def test_tables_that_are_not_used_cannot_be_written(table):
    with connection.cursor() as cursor, pytest.raises(ProgrammingError), transaction.atomic():
        cursor.execute(f'DELETE FROM "{table}"')


def test_the_session_of_one_organisation_is_not_seen_from_another(clerk):
    from shouwen.service.tenancy.models import Organisation
    from shouwen.service.tenancy.scope import scope

    assert UserSession.objects.count() == 1
    other = Organisation.objects.create(code="other", name="别家")
    with scope(other.pk):
        assert UserSession.objects.count() == 0
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            UserSession.objects.create(user=clerk.user, ip="192.0.2.1", session_key="x")
