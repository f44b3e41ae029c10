"""The cable operator's measure: what it says, and that its scenarios would notice a change."""

from __future__ import annotations

import os
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
from shouwen.measures.evaluation import Adoption, adopt
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
CABLE = ROOT / "src" / "shouwen" / "library" / "cable"
SHARED = "../shared"


@cache
def measure() -> Measure:
    return load_measure(CABLE)


@cache
def default() -> Adoption:
    return adopt(measure())


@cache
def scenarios() -> tuple[Scenario, ...]:
    measures = Measures()
    return tuple(
        s for path in find_scenario_files(CABLE) for s in load_scenarios(path, measures).scenarios
    )


def shared(name: str) -> Path:
    path = ROOT / SHARED / name
    if not path.is_file():
        pytest.skip(f"the reference file {SHARED}/{name} is not beside this checkout")
    return path


@cache
def inventory() -> tuple[dict[str, Any], ...]:
    return tuple(read_yaml(shared("clauses/cable.yaml")))


def read_yaml(path: Path) -> Any:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text("utf-8"), loader)


def by_name(scenario: Scenario) -> str:
    return scenario.name


@pytest.mark.parametrize("scenario", scenarios(), ids=by_name)
def test_the_measure_says_what_the_scenario_expects(scenario: Scenario) -> None:
    result = run_scenario(scenario)
    assert result.passed, render_result(result)


@pytest.mark.parametrize(
    "scenario",
    [s for s in scenarios() if s.adoption.readings != default().readings],
    ids=by_name,
)
def test_an_alternative_reading_says_something_else_than_the_default(scenario: Scenario) -> None:
    # What a scenario says of the readings it rests on would differ trivially.
    same_facts = replace(
        scenario,
        adoption=default(),
        expect=tuple(
            replace(e, columns=tuple(c for c in e.columns if c.column != "readings"))
            for e in scenario.expect
        ),
    )
    assert not run_scenario(same_facts).passed


