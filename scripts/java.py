"""See that there is a Java for the tests that run on Spark.

    .venv/bin/python -m scripts.java

Java is taken from JAVA_HOME or from the PATH. Where it is missing, see `debian`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys

from scripts import debian

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


def main() -> int:
    """Make sure that there is one. The exit code is that of the process."""
    return debian.see_to(
        "java", find, PACKAGES,
        f"There is no Java {OLDEST} or newer here, which the tests of Spark need.",
        "install a JRE, and if it is not on the PATH, say where it is:\n"
        "JAVA_HOME=/path/to/jre make test",
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
