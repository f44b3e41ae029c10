"""The power company's measure and the bureau's variant: complete, every open point a reading."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from shouwen.library import path_of
from shouwen.measures.checking.coverage import readings_used
from shouwen.measures.language import Measure, load_measure
from shouwen.measures.scenarios import Measures, Scenario, find_scenario_files, load_scenarios

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.parametrize("key", ["power", "bureau"])


@cache
def measure(key: str) -> Measure:
    return load_measure(path_of(key))


@cache
def scenarios(key: str) -> tuple[Scenario, ...]:
    measures = Measures()
    return tuple(
        s
        for path in find_scenario_files(path_of(key))
        for s in load_scenarios(path, measures).scenarios
    )


@cache
def inventory(key: str) -> dict[str, Any]:
    path = ROOT / f"../shared/clauses/{key}.yaml"
    if not path.is_file():
        pytest.skip(f"the reference file ../shared/clauses/{key}.yaml is not beside this checkout")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    norms = yaml.load(path.read_text("utf-8"), loader)
    return {norm["id"].removeprefix(f"{key}/"): norm for norm in norms}


def test_every_norm_of_the_text_stands_in_the_measure_and_no_other(key: str) -> None:
    assert {clause.id for clause in measure(key).norms} == set(inventory(key))


def test_every_open_point_of_the_text_has_a_reading(key: str) -> None:
    open_points = {id_ for id_, norm in inventory(key).items() if norm["ambiguity"]}
    assert open_points - {reading.norm for reading in measure(key).readings.values()} == set()


def test_every_reading_is_looked_at_by_a_rule(key: str) -> None:
    assert [name for name, used in readings_used(measure(key)).items() if not used] == []


def test_every_alternative_reading_is_shown(key: str) -> None:
    shown = {pair for s in scenarios(key) for pair in dict(s.adoption.readings).items()}
    alternatives = {
        (reading.id, option)
        for reading in measure(key).readings.values()
        for option in reading.options
        if option != reading.default
    }
    assert alternatives - shown == set()
