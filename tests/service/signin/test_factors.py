"""The second factor: added, asked for, demanded, lost."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from shouwen.service.access.gate import NotAllowed
from shouwen.service.organisations.models import Person, Role, RoleGrant, Unit, UnitKind
from shouwen.service.signin import actions
from shouwen.service.signin.models import SignInPolicy
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope
from tests.service.signin.conftest import Somebody


@pytest.fixture
def clerk(somebody):
    found = somebody("clerk", Role.CLERK)
    found.signs_in()
    return found


@pytest.fixture
def demanded(organisation):
    """The organisation asks clerks for a second factor."""
    return SignInPolicy.objects.create(roles=[Role.CLERK])


def enters(client, code):
    return client.post("/sign-in/code/", {"code": code})


def test_once_added_a_factor_is_asked_for_after_the_password(clerk, logged):
    codes = clerk.adds_a_factor()
    assert len(set(codes)) == 10
    elsewhere = Client()
    assert clerk.signs_in(client=elsewhere)["Location"] == "/sign-in/code/"
    assert not clerk.is_in(elsewhere)
    assert "验证码不对" in enters(elsewhere, "000000").content.decode()
    assert enters(elsewhere, clerk.code()).status_code == 302
    assert clerk.is_in(elsewhere)
    assert logged() == ["signin.in", "signin.factor-added", "signin.failed", "signin.in"]


def test_where_someone_wanted_to_go_survives_the_second_step(clerk):
    clerk.adds_a_factor()
    elsewhere = Client()
    form = {"username": "clerk", "password": "three-blind-mice", "next": "/cases/"}
    elsewhere.post("/accounts/login/", form)
    assert enters(elsewhere, clerk.code())["Location"] == "/cases/"


def test_a_code_is_good_once(clerk):
    clerk.adds_a_factor()
    first, second = Client(), Client()
    code = clerk.code(ahead=1)
    for client in (first, second):
        clerk.signs_in(client=client)
        enters(client, code)
    assert clerk.is_in(first)
    assert not clerk.is_in(second)


def test_a_recovery_code_opens_once(clerk):
    codes = clerk.adds_a_factor()
    first, second = Client(), Client()
    for client in (first, second):
        clerk.signs_in(client=client)
        enters(client, codes[3])
    assert clerk.is_in(first)
    assert not clerk.is_in(second)


def test_recovery_codes_are_shown_once_and_new_ones_end_the_old(clerk, logged):
    old = clerk.adds_a_factor()
    assert old[0] not in clerk.client.get("/sign-in/codes/").content.decode()
    clerk.client.post("/sign-in/codes/new/")
    assert "signin.codes-made" in logged()
    elsewhere = Client()
    clerk.signs_in(client=elsewhere)
    enters(elsewhere, old[0])
    assert not clerk.is_in(elsewhere)


def test_codes_cannot_be_guessed_by_trying(clerk, the_clock_stands_at):
    clerk.adds_a_factor()
    elsewhere = Client()
    clerk.signs_in(client=elsewhere)
    for n in range(5):
        assert "验证码不对" in enters(elsewhere, f"00000{n}").content.decode()
    assert "请等候1分钟" in enters(elsewhere, clerk.code()).content.decode()
    the_clock_stands_at("2026-05-06 12:01")
    enters(elsewhere, clerk.code())
    assert clerk.is_in(elsewhere)


def test_the_password_again_does_not_give_new_tries(clerk):
    clerk.adds_a_factor()
    for n in range(5):
        elsewhere = Client()
        clerk.signs_in(client=elsewhere)
        enters(elsewhere, f"00000{n}")
    elsewhere = Client()
    clerk.signs_in(client=elsewhere)
    assert "失败的尝试太多" in enters(elsewhere, clerk.code()).content.decode()


def test_the_secret_of_a_factor_is_kept_encrypted(clerk):
    clerk.adds_a_factor()
    for row in Authenticator.objects.all():
        assert clerk.secret not in str(row.data)
    assert Authenticator.objects.get(type="totp").data["secret"].startswith("gAAAA")


def test_under_another_key_no_code_fits_and_under_the_old_one_beside_it_all_do(clerk, settings):
    clerk.adds_a_factor()
    before = settings.SECRET_KEY
    settings.SECRET_KEY = "another" * 8
    elsewhere = Client()
    clerk.signs_in(client=elsewhere)
    enters(elsewhere, clerk.code())
    assert not clerk.is_in(elsewhere)
    settings.SECRET_KEY_FALLBACKS = [before]
    enters(elsewhere, clerk.code())
    assert clerk.is_in(elsewhere)


def test_whoever_must_have_a_factor_is_led_to_it_before_anything_else(clerk, demanded):
    for address in ("/", "/cases/", "/jobs/dispatch/", "/house/roster/", "/search/?q=1"):
        assert clerk.client.get(address)["Location"] == "/sign-in/factor/", address
    assert clerk.client.post("/intake/", {"name": "x"})["Location"] == "/sign-in/factor/"
    fragment = clerk.client.get("/intake/caller/", headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment["HX-Refresh"]) == (401, "true")
    page = clerk.client.get("/sign-in/factor/").content.decode()
    assert "您的单位要求" in page
    clerk.adds_a_factor()
    assert clerk.is_in()


def test_roles_that_are_not_named_go_on_without(somebody, demanded):
    head = somebody("head", Role.HEAD)
    head.signs_in()
    assert head.is_in()


def test_a_factor_is_removed_by_its_owner(clerk, logged):
    clerk.adds_a_factor()
    assert clerk.client.post("/sign-in/factor/remove/")["Location"] == "/sign-in/"
    assert not Authenticator.objects.exists()
    assert logged()[-1] == "signin.factor-removed"
    elsewhere = Client()
    clerk.signs_in(client=elsewhere)
    assert clerk.is_in(elsewhere)


def test_a_factor_that_is_asked_for_cannot_be_removed(clerk, demanded):
    clerk.adds_a_factor()
    assert "不能移除" in clerk.client.post("/sign-in/factor/remove/").content.decode()
    assert Authenticator.objects.filter(type="totp").exists()


def test_an_old_session_shows_once_more_who_it_is_before_anything_changes(
    clerk, the_clock_stands_at
):
    the_clock_stands_at("2026-05-06 12:06")
    answer = clerk.client.get("/sign-in/factor/")
    assert answer["Location"] == "/sign-in/confirm/?next=%2Fsign-in%2Ffactor%2F"
    form = {"password": "wrong", "next": "/sign-in/factor/"}
    assert clerk.client.post("/sign-in/confirm/", form).status_code == 200
    form["password"] = "three-blind-mice"
    assert clerk.client.post("/sign-in/confirm/", form)["Location"] == "/sign-in/factor/"
    assert clerk.client.get("/sign-in/factor/").status_code == 200


def test_a_lost_phone_is_taken_away_by_an_administrator_and_its_sessions_end(
    clerk, somebody, logged
):
    clerk.adds_a_factor()
    boss = somebody("boss", Role.ADMINISTRATOR)
    boss.signs_in()
    page = boss.client.get("/sign-in/rules/").content.decode()
    assert f"/sign-in/rules/{clerk.person.pk}/factor/" in page
    boss.client.post(f"/sign-in/rules/{clerk.person.pk}/factor/")
    assert not Authenticator.objects.exists()
    assert not clerk.is_in()
    assert logged()[-1] == "signin.factor-taken-away"


def test_nobody_else_takes_a_factor_away_or_sets_the_rules(clerk, somebody, acting):
    head = somebody("head", Role.HEAD)
    with pytest.raises(NotAllowed):
        actions.take_factor_away(acting(head.person), clerk.person)
    with pytest.raises(NotAllowed):
        actions.set_policy(acting(head.person), [], None)


def test_the_rules_are_set_on_their_page_and_logged(somebody, logged):
    boss = somebody("boss", Role.ADMINISTRATOR)
    boss.signs_in()
    assert boss.client.post("/sign-in/rules/", {"idle_minutes": "3"}).status_code == 422
    form = {"roles": ["clerk", "quality"], "idle_minutes": "20"}
    assert boss.client.post("/sign-in/rules/", form).status_code == 302
    row = SignInPolicy.objects.get()
    assert (row.roles, row.idle_minutes) == (["clerk", "quality"], 20)
    assert logged() == ["signin.in", "signin.rules"]


@pytest.fixture
def stranger(organisation):
    """Someone of another organisation, with a second factor."""
    other = Organisation.objects.create(code="other", name="别家")
    with scope(other.pk):
        unit = Unit.objects.create(code="U", name="站", kind=UnitKind.STATION)
        person = Person.objects.create(number="stranger", name="某", unit=unit)
        RoleGrant.objects.create(person=person, role=Role.CLERK)
        found = Somebody(person, other)
        found.signs_in()
        found.adds_a_factor()
    return found


def test_whoever_is_in_one_organisation_is_asked_for_the_factor_of_another(clerk, stranger):
    """Behind the wall of the first, the factor of the second is not seen."""
    answer = stranger.signs_in(client=clerk.client)
    assert answer["Location"] == "/sign-in/code/"


def test_an_administrator_reaches_no_factor_of_another_organisation(somebody, stranger, acting):
    boss = somebody("boss", Role.ADMINISTRATOR)
    boss.signs_in()
    assert boss.client.post(f"/sign-in/rules/{stranger.person.pk}/factor/").status_code == 404
    # Nor by a mistake of ours: the wall is in the database.
    actions.take_factor_away(acting(boss.person), stranger.person)
    with scope(stranger.user.organisation_id):
        assert Authenticator.objects.filter(user=stranger.user, type="totp").exists()
