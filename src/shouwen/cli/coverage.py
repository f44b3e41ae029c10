"""``shouwen coverage``: every norm of every measure, enacted how and shown by what."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from shouwen import library
from shouwen.cli.norms import KINDS_ZH
from shouwen.cli.output import JsonOption, load, locate, out, print_json, show_diagnostics
from shouwen.measures.checking import Coverage, NormCoverage, coverage
from shouwen.measures.diagnostics import Report
from shouwen.measures.scenarios import Measures, find_scenario_files, read_scenarios


@dataclass(frozen=True)
class Shown:
    """The coverage of a measure with the scenarios that show each norm."""

    coverage: Coverage
    scenarios: dict[str, list[str]]
    """For every norm, the scenarios that cite it, as ``file.yaml: name``."""

    def of(self, norm: NormCoverage) -> list[str]:
        """The scenarios that cite a norm."""
        return self.scenarios.get(norm.clause.id, [])

    def lacks_scenario(self, norm: NormCoverage) -> bool:
        """Whether a norm that is enacted is shown by no scenario."""
        return bool(norm.enactments) and not norm.prose_only and not self.of(norm)

    def counts(self) -> dict[str, int]:
        """The figures of the measure."""
        norms = self.coverage.norms
        return {
            "norms": len(norms),
            "enacted": sum(1 for n in norms if n.enactments),
            "with_scenario": sum(1 for n in norms if self.of(n)),
            "prose_only": sum(1 for n in norms if n.prose_only),
        }


def shown_by(name: str, report: Report) -> Shown:
    """The coverage of one measure, from its own text and its own scenarios."""
    measure = load(name)
    found: dict[str, list[str]] = {}
    path = locate(name)
    measures = Measures()
    for file in find_scenario_files(path if path.is_dir() else path.parent):
        read = read_scenarios(file, report, measures)
        if read is None or read.adoption.measure.id != measure.id:
            continue
        for scenario in read.scenarios:
            for norm in scenario.norms:
                found.setdefault(norm, []).append(f"{Path(file).name}: {scenario.name}")
    return Shown(coverage(measure), found)


def show_coverage(
    measures: Annotated[
        list[str] | None, typer.Argument(help="Measures; default: all that ship.")
    ] = None,
    lacking: Annotated[
        bool, typer.Option("--lacking", help="Only norms without a rule or without a scenario.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """List every norm: enacted how and where, by which scenarios shown, on which readings."""
    report = Report()
    found = {name: shown_by(name, report) for name in measures or library.shipped()}
    incomplete = any(
        not n.enactments or s.lacks_scenario(n) for s in found.values() for n in s.coverage.norms
    )
    if as_json:
        print_json({s.coverage.measure: s.counts() for s in found.values()})
    else:
        show_diagnostics(report.sorted())
        for shown in found.values():
            out.print(_table(shown, lacking=lacking))
        out.print(_totals(list(found.values())))
    if incomplete or report.errors:
        raise typer.Exit(1)


def _table(shown: Shown, *, lacking: bool) -> Table:
    table = Table(title=shown.coverage.measure, title_justify="left", show_lines=False)
    for heading in ("norm", "citation", "title", "enacted as", "scenarios", "readings"):
        table.add_column(heading, overflow="fold")
    for norm in shown.coverage.norms:
        if lacking and norm.enactments and not shown.lacks_scenario(norm):
            continue
        kinds = dict.fromkeys(KINDS_ZH.get(e.kind, e.kind) for e in norm.enactments)
        scenarios = shown.of(norm)
        table.add_row(
            norm.clause.id,
            norm.clause.cite,
            norm.clause.title,
            "、".join(kinds) or "[red]—[/red]",
            str(len(scenarios)) if scenarios or norm.prose_only else "[red]0[/red]",
            "、".join(norm.readings),
        )
    return table


def _totals(found: list[Shown]) -> Table:
    table = Table(title="coverage", title_justify="left")
    columns = ("norms", "enacted", "with_scenario", "prose_only")
    table.add_column("measure")
    for column in columns:
        table.add_column(column, justify="right")
    sums: dict[str, Any] = dict.fromkeys(columns, 0)
    for shown in found:
        counts = shown.counts()
        table.add_row(shown.coverage.measure, *(str(counts[c]) for c in columns))
        for column in columns:
            sums[column] += counts[column]
    if len(found) > 1:
        table.add_section()
        table.add_row("total", *(str(sums[c]) for c in columns))
    return table
