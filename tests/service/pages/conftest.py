"""People who log in to pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from shouwen.service.accounts.models import User
from shouwen.service.organisations.models import Reach


@pytest.fixture
def browser(staff, organisation):
    """A client that someone with these roles is logged in with."""

    def log_in(number, *roles, reach=Reach.ORGANISATION):
        person = staff(number, *roles, reach=reach)
        person.user = User.objects.create(username=number, organisation=organisation)
        person.save()
        client: Any = Client()
        client.force_login(person.user)
        client.person = person
        return client

    return log_in
