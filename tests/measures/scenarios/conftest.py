from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from shouwen.measures.diagnostics import Diagnostic, Report
from shouwen.measures.scenarios import Measures, ScenarioFile, ScenarioResult, run_scenario
from shouwen.measures.scenarios.reader import read_scenarios

DESK = Path(__file__).parent / "desk"


@pytest.fixture(scope="session")
def measures() -> Measures:
    return Measures()


@pytest.fixture
def desk() -> Path:
    return DESK


class Reading:
    """A scenario file written by a test, read beside the desk measure."""

    def __init__(self, text: str, folder: Path, measures: Measures) -> None:
        self.text = text
        path = folder / "given.yaml"
        path.write_text(text, "utf-8")
        self.report = Report()
        self.file: ScenarioFile | None = read_scenarios(path, self.report, measures)

    @property
    def errors(self) -> list[Diagnostic]:
        return self.report.sorted()

    @property
    def error(self) -> Diagnostic:
        assert len(self.errors) == 1, self.errors
        return self.errors[0]

    def marked(self, error: Diagnostic) -> str:
        """The piece of the file an error points at."""
        assert error.span is not None
        start = error.span.offset
        return self.text[start : start + error.span.length]

    def results(self) -> list[ScenarioResult]:
        assert not self.errors, self.report.errors
        assert self.file is not None
        return [run_scenario(s) for s in self.file.scenarios]


@pytest.fixture
def read(tmp_path: Path, measures: Measures) -> Callable[[str], Reading]:
    """Reads a scenario file; `MEASURE` in it stands for the desk measure."""

    def do(text: str) -> Reading:
        return Reading(text.replace("MEASURE", str(DESK)), tmp_path, measures)

    return do


REPORTED = (
    "{event: repair.reported, at: 2026-05-06 09:00, case: C1, technician: 维修员甲, "
    "unit: 城关站, area: 城区}"
)


@pytest.fixture
def scenario(read: Callable[[str], Reading]) -> Callable[..., Reading]:
    """A file with one scenario: a repair is reported, and what the test adds."""

    def do(body: str = "", events: str = "", as_of: str = "2026-05-06 12:00") -> Reading:
        lines = [f"      - {REPORTED}", *(f"      - {e}" for e in events.splitlines() if e)]
        text = "\n".join(
            [
                "measure: MEASURE",
                "scenarios:",
                "  - name: 一个场景",
                "    events:",
                *lines,
                f"    as_of: {as_of}",
                *(f"    {line}" for line in body.splitlines()),
            ]
        )
        return read(text)

    return do
