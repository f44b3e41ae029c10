"""See that there is a browser for the tests that look at pages as people do.

    .venv/bin/python -m scripts.browser

Chromium is taken from the PATH, or from where SHOUWEN_BROWSER says. Where it is missing, see
`debian`.
"""

from __future__ import annotations

import os
import shutil
import sys

from scripts import debian

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium", "fonts-noto-cjk")
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
"""What it is started with: it must run as root in a container, and talk to nobody but us."""


def find() -> str | None:
    """The browser's program, or None where there is none."""
    named = os.environ.get("SHOUWEN_BROWSER")
    if named:
        return shutil.which(named)
    return next((path for path in map(shutil.which, NAMES) if path), None)


def main() -> int:
    """Make sure that there is one. The exit code is that of the process."""
    return debian.see_to(
        "browser", find, PACKAGES,
        "There is no Chromium here, which the tests of pages look through.",
        "install Chromium or Chrome, and if it is not on the PATH, say where it is:\n"
        "SHOUWEN_BROWSER=/path/to/chromium make test",
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
