"""Pages that need no login are asked for only so often."""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory

from shouwen.service.access.gate import PUBLIC
from shouwen.service.intake.hook import token
from shouwen.service.limits.guard import address, neighbourhood
from tests.service.pages.test_every_url import addresses

HOOK = "/intake/hook/"


def test_whoever_tries_codes_of_jobs_has_to_wait(db, at_noon, the_clock_stands_at):
    client = Client()
    seen = [client.get(f"/field/follow/code{n}/").status_code for n in range(61)]
    assert seen == [404] * 60 + [429]
    refused = client.get("/field/follow/code/")
    assert refused["Retry-After"] == "2"
    assert "请等候2秒" in refused.content.decode()
    assert Client(REMOTE_ADDR="192.0.2.9").get("/field/follow/code/").status_code == 404
    the_clock_stands_at("2026-05-06 12:00:02")
    assert client.get("/field/follow/code/").status_code == 404


def test_whoever_tries_tokens_of_the_switch_has_to_wait_and_the_switch_has_not(organisation):
    client = Client()
    seen = [client.post(HOOK, {}, headers={"X-Shouwen-Token": f"x{n}"}) for n in range(11)]
    assert [a.status_code for a in seen] == [403] * 10 + [429]
    assert "请等候30秒" in seen[-1].json()["error"]
    good = client.post(HOOK, {}, headers={"X-Shouwen-Token": token(organisation)})
    assert good.status_code == 400


def test_a_switch_that_went_mad_has_to_wait(organisation):
    client = Client(headers={"X-Shouwen-Token": token(organisation)})
    seen = [client.post(HOOK, {}).status_code for _ in range(201)]
    assert seen == [400] * 200 + [429]


@pytest.mark.parametrize(
    ("proxies", "chain", "found"),
    [
        (0, "192.0.2.1", "127.0.0.1"),
        (1, "192.0.2.1", "192.0.2.1"),
        (1, "203.0.113.5, 192.0.2.1", "192.0.2.1"),
        (2, "203.0.113.5, 192.0.2.1", "203.0.113.5"),
        (2, "192.0.2.1", "0.0.0.0"),
        (1, "nonsense", "0.0.0.0"),
    ],
)
def test_an_address_is_what_our_own_proxies_say(settings, proxies, chain, found):
    settings.PROXIES = proxies
    assert address(RequestFactory().get("/", headers={"X-Forwarded-For": chain})) == found


def test_of_version_six_the_whole_network_counts_as_one():
    ask = RequestFactory().get
    one, two = (ask("/", REMOTE_ADDR=f"2001:db8:1:2::{n}") for n in (1, 2))
    assert neighbourhood(one) == neighbourhood(two) == "2001:db8:1:2::/64"


# Sign in and out, choose a language: limited where they look something up, or nothing to look up.
ELSEWHERE = {
    "/accounts/login/",
    "/accounts/logout/",
    "/language/",
    "/sign-in/code/",
    "/intake/hook/",
    "/field/worker.js",
}


def test_every_public_view_that_looks_something_up_is_limited():
    public = {route for route, view in addresses() if view.permission == PUBLIC}
    limited = {r for r, view in addresses() if getattr(view, "limit", None) is not None}
    styleguide = {r for r in public if r.startswith("/styleguide/")}
    missing = public - limited - ELSEWHERE - styleguide
    assert not missing, f"Put @limited below @public: {missing}"
