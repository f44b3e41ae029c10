"""What some tests need beside Python: looked for, installed where that can be done, else explained.

On Debian and its kin, root installs it; everybody else is told what to do. Without it those tests
are skipped, except in continuous integration, where that is an error.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable


def may_install() -> bool:
    """Whether this is a Debian, or one of its kin, and we are root."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(what: str, packages: tuple[str, ...]) -> bool:
    """Install packages with apt; whether that worked. `what` they are for is told on the way."""
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for command in (["update", "-qq"], ["install", "-y", "-qq", *packages]):
        print(f"{what}: apt-get {' '.join(command)}", flush=True)
        if subprocess.run(["apt-get", *command], env=quiet, stdout=subprocess.DEVNULL).returncode:
            return False
    return True


def see_to(
    what: str, find: Callable[[], str | None], packages: tuple[str, ...], missing: str, else_: str
) -> int:
    """Make sure that something is there.

    Args:
        what: its name in a word.
        find: gives the program, or None.
        packages: those of Debian that have it.
        missing: that it is not there, and what would need it.
        else_: what to do where there is no apt, one instruction a line.

    Returns:
        the exit code of the process.
    """
    if find() is not None or (may_install() and install(what, packages) and find() is not None):
        return 0
    first, *more = else_.splitlines()
    print(
        f"{missing}\n  Debian, Ubuntu: apt-get install {' '.join(packages)}\n  elsewhere: {first}",
        *(f"             {line}" for line in more),
        sep="\n",
        file=sys.stderr,
    )
    if os.environ.get("CI"):
        return 1
    print("Those tests will be skipped.", file=sys.stderr)
    return 0
