"""The bank's points measure: what it says, and that its scenarios would notice a change."""

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
BANK = ROOT / "src" / "shouwen" / "library" / "bank"
SHARED = "../shared"
WITHOUT_EVENTS = {"prose", "roster", "publication"}
"""Kinds of enactment that no event keeps or breaks."""


@cache
def measure() -> Measure:
    return load_measure(BANK)


@cache
def scenarios() -> tuple[Scenario, ...]:
    return tuple(s for path in find_scenario_files(BANK) for s in load_scenarios(path).scenarios)


def shared(name: str) -> Path:
    path = ROOT / SHARED / name
    if not path.is_file():
        pytest.skip(f"the reference file {SHARED}/{name} is not beside this checkout")
    return path


def inventory() -> dict[str, dict[str, Any]]:
    norms = yaml.safe_load(shared("clauses/bank.yaml").read_text("utf-8"))
    return {norm["id"].removeprefix("bank/"): norm for norm in norms}


def by_name(scenario: Scenario) -> str:
    return scenario.name


@pytest.mark.parametrize("scenario", scenarios(), ids=by_name)
def test_the_measure_says_what_the_scenario_expects(scenario: Scenario) -> None:
    result = run_scenario(scenario)
    assert result.passed, render_result(result)


def alternatives() -> list[tuple[Scenario, str]]:
    """Scenarios under another reading, once for each reading that they choose."""
    default = adopt(measure()).readings
    return [
        (scenario, name)
        for scenario in scenarios()
        for name, option in scenario.adoption.readings.items()
        if option != default[name]
    ]


@pytest.mark.parametrize(
    ("scenario", "reading"),
    alternatives(),
    ids=[f"{s.name}-{reading}" for s, reading in alternatives()],
)
def test_a_scenario_needs_every_reading_that_it_chooses(scenario: Scenario, reading: str) -> None:
    default = adopt(measure()).readings
    with_default = {**scenario.adoption.readings, reading: default[reading]}
    # What a scenario says of the readings it rests on would differ trivially.
    same_facts = replace(
        scenario,
        adoption=adopt(measure(), with_default),
        expect=tuple(
            replace(e, columns=tuple(c for c in e.columns if c.column != "readings"))
            for e in scenario.expect
        ),
    )
    assert not run_scenario(same_facts).passed


def test_every_alternative_of_every_reading_has_a_scenario() -> None:
    shown = {(name, s.adoption.readings[name]) for s, name in alternatives()}
    wanted = {
        (reading.id, option)
        for reading in measure().readings.values()
        for option in reading.options
        if option != reading.default
    }
    assert wanted - shown == set()


def test_every_norm_is_enacted() -> None:
    assert [norm.clause.id for norm in coverage(measure()).missing] == []


def test_every_norm_that_can_be_broken_or_kept_has_a_scenario() -> None:
    shown = {norm for scenario in scenarios() for norm in scenario.norms}
    wanted = {
        norm.clause.id
        for norm in coverage(measure()).norms
        if {e.kind for e in norm.enactments} - WITHOUT_EVENTS
    }
    assert wanted - shown == set()


def test_the_norms_are_those_of_the_inventory() -> None:
    assert {norm.id for norm in measure().norms} == set(inventory())


def test_every_norm_has_a_paraphrase_and_an_english_gloss() -> None:
    assert [c.id for c in measure().norms if not (c.text and c.gloss)] == []


def test_every_open_point_of_the_text_has_a_reading() -> None:
    open_points = {id_ for id_, norm in inventory().items() if norm["ambiguity"]}
    assert open_points == {reading.norm for reading in measure().readings.values()}


def test_the_text_is_not_copied() -> None:
    source = re.sub(r"\s", "", shared("measures/bank.txt").read_text("utf-8"))
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
    ("chapter-1.md", "then 2 else 3", "then 3 else 3", "1.4.2c"),
    ("chapter-3.md", "base: 12", "base: 13", "3b"),
    ("chapter-3.md", "period: year", "period: half-year", "3b"),
    ("chapter-3.md", "within: 30天", "within: 29天", "3f"),
    ("chapter-3.md", "within: 30天", "within: 31天", "3f"),
    ("chapter-3.md", "days_before >= 2", "days_before >= 3", "3f"),
    ("chapter-3.md", "| 1 | 每月 | 450 |", "| 1 | 每月 | 451 |", "3i"),
    ("chapter-4-0.md", "percent: 100%", "percent: 99%", "4.0b"),
    ("chapter-4-0.md", "percent: 50%", "percent: 51%", "4.0c"),
    ("chapter-4-0.md", "times: 2", "times: 3", "4.0f"),
    ("chapter-4-0.md", "within: 30天", "within: 31天", "4.0f"),
    ("chapter-4-0.md", "within: 30天", "within: 29天", "4.0f"),
    ("chapter-4-0.md", "| 500-1000 |", "| 500-1001 |", "4.2.19f"),
    ("chapter-4-0.md", "10%-20%, to: director,", "10%-21%, to: director,", "4.2.19h"),
    ("chapter-4-1.md", "at least: 5", "at least: 4", "4.1.0a"),
    ("chapter-4-1.md", "models_before >= 5", "models_before >= 6", "4.1.0a"),
    ("chapter-4-2.md", "| 1 | < 6 | > 3 |", "| 1 | <= 6 | > 3 |", "4.2.0h"),
    ("chapter-4-2.md", "| 1 | < 6 | > 3 |", "| 1 | < 6 | >= 3 |", "4.2.0h"),
    ("chapter-4-2.md", "fine: 300元", "fine: 301元", "4.2.0d"),
    ("chapter-4-2-1.md", "times_before_that_day >= 2", "times_before_that_day >= 3", "4.2.1i"),
    ("chapter-4-2-1.md", "ahead: 1个工作日", "ahead: 2个工作日", "4.2.1b"),
    ("chapter-4-2-1.md", "08:10)", "08:09)", "4.2.2a"),
    ("chapter-4-2-11.md", "29分钟59秒", "30分钟", "4.2.13a"),
    ("chapter-4-2-11.md", "satisfied < 99%", "satisfied < 98%", "4.2.15c"),
    ("chapter-4-2-11.md", "rings > 6", "rings > 7", "4.2.16a"),
    ("chapter-5.md", "then 3天", "then 4天", "5a"),
    ("chapter-5.md", "then 2天", "then 3天", "5b"),
    ("measure.md", "from: 2006-01-01", "from: 2006-01-02", "6b"),
]


@pytest.mark.parametrize(("file", "figure", "other", "norm"), FIGURES)
def test_another_figure_fails_a_scenario_of_its_norm(
    tmp_path: Path, file: str, figure: str, other: str, norm: str
) -> None:
    shutil.copytree(BANK, tmp_path / "bank")
    path = tmp_path / "bank" / file
    text = path.read_text("utf-8")
    assert figure in text
    path.write_text(text.replace(figure, other), "utf-8")
    changed = load_measure(tmp_path / "bank")
    results = [
        run_scenario(replace(s, adoption=adopt(changed, dict(s.adoption.readings))))
        for s in scenarios()
        if norm in s.norms
    ]
    assert not all(result.passed for result in results)
