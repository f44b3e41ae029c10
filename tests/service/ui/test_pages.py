"""What is true of every template: icons that exist, nothing inline, forms that are guarded."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

import shouwen.service
from shouwen.service.ui import menu

SERVICE = Path(shouwen.service.__file__).parent
ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = sorted(SERVICE.glob("*/templates/**/*.html"))


def found(pattern):
    """Each match of a pattern in the templates, with its file."""
    return [
        (path.relative_to(SERVICE).as_posix(), match)
        for path in TEMPLATES
        for match in re.findall(pattern, path.read_text("utf-8"))
    ]


def test_every_icon_that_a_page_shows_is_among_those_that_are_fetched():
    fetched = set((ROOT / "frontend" / "icons.txt").read_text("utf-8").split())
    shown = found(r"""{% icon ["']([\w-]+)["']""")
    assert len(shown) > 20
    assert [s for s in shown if s[1] not in fetched] == []
    items = [item for _, items in menu.everything() for item in items]
    assert [item.url for item in items if item.icon not in fetched] == []


def test_no_page_has_scripts_or_styles_of_its_own():
    # The content security policy would not run them.
    assert found(r"""<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son\w+=["']""") == []


def test_every_form_that_changes_something_carries_the_token_against_forgery():
    forms = re.compile(r"""<form[^>]*method="post".*?</form>""", re.S)
    lacking = [
        path.name
        for path in TEMPLATES
        for form in forms.findall(path.read_text("utf-8"))
        if "{% csrf_token %}" not in form
    ]
    assert lacking == []


def test_nothing_to_press_stands_inside_of_something_to_press():
    # There a clock is shown `plain`, without the reasons that it would open.
    outer = r"<(?:a|summary|button)\b[^>]*>(?:(?!</(?:a|summary|button)>).)*?"
    assert found(re.compile(outer + r"({% countdown \w+ %}|<button\b)", re.S)) == []


def test_two_items_of_the_menu_do_not_share_a_key():
    keys = [item.key for _, items in menu.everything() for item in items if item.key]
    assert sorted(keys) == sorted(set(keys))


@pytest.fixture
def builder(db, at_noon, settings):
    settings.DEBUG = True
    return Client()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("frame", ["", "phone", "plain"])
def test_the_page_of_all_parts_shows_in_every_frame_and_language(builder, frame, language):
    builder.cookies["django_language"] = language
    answer = builder.get("/styleguide/", {"frame": frame})
    assert answer.status_code == 200
    text = answer.content.decode()
    assert f'<html lang="{language}">' in text
    assert ("页面部件" in text) is (language == "zh-hans")
    assert text.count("popovertarget=") >= 4
    assert builder.get("/styleguide/drawer/").status_code == 200


@pytest.mark.django_db
def test_the_page_of_all_parts_is_for_builders_only(at_noon):
    assert Client().get("/styleguide/").status_code == 404


@pytest.mark.django_db
def test_what_a_browser_prefers_does_not_change_the_language_but_a_choice_does(at_noon):
    client = Client(headers={"accept-language": "en-US,en"})
    assert '<html lang="zh-hans">' in client.get("/accounts/login/").content.decode()
    client.post("/language/", {"language": "en", "next": "/accounts/login/"})
    assert '<html lang="en">' in client.get("/accounts/login/").content.decode()


@pytest.mark.django_db
def test_an_address_that_leads_nowhere_says_so_in_both_languages(at_noon):
    client = Client()
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert "找不到" in answer.content.decode()
    client.cookies["django_language"] = "en"
    assert "Not found" in client.get("/nowhere/").content.decode()


@pytest.mark.django_db
def test_a_form_without_its_token_is_refused_with_a_page_that_helps(at_noon):
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/language/", {"language": "en"})
    assert answer.status_code == 403
    assert "请重试" in answer.content.decode()


@pytest.mark.parametrize("name", ["400.html", "413.html", "500.html"])
def test_pages_for_when_all_else_fails_need_nothing_and_speak_both_languages(name):
    from django.template.loader import get_template

    text = get_template(name).render()
    assert "没有保存" in text
    assert 'lang="en"' in text
    assert "not kept" in text or "nothing was kept" in text
