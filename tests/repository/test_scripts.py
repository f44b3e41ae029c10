"""The scripts behind `make` meet whoever comes, and say what is wrong."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import assets, bench, browser, debian, install, lock

ROOT = Path(__file__).resolve().parents[2]


def test_even_an_old_python_can_start_the_installation_and_be_told_that_it_is_too_old():
    source = (ROOT / "scripts" / "install.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 6))
    # Python 3.6 has no other future feature to offer, and fails on its name alone.
    assert "from __future__" not in source


def test_a_python_that_is_too_old_is_named_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(sys, "version_info", (3, 8, 18))
    monkeypatch.setattr(sys, "executable", "python-of-old")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(SystemExit) as stopped:
        install.find_python()
    said = capsys.readouterr().err
    assert stopped.value.code == 1
    assert "needs Python 3.11 or newer" in said
    assert "python-of-old is 3.8" in said
    assert "make install PYTHON=" in said


def test_a_newer_python_on_the_path_is_taken_when_the_first_is_too_old(
    monkeypatch: pytest.MonkeyPatch,
):
    this = sys.executable
    monkeypatch.setattr(sys, "version_info", (3, 8, 18))
    monkeypatch.setattr(shutil, "which", {"python3.12": this}.get)
    assert install.find_python() == this


def test_a_stand_in_for_a_python_that_is_not_there_counts_as_none(tmp_path: Path):
    stand_in = tmp_path / "python3.12"
    stand_in.write_text("#!/bin/sh\necho 'python3.12: command not found' >&2\nexit 127\n")
    stand_in.chmod(0o755)
    assert install.version_of(str(stand_in)) is None
    assert install.version_of(str(tmp_path / "python3.13")) is None
    assert install.version_of(sys.executable) == sys.version_info[:2]


def test_a_change_of_the_lock_file_and_only_of_what_matters_asks_for_a_new_installation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    lock_file, other = tmp_path / "dev.txt", tmp_path / "notes.txt"
    lock_file.write_text("numpy==2.4.6\n")
    monkeypatch.setattr(install, "DECIDES", (lock_file,))
    before = install.digest()
    other.write_text("no matter\n")
    assert install.digest() == before
    lock_file.write_text("numpy==2.4.7\n")
    assert install.digest() != before


@pytest.mark.parametrize(
    "line", ["--index-url x", "--find-links wheels", "numpy @ file:///x.whl", "# from https://x/"]
)
def test_a_lock_file_that_names_a_place_is_refused(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "dev.txt").write_text(f"{line}\nnumpy==2.4.6\n")
    monkeypatch.setattr(lock, "REQUIREMENTS", tmp_path)
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: None)
    with pytest.raises(SystemExit, match="must not say where files are"):
        lock.compile_lock("dev.txt")


def test_benchmarks_are_those_that_can_be_run_by_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(bench, "FOLDER", tmp_path)
    (tmp_path / "calendars").mkdir()
    runnable = 'if __name__ == "__main__":\n    pass\n'
    (tmp_path / "calendars" / "deadlines.py").write_text(runnable)
    (tmp_path / "replay.py").write_text(runnable)
    (tmp_path / "_shared.py").write_text(runnable)
    (tmp_path / "helpers.py").write_text("def load(): ...\n")
    assert [path.name for path in bench.find([])] == ["deadlines.py", "replay.py"]
    assert [path.name for path in bench.find(["calend"])] == ["deadlines.py"]
    assert bench.find(["nothing"]) == []


SKIPPING = """
import pytest

def test_that_has_no_reference_data(shared_data):
    assert shared_data

def test_that_gives_up():
    pytest.skip("not today")
"""


@pytest.mark.parametrize(("ci", "outcome"), [("true", "1 failed, 1 skipped"), ("", "2 skipped")])
def test_in_continuous_integration_nothing_but_absent_reference_data_may_be_skipped(
    ci: str, outcome: str, tmp_path: Path
):
    tests = tmp_path / "checkout" / "tests"
    tests.mkdir(parents=True)
    (tests / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text("utf-8"), "utf-8")
    (tests / "test_skipping.py").write_text(SKIPPING, "utf-8")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "no:cacheprovider",
            "--rootdir",
            str(tests),
            str(tests),
        ],
        env={"CI": ci, "PATH": ""},
        cwd=tests,
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome in done.stdout.splitlines()[-1], done.stdout + done.stderr


@pytest.fixture
def no_browser(monkeypatch: pytest.MonkeyPatch):
    """A machine without a browser, where nobody may install one."""
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(debian, "may_install", lambda: False)


@pytest.mark.parametrize(("ci", "code"), [("true", 1), ("", 0)])
def test_whoever_has_no_browser_is_told_how_to_get_one(
    ci: str,
    code: int,
    no_browser: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.setenv("CI", ci)
    assert browser.main() == code
    said = capsys.readouterr().err
    assert "apt-get install chromium" in said
    assert "SHOUWEN_BROWSER=" in said
    assert ("will be skipped" in said) is (code == 0)


def test_a_browser_is_installed_where_that_can_be_done(monkeypatch: pytest.MonkeyPatch):
    there: dict[str, str] = {}
    monkeypatch.delenv("SHOUWEN_BROWSER", raising=False)
    monkeypatch.setattr(shutil, "which", there.get)
    monkeypatch.setattr(debian, "may_install", lambda: True)
    monkeypatch.setattr(
        debian, "install", lambda what, packages: not there.update({packages[0]: "/bin/chromium"})
    )
    assert browser.main() == 0
    assert browser.find() == "/bin/chromium"


def test_what_pages_are_made_with_is_fetched_with_every_installation(
    monkeypatch: pytest.MonkeyPatch,
):
    ran: list[list[str]] = []
    monkeypatch.setattr(install, "made_from", lambda: (str(install.ROOT), install.digest()))
    monkeypatch.setattr(install, "new_enough", lambda python: True)
    monkeypatch.setattr(install, "run", ran.append)
    install.main()
    assert ran == [[str(install.PYTHON), str(ROOT / "scripts" / "assets.py")]]


@pytest.fixture
def nothing_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A checkout whose files from npm are not there."""
    monkeypatch.setattr(assets, "VENDOR", tmp_path / "vendor")
    monkeypatch.setattr(assets, "STAMP", tmp_path / "vendor" / "made-from")
    monkeypatch.setattr(assets, "compile_messages", lambda: None)


def test_an_npm_that_reaches_nobody_is_reported_with_what_to_do(
    nothing_fetched: None, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(assets, "npm", lambda: [sys.executable, "-c", "raise SystemExit(1)"])
    assert assets.main() == 1
    said = capfd.readouterr().err
    assert "npm could not fetch the packages" in said
    assert "make install" in said
    assert not assets.VENDOR.exists()


def test_what_was_fetched_is_not_fetched_again(
    nothing_fetched: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    (tmp_path / "lock.json").write_text("{}")
    monkeypatch.setattr(assets, "DECIDES", (tmp_path / "lock.json",))
    assets.VENDOR.mkdir()
    # The SHA-256 of "{}".
    assets.STAMP.write_text("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")
    monkeypatch.setattr(assets, "npm", lambda: pytest.fail("npm was asked for"))
    assert assets.main() == 0


def test_the_lock_file_of_the_pages_says_what_but_not_where_from():
    text = (ROOT / "frontend" / "package-lock.json").read_text(encoding="utf-8")
    assert '"integrity": "sha512-' in text
    assert "://" not in text
    assert '"resolved"' not in text
