"""All that pages say is said in Chinese, once, and with the same blanks to fill in."""

from __future__ import annotations

import re

import pytest
from babel.messages.catalog import Catalog

from scripts import messages

BLANK = re.compile(r"%\((\w+)\)(\d*[sd])")


def found(source, name):
    return [(t.context, t.id) for t in messages.texts_of(source, name)]


def test_every_text_of_code_and_pages_has_a_chinese_translation():
    missing = messages.unsaid()
    assert not missing, "Run `scripts/messages.py` and translate:\n" + messages.listed(missing)


def test_a_text_is_not_said_in_two_ways_by_two_catalogues():
    said: dict[object, dict[str, str]] = {}
    for path in messages.catalogues():
        for message in messages.catalogue(path):
            if messages.is_said(message):
                where = path.relative_to(messages.SERVICE).parts[0]
                said.setdefault((message.context, message.id), {})[str(message.string)] = where
    # Django would show one of them everywhere.
    torn = {key: ways for key, ways in said.items() if len(ways) > 1}
    assert not torn


def test_a_translation_has_the_blanks_of_its_text():
    checked = 0
    for path in messages.catalogues():
        for message in messages.catalogue(path):
            if not messages.is_said(message):
                continue
            ids = message.id if isinstance(message.id, (tuple, list)) else [message.id]
            strings = (
                message.string if isinstance(message.string, (tuple, list)) else [message.string]
            )
            blanks = set(BLANK.findall(ids[-1]))
            for string in strings:
                assert set(BLANK.findall(string or "")) == blanks, (path, message.id, string)
            checked += bool(blanks)
    assert checked > 10


def test_the_texts_of_a_template_are_found_wherever_they_stand():
    page = """{% load i18n %}<h1>{% translate "Clocks" %}</h1>
          <p title="{% translate 'of the unit' context 'title' %}">{{ n|default:_("none") }}</p>
    {% blocktranslate with a=b trimmed %}
        {{ a }} of
        100 %
    {% endblocktranslate %}
    {% blocktranslate count n=rows|length %}one{% plural %}{{ n }} rows{% endblocktranslate %}"""
    assert found(page, "page.html") == [
        (None, "Clocks"),
        ("title", "of the unit"),
        (None, "none"),
        (None, "%(a)s of 100 %%"),
        (None, ("one", "%(n)s rows")),
    ]


def test_the_texts_of_python_are_found_under_every_name_that_django_has_for_it():
    source = """
from django.utils.translation import gettext as _, ngettext, pgettext_lazy
a = _("a"), gettext_lazy("b"), pgettext_lazy("of a month", "May")
c = ngettext("%(n)d x", "%(n)d xs", n)
b = other("not this")
"""
    assert found(source, "code.py") == [
        (None, "a"),
        (None, "b"),
        ("of a month", "May"),
        (None, ("%(n)d x", "%(n)d xs")),
    ]


@pytest.fixture
def two_apps(tmp_path):
    """A service of two apps that both say Zebra; the first has a catalogue, and says Quagga."""
    for app in ("cases", "desk"):
        (tmp_path / app).mkdir()
        (tmp_path / app / "views.py").write_text("a = _('Zebra')\n")
    (tmp_path / "cases" / "models.py").write_text("a = _('Quagga')\n")
    known = Catalog(locale="zh_Hans")
    known.add("Quagga", "斑驴")
    known.add("Dodo", "渡渡鸟")
    messages.save(known, tmp_path / "cases" / messages.CATALOGUE)
    return tmp_path


def kept(path):
    return {m.id: m.string for m in messages.catalogue(path) if m.id}


def test_what_is_missing_is_listed_by_app_and_added_once(two_apps):
    missing = messages.unsaid(two_apps)
    assert messages.listed(missing).splitlines() == [
        "cases: 1 without a translation",
        "  cases/views.py:1: 'Zebra'",
        "desk: 1 without a translation",
        "  desk/views.py:1: 'Zebra'",
    ]
    messages.write(missing, two_apps)
    home = two_apps / "cases" / messages.CATALOGUE
    assert kept(home) == {"Quagga": "斑驴", "Zebra": "", "Dodo": "渡渡鸟"}
    assert messages.catalogues(two_apps) == [home]
    assert messages.unsaid(two_apps).keys() == {"cases", "desk"}


def test_what_an_app_without_a_catalogue_says_goes_to_the_one_of_the_service(two_apps):
    (two_apps / "desk" / "views.py").write_text("a = _('Kiwi')\n")
    messages.write(messages.unsaid(two_apps), two_apps)
    assert kept(two_apps / messages.CATALOGUE) == {"Kiwi": ""}


def test_what_is_said_no_more_is_dropped(two_apps):
    messages.drop(two_apps)
    assert kept(two_apps / "cases" / messages.CATALOGUE) == {"Quagga": "斑驴"}


def test_a_text_with_a_doubtful_translation_counts_as_missing():
    catalog = Catalog(locale="zh_Hans")
    doubtful = catalog.add("Zebra", "斑马", flags=["fuzzy"])
    assert not messages.is_said(doubtful)
    assert messages.is_said(catalog.add("Horse", "马"))
