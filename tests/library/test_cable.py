"""The cable operator's measure: what it says, and that its scenarios would notice a change."""

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
from shouwen.measures.evaluation import adopt
from shouwen.measures.language import Measure, load_measure
from shouwen.measures.scenarios import (
    Scenario,
    find_scenario_files,
    load_scenarios,
    render_result,
    run_scenario,
)

ROOT = Path(__file__).resolve().parents[2]
CABLE = ROOT / "src" / "shouwen" / "library" / "cable"
SHARED = "../shared"
ENACTED = re.compile(r"cable/(3\.3\.|3\.4\.|5\.|6\.)")
"""The parts of the source that this edition enacts in full."""


@cache
def measure() -> Measure:
    return load_measure(CABLE)


@cache
def scenarios() -> tuple[Scenario, ...]:
    return tuple(s for path in find_scenario_files(CABLE) for s in load_scenarios(path).scenarios)


def shared(name: str) -> Path:
    path = ROOT / SHARED / name
    if not path.is_file():
        pytest.skip(f"the reference file {SHARED}/{name} is not beside this checkout")
    return path


def inventory() -> list[dict[str, Any]]:
    norms = yaml.safe_load(shared("clauses/cable.yaml").read_text("utf-8"))
    return [norm for norm in norms if ENACTED.match(norm["id"])]


def by_name(scenario: Scenario) -> str:
    return scenario.name


@pytest.mark.parametrize("scenario", scenarios(), ids=by_name)
def test_the_measure_says_what_the_scenario_expects(scenario: Scenario) -> None:
    result = run_scenario(scenario)
    assert result.passed, render_result(result)


@pytest.mark.parametrize(
    "scenario",
    [s for s in scenarios() if s.adoption.readings != adopt(measure()).readings],
    ids=by_name,
)
def test_an_alternative_reading_says_something_else_than_the_default(scenario: Scenario) -> None:
    # What a scenario says of the readings it rests on would differ trivially.
    same_facts = replace(
        scenario,
        adoption=adopt(measure()),
        expect=tuple(
            replace(e, columns=tuple(c for c in e.columns if c.column != "readings"))
            for e in scenario.expect
        ),
    )
    assert not run_scenario(same_facts).passed


def test_every_alternative_of_every_reading_has_a_scenario() -> None:
    default = adopt(measure()).readings
    shown = {
        (name, option)
        for s in scenarios()
        for name, option in s.adoption.readings.items()
        if option != default[name]
    }
    alternatives = {
        (reading.id, option)
        for reading in measure().readings.values()
        for option in reading.options
        if option != reading.default
    }
    assert alternatives - shown == set()


def test_every_norm_is_enacted() -> None:
    assert [norm.clause.id for norm in coverage(measure()).missing] == []


def test_every_norm_that_can_be_broken_or_kept_has_a_scenario() -> None:
    shown = {norm for scenario in scenarios() for norm in scenario.norms}
    wanted = {norm.clause.id for norm in coverage(measure()).norms if not norm.prose_only}
    assert wanted - shown == set()


def test_every_norm_of_the_enacted_parts_stands_with_its_citation() -> None:
    clauses = measure().clauses
    expected = {norm["id"].removeprefix("cable/"): norm["cite"] for norm in inventory()}
    assert {id_: clauses[id_].cite for id_ in expected if id_ in clauses} == expected


def test_every_norm_has_a_paraphrase_and_an_english_gloss() -> None:
    assert [c.id for c in measure().norms if not (c.text and c.gloss)] == []


def test_every_open_point_of_the_text_has_a_reading() -> None:
    open_points = {n["id"].removeprefix("cable/") for n in inventory() if n["ambiguity"]}
    assert open_points - {reading.norm for reading in measure().readings.values()} == set()


def test_the_text_is_not_copied() -> None:
    source = re.sub(r"\s", "", shared("measures/cable.txt").read_text("utf-8"))
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
    ("chapter-3.md", "12:00)", "12:01)", "3.2.6c"),
    ("chapter-3-3.md", "then 30分钟", "then 31分钟", "3.3.2c"),
    ("chapter-3-3.md", "| 1小时 |", "| 61分钟 |", "3.3.2d"),
    ("chapter-3-3.md", " then 24小时 else 1天", " then 25小时 else 1天", "3.3.2e"),
    ("chapter-3-3.md", "| 2小时 |", "| 121分钟 |", "3.3.2f"),
    ("chapter-3-3.md", "| 12小时 |", "| 13小时 |", "3.3.2g"),
    ("chapter-3-3.md", "08:00-21:00\nspecial", "08:00-21:01\nspecial", "3.3.2n"),
    ("chapter-3-3.md", "special: 08:00-24:00", "special: 08:00-23:59", "3.3.2o"),
    ("chapter-3-3.md", "date of(at) + 1天", "date of(at) + 2天", "3.3.2q"),
    ("chapter-3-4.md", "else 2个工作日\nmoves", "else 3个工作日\nmoves", "3.4.1c"),
    ("chapter-5.md", "100元-500元", "99元-500元", "5.1"),
    ("chapter-5.md", "100元-500元", "100元-501元", "5.1"),
    ("chapter-5.md", "fine: 50元", "fine: 51元", "5.2a"),
    ("chapter-5.md", "3000元-5000元", "3000元-5001元", "5.3c"),
    ("chapter-5.md", "within: 1年", "within: 366天", "5.3c"),
    ("chapter-5.md", "within: 1年", "within: 364天", "5.3g"),
    ("chapter-5.md", "then 10% else 20%, to: chief", "then 11% else 20%, to: chief", "5.3e"),
    ("chapter-5.md", "| 13000元以上", "| 13001元以上", "5.3h"),
    ("chapter-5.md", "suspension: 2年", "suspension: 3年", "5.3i"),
    ("chapter-5.md", "intent_before = 1", "intent_before >= 1", "5.4b"),
    ("measure.md", "from: 2013-09-01", "from: 2013-09-02", "6.0a"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "figure", "other", "norm"), FIGURES)
def test_another_figure_fails_a_scenario_of_its_norm(
    tmp_path: Path, file: str, figure: str, other: str, norm: str
) -> None:
    shutil.copytree(CABLE, tmp_path / "cable")
    path = tmp_path / "cable" / file
    text = path.read_text("utf-8")
    assert figure in text
    path.write_text(text.replace(figure, other), "utf-8")
    changed = load_measure(tmp_path / "cable")
    of_the_norm = [s for s in scenarios() if norm in s.norms]
    results = [
        run_scenario(replace(s, adoption=adopt(changed, dict(s.adoption.readings))))
        for s in of_the_norm
    ]
    assert not all(result.passed for result in results)
