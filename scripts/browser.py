"""See that there is a browser for the tests that look at pages as people do.

    .venv/bin/python scripts/browser.py

Chromium is taken from the PATH, or from where SHOUWEN_BROWSER says. On Debian and its kin, root
installs it where it is missing; everybody else is told what to do. Without one those tests are
skipped, except in continuous integration, where that is an error.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

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


def may_install() -> bool:
    """Whether this is a Debian, or one of its kin, and we are root."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def install() -> bool:
    """Install it with apt; whether that worked."""
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for command in (["update", "-qq"], ["install", "-y", "-qq", *PACKAGES]):
        print(f"browser: apt-get {' '.join(command)}", flush=True)
        if subprocess.run(["apt-get", *command], env=quiet, stdout=subprocess.DEVNULL).returncode:
            return False
    return True


def main() -> int:
    """Make sure that there is one. The exit code is that of the process."""
    if find() is not None or (may_install() and install() and find() is not None):
        return 0
    print(
        "There is no Chromium here, which the tests of pages look through.\n"
        f"  Debian, Ubuntu: apt-get install {' '.join(PACKAGES)}\n"
        "  elsewhere: install Chromium or Chrome, and if it is not on the PATH, say where it is:\n"
        "             SHOUWEN_BROWSER=/path/to/chromium make test",
        file=sys.stderr,
    )
    if os.environ.get("CI"):
        return 1
    print("Those tests will be skipped.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
