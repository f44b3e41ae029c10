"""``shouwen test``: run the scenarios of measures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import track
from rich.text import Text

from shouwen import library
from shouwen.cli.output import JsonOption, fail, locate, out, print_json, show_diagnostics
from shouwen.measures.diagnostics import Report, to_json
from shouwen.measures.scenarios import (
    Measures,
    Scenario,
    find_scenario_files,
    read_scenarios,
    render_result,
    run_scenario,
)


def run_scenarios(
    paths: Annotated[
        list[str] | None,
        typer.Argument(help="Scenario files, folders, or measures by key. Default: all that ship."),
    ] = None,
    only: Annotated[
        str, typer.Option("-k", help="Only scenarios whose name or norms contain this.")
    ] = "",
    verbose: Annotated[bool, typer.Option("-v", help="Name those that pass, too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Run scenarios; a failing one shows what differs and why it came out so."""
    report = Report()
    scenarios = _scenarios(paths or list(library.shipped()), only, report)
    diagnostics = list(dict.fromkeys(report.sorted()))
    results: list[dict[str, Any]] = []
    failed = 0
    shown = track(scenarios, "scenarios", console=out, disable=as_json, transient=True)
    for scenario in shown:
        result = run_scenario(scenario)
        failed += not result.passed
        text = "" if result.passed else render_result(result)
        results.append(
            {
                "file": str(scenario.span.source.name),
                "line": scenario.span.line,
                "name": scenario.name,
                "norms": list(scenario.norms),
                "passed": result.passed,
                "report": text or None,
            }
        )
        if as_json:
            continue
        if not result.passed:
            out.print(Text("✗ ", style="red") + Text(text), soft_wrap=True)
            out.print()
        elif verbose:
            out.print(Text("✓ ", style="green") + Text(scenario.name))
    passed = len(results) - failed
    if as_json:
        print_json(
            {
                "passed": passed,
                "failed": failed,
                "errors": len(report.errors),
                "scenarios": results,
                "diagnostics": [to_json(d) for d in diagnostics],
            }
        )
    else:
        show_diagnostics(diagnostics)
        style = "red" if failed or report.errors else "green"
        tail = f", {len(report.errors)} errors in files" if report.errors else ""
        out.print(f"[{style}]{passed} passed, {failed} failed[/{style}]{tail}")
    if failed or report.errors:
        raise typer.Exit(1)


def _scenarios(names: list[str], only: str, report: Report) -> list[Scenario]:
    measures = Measures()
    found: list[Scenario] = []
    for name in names:
        path = Path(name)
        if name in library.shipped() or not path.exists():
            path = locate(name)
        files = list(find_scenario_files(path))
        if not files:
            fail(f"There are no scenarios in {path}.", "They lie in a folder named scenarios/.")
        for file in files:
            read = read_scenarios(file, report, measures)
            found += read.scenarios if read is not None else ()
    return [s for s in found if only in s.name or any(only in n for n in s.norms)]
