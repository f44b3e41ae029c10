"""The checkout is fit for a stranger: it names no one's machine, and keeps its files readable."""

from __future__ import annotations

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 600
LARGEST = 3_000_000
# Written in pieces, or this file would find itself.
MACHINE_PATH = re.compile(
    r"(?<![\w.~-])/(?:"
    + "|".join(["work", "root", "tmp/bash_jobs", r"home/\w+", r"Users/\w+"])
    + r")/"
)
ADDRESS = re.compile(
    r"\b(?:https?|ftp|file|git\+\w+)://|\s@\s|^\s*-(?:-\S*index|-find-links|f\b|i\b)"
)


@cache
def tracked() -> tuple[str, ...]:
    """The names of the files that git knows, without those that are gone from the work tree."""
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert listing.returncode == 0, f"These tests need git and a checkout: {listing.stderr}"
    return tuple(name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file())


def text_of(name: str) -> str | None:
    """The text of a tracked file, or None where it is not text."""
    data = (ROOT / name).read_bytes()
    return None if b"\0" in data else data.decode("utf-8")


def lines_that_match(pattern: re.Pattern[str], names: list[str]) -> list[str]:
    """Every place where a pattern is found, as file:line: text."""
    return [
        f"{name}:{number}: {line.strip()[:120]}"
        for name in names
        for number, line in enumerate((text_of(name) or "").splitlines(), start=1)
        if pattern.search(line)
    ]


def listed(problems: list[str]) -> str:
    """Problems under one another, for an assertion to show."""
    return "\n  " + "\n  ".join(problems)


def test_no_tracked_file_names_a_place_on_someones_machine():
    found = lines_that_match(MACHINE_PATH, list(tracked()))
    assert not found, "Use paths relative to the checkout instead:" + listed(found)


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("data = open('/" + "work/shared/x.csv')", True),
        ("see /" + "home/li/notes", True),
        ("PATH=/" + "root/bin", True),
        ("/" + "Users/li/x", True),
        ("docs/" + "work/plan.md", False),
        ("src/root/ and ./home/x/", False),
        ("POST /api/work-orders/", False),
        ("https://example.org/home/page/", False),
    ],
)
def test_a_machine_path_is_told_from_any_other(line: str, is_one: bool):
    assert bool(MACHINE_PATH.search(line)) is is_one


def test_lock_files_say_what_to_install_but_not_where_from():
    locks = [n for n in tracked() if n.startswith("requirements/") and n.endswith(".txt")]
    assert {"requirements/bootstrap.txt", "requirements/dev.txt"} <= set(locks)
    found = [p for p in lines_that_match(ADDRESS, locks) if ": #" not in p]
    assert not found, "Run `make lock`; these name an index or a place:" + listed(found)


def test_every_locked_package_is_held_to_its_hashes():
    for lock in (n for n in tracked() if n.startswith("requirements/") and n.endswith(".txt")):
        entries = re.split(r"\n(?=[a-z0-9])", (ROOT / lock).read_text(encoding="utf-8"))[1:]
        assert entries, f"{lock} locks nothing"
        loose = [e.splitlines()[0] for e in entries if "==" not in e or "--hash=sha256:" not in e]
        assert not loose, f"{lock} does not pin these by version and hash:" + listed(loose)


def test_no_python_file_is_too_long_to_read_in_one_sitting():
    lengths = {
        n: len((ROOT / n).read_text(encoding="utf-8").splitlines())
        for n in tracked()
        # What Django writes of changes to tables is read by Django.
        if n.endswith(".py") and "/migrations/" not in n
    }
    long = [f"{name}: {lines} lines" for name, lines in lengths.items() if lines > LONGEST]
    assert not long, f"Split what has more than {LONGEST} lines:" + listed(long)


def test_no_tracked_file_is_large():
    sizes = {name: (ROOT / name).stat().st_size for name in tracked()}
    large = [f"{name}: {size:,} bytes" for name, size in sizes.items() if size > LARGEST]
    assert not large, "Cut these down, or read them in place:" + listed(large)


def test_every_package_opens_with_an_essay():
    wanting = []
    for name in tracked():
        # Django makes folders for what it writes and finds by itself; they are no rooms.
        if name.endswith(
            (
                "/migrations/__init__.py",
                "/templatetags/__init__.py",
                "/management/__init__.py",
                "/commands/__init__.py",
            )
        ):
            continue
        if name.startswith("src/shouwen/") and name.endswith("/__init__.py"):
            essay = ast.get_docstring(ast.parse((ROOT / name).read_text(encoding="utf-8"))) or ""
            if len(essay.splitlines()) < 3:
                wanting.append(name)
    assert not wanting, (
        "Say at the top of each what the room is for, its ideas, and in which order to read it:"
        + listed(wanting)
    )


def test_every_text_file_ends_its_lines_as_unix_does():
    wrong = [n for n in tracked() if "\r" in (text_of(n) or "") and "/data/" not in n]
    assert not wrong, "These have carriage returns:" + listed(wrong)


def test_continuous_integration_runs_what_the_readme_tells_a_newcomer_to_run():
    script = ROOT / ".ci" / "run"
    assert "\nmake test\n" in script.read_text(encoding="utf-8")
    assert script.stat().st_mode & 0o111, ".ci/run is not executable"
