"""The agents measure: what it says, and that its scenarios would notice a change."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from shouwen.measures.checking import coverage
from shouwen.measures.checking.coverage import readings_used
from shouwen.measures.evaluation import adopt
from shouwen.measures.language import Measure, load_measure
from shouwen.measures.scenarios import (
    Measures,
    Scenario,
    find_scenario_files,
    load_scenarios,
    render_result,
    run_scenario,
)

ROOT = Path(__file__).resolve().parents[2]
AGENT = ROOT / "src" / "shouwen" / "library" / "agent"
SHARED = "../shared"

SHARED_READINGS = {"2.1c": "1.3b", "3.1f": "2.3a", "9.3c": "9.3b", "9.4e": "6.5a"}
"""Open points that the reading of another norm decides: two choices could contradict each other."""


@cache
def measure() -> Measure:
    return load_measure(AGENT)


@cache
def scenarios() -> tuple[Scenario, ...]:
    measures = Measures()
    return tuple(
        s for path in find_scenario_files(AGENT) for s in load_scenarios(path, measures).scenarios
    )


def shared(name: str) -> Path:
    path = ROOT / SHARED / name
    if not path.is_file():
        pytest.skip(f"the reference file {SHARED}/{name} is not beside this checkout")
    return path


def inventory() -> dict[str, dict[str, Any]]:
    norms = yaml.safe_load(shared("clauses/agent.yaml").read_text("utf-8"))
    return {norm["id"].removeprefix("agent/"): norm for norm in norms}


@pytest.mark.parametrize("number", range(len(scenarios())))
def test_every_scenario_holds(number: int) -> None:
    result = run_scenario(scenarios()[number])
    assert result.passed, render_result(result)


def test_the_norms_are_those_of_the_source() -> None:
    assert {clause.id for clause in measure().norms} == set(inventory())


def test_every_norm_has_a_paraphrase_and_an_english_gloss() -> None:
    assert [c.id for c in measure().norms if not (c.text and c.gloss)] == []


def test_every_norm_is_enacted() -> None:
    assert [norm.clause.id for norm in coverage(measure()).missing] == []


def test_every_norm_that_can_be_broken_or_kept_has_a_scenario() -> None:
    shown = {norm for scenario in scenarios() for norm in scenario.norms}
    found = coverage(measure()).norms
    published = {n.clause.id for n in found if {e.kind for e in n.enactments} == {"publication"}}
    wanted = {norm.clause.id for norm in found if not norm.prose_only}
    assert wanted - shown == published == {"11.B1"}


def test_every_open_point_of_the_text_has_a_reading() -> None:
    open_points = {i for i, norm in inventory().items() if norm["ambiguity"]}
    decided = {reading.norm for reading in measure().readings.values()}
    assert open_points - decided == set(SHARED_READINGS)
    assert set(SHARED_READINGS.values()) <= decided


def test_every_reading_is_looked_at_by_a_rule() -> None:
    assert [name for name, used in readings_used(measure()).items() if not used] == []


def test_every_alternative_reading_is_shown() -> None:
    shown = {pair for s in scenarios() for pair in dict(s.adoption.readings).items()}
    alternatives = {
        (reading.id, option)
        for reading in measure().readings.values()
        for option in reading.options
        if option != reading.default
    }
    assert alternatives - shown == set()


def test_the_text_is_not_copied() -> None:
    source = re.sub(r"\s", "", shared("measures/agent.txt").read_text("utf-8"))
    longest = 11
    copied = {
        clause.id: text[i : i + longest]
        for clause in measure().clauses.values()
        for text in (re.sub(r"\s", "", clause.text),)
        for i in range(len(text) - longest + 1)
        if text[i : i + longest] in source
    }
    assert copied == {}


FIGURES = [
    ("chapter-2.md", "starts + 1年\n", "starts + 366天\n", "2.1b"),
    ("chapter-2.md", "first_start + 3年 - 1天)", "first_start + 3年)", "2.1a"),
    ("chapter-3.md", "within: 60天", "within: 59天", "4.6a"),
    ("chapter-3.md", "within: 60天", "within: 66天", "4.6a"),
    ("chapter-3.md", "35% * target", "36% * target", "4.6a"),
    ("chapter-3.md", "35% * target", "34% * target", "4.6a"),
    ("chapter-3.md", "then 9 else 10", "then 8 else 9", "3.1e"),
    ("chapter-6.md", "else 10个工作日", "else 9个工作日", "6.1"),
    ("chapter-6.md", "else 10个工作日", "else 11个工作日", "6.1"),
    ("chapter-6.md", "due: day 5\n", "due: day 6\n", "6.2b"),
    ("chapter-6.md", "due: day 25\n", "due: day 26\n", "6.3"),
    ("chapter-6.md", "due: 12-30", "due: 12-31", "6.5a"),
    ("chapter-6.md", "due: +5 days", "due: +6 days", "6.7a"),
    ("chapter-7.md", "price > 120%", "price > 121%", "7.3"),
    ("chapter-7.md", "price > 120%", "price >= 120%", "7.3"),
    ("chapter-7.md", "price < 80%", "price < 79%", "7.3"),
    ("chapter-7.md", "price < 80%", "price <= 80%", "7.3"),
    ("chapter-9.md", "when: sales < target\n", "when: sales <= target\n", "9.2a"),
    ("chapter-9.md", "target - sales >= gap", "target - sales > gap", "9.3b"),
    ("chapter-9-4.md", "due: last day", "due: day 30", "9.4b"),
    ("chapter-9-5.md", "within: 1个工作日", "within: 2个工作日", "9.9b"),
    ("chapter-10.md", "paid_in >= deposit_due", "paid_in > 0元", "10.1b"),
    ("chapter-11.md", "at least: 2", "at least: 1", "11.B3"),
    ("chapter-12.md", "asking.year - 1", "asking.year - 2", "12.3"),
    ("chapter-12-5.md", "0.01元-50000元", "0.01元-50001元", "12.5a"),
    ("chapter-12-5.md", "0元-5000元", "0元-5001元", "12.6b"),
    ("chapter-12-5.md", "loss > 5000元 or", "loss > 5001元 or", "12.6d"),
    ("chapter-12-5.md", "5000元-20000元", "4999元-20000元", "12.7a"),
    ("chapter-12-5.md", "5000元-20000元", "5000元-20001元", "12.7a"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "figure", "other", "norm"), FIGURES)
def test_another_figure_fails_a_scenario_of_its_norm(
    tmp_path: Path, file: str, figure: str, other: str, norm: str
) -> None:
    shutil.copytree(AGENT, tmp_path / "agent")
    path = tmp_path / "agent" / file
    text = path.read_text("utf-8")
    assert figure in text
    path.write_text(text.replace(figure, other), "utf-8")
    changed = load_measure(tmp_path / "agent")
    of_the_norm = [s for s in scenarios() if norm in s.norms]
    results = (
        run_scenario(replace(s, adoption=adopt(changed, dict(s.adoption.readings))))
        for s in of_the_norm
    )
    assert not all(result.passed for result in results)
