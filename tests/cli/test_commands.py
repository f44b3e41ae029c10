"""The command line as its users meet it: what it prints, what it returns."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from shouwen import library
from shouwen.cli.app import app

ROOT = Path(__file__).resolve().parents[2]
BOSTON = ROOT / "examples" / "boston311"
LATE = """measure: {measure}
scenarios:
  - name: 迟到一秒
    norms: [3.3.2c]
    events:
      - {{event: repair.reported, at: 2026-05-06 09:00, case: C1, area: 城区, technician: 甲}}
      - {{event: repair.arrived, at: 2026-05-06 09:30:01, case: C1}}
    expect:
      - {{duty: arrive, case: C1, status: {status}}}
"""


def run(*arguments: str) -> Result:
    """Run the command; what goes to standard error is kept apart."""
    return CliRunner().invoke(app, list(arguments), env={"SHOUWEN_LANG": "en"})


def data(*arguments: str) -> Any:
    """The JSON that a command prints."""
    return json.loads(run(*arguments, "--json").stdout)


@pytest.fixture
def late(tmp_path: Path) -> Path:
    """A scenario that holds."""
    folder = tmp_path / "scenarios"
    folder.mkdir()
    path = folder / "late.yaml"
    path.write_text(LATE.format(measure=library.path_of("cable"), status="breached"), "utf-8")
    return path


def test_a_sound_measure_is_accepted() -> None:
    result = run("check", "cable")
    assert result.exit_code == 0
    assert "cable" in result.stdout


def test_a_broken_measure_is_refused_with_its_places(tmp_path: Path) -> None:
    text = (library.path_of("cable") / "measure.md").read_text("utf-8")
    path = tmp_path / "measure.md"
    path.write_text(text.replace("effective:", "effektive:"), "utf-8")
    result = run("check", str(path))
    assert result.exit_code == 1
    assert "Did you mean 'effective'?" in result.stderr
    (found,) = data("check", str(path))
    assert not found["ok"]
    assert {"file", "line", "column", "message", "hint"} <= found["diagnostics"][0].keys()


def test_a_measure_that_is_not_there_is_named_with_those_that_are() -> None:
    result = run("check", "cabel")
    assert result.exit_code == 2
    assert "Did you mean 'cable'?" in result.stderr


def test_norms_lists_what_enacts_each() -> None:
    found = data("norms", "cable")
    by_id = {n["id"]: n for n in found["items"]}
    assert found["norms"] == len(by_id)
    assert {"kind": "duty", "rule": "arrive"} in by_id["3.3.2c"]["enactments"]
    assert "3.3.2c" in run("norms", "cable").stdout


def test_coverage_counts_norms_rules_and_scenarios() -> None:
    found = data("coverage", "cable")["cable"]
    assert found.keys() == {"norms", "enacted", "with_scenario", "prose_only"}
    assert found["norms"] >= found["enacted"] >= found["with_scenario"] > 0


def test_a_scenario_that_holds_passes(late: Path) -> None:
    assert run("test", str(late)).exit_code == 0
    assert data("test", str(late))["passed"] == 1


def test_a_failing_scenario_shows_what_differs_and_why(late: Path) -> None:
    late.write_text(late.read_text("utf-8").replace("breached", "met"), "utf-8")
    result = run("test", str(late))
    assert result.exit_code == 1
    assert "status: expected met, is breached" in result.stdout
    assert "0 passed, 1 failed" in result.stdout


def test_an_outcome_is_explained_in_both_languages(late: Path) -> None:
    english = run("explain", str(late), "--kind", "breach", "--about", "3.3.2c").stdout
    assert "did not do 'arrive in time' in time" in english
    chinese = run(
        "explain", str(late), "--kind", "breach", "--about", "3.3.2c", "--lang", "zh"
    ).stdout
    assert "第三章第三条第2项" in chinese


def test_an_explanation_says_what_would_have_avoided_it(late: Path) -> None:
    text = run("explain", str(late), "--kind", "breach", "--about", "3.3.2c").stdout
    assert "What would have avoided it" in text
    assert "had come by 2026-05-06 09:30" in text


def test_asking_for_an_outcome_that_is_not_there_says_what_there_is(late: Path) -> None:
    result = run("explain", str(late), "--about", "nobody")
    assert result.exit_code == 1
    assert "duty" in result.stderr


def test_a_deadline_is_shown_with_the_rules_that_moved_it() -> None:
    found = data("deadline", "2026-09-30T16:00", "3个工作日")
    assert found["deadline"] == "2026-10-11T00:00:00+08:00"
    assert found["last_day"] == "2026-10-10"
    text = run("deadline", "2026-09-30T16:00", "3个工作日", "--lang", "zh").stdout
    assert "2026-10-10 24:00" in text
    assert "国庆节" in text


def test_a_period_that_is_none_is_refused_with_a_suggestion() -> None:
    result = run("deadline", "2026-09-30T16:00", "3个工作天")
    assert result.exit_code == 2
    assert "3个工作日" in result.stderr


def test_a_log_is_replayed_and_held_against_its_own_verdicts(tmp_path: Path) -> None:
    import gzip

    with gzip.open(BOSTON / "boston311_animal_2013_2023.csv.gz", "rt", encoding="utf-8") as file:
        lines = [next(file) for _ in range(400)]
    log = tmp_path / "log.csv"
    log.write_text("".join(lines), "utf-8")
    arguments = ("replay", str(log), "--mapping", str(BOSTON / "mapping.yaml"))
    found = data(*arguments)
    assert found["rows"] == 399
    assert found["requests_with_target"] == found["flags_agree"] > 0
    assert sum(g["targets"] for g in found["groups"]) == found["targets"]
    text = run(*arguments)
    assert text.exit_code == 0
    assert f"the measure's in all {found['flags_agree']} cases" in text.stdout


def test_a_bad_row_refuses_the_log_unless_it_is_set_aside(tmp_path: Path) -> None:
    import gzip

    with gzip.open(BOSTON / "boston311_animal_2013_2023.csv.gz", "rt", encoding="utf-8") as file:
        lines = [next(file) for _ in range(50)]
    lines[7] = lines[7].replace("2013-01-", "2013-13-", 1)
    log = tmp_path / "log.csv"
    log.write_text("".join(lines), "utf-8")
    arguments = ("replay", str(log), "--mapping", str(BOSTON / "mapping.yaml"))
    refused = run(*arguments)
    assert refused.exit_code == 1
    assert "open_dt" in refused.stderr
    rejects = tmp_path / "rejects.csv"
    assert run(*arguments, "--rejects", str(rejects)).exit_code == 0
    assert rejects.exists()
