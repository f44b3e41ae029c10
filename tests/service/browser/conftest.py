"""The service in a real browser, with an organisation, a clock that stands, and no sleeping.

One server in this process answers one request at a time over the connection of the test, so that
what the test has set up is there and all of it is rolled back at the end.
"""

from __future__ import annotations

import os
import threading
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connections
from django.test import Client, override_settings

from shouwen.service import clock
from shouwen.service.accounts.models import User
from shouwen.service.organisations.models import Reach, Territory, TerritoryTechnician
from shouwen.service.tenancy.scope import scope
from tests.service import chromium

from ..conftest import NOON, ZONE


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


class Site:
    """The pages on a port of their own, at an instant that the test sets."""

    def __init__(self, stack: ExitStack) -> None:
        self.instant = NOON
        self.turn = threading.Lock()
        self.lost = 0
        self.stack = stack
        self.shared = connections["default"]
        self.pages = StaticFilesHandler(get_wsgi_application())
        self.server = WSGIServer(("127.0.0.1", 0), Quiet)
        self.server.set_app(self.answer)
        self.thread = threading.Thread(target=self.serve, daemon=True)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def serve(self) -> None:
        connections["default"] = self.shared
        self.server.serve_forever(poll_interval=0.02)

    def answer(self, environ: Any, start: Any) -> Any:
        with self.turn, clock.frozen_at(self.instant):
            answer = self.pages(environ, start)
            if self.lost and environ["REQUEST_METHOD"] == "POST":
                # It was dealt with, and the connection breaks before the answer: what the server
                # does then is to say nothing.
                self.lost -= 1
                answer.close()
                raise ConnectionAbortedError
            return answer

    def at(self, text: str) -> None:
        """Let it be so late for the pages and for the test."""
        self.instant = datetime.fromisoformat(text).replace(tzinfo=ZONE)
        self.stack.enter_context(clock.frozen_at(self.instant))


@pytest.fixture(scope="package")
def chrome(django_db_setup):
    """A browser; each person who works gets a fresh profile of it."""
    # Playwright's loop runs in the thread of the test; Django's questions wait for it all the same.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with chromium.opened() as opened:
        yield opened
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def site(organisation, django_db_blocker):
    """The service, running."""
    with ExitStack() as stack, override_settings(DEBUG=True, ALLOWED_HOSTS=["127.0.0.1"]):
        for signal in (request_started, request_finished):
            # The connection is the test's: no request may close it.
            signal.disconnect(close_old_connections)
            stack.callback(signal.connect, close_old_connections)
        connections["default"].inc_thread_sharing()
        found = Site(stack)
        found.thread.start()
        yield found
        found.server.shutdown()
        found.thread.join()
        found.server.server_close()
        connections["default"].dec_thread_sharing()


@pytest.fixture
def works(chrome, site, staff, organisation):
    """Someone at work: `works("接线员", Role.OPERATOR)` gives their page, logged in.

    Whatever the browser complains of (a script that fails, one that the policy blocks) fails the
    test; with `offline`, it may complain of a network that is not there, or of a form refused.
    """
    contexts, complaints = [], []

    def start(
        number, *roles, reach=Reach.ORGANISATION, phone=False, language="zh-CN", offline=False
    ):
        person = staff(number, *roles, reach=reach)
        person.user = User.objects.create(username=number, organisation=organisation)
        person.save()
        client: Any = Client()
        client.force_login(person.user)
        size = {"width": 390, "height": 844} if phone else {"width": 1280, "height": 800}
        context = chrome.new_context(
            base_url=site.address, locale=language, viewport=size, has_touch=phone, is_mobile=phone
        )
        contexts.append(context)
        context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value,
              "url": site.address}]
        )  # fmt: skip
        page = context.new_page()
        page.person = person
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda m: (
                complaints.append(m.text)
                if m.type in ("error", "warning")
                and not (offline and ("net::ERR" in m.text or "status of 422" in m.text))
                else None
            ),
        )
        return page

    yield start
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def inside(organisation, site):
    """Look into the organisation again: a request that was answered has left it.

    No request is answered meanwhile: pages ask for parts of themselves at any time, and each leaves
    the organisation on the connection that the test shares with them.
    """

    @contextmanager
    def enter():
        with site.turn, scope(organisation.pk):
            yield

    return enter


@pytest.fixture
def town(station):
    """A territory with its station: `town(technician)` gives it someone to do the work."""
    territory = Territory.objects.create(
        code="T1", name="城关镇", area="城区", unit=station, keywords="人民路\n解放路"
    )

    def give(person):
        TerritoryTechnician.objects.create(territory=territory, person=person)
        return territory

    return give
