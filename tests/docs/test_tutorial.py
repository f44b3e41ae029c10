"""The tutorial does what it says: its files are written and its commands run, step by step."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from shouwen.cli.app import app

TUTORIAL = Path(__file__).resolve().parents[2] / "docs" / "tutorial" / "first-measure.md"
FENCE = re.compile(r"^(`{3,})(\w+)(?: file=(\S+))?\n(.*?)^\1$", re.MULTILINE | re.DOTALL)


def steps() -> Iterator[tuple[str | None, str]]:
    """The files (with their names) and the commands of the page, in order."""
    for _, language, name, body in FENCE.findall(TUTORIAL.read_text("utf-8")):
        if name:
            yield name, body
        elif language == "console":
            for line in body.splitlines():
                yield None, line.removeprefix("$ shouwen ")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> list[Result]:
    """What every command of the page answered, run where the page says."""
    folder = tmp_path_factory.mktemp("tutorial")
    found = []
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name, text in steps():
            if name is None:
                arguments = shlex.split(text)
                found.append(CliRunner().invoke(app, arguments, env={"SHOUWEN_LANG": "zh"}))
            else:
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, "utf-8")
    return found


def test_every_command_of_the_page_succeeds(results: list[Result]) -> None:
    assert len(results) == 6
    for result in results:
        assert result.exit_code == 0, result.output


def test_the_bare_document_is_accepted_with_a_warning_for_every_norm(
    results: list[Result],
) -> None:
    assert "3 norms" in results[0].output
    assert "3 warning(s)" in results[0].output
    assert results[0].output.count("not-enacted") == 3


def test_with_its_rules_there_is_nothing_to_warn_of(results: list[Result]) -> None:
    assert "4 norms" in results[1].output
    assert "0 warning(s)" in results[1].output


def test_its_scenarios_pass_and_show_every_norm(results: list[Result]) -> None:
    assert "3 passed, 0 failed" in results[2].output
    assert re.search(r"lifts\s*│\s*4\s*│\s*4\s*│\s*4\s*│", results[3].output)


def test_the_log_agrees_in_three_of_four_calls(results: list[Result]) -> None:
    assert re.search(r"total\s*│\s*4\s*│\s*3\s*│\s*75\.00%", results[4].output)


def test_the_second_deduction_is_explained_as_doubled(results: list[Result]) -> None:
    assert "再次迟到" in results[5].output
    assert "400元" in results[5].output
