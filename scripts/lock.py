"""Resolve the dependencies of pyproject.toml into the lock files under `requirements/`.

    .venv/bin/python scripts/lock.py [--upgrade]

Without `--upgrade`, versions that still fit stay as they are, and only what pyproject.toml asks
for anew is resolved. The result holds for every platform and for every Python that pyproject.toml
admits. It names no index and no address: whoever installs uses their own index, and the hashes
say whether they got the same files.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
UV = Path(sys.executable).parent / "uv"
OLDEST = "3.11"
HOW = [
    "--universal",
    # One version of each package for every Python, so that all of us run the same code.
    "--fork-strategy=fewest",
    f"--python-version={OLDEST}",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--custom-compile-command=make lock",
    "--quiet",
]
# What would tie a lock file to one machine or one index.
PLACES = ("://", "file:", "--find-links", "--index-url", "--extra-index-url", " @ ")


def compile_lock(name: str, *arguments: str) -> None:
    """Write one lock file."""
    target = REQUIREMENTS / name
    command = [str(UV), "pip", "compile", *HOW, f"--output-file={target}", *arguments]
    subprocess.run(command, cwd=ROOT, check=True)
    text = target.read_text(encoding="utf-8")
    for place in PLACES:
        if place in text:
            sys.exit(f"{target.name} holds {place!r}: a lock file must not say where files are.")
    pins = sum(1 for line in text.splitlines() if "==" in line and not line.startswith((" ", "#")))
    print(f"requirements/{name}: {pins} pins")


def main() -> None:
    """Write all lock files, the second from what the first decided."""
    extra = ["--upgrade"] if "--upgrade" in sys.argv[1:] else []
    compile_lock("dev.txt", "--group=dev", "pyproject.toml", *extra)
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "bootstrap.in"
        wanted.write_text("uv\n", encoding="utf-8")
        constraint = "--constraints=requirements/dev.txt"
        compile_lock("bootstrap.txt", "--no-annotate", constraint, str(wanted), *extra)


if __name__ == "__main__":
    main()
