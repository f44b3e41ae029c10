"""The technician's phone where there is no network, in a real browser before a real server."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import urllib.request

import psycopg
import pytest

from tests.service import chromium
from tests.service.databases import ROOT, environment_of, fresh
from tests.service.fieldwork.one_job import PASSWORD

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="gunicorn does not run there"),
]


class Service:
    """The service on a port of its own, which can go away and come back."""

    def __init__(self, found):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = environment_of(found)
        self.database = psycopg.connect(found.owner, autocommit=True)
        make = [sys.executable, "-m", "tests.service.fieldwork.one_job"]
        subprocess.run(make, cwd=ROOT, env=self.environment, check=True, timeout=120)
        self.process: subprocess.Popen[bytes] | None = None

    def comes(self):
        if self.process is not None and self.process.poll() is None:
            return
        command = [
            sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{self.port}", "--threads", "8",
            "--worker-class", "gthread", "--log-level", "error",
            "shouwen.service.config.wsgi:application",
        ]  # fmt: skip
        self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment)
        while True:
            try:
                urllib.request.urlopen(f"{self.address}/accounts/login/", timeout=30).close()
                return
            except OSError:
                assert self.process.poll() is None

    def goes(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=30)

    def acts(self, name):
        sql = "SELECT at, recorded_at, source FROM enactment_act WHERE name = %s"
        return self.database.execute(sql, [name]).fetchall()


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    found = Service(fresh(tmp_path_factory, "dead_spot"))
    yield found
    found.goes()
    found.database.close()


@pytest.fixture
def phone(service):
    """The browser of a technician who has looked at the day's jobs once this morning."""
    service.comes()
    with chromium.opened() as opened:
        context = opened.new_context(base_url=service.address, locale="zh-CN")
        page = context.new_page()
        page.goto("/accounts/login/?next=/field/")
        page.fill("#id_username", "technician")
        page.fill("#id_password", PASSWORD)
        page.locator("form.login button.primary").click()
        page.wait_for_url("**/field/")
        wait_until(page, KEPT)
        yield context, page
    service.goes()


def wait_until(page, condition):
    """Wait until an asynchronous condition holds in the page."""
    pause = "await new Promise((go) => setTimeout(go, 50));"
    page.evaluate(f"async () => {{ while (!(await ({condition})())) {pause} }}")


# The service worker is there, and the list and the one job on it lie on the phone.
KEPT = """async () => {
  if (!navigator.serviceWorker.controller) return false;
  const name = (await caches.keys()).find((n) => n.startsWith("field-pages-"));
  return !!name && (await (await caches.open(name)).keys()).length === 2;
}"""


def test_a_step_taken_in_a_dead_spot_arrives_once_with_the_time_it_was_taken(service, phone):
    context, page = phone
    context.set_offline(True)
    service.goes()
    page.goto("/field/")
    assert "人民路1号" in page.locator("main").inner_text()
    assert "的内容" in page.locator("[data-net]").inner_text()
    page.locator("main a.card").click()
    page.wait_for_url(re.compile("/field/[^/]+/$"))
    assert "13800001234" in page.locator("main").inner_text()
    # What the page is made of is there too.
    assert page.evaluate("getComputedStyle(document.querySelector('.tabs')).position") == "fixed"
    # A page from before knows what time it is now.
    behind = page.evaluate("Date.now() - Date.parse(document.body.dataset.now)")
    assert abs(behind) < 5000
    taken = page.evaluate("Date.now()") / 1000
    page.get_by_role("button", name="已到场").click()
    page.locator("form.kept").wait_for()
    page.reload()
    assert page.evaluate(WAITING) == 1
    assert service.acts("work.arrived") == []
    service.comes()
    with page.expect_navigation():
        context.set_offline(False)
    page.wait_for_function(f"{WAITING} === 0")
    page.wait_for_selector("textarea#result")
    ((at, recorded, source),) = service.acts("work.arrived")
    assert source == "phone"
    assert abs(at.timestamp() - taken) < 5
    assert recorded > at
    assert page.locator("body[data-kept]").count() == 0


WAITING = (
    "JSON.parse(localStorage.getItem(`steps-to-send:${document.body.dataset.user}`) || '[]').length"
)


GONE = "async () => !(await caches.keys()).some((name) => name.startsWith('field-pages-'))"


def test_whoever_logs_out_leaves_no_names_on_the_phone(service, phone):
    _, page = phone
    page.goto("/")
    page.locator("form[data-forget-all] button").click()
    page.wait_for_url("**/accounts/login/")
    wait_until(page, GONE)
    service.goes()
    with pytest.raises(Exception, match=r"ERR_CONNECTION_REFUSED|ERR_FAILED"):
        page.goto("/field/")
