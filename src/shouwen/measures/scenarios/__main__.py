"""Runs scenario files: ``python -m shouwen.measures.scenarios PATH... [-k TEXT] [-v]``."""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from shouwen.measures.diagnostics import Report, render
from shouwen.measures.scenarios.reader import Measures, find_scenario_files, read_scenarios
from shouwen.measures.scenarios.report import render_result
from shouwen.measures.scenarios.run import run_scenario


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the scenarios; 0 when all pass, 1 when one fails, 2 when a file is refused."""
    parser = argparse.ArgumentParser(
        prog="python -m shouwen.measures.scenarios",
        description="Run scenario files and say what does not come out as expected.",
    )
    parser.add_argument("paths", nargs="+", type=Path, help="files, or folders to look through")
    parser.add_argument("-k", default="", metavar="TEXT", help="only scenarios with TEXT in it")
    parser.add_argument("-v", action="store_true", help="name the scenarios that pass, too")
    parser.add_argument(
        "--language", choices=("zh", "en"), default="en", help="of the explanations (default: en)"
    )
    chosen = parser.parse_args(arguments)
    measures = Measures()
    passed = failed = errors = 0
    told: set[str] = set()
    for path in [f for p in chosen.paths for f in find_scenario_files(p)]:
        report = Report()
        file = read_scenarios(path, report, measures)
        for diagnostic in report.sorted():
            # The errors of a measure are told once, not with every file about it.
            text = render(diagnostic)
            if text not in told:
                told.add(text)
                print(text, end="\n\n")
        errors += len(report.errors)
        for scenario in file.scenarios if file is not None else ():
            if chosen.k not in scenario.name:
                continue
            try:
                result = run_scenario(scenario)
            except Exception:
                # A fault of the evaluator, not of the scenario: the others still run.
                failed += 1
                print(f"FAIL  {scenario.span}: {scenario.name}\n\n{traceback.format_exc()}")
                continue
            if result.passed:
                passed += 1
                if chosen.v:
                    print(f"ok    {path.name}: {scenario.name}")
            else:
                failed += 1
                print(f"FAIL  {render_result(result, chosen.language)}", end="\n\n")
    tail = f", {errors} errors in files" if errors else ""
    print(f"{passed} passed, {failed} failed{tail}")
    return 2 if errors else 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
