"""Every address, and everyone who may ask for it."""

from __future__ import annotations

import re
from functools import cache

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from shouwen.service.access.gate import PUBLIC
from shouwen.service.access.permissions import Permission
from shouwen.service.organisations.models import Role
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope

VALUES = {"int": "999999", "str": "C20000101-9999", "slug": "note", "path": "nothing", "uuid":
          "00000000-0000-0000-0000-000000000000"}  # fmt: skip


@cache
def addresses():
    """Every view of the service with an address that leads to it."""
    found = []

    def walk(patterns, before):
        for p in patterns:
            if isinstance(p, URLResolver):
                walk(p.url_patterns, before + str(p.pattern))
            elif isinstance(p, URLPattern):
                found.append((before + str(p.pattern), p.callback))

    walk(get_resolver().url_patterns, "/")
    return found


def filled(route):
    return re.sub(r"<(?:(\w+):)?\w+>", lambda m: VALUES[m.group(1) or "str"], route)


IDS = [route for route, _view in addresses()]


@pytest.mark.parametrize(("route", "view"), addresses(), ids=IDS)
def test_every_view_says_who_may_ask_for_it(route, view):
    permission = getattr(view, "permission", None)
    assert permission == PUBLIC or isinstance(permission, Permission)


@pytest.mark.django_db
@pytest.mark.parametrize(("route", "view"), addresses(), ids=IDS)
def test_whoever_is_not_logged_in_is_sent_to_log_in(route, view, at_noon):
    if view.permission == PUBLIC:
        return
    answer = Client().get(filled(route))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(("route", "view"), addresses(), ids=IDS)
def test_every_role_gets_what_it_may_and_nothing_else(route, view, browser):
    if view.permission == PUBLIC:
        return
    for role in Role:
        answer = browser(f"one {role}", role).get(filled(route))
        if role in view.permission.roles:
            assert answer.status_code in (200, 302, 404, 405), role
        else:
            assert answer.status_code == 403, role


@pytest.mark.parametrize(("route", "view"), addresses(), ids=IDS)
def test_another_organisation_s_people_find_nothing_there(route, view, browser, organisation):
    """What is asked for by a key is not there for strangers: 404, never a hint."""
    if view.permission == PUBLIC or "<" not in route:
        return
    role = next(iter(sorted(view.permission.roles)))
    client = browser("someone", role)
    other = Organisation.objects.create(code="other", name="别家")
    client.person.user.organisation = other
    client.person.user.save()
    with scope(other.pk):
        answer = client.get(filled(route))
    # A login whose person is behind another wall has no actor at all.
    assert answer.status_code in (302, 404, 405)


@pytest.mark.parametrize(("route", "view"), addresses(), ids=IDS)
def test_no_page_holds_inline_script_or_style(route, view, browser):
    """The content security policy would refuse it, and the page would be broken."""
    if view.permission == PUBLIC:
        return
    answer = browser("someone", *Role).get(filled(route), headers={"HX-Request": "true"})
    text = answer.content.decode(errors="replace") if not answer.streaming else ""
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", text)
