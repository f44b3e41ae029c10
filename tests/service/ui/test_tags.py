"""Small parts of pages say what they mean, in few words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from shouwen.service import clock as time
from shouwen.service.enactment.models import Clock, Stage
from shouwen.service.ui.models import Sent
from shouwen.service.ui.paging import Page
from shouwen.service.ui.templatetags import ui
from tests.service.conftest import NOON, ZONE


@pytest.fixture(autouse=True)
def noon_in_english():
    with time.frozen_at(NOON), translation.override("en"):
        yield


def a_clock(stage, minutes=None, **more):
    deadline = None if minutes is None else NOON + timedelta(minutes=minutes)
    return Clock(
        organisation_id=0, pk=7, label_en="be on the spot", label_zh="到达现场", norm="3.3.2",
        stage=stage, deadline=deadline, **more,
    )  # fmt: skip


def rendered(text, **context):
    return Template("{% load ui %}" + text).render(Context(context))


@pytest.mark.parametrize(
    ("stage", "minutes", "said"),
    [
        (Stage.GREEN, 3 * 1440 + 125, "3 d 2 h left"),
        (Stage.GREEN, 65, "1 h 05 min left"),
        (Stage.AMBER, 12, "12 min left"),
        (Stage.RED, -156, "2 h 36 min over"),
        (Stage.UNKNOWN, None, "no fixed time"),
        (Stage.DONE, 30, "done"),
    ],
)
def test_a_clock_says_what_is_left_in_its_largest_units(stage, minutes, said):
    assert ui.left(a_clock(stage, minutes)) == said


def test_a_clock_says_the_same_in_chinese():
    with translation.override("zh-hans"):
        assert ui.left(a_clock(Stage.GREEN, 65)) == "剩1小时05分"


def test_a_running_clock_tells_the_page_when_it_turns_amber_and_when_it_expires():
    running = a_clock(Stage.GREEN, 60, amber_at=NOON + timedelta(minutes=40))
    badge = rendered("{% countdown clock %}", clock=running)
    assert 'data-deadline="2026-05-06T13:00:00+08:00"' in badge
    assert 'data-amber="2026-05-06T12:40:00+08:00"' in badge
    # One that is done ticks no more.
    done = a_clock(Stage.DONE, 60, performed_at=NOON)
    assert "data-deadline" not in rendered("{% countdown clock %}", clock=done)


def test_a_clock_tells_why_on_demand_and_each_badge_opens_its_own_reasons():
    reasons = [["国庆节不计", "National Day does not count"]]
    late = a_clock(Stage.RED, -1, reasons=reasons)
    badges = rendered("{% countdown c %}{% countdown c %}", c=late)
    asked = re.findall(r'popovertarget="([\w-]+)"', badges)
    told = re.findall(r'<span popover id="([\w-]+)"', badges)
    assert asked == told
    assert len(set(told)) == 2
    assert "National Day does not count" in badges
    assert "popover" not in rendered("{% countdown c plain=True %}", c=late)


def test_a_colour_is_never_all_that_a_clock_says():
    assert "Expired:" in rendered("{% countdown c %}", c=a_clock(Stage.RED, -1))


@pytest.mark.parametrize(
    ("instant", "said"),
    [
        (NOON - timedelta(hours=3), "09:00"),
        (NOON - timedelta(days=1), "05-05 12:00"),
        (datetime(2025, 12, 31, 23, 30, tzinfo=ZONE), "2025-12-31 23:30"),
        (None, ""),
    ],
)
def test_an_instant_is_as_short_as_it_can_be(instant, said):
    assert ui.when(instant) == said


@pytest.mark.parametrize(
    ("value", "said"), [(date(2026, 2, 3), "02-03"), (date(2025, 2, 3), "2025-02-03"), (None, "")]
)
def test_a_day_is_as_short_as_it_can_be(value, said):
    assert ui.day(value) == said


def test_personal_data_shows_only_its_ends():
    assert ui.masked_phone("13800001234") == "138****1234"
    assert ui.masked_phone("12345") == "****"
    assert ui.masked_name("张秀兰") == "张**"
    assert ui.masked_address("城关镇人民路12号3单元") == "城关镇人民路***"
    assert ui.masked_address("人民路9号") == "人民路***"
    assert ui.masked_address("张家大院") == "张家***"
    assert ui.masked_address("") == ""
    assert ui.masked_phone("") == ui.masked_name("") == ""


@dataclass
class Thing:
    state: str

    def get_state_display(self):
        return f"<{self.state}>"


@pytest.mark.parametrize(
    ("state", "tone"), [("open", "tag tag-blue"), ("handed", "tag tag-amber"), ("closed", "tag")]
)
def test_a_state_is_shown_in_words_on_a_ground_that_fits(state, tone):
    said = rendered("{% status_badge thing %}", thing=Thing(state))
    assert said == f'<span class="{tone}">&lt;{state}&gt;</span>'


def test_a_tone_that_there_is_not_is_no_way_to_slip_something_into_the_page():
    assert rendered("{% badge 'x' tone %}", tone='"><script>') == '<span class="tag">x</span>'


def test_the_head_of_a_column_sorts_and_then_the_other_way_round():
    def head(sort):
        request = RequestFactory().get("/cases/?state=open&before=1~2&sort=-number")
        page = Page[Sent]([], "", "", sort=sort)
        return rendered('{% sort_header "number" "Number" %}', page=page, request=request)

    assert 'href="?state=open&amp;sort=number"' in head("-opened_at")
    assert "aria-sort" not in head("-opened_at")
    assert 'href="?state=open&amp;sort=-number"' in head("number")
    assert 'aria-sort="ascending"' in head("number")
    assert 'aria-sort="descending"' in head("-number")


def test_an_icon_is_decoration_unless_it_stands_alone():
    assert 'aria-hidden="true"' in ui.icon("check")
    assert 'role="img" aria-label="done &lt;"' in ui.icon("check", "done <")
