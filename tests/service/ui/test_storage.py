"""The address of a file says what is in it."""

from __future__ import annotations

import os

import pytest
from django.templatetags.static import static

from shouwen.service.ui import storage


@pytest.fixture
def sheet(tmp_path, monkeypatch):
    """A style sheet where static files are looked for."""
    path = tmp_path / "sheet.css"
    there = {"sheet.css": str(path)}
    monkeypatch.setattr(storage, "find", there.get)
    return path


def test_an_address_changes_with_the_file_and_only_with_it(sheet):
    sheet.write_text("a {}")
    os.utime(sheet, ns=(1, 1))
    first = static("sheet.css")
    assert first.startswith("/static/sheet.css?v=")
    os.utime(sheet, ns=(2, 2))
    assert static("sheet.css") == first
    sheet.write_text("b {}")
    os.utime(sheet, ns=(3, 3))
    assert static("sheet.css") != first


def test_a_file_that_is_not_there_has_a_plain_address(sheet):
    assert static("nothing.css") == "/static/nothing.css"
