"""Giving people logins: by a link that is shown once, within one's reach, never to lock out."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shouwen.service.access.actor import Actor
from shouwen.service.accounts.models import User
from shouwen.service.audit.models import LogEntry
from shouwen.service.logins import actions
from shouwen.service.logins.models import Link
from shouwen.service.organisations.models import Person, Reach, Role, RoleGrant, Unit, UnitKind
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope
from tests.service.pages.test_a_day import said

PASSWORD = "three-blind-mice"


@pytest.fixture(autouse=True)
def quick_hashes(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def boss(browser):
    return browser("管理员", Role.ADMINISTRATOR)


@pytest.fixture
def clerk(staff):
    return staff("C7", Role.CLERK)


def link_of(answer):
    return re.findall(r"/logins/link/cable/[\w-]+/", answer.content.decode())[0]


def given(boss, person, **more):
    """The address that an administrator hands someone."""
    return link_of(boss.post(f"/logins/{person.pk}/invite/", more))


def chooses(address, password=PASSWORD, again=None, client=None):
    form = {"new_password1": password, "new_password2": again or password}
    return (client or Client()).post(address, form)


def signs_in(name, password=PASSWORD):
    client = Client()
    client.post("/accounts/login/", {"username": name, "password": password})
    return client


def is_in(client):
    return client.get("/").status_code == 200


def verbs():
    return list(LogEntry.objects.order_by("number").values_list("verb", flat=True))


def test_someone_gets_a_login_by_a_link_and_nobody_else_knows_the_password(boss, clerk):
    address = given(boss, clerk)
    assert "C7" in Client().get(address).content.decode()
    answer = chooses(address)
    assert answer.status_code == 302
    assert is_in(signs_in("cable.C7"))
    assert verbs()[:2] == ["logins.invite", "logins.password-chosen"]
    token = address.split("/")[-2]
    assert token not in str(list(Link.objects.values())) + str(list(LogEntry.objects.values()))


def test_a_link_is_good_once(boss, clerk):
    address = given(boss, clerk)
    chooses(address)
    assert Client().get(address).status_code == 410
    assert chooses(address, "another-good-one").status_code == 410
    assert is_in(signs_in("cable.C7"))


def test_a_button_pressed_twice_is_answered_twice_and_done_once(boss, clerk):
    address = given(boss, clerk)
    assert chooses(address).status_code == chooses(address).status_code == 302
    assert verbs().count("logins.password-chosen") == 1


def test_a_newer_link_ends_the_older_one_and_time_ends_all(boss, clerk, the_clock_stands_at):
    first = given(boss, clerk)
    second = given(boss, clerk)
    assert Client().get(first).status_code == 410
    the_clock_stands_at("2026-05-09 11:59")
    assert Client().get(second).status_code == 200
    the_clock_stands_at("2026-05-09 12:00")
    assert Client().get(second).status_code == 410


def test_a_weak_password_is_refused_and_the_link_stays_good(boss, clerk):
    address = given(boss, clerk)
    answer = chooses(address, "12345678")
    assert answer.status_code == 422
    assert chooses(address, again="something-else").status_code == 422
    assert chooses(address).status_code == 302


def test_a_link_leads_nowhere_in_another_organisation(boss, clerk):
    Organisation.objects.create(code="other", name="别家")
    address = given(boss, clerk)
    assert Client().get(address.replace("/cable/", "/other/")).status_code == 410
    assert Client().get(address.replace("/cable/", "/nobody/")).status_code == 404


def test_a_name_is_the_organisation_s_own_and_taken_once(boss, clerk, staff):
    given(boss, clerk, name="front-desk")
    assert User.objects.get(person=clerk).username == "cable.front-desk"
    other = staff("C8")
    boss.post(f"/logins/{other.pk}/invite/", {"name": "Front-Desk"})
    assert "已被占用" in said(boss.get(f"/logins/{other.pk}/"))
    other.refresh_from_db()
    assert other.user is None


def test_many_get_their_links_at_once(boss, staff):
    people = [staff(f"P{n}") for n in range(3)]
    people.append(boss.person)
    answer = boss.post("/logins/invite/", {"person": [p.pk for p in people]})
    assert len(set(re.findall(r"/logins/link/cable/[\w-]+/", answer.content.decode()))) == 3
    assert answer["Cache-Control"].count("no-store")
    assert "自己的登录和角色" in said(answer)


def test_a_login_that_is_closed_is_out_at_once_and_no_link_opens_it(boss, clerk):
    chooses(given(boss, clerk))
    client = signs_in("cable.C7")
    address = given(boss, clerk)
    boss.post(f"/logins/{clerk.pk}/do/close/")
    assert not is_in(client)
    assert not is_in(signs_in("cable.C7"))
    assert Client().get(address).status_code == 410
    boss.post(f"/logins/{clerk.pk}/do/open/")
    assert not is_in(client)
    assert is_in(signs_in("cable.C7"))


def test_whoever_leaves_is_out_at_once_and_stays_out(boss, clerk):
    chooses(given(boss, clerk))
    client = signs_in("cable.C7")
    form = {"number": "C7", "name": "C7", "unit": clerk.unit.pk}
    boss.post(f"/house/people/{clerk.pk}/", form)
    assert not is_in(client)
    boss.post(f"/house/people/{clerk.pk}/", form | {"is_active": "on"})
    assert not is_in(client)
    assert is_in(signs_in("cable.C7"))


def test_a_new_password_can_be_asked_for_and_comes_before_everything_else(boss, clerk):
    chooses(given(boss, clerk))
    client = signs_in("cable.C7")
    boss.post(f"/logins/{clerk.pk}/do/must-change/")
    assert client.get("/")["Location"] == "/sign-in/password/"
    assert client.get("/cases/")["Location"] == "/sign-in/password/"
    form = {"oldpassword": PASSWORD, "password1": PASSWORD, "password2": PASSWORD}
    assert client.post("/sign-in/password/", form).status_code != 302
    new = {"password1": "a-quite-new-one", "password2": "a-quite-new-one"}
    client.post("/sign-in/password/", form | new)
    assert is_in(client)


def test_a_role_is_given_from_a_day_until_a_day(boss, clerk, the_clock_stands_at):
    chooses(given(boss, clerk))
    client = signs_in("cable.C7")
    assert client.get("/jobs/dispatch/").status_code == 403
    role = {"role": "dispatcher", "reach": "own", "since": "2026-05-07", "until": "2026-05-08"}
    boss.post(f"/logins/{clerk.pk}/roles/", role)
    assert client.get("/jobs/dispatch/").status_code == 403
    the_clock_stands_at("2026-05-07 00:00")
    assert client.get("/jobs/dispatch/").status_code == 200
    the_clock_stands_at("2026-05-08 23:59")
    assert client.get("/jobs/dispatch/").status_code == 200
    the_clock_stands_at("2026-05-09 00:00")
    assert client.get("/jobs/dispatch/").status_code == 403


def test_a_role_that_is_taken_away_is_gone_with_the_next_page(boss, clerk):
    chooses(given(boss, clerk))
    client = signs_in("cable.C7")
    boss.post(f"/logins/{clerk.pk}/roles/", {"role": "dispatcher", "reach": "own"})
    assert client.get("/jobs/dispatch/").status_code == 200
    grant = RoleGrant.objects.get(person=clerk, role="dispatcher")
    boss.post(f"/logins/{clerk.pk}/roles/{grant.pk}/take/")
    assert client.get("/jobs/dispatch/").status_code == 403
    assert verbs()[-2:] == ["logins.role-given", "logins.role-taken"]


def test_a_role_that_ends_before_it_begins_is_refused(boss, clerk):
    role = {"role": "head", "reach": "own", "since": "2026-05-08", "until": "2026-05-07"}
    answer = boss.post(f"/logins/{clerk.pk}/roles/", role)
    assert answer.status_code == 422
    assert not RoleGrant.objects.filter(role="head").exists()


def test_nobody_gives_themselves_rights_nor_closes_their_own_login(boss):
    own = boss.person
    boss.post(f"/logins/{own.pk}/roles/", {"role": "quality", "reach": "organisation"})
    boss.post("/house/roles/", {"person": own.pk, "role": "quality", "reach": "organisation"})
    boss.post(f"/logins/{own.pk}/do/close/")
    boss.post(f"/house/people/{own.pk}/", {"number": "管理员", "name": "x", "unit": own.unit.pk})
    assert [g.role for g in RoleGrant.objects.filter(person=own)] == ["administrator"]
    assert is_in(boss)
    assert "logins" not in " ".join(verbs())


@pytest.fixture
def west(organisation):
    return Unit.objects.create(code="河西站", name="河西服务站", kind=UnitKind.STATION)


def test_whoever_reaches_a_unit_gives_nothing_beyond_it(browser, station, staff, west, clerk):
    local = browser("站长", Role.ADMINISTRATOR, reach=Reach.UNIT)
    far = Person.objects.create(number="西一", name="河西的人", unit=west)
    assert "河西的人" not in local.get("/logins/").content.decode()
    assert local.get(f"/logins/{far.pk}/").status_code == 404
    assert local.post(f"/logins/{far.pk}/invite/").status_code == 404
    for beyond in ({"reach": "organisation"}, {"reach": "unit", "unit": west.pk}):
        answer = local.post(f"/logins/{clerk.pk}/roles/", {"role": "head"} | beyond)
        assert answer.status_code == 422
    local.post(f"/logins/{clerk.pk}/roles/", {"role": "head", "reach": "unit", "unit": station.pk})
    assert RoleGrant.objects.filter(person=clerk, role="head", unit=station).exists()
    local.post("/house/roles/", {"person": far.pk, "role": "head", "reach": "own"})
    assert not RoleGrant.objects.filter(person=far).exists()


def test_whoever_reaches_a_unit_takes_nothing_from_those_above(browser, staff, boss):
    local = browser("站长", Role.ADMINISTRATOR, reach=Reach.UNIT)
    grant = RoleGrant.objects.get(person=boss.person)
    local.post(f"/logins/{boss.person.pk}/roles/{grant.pk}/take/")
    assert RoleGrant.objects.filter(pk=grant.pk).exists()


def test_the_last_administrator_cannot_be_taken_away(boss, browser, organisation):
    """Two who close each other's login at once: the second finds that nobody would remain."""
    second = browser("副手", Role.ADMINISTRATOR)
    first, other = Actor.of(boss.person), Actor.of(second.person)
    actions.close(first, second.person)
    with pytest.raises(ValidationError, match="没有人"):
        actions.close(other, boss.person)
    grant = RoleGrant.objects.get(person=boss.person)
    with pytest.raises(ValidationError, match="没有人"):
        actions.take_role(other, grant)
    assert is_in(boss)


