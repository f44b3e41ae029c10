"""Scenarios: small histories, and what a measure must say of them.

A measure is tested the way its drafter thinks of it: *reported at 9:00, arrived at 9:30, so the
duty is met*. The files are YAML beside the measure and need no programming; the page
`docs/reference/scenarios.md` says how to write them.

- `model`: scenarios, expectations and results.
- `instants`, `wanted`, `columns`: how values are written, and which columns there are.
- `parts`, `reader`: events, expectations and files, with the place of every error.
- `run`: evaluates and compares; `report`: what a failing scenario says.
- `pytest_plugin`: every scenario as a test; ``python -m shouwen.measures.scenarios`` without it.
"""

from shouwen.measures.scenarios.model import (
    Expectation,
    Failure,
    Scenario,
    ScenarioFile,
    ScenarioResult,
)
from shouwen.measures.scenarios.reader import (
    Measures,
    find_scenario_files,
    load_scenarios,
    read_scenarios,
)
from shouwen.measures.scenarios.report import render_result
from shouwen.measures.scenarios.run import run_scenario

__all__ = [
    "Expectation",
    "Failure",
    "Measures",
    "Scenario",
    "ScenarioFile",
    "ScenarioResult",
    "find_scenario_files",
    "load_scenarios",
    "read_scenarios",
    "render_result",
    "run_scenario",
]
