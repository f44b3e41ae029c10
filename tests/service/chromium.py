"""A real browser for the tests of pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from scripts import browser


@contextmanager
def opened() -> Iterator[Any]:
    """Chromium, without a window; where there is none the test is passed over and says so."""
    program = browser.find()
    if program is None:
        pytest.skip("there is no Chromium; run `make browser`")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=program, args=list(browser.ARGUMENTS))
        yield found
        found.close()