def test_an_organisation_begins_with_one_command(db, at_noon):
    out = StringIO()
    call_command(
        "found_organisation", "newton", "牛顿县广电", measure="cable", first_day=at_noon.date(),
        administrator=["001", "王一"], address="https://desk.example", stdout=out,
    )  # fmt: skip
    address = re.findall(r"https://desk\.example(/logins/link/newton/[\w-]+/)", out.getvalue())[0]
    assert chooses(address).status_code == 302
    client = signs_in("newton.001")
    assert client.get("/house/units/").status_code == 200
    answer = client.post(
        "/house/people/", {"number": "002", "name": "李二", "unit": _unit("newton"),
                           "is_active": "on"},
    )  # fmt: skip
    assert answer.status_code == 302


def _unit(code):
    with scope(Organisation.objects.get(code=code).pk):
        return Unit.objects.get().pk


def test_what_is_wrong_with_a_founding_is_said_at_once(db, at_noon):
    with pytest.raises(CommandError) as refused:
        call_command(
            "found_organisation", "no code", "某", measure="cables", first_day=at_noon.date(),
            administrator=["001", "王一"], zone="Asia/Nowhere",
        )  # fmt: skip
    for word in ("code", "cables", "Asia/Nowhere"):
        assert word in str(refused.value)
    assert not Organisation.objects.exists()


def test_a_link_can_be_made_on_the_machine_when_no_administrator_can(boss, clerk):
    out = StringIO()
    call_command("sign_in_link", "cable", "C7", stdout=out)
    assert chooses(out.getvalue().strip()).status_code == 302
    with pytest.raises(CommandError, match="C99"):
        call_command("sign_in_link", "cable", "C99")


def test_the_list_takes_as_many_queries_with_forty_people_as_with_four(boss, staff):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            assert boss.get("/logins/").status_code == 200
        return len(seen)

    for n in range(4):
        staff(f"A{n}", Role.CLERK, Role.OPERATOR)
    queries()  # The first page of a session notes when it was last active.
    few = queries()
    for n in range(36):
        staff(f"B{n}", Role.CLERK, Role.OPERATOR)
    assert queries() == few


def test_the_list_begins_with_the_lowest_staff_number(boss, staff):
    for number in ("S30", "S10", "S20"):
        staff(number)
    page = boss.get("/logins/").content.decode()
    assert page.index("S10") < page.index("S20") < page.index("S30")