def test_every_alternative_of_every_reading_has_a_scenario() -> None:
    usual = default().readings
    shown = {
        (name, option)
        for s in scenarios()
        for name, option in s.adoption.readings.items()
        if option != usual[name]
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


def test_the_norms_are_those_of_the_source_with_their_citations() -> None:
    expected = {norm["id"].removeprefix("cable/"): norm["cite"] for norm in inventory()}
    assert {clause.id: clause.cite for clause in measure().norms} == expected


def test_every_reading_is_looked_at_by_a_rule() -> None:
    assert [name for name, used in readings_used(measure()).items() if not used] == []


def test_every_prohibition_of_the_source_can_be_presumed_intentional() -> None:
    forbidden = {n["id"].removeprefix("cable/") for n in inventory() if n["kind"] == "prohibition"}
    files = [read_yaml(path) for path in find_scenario_files(CABLE)]
    fined_as_intent = {
        norm
        for file in files
        for scenario in file["scenarios"]
        if scenario.get("readings", {}).get("过错认定") == "按条款推定"
        for wanted in scenario.get("expect", ())
        if wanted.get("consequence") == "heavy-fine" and wanted.get("norm") == "5.3d"
        for norm in wanted.get("norms", ())
    }
    assert forbidden - fined_as_intent == set()


def test_no_phone_number_stands_in_the_measure() -> None:
    text = "".join(path.read_text("utf-8") for path in CABLE.rglob("*.*"))
    assert re.findall(r"(?<![\d-])\d{7,}(?!\d)", text) == []


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
    ("chapter-3-2.md", "+ 1天, 12:00)", "+ 1天, 12:01)", "3.2.6c"),
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
    ("chapter-2.md", "daily: 08:00-22:00", "daily: 08:00:01-22:00", "2.7b"),
    ("chapter-2.md", "daily: 08:00-22:00", "daily: 08:00-21:59", "2.7b"),
    ("chapter-2.md", "daily: 00:00-24:00", "daily: 04:00-24:00", "2.7c"),
    ("chapter-3-1.md", "then starts - 10分钟 else", "then starts - 9分钟 else", "3.1.1h"),
    ("chapter-3-1.md", "then starts - 10分钟 else", "then starts - 11分钟 else", "3.1.1h"),
    ("chapter-3-1.md", "unfinished > 0", "unfinished > 1", "3.1.8a"),
    ("chapter-3-1.md", "waiting > 0", "waiting > 1", "3.1.8b"),
    ("chapter-3-2.md", "rings > 4 or", "rings > 5 or", "3.2.1b"),
    ("chapter-3-2.md", "rings > 4 or", "rings > 3 or", "3.2.1b"),
    ("chapter-3-2.md", "rings > 4 and", "rings > 5 and", "3.2.1c"),
    ("chapter-3-2.md", " and time_noted", "", "3.2.3a"),
    ("chapter-3-2.md", "this_day + 1天, 12:00", "this_day + 1天, 12:01", "3.2.6f"),
    ("chapter-3-2.md", "this_day + 1天, 12:00", "this_day + 2天, 12:00", "3.2.6f"),
    ("chapter-3-5.md", "daily: 08:00-24:00", "daily: 08:01-24:00", "3.5.1a"),
    ("chapter-3-5.md", "daily: 08:00-24:00", "daily: 08:00-23:59", "3.5.1a"),
    ("chapter-3-5.md", "daily: 08:00-22:00", "daily: 08:00-21:59", "3.5.2a"),
    ("chapter-3-5.md", "daily: 08:00-22:00", "daily: 07:59-22:00", "3.5.2a"),
    ("chapter-3-5.md", "end of day(date of(at)) else", "at + 1天 else", "3.5.3b"),
    ("chapter-3-5.md", "(starts) - 3天", "(starts) - 2天", "3.5.5c"),
    ("chapter-3-5.md", "(starts) - 3天", "(starts) - 4天", "3.5.5c"),
    ("chapter-3-6.md", "within: 3天", "within: 4天", "3.6.1b"),
    ("chapter-3-6.md", "within: 3天", "within: 2天", "3.6.1b"),
    ("chapter-3-6.md", "then 3天 else", "then 4天 else", "3.6.3"),
    ("chapter-3-6.md", "then 3天 else", "then 2天 else", "3.6.3"),
    ("chapter-3-6.md", "every: month", "every: quarter", "3.6.4c"),
    ("chapter-3-6.md", "daily: 07:00-24:00", "daily: 07:01-24:00", "3.6.5b"),
    ("chapter-3-6.md", "daily: 07:00-24:00", "daily: 06:59-24:00", "3.6.5b"),
    ("chapter-4.md", "town_arrival = 30", "town_arrival = 60", "4.1a"),
    ("chapter-4.md", "country_arrival = 120", "country_arrival = 180", "4.1a"),
    ("chapter-4.md", "shown < 2", "shown < 1", "4.2"),
    ("chapter-4.md", "shown < 2", "shown < 3", "4.2"),
    ("chapter-4.md", "daily: 08:00-22:00", "daily: 08:00-21:59", "4.3a"),
    ("chapter-4.md", "daily: 08:00-22:00", "daily: 07:59-22:00", "4.3a"),
    ("chapter-4.md", "| 1 | 0 |", "| 2 | 0 |", "4.4b"),
    ("chapter-4.md", "every: day", "every: week", "4.5a"),
    ("measure.md", "from: 2013-09-01", "from: 2013-09-02", "6.0a"),
]  # fmt: skip


SAMPLE = FIGURES if os.environ.get("SHOUWEN_EVERY_FIGURE") else FIGURES[::3]
"""Each change reads the measure anew; a third of them keeps the folder quick."""


@pytest.mark.parametrize(("file", "figure", "other", "norm"), SAMPLE)
def test_another_figure_fails_a_scenario_of_its_norm(
    tmp_path: Path, file: str, figure: str, other: str, norm: str
) -> None:
    shutil.copytree(CABLE, tmp_path / "cable")
    path = tmp_path / "cable" / file
    text = path.read_text("utf-8")
    assert figure in text
    path.write_text(text.replace(figure, other), "utf-8")
    changed = load_measure(tmp_path / "cable")
    # Those about little else first: the first that fails is enough.
    of_the_norm = sorted((s for s in scenarios() if norm in s.norms), key=lambda s: len(s.norms))
    assert any(
        not run_scenario(replace(s, adoption=adopt(changed, dict(s.adoption.readings)))).passed
        for s in of_the_norm
    )
