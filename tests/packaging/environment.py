"""A wheel built from this checkout, and a clean environment that has it and what it asks for."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path
from zipfile import ZipFile

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Installed:
    """An environment that knows nothing of the checkout, seen from a folder outside of it."""

    python: Path
    folder: Path

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a program of the environment as its user would."""
        program, *arguments = command
        # Nothing of the environment that runs the tests may leak in.
        kept = {k: v for k, v in os.environ.items() if k in ("PATH", "SYSTEMROOT", "TMPDIR", "TZ")}
        return subprocess.run(
            [self.python.parent / program, *arguments],
            cwd=self.folder,
            env={**kept, "HOME": str(self.folder), "PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=120,
        )


def succeed(command: Sequence[str | Path]) -> None:
    """Run a command that has no reason to fail, and show what it said when it does."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


def build_wheel(folder: Path) -> Path:
    """The wheel, built as a release is: from the source archive, by the locked build backend."""
    succeed([sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT])
    (built,) = folder.glob("*.whl")
    return built


def needed(requires: Sequence[str], extras: frozenset[str] = frozenset()) -> Iterator[Distribution]:
    """The installed distributions that requirements ask for here, themselves and through others."""
    for text in requires:
        wanted = Requirement(text)
        markers = [{"extra": extra} for extra in (*extras, "")]
        if wanted.marker is None or any(wanted.marker.evaluate(m) for m in markers):
            found = distribution(wanted.name)
            yield found
            yield from needed(found.requires or [], frozenset(wanted.extras))


def requirements_of(wheel: Path) -> list[str]:
    """What a wheel says that it needs."""
    with ZipFile(wheel) as archive:
        (name,) = [n for n in archive.namelist() if n.endswith(".dist-info/METADATA")]
        lines = archive.read(name).decode("utf-8").split("\n\n", 1)[0].splitlines()
    return [line.split(":", 1)[1].strip() for line in lines if line.startswith("Requires-Dist:")]


def install(wheel: Path, folder: Path) -> Installed:
    """A new environment with the wheel and what it declares to need, and nothing else.

    What it needs is linked in from the environment that runs the tests: so this works offline,
    and what the wheel uses but does not declare is still missing.
    """
    home = folder / "environment"
    venv.create(home, with_pip=True)
    python = home / ("Scripts" if os.name == "nt" else "bin") / "python"
    (packages,) = home.glob("[Ll]ib/**/site-packages")
    for found in {d.metadata["Name"]: d for d in needed(requirements_of(wheel))}.values():
        tops = {file.parts[0] for file in found.files or [] if file.parts[0] != ".."}
        for top in tops - {"__pycache__"}:
            target = packages / top
            if not target.exists():
                target.symlink_to(Path(str(found.locate_file(top))))
    pip = ["-m", "pip", "--isolated", "install", "--quiet", "--no-deps", "--no-index"]
    succeed([python, *pip, wheel])
    return Installed(python, folder)
