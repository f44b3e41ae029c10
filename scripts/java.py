"""See that there is a Java for the tests that run on Spark.

    .venv/bin/python scripts/java.py

Java is taken from JAVA_HOME or from the PATH. On Debian and its kin, root installs it where it is
missing; everybody else is told what to do. Without one those tests are skipped, except in
continuous integration, where that is an error.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys

OLDEST = 17
PACKAGES = ("default-jre-headless",)


def find() -> str | None:
    """The program, or None where there is none that is new enough."""
    home = os.environ.get("JAVA_HOME")
    places = [f"{home}/bin/java"] if home else []
    found = next((p for p in map(shutil.which, [*places, "java"]) if p), None)
    return found if found is not None and version_of(found) >= OLDEST else None


def version_of(program: str) -> int:
    """The version of a Java, as 17; 0 where it does not say."""
    try:
        said = subprocess.run([program, "-version"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    number = re.search(r'version "(\d+)', said.stderr)
    return int(number[1]) if number else 0


def may_install() -> bool:
    """Whether this is a Debian, or one of its kin, and we are root."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def install() -> bool:
    """Install it with apt; whether that worked."""
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for command in (["update", "-qq"], ["install", "-y", "-qq", *PACKAGES]):
        print(f"java: apt-get {' '.join(command)}", flush=True)
        if subprocess.run(["apt-get", *command], env=quiet, stdout=subprocess.DEVNULL).returncode:
            return False
    return True


def main() -> int:
    """Make sure that there is one. The exit code is that of the process."""
    if find() is not None or (may_install() and install() and find() is not None):
        return 0
    print(
        f"There is no Java {OLDEST} or newer here, which the tests of Spark need.\n"
        f"  Debian, Ubuntu: apt-get install {' '.join(PACKAGES)}\n"
        "  elsewhere: install a JRE, and if it is not on the PATH, say where it is:\n"
        "             JAVA_HOME=/path/to/jre make test",
        file=sys.stderr,
    )
    if os.environ.get("CI"):
        return 1
    print("Those tests will be skipped.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
