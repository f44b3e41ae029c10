"""People with passwords, and the app on their phone."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.service.conftest import NOON

PASSWORD = "three-blind-mice"


@pytest.fixture(autouse=True)
def quick_hashes(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def codes_go_by_noon(monkeypatch):
    """Codes are of noon, however long a test takes on a busy machine."""
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time", SimpleNamespace(time=NOON.timestamp))


class Somebody:
    """Someone who works there, at a browser of their own."""

    def __init__(self, person, organisation):
        from shouwen.service.accounts.models import User

        self.person, self.client = person, Client()
        self.user = User.objects.create_user(
            person.number, password=PASSWORD, organisation=organisation
        )
        person.user = self.user
        person.save()
        self.secret = ""

    def signs_in(self, password=PASSWORD, client=None, **more) -> Any:
        form = {"username": self.user.username, "password": password}
        return (client or self.client).post("/accounts/login/", form, **more)

    def code(self, ahead=0):
        """What the app shows now, or shows next."""
        from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

        return format_hotp_value(hotp_value(self.secret, int(NOON.timestamp()) // 30 + ahead))

    def adds_a_factor(self):
        """Scan the code of the page, and enter what the app shows; the recovery codes."""
        text = self.client.get("/sign-in/factor/").content.decode()
        self.secret = re.findall(r'class="key">(\w+)<', text)[0]
        answer = self.client.post("/sign-in/factor/", {"code": self.code()})
        assert answer["Location"] == "/sign-in/codes/"
        return re.findall(
            r'class="num">(\d{8})<', self.client.get("/sign-in/codes/").content.decode()
        )

    def is_in(self, client=None):
        return (client or self.client).get("/").status_code == 200


@pytest.fixture
def somebody(staff, organisation):
    def make(number, *roles):
        return Somebody(staff(number, *roles), organisation)

    return make


@pytest.fixture
def logged(organisation):
    """The verbs of the organisation's log, in order."""

    def verbs():
        from shouwen.service.audit.models import LogEntry

        return list(LogEntry.objects.order_by("number").values_list("verb", flat=True))

    return verbs
