"""What the scripts of the pages do, seen through a real browser: no database, no sleeping."""

from __future__ import annotations

import re
import threading
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application
from django.test import override_settings

from tests.service import chromium

pytestmark = pytest.mark.slow


DEAD = "ERR_INTERNET_DISCONNECTED"


class Server(ThreadingMixIn, WSGIServer):
    """A server that answers several requests at once."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def site():
    """The pages, on a port of their own; the page of all parts asks for no database."""
    with override_settings(DEBUG=True):
        server = Server(("127.0.0.1", 0), Quiet)
        server.set_app(StaticFilesHandler(get_wsgi_application()))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def window(site):
    """A browser; each test gets a fresh profile of it with `at`."""
    with chromium.opened() as opened:
        yield opened


@pytest.fixture
def page(window, site):
    """The page of all parts; whatever the browser complains of fails the test."""
    with profile(window, site) as found:
        yield found


@contextmanager
def profile(window, site, **options):
    context = window.new_context(base_url=site, locale="zh-CN", **options)
    page, complaints = context.new_page(), []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None
    )
    page.goto("/styleguide/")
    yield page
    context.close()
    # A blocked script or style, above all.
    assert [c for c in complaints if DEAD not in c] == []


def focused(page, expression):
    return page.evaluate(f"document.activeElement.{expression}")


def test_the_drawer_holds_the_focus_closes_with_escape_and_gives_it_back(page):
    link = page.get_by_role("link", name="C20260506-0001").first
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog#drawer[open] h1")
    assert focused(page, "tagName") == "H1"
    for _ in range(8):
        page.keyboard.press("Tab")
        # Beyond the last control is the browser's own bar, never the page behind.
        assert page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
    page.keyboard.press("Escape")
    assert not page.locator("dialog#drawer").is_visible()
    assert focused(page, "textContent") == "C20260506-0001"


def test_a_clock_tells_why_to_the_keyboard_too(page):
    badge = page.locator("#clocks button.countdown").first
    badge.focus()
    page.keyboard.press("Enter")
    why = page.locator(".why:popover-open")
    assert "10月1日国庆节不计" in why.inner_text()
    box, view = why.bounding_box(), page.viewport_size
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= view["width"]
    page.keyboard.press("Escape")
    assert page.locator(".why:popover-open").count() == 0


def test_clocks_go_by_the_time_of_the_service_and_turn_red_by_themselves(window, site):
    with profile(window, site) as page:
        page.clock.install()
        page.reload()
        badge = page.locator("#clocks > p .countdown").nth(2)
        assert "剩" in badge.inner_text()
        assert "stage-amber" in badge.get_attribute("class")
        page.clock.fast_forward("13:00")
        page.wait_for_selector("#clocks > p .countdown:nth-child(3)")
        assert "stage-red" in badge.get_attribute("class")
        assert "超" in badge.inner_text()


def test_keys_find_and_go_but_not_while_someone_types(page):
    page.keyboard.press("/")
    assert focused(page, "id") == "find"
    page.keyboard.type("n/g")
    assert page.input_value("#find") == "n/g"
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("p")
    page.wait_for_url("**/styleguide/?frame=phone")


def test_rows_are_chosen_all_at_once_or_from_here_to_there(page):
    boxes = page.locator("tbody input[name=row]")
    chosen, offer = page.locator("[data-chosen]"), page.locator(".bulk button")
    assert offer.is_disabled()
    boxes.nth(1).click()
    boxes.nth(4).click(modifiers=["Shift"])
    assert chosen.inner_text() == "4"
    assert page.evaluate("document.querySelector('[data-check-all]').indeterminate")
    assert offer.is_enabled()
    page.locator("[data-check-all]").click()
    assert chosen.inner_text() == "6"
    page.locator("[data-check-all]").click()
    assert chosen.inner_text() == "0"
    assert offer.is_disabled()


def test_a_filter_kept_under_a_name_comes_back_without_what_was_typed(page):
    page.fill("#f-q", "13800001234")
    page.select_option("#f-topic", "repair")
    page.locator("[data-saved-filters] summary").click()
    page.fill("#saved-filter-name", "报修")
    page.keyboard.press("Enter")
    kept = page.get_by_role("link", name="报修", exact=True)
    assert kept.get_attribute("href") == "?topic=repair"
    page.reload()
    page.locator("[data-saved-filters] summary").click()
    page.get_by_role("button", name="删除 报修").click()
    assert page.locator("[data-saved-filters] li").count() == 0


def test_what_was_typed_is_put_back_says_so_and_can_be_thrown_away(page):
    page.fill("#fresh_name", "张秀兰")
    page.check("#fresh_urgent")
    page.goto("/accounts/login/")
    page.goto("/styleguide/")
    assert page.input_value("#fresh_name") == "张秀兰"
    assert page.is_checked("#fresh_urgent")
    page.locator(".restored button").click()
    assert page.input_value("#fresh_name") == ""
    assert not page.is_checked("#fresh_urgent")
    page.reload()
    assert page.locator(".restored").count() == 0


def test_what_was_typed_survives_a_login_that_had_expired(page):
    page.fill("#fresh_name", "张秀兰")
    page.route("**/styleguide/", lambda route: route.fulfill(
        status=302, headers={"Location": "/accounts/login/?next=/styleguide/"})
        if route.request.method == "POST" else route.continue_())  # fmt: skip
    page.evaluate("document.getElementById('kept').noValidate = true")
    page.locator("#kept button.primary").click()
    page.wait_for_url("**/accounts/login/**")
    page.goto("/styleguide/")
    assert page.input_value("#fresh_name") == "张秀兰"


def test_a_form_that_was_taken_is_forgotten(page):
    page.fill("#fresh_name", "张秀兰")
    page.evaluate("document.getElementById('kept').noValidate = true")

    marks = []

    def take(route):
        if route.request.method != "POST":
            return route.continue_()
        marks.append(parse_qs(route.request.post_data)["_sent"][0])
        return route.fulfill(status=200, content_type="text/html", body="<p id=taken>")

    page.route("**/styleguide/", take)
    page.locator("#kept button.primary").click()
    page.wait_for_selector("#taken", state="attached")
    # As the service says it with the answer, which leads on.
    page.evaluate(f"document.cookie = 'taken={marks[0]}; Path=/; SameSite=Lax'")
    page.goto("/accounts/login/")
    page.goto("/styleguide/")
    assert page.input_value("#fresh_name") == ""


def test_the_same_words_go_out_again_under_the_same_mark_and_others_under_another(page):
    marks = []

    def swallow(route):
        if route.request.method != "POST":
            return route.continue_()
        marks.append(parse_qs(route.request.post_data)["_sent"][0])
        return route.fulfill(status=200, content_type="text/html", body="<p id=swallowed>")

    page.route("**/styleguide/", swallow)
    for name in ("张秀兰", "张秀兰", "张秀莲"):
        page.goto("/styleguide/")
        page.fill("#fresh_name", name)
        page.evaluate("document.getElementById('kept').noValidate = true")
        page.locator("#kept button.primary").click()
        page.wait_for_selector("#swallowed", state="attached")
    assert marks[0] == marks[1] != marks[2]


def test_a_page_that_is_no_answer_to_a_form_does_not_make_it_forgotten(page):
    page.fill("#fresh_name", "张秀兰")
    page.evaluate("document.getElementById('kept').noValidate = true")
    page.route("**/styleguide/", lambda route: route.fulfill(
        status=200, content_type="text/html", body="<p id=broken>")
        if route.request.method == "POST" else route.continue_())  # fmt: skip
    page.locator("#kept button.primary").click()
    page.wait_for_selector("#broken", state="attached")
    page.goto("/accounts/login/")
    page.goto("/styleguide/")
    assert page.input_value("#fresh_name") == "张秀兰"


def test_a_form_pressed_twice_is_sent_once(page):
    sent = []

    def answer(route):
        sent.append(route.request.post_data)
        route.fulfill(status=204)

    page.route("**/styleguide/", answer)
    page.evaluate(
        """() => {
            const form = document.getElementById("kept");
            form.noValidate = true;
            const button = form.querySelector("button.primary");
            button.click();
            button.click();
            form.requestSubmit();
        }"""
    )
    page.locator("#kept button.primary:disabled").wait_for()
    assert len(sent) == 1
    assert "once=" in sent[0]


def test_the_summary_of_errors_has_the_focus_and_leads_to_the_fields(page):
    assert focused(page, "className") == "error-summary"
    page.get_by_role("link", name="客户姓名").click()
    assert page.evaluate("location.hash") == "#id_name"
    described = page.get_attribute("#id_phone", "aria-describedby")
    said = [page.locator(f"#{one}").inner_text() for one in described.split()]
    assert said == ["只填数字。", "电话号码为7至12位数字。"]
    assert page.get_attribute("#id_phone", "aria-invalid") == "true"


def test_on_a_narrow_page_the_menu_opens_and_nothing_is_wider_than_the_page(window, site):
    with profile(window, site, viewport={"width": 390, "height": 844}) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        side = page.locator("#side")
        assert not side.is_visible()
        page.locator("[data-toggle-side]").click()
        assert side.is_visible()
        page.keyboard.press("Escape")
        side.wait_for(state="hidden")
        assert focused(page, "getAttribute('aria-controls')") == "side"


@pytest.mark.parametrize(("frame", "bar"), [("", ".top"), ("phone", ".phone-top")])
def test_the_bar_at_the_top_stays_in_sight_on_a_long_page(window, site, frame, bar):
    with profile(window, site, viewport={"width": 390, "height": 844}) as page:
        page.goto(f"/styleguide/?frame={frame}")
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        assert page.evaluate("scrollY") > 2000
        assert page.locator(bar).bounding_box()["y"] == 0


class Field:
    """The phone page of someone in the field, and which of their steps reach the service."""

    def __init__(self, page):
        self.page, self.reached = page, []
        self.answer: Any = "dead"
        page.goto("/styleguide/?frame=phone")
        page.route(re.compile("/intake/.step="), self.take)

    def take(self, route):
        if self.answer == "dead":
            route.abort("internetdisconnected")
            return
        self.reached.append(
            (route.request.url.rsplit("=", 1)[1], parse_qs(route.request.post_data))
        )
        if self.answer == "login":
            # The service itself: nobody is logged in here.
            route.continue_()
        else:
            route.fulfill(
                status=200, json={"next": "/styleguide/?frame=phone", **dict(self.answer)}
            )

    def step(self, name):
        self.page.evaluate(
            """(name) => {
                const form = document.createElement("form");
                form.method = "post"; form.action = `/intake/?step=${name}`; form.dataset.step = "";
                form.innerHTML = '<input name=result value=done><button>x</button>';
                document.querySelector("main").append(form);
                form.requestSubmit();
            }""",
            name,
        )

    def comes_back(self, answer):
        self.answer = answer
        self.page.evaluate("window.dispatchEvent(new Event('online'))")

    def waiting(self):
        kept = "JSON.parse(localStorage.getItem('steps-to-send:') || '[]').length"
        return self.page.evaluate(kept)


@pytest.fixture
def field(page):
    return Field(page)


def test_steps_taken_in_a_dead_spot_are_sent_in_order_when_there_is_network(field):
    field.step("leave")
    field.step("arrive")
    field.page.locator("[data-net]", has_text="2").wait_for()
    assert field.reached == []
    with field.page.expect_navigation():
        field.comes_back({})
    assert [name for name, _ in field.reached] == ["leave", "arrive"]
    marks = [told["uid"][0] for _, told in field.reached]
    assert len(set(marks)) == 2
    assert all(told["result"] == ["done"] and told["at"] for _, told in field.reached)
    assert field.waiting() == 0


def test_a_step_is_not_lost_to_a_login_that_has_expired(field):
    field.step("arrive")
    with field.page.expect_navigation():
        field.comes_back("login")
    assert field.waiting() == 1
    with field.page.expect_navigation():
        field.comes_back({})
    assert field.waiting() == 0
    first, *again = [told["uid"] for _, told in field.reached]
    assert again
    assert set(map(tuple, again)) == {tuple(first)}


def test_a_step_that_is_refused_says_why(field):
    field.step("arrive")
    with field.page.expect_navigation():
        field.comes_back({"error": "这一步已经做过了。"})
    assert field.page.locator("#messages .message-error").last.inner_text() == "这一步已经做过了。"


CONTRAST = """() => {
  const linear = (v) => v <= 10.3 ? v / 3294.6 : ((v / 255 + 0.055) / 1.055) ** 2.4;
  const read = (c) => (c.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const ground = (el) => {
    for (let e = el; e; e = e.parentElement) {
      const c = read(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] === 1) return c;
    }
    return [255, 255, 255];
  };
  const weak = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const el = walker.currentNode.parentElement, text = walker.currentNode.textContent.trim();
    if (!text || !el.checkVisibility() || el.closest("[disabled], .sr")) continue;
    const ours = light(read(getComputedStyle(el).color)), theirs = light(ground(el));
    const ratio = (Math.max(ours, theirs) + 0.05) / (Math.min(ours, theirs) + 0.05);
    if (ratio < 4.5) weak.push(`${text.slice(0, 30)}: ${ratio.toFixed(2)}`);
  }
  return weak;
}"""


@pytest.mark.parametrize("frame", ["", "phone", "plain"])
def test_every_text_stands_out_from_its_ground_as_wcag_asks(page, frame):
    """WCAG 2.2, success criterion 1.4.3: a contrast of at least 4.5 to 1."""
    page.goto(f"/styleguide/?frame={frame}")
    assert page.evaluate(CONTRAST) == []
