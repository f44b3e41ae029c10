"""Scenario files as tests: every ``.yaml`` in a folder `scenarios`, an item a scenario.

A file that is refused is an item of its own that fails with all of its errors; the scenarios
that are sound run beside it. A node id is ``path/to/scenarios/arrival.yaml::name of the scenario``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from shouwen.measures.diagnostics import Diagnostic
    from shouwen.measures.scenarios.model import Scenario
    from shouwen.measures.scenarios.reader import Measures

SUFFIXES = (".yaml", ".yml")
_OURS = re.compile(r"^(measure|scenarios|办法|场景)\s*:", re.MULTILINE)
"""Other projects have folders of that name too; a file of ours has one of these keys."""


class ScenarioError(Exception):
    """A scenario did not come out as expected, or its file was refused; the text says how."""


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a scenario file."""
    if file_path.suffix not in SUFFIXES or file_path.parent.name != "scenarios":
        return None
    if not _OURS.search(file_path.read_text("utf-8", errors="replace")):
        return None
    collector: pytest.Collector = ScenarioCollector.from_parent(parent, path=file_path)
    return collector


class ScenarioCollector(pytest.File):
    """The scenarios of a file."""

    def collect(self) -> Iterator[pytest.Item]:
        """An item for every scenario, and one for the errors of the file if it has any."""
        # Read late: an entry point must not load the whole library into every run of pytest.
        from shouwen.measures.diagnostics import Report
        from shouwen.measures.scenarios.reader import read_scenarios

        report = Report()
        path = self.path
        if path.is_relative_to(Path.cwd()):
            path = path.relative_to(Path.cwd())
        file = read_scenarios(path, report, _measures(self.config))
        if report.errors:
            yield FileItem.from_parent(self, name="is read", errors=report.sorted())
        for scenario in file.scenarios if file is not None else ():
            yield ScenarioItem.from_parent(self, name=scenario.name, scenario=scenario)


class _Item(pytest.Item):
    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The text of a failure without the insides of the plugin."""
        if isinstance(excinfo.value, ScenarioError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)


class FileItem(_Item):
    """A scenario file that is refused."""

    def __init__(self, *, errors: list[Diagnostic], **others: Any) -> None:
        super().__init__(**others)
        self.errors = errors

    def runtest(self) -> None:
        """Fail with everything that is wrong."""
        from shouwen.measures.diagnostics import render

        raise ScenarioError("\n\n".join(render(d) for d in self.errors))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it stands, and what it is called."""
        return self.path, 0, f"{self.path.name} can be read"


class ScenarioItem(_Item):
    """A scenario."""

    def __init__(self, *, scenario: Scenario, **others: Any) -> None:
        super().__init__(**others)
        self.scenario = scenario

    def runtest(self) -> None:
        """Run it; fail with what was expected, what came out instead, and why."""
        from shouwen.measures.scenarios.report import render_result
        from shouwen.measures.scenarios.run import run_scenario

        result = run_scenario(self.scenario)
        if not result.passed:
            raise ScenarioError(render_result(result))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it stands, and what it is called."""
        return self.path, self.scenario.span.line - 1, self.scenario.name


_SHARED = pytest.StashKey["Measures"]()


def _measures(config: pytest.Config) -> Measures:
    """The measures of this run, each read once."""
    from shouwen.measures.scenarios.reader import Measures

    return config.stash.setdefault(_SHARED, Measures())
