"""``shouwen assess --sheet``: everyone's sheet of a period, from the whole log of the service."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.table import Table

from shouwen.cli.output import err, fail, out, print_json
from shouwen.measures.assessment import Limits
from shouwen.measures.assessment.store import Tell

if TYPE_CHECKING:
    from shouwen.service.assessment.whole import Difference, WholeSheets

SHOWN = 40
"""So many cells are shown on a terminal; all of them with --json."""


def sheets_of(
    organisation: str,
    token: str,
    result: Path,
    limits: Limits,
    part_size: int | None,
    tell: Tell,
    *,
    check: bool,
) -> tuple[WholeSheets, list[Difference] | None]:
    """The sheets of a period, and the cells in which the service has something else (None: not
    asked for).

    Raises: as `sheets_to`.
    """
    from shouwen.cli.service import _django

    _django()
    from shouwen.service.assessment.periods import period_of
    from shouwen.service.assessment.whole import differences, sheets_to
    from shouwen.service.assessment.whole.sheets import Bounds
    from shouwen.service.demo.timemachine import moved
    from shouwen.service.enactment.history import NoSuchOrganisation, history_of
    from shouwen.service.tenancy.models import Organisation
    from shouwen.service.tenancy.scope import scope

    period = period_of(token)
    if period is None:
        fail(f"'{token}' is no period.", "Write it as 2026-10, 2026-Q3, 2026-H1 or 2026.")
    with moved():
        try:
            history = history_of(organisation)
        except NoSuchOrganisation as error:
            fail(str(error), code=1)
        found = sheets_to(result, history, period, Bounds(part_size, limits, tell))
        if not check:
            return found, None
        with scope(history.organisation):
            house = Organisation.objects.get(pk=history.organisation)
            return found, list(differences(found, house, tell))


def show_sheets(
    found: WholeSheets, differing: list[Difference] | None, result: Path, *, as_json: bool
) -> None:
    """Tell what came of it; stops with 1 where the service has something else."""
    if as_json:
        data = {"ok": not differing, "result": str(result), **found.about()}
        if differing is not None:
            data["differences"] = [asdict(d) for d in differing]
        print_json(data)
    else:
        _told(found, differing, result)
    if differing:
        raise typer.Exit(1)


def _told(found: WholeSheets, differing: list[Difference] | None, result: Path) -> None:
    cells = sum(len(rows) for rows in found.figures)
    cells += sum(len(rows) for rows in found.standing.values())
    out.print(
        f"{found.period.token}: {found.events:,} events → {len(found.subjects):,} sheets with "
        f"{cells:,} rows",
        soft_wrap=True,
    )
    if differing:
        err.print(_table(differing))
        more = len(differing) - SHOWN
        if more > 0:
            err.print(f"… {more:,} more; --json gives all.")
        fail_text = f"{len(differing):,} cells differ from what the service has."
        err.print(f"[red]{fail_text}[/red]")
    elif differing is not None:
        out.print("Every cell is what the service has.")
    out.print(f"[bold]{result}[/bold]", soft_wrap=True)


def _table(differing: list[Difference]) -> Table:
    table = Table(title="Cells that differ", title_justify="left")
    for column in ("of", "row", "cell"):
        table.add_column(column)
    for column in ("whole log", "service"):
        table.add_column(column, justify="right")
    for d in differing[:SHOWN]:
        table.add_row(d.code or d.scope, d.row, d.cell, d.whole or "—", d.service or "—")
    return table
