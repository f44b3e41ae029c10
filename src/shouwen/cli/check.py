"""``shouwen check``: is a measure well written?"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from shouwen.cli.output import JsonOption, locate, out, print_json, show_diagnostics
from shouwen.measures.checking import review
from shouwen.measures.diagnostics import Report, to_json
from shouwen.measures.language import read_measure


def check(
    measures: Annotated[
        list[str], typer.Argument(help="Measures: keys (cable), .md files or folders.")
    ],
    strict: Annotated[bool, typer.Option("--strict", help="Warnings refuse, too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Read measures and say everything that is wrong or looks forgotten."""
    results: list[dict[str, Any]] = []
    good = True
    for name in measures:
        report = Report()
        measure = read_measure(locate(name), report)
        if measure is not None:
            review(measure, report)
        diagnostics = report.sorted()
        warnings = len(diagnostics) - len(report.errors)
        accepted = measure is not None and not (strict and warnings)
        good = good and accepted
        results.append(
            {
                "measure": name,
                "ok": accepted,
                "errors": len(report.errors),
                "warnings": warnings,
                "norms": len(measure.norms) if measure is not None else None,
                "diagnostics": [to_json(d) for d in diagnostics],
            }
        )
        if as_json:
            continue
        show_diagnostics(diagnostics)
        if measure is None:
            out.print(f"[red]✗[/red] {name}: refused, {len(report.errors)} error(s)")
        else:
            mark = "[green]✓[/green]" if accepted else "[yellow]✗[/yellow]"
            duties, follows = len(measure.duties), len(measure.consequences)
            out.print(
                f"{mark} {measure.id} ({measure.title.zh}): {len(measure.norms)} norms, "
                f"{duties} duties, {follows} consequences, {len(measure.readings)} readings, "
                f"{warnings} warning(s)",
                soft_wrap=True,
            )
    if as_json:
        print_json(results)
    if not good:
        raise typer.Exit(1)
