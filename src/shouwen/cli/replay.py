"""``shouwen replay`` and ``shouwen boston``: a measure over a real log, beside its verdicts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

import shouwen
from shouwen.cli.output import (
    JsonOption,
    ReadingOption,
    chosen_readings,
    err,
    fail,
    load,
    out,
    print_json,
    refuse,
    show_diagnostics,
    source_errors,
)
from shouwen.measures.diagnostics import SourceError
from shouwen.measures.evaluation import Adoption, AdoptionError, EventError, adopt
from shouwen.measures.interchange.logs import (
    LogError,
    LogMapping,
    measure_of,
    read_mapping,
)
from shouwen.measures.interchange.replay import Compared, Replay
from shouwen.measures.interchange.replay import replay as replay_log
from shouwen.measures.scenarios.instants import InstantError, parse_instant

Tell = Callable[[str, int, int | None], None]

STAGES = {"reading": "reading rows", "evaluating": "evaluating", "comparing": "comparing"}


def replay(
    log: Annotated[Path, typer.Argument(help="An event log: CSV (also .gz), Parquet or XES.")],
    mapping: Annotated[Path, typer.Option("--mapping", "-m", help="What its columns mean (YAML).")],
    measure: Annotated[
        str | None, typer.Option("--measure", help="Default: the one that the mapping names.")
    ] = None,
    reading: ReadingOption = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="Ask at this instant (ISO 8601).")
    ] = None,
    rejects: Annotated[
        Path | None, typer.Option("--rejects", help="Set bad rows aside in this CSV file.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Run a measure over an event log and compare with what the log itself says."""
    if not log.exists():
        fail(f"There is no log at {log}.")
    found = run(log, mapping, measure, reading, as_of, rejects, as_json=as_json)
    if as_json:
        print_json(as_data(found))
    else:
        show(found)


def boston(as_json: JsonOption = False) -> None:
    """Replay eleven years of a city's service requests and compare with the city's own verdicts."""
    folder = Path(shouwen.__file__).parents[2] / "examples" / "boston311"
    log = folder / "boston311_animal_2013_2023.csv.gz"
    if not log.exists():
        fail("The demonstration needs a checkout: its data lies in examples/boston311.")
    if not as_json:
        out.print(
            "[bold]Boston, 2013 to 2023[/bold]: 62,165 requests about animals and pests, of which "
            "the city gave 27,817 a target and a verdict.\n"
            "The measure (examples/boston311/measure.md) judges every one of them; the city's own "
            "words are held against it.\n",
            soft_wrap=True,
        )
    found = run(log, folder / "mapping.yaml", None, None, None, None, as_json=as_json)
    if as_json:
        print_json(as_data(found))
        return
    show(found)
    out.print(
        "Next: [bold]shouwen check cable[/bold], [bold]shouwen test cable[/bold], "
        "[bold]shouwen deadline 2026-09-30T16:00 3个工作日[/bold]",
        soft_wrap=True,
    )


def run(
    log: Path,
    mapping_path: Path,
    measure: str | None,
    readings: list[str] | None,
    as_of: str | None,
    rejects: Path | None,
    *,
    as_json: bool,
) -> Replay:
    """Replay a log, with progress on a terminal; every error is shown and stops with 1 or 2."""
    mapping, adoption = adopted(mapping_path, measure, readings, as_json=as_json)
    with progress(quiet=as_json) as tell:
        try:
            return replay_log(
                adoption,
                log,
                mapping,
                as_of=instant(as_of, adoption) if as_of is not None else None,
                rejects=rejects,
                progress=tell,
            )
        except (LogError, EventError) as error:
            refuse(error.diagnostics, as_json=as_json)


def adopted(
    mapping_path: Path, measure: str | None, readings: list[str] | None, *, as_json: bool
) -> tuple[LogMapping, Adoption]:
    """A mapping with the measure it is about, as adopted."""
    if not mapping_path.exists():
        fail(f"There is no mapping at {mapping_path}.")
    try:
        path = measure_of(mapping_path)
        if measure is None and path is None:
            fail(
                f"{mapping_path} names no measure.",
                "Write `measure: measure.md` in it, or give --measure.",
            )
        loaded = load(measure or str(path), as_json=as_json)
        mapping = read_mapping(mapping_path, loaded)
        return mapping, adopt(loaded, chosen_readings(readings))
    except SourceError as error:
        source_errors(error, as_json=as_json)
    except AdoptionError as error:
        refuse(error.diagnostics, as_json=as_json)


def instant(text: str, adoption: Adoption) -> datetime:
    """An instant as it is written, in the measure's zone where none is."""
    try:
        return parse_instant(text, adoption.zone)
    except InstantError as error:
        fail(str(error), error.hint)


@contextmanager
def progress(*, quiet: bool) -> Iterator[Tell]:
    """A callback that shows how far a replay is; nothing where nobody watches."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=err,
        transient=True,
        disable=quiet or not err.is_terminal,
    )
    tasks: dict[str, TaskID] = {}

    def tell(stage: str, done: int, total: int | None) -> None:
        if stage not in tasks:
            tasks[stage] = bar.add_task(STAGES.get(stage, stage), total=total)
        bar.update(tasks[stage], completed=done, total=total)

    with bar:
        yield tell


def as_data(found: Replay) -> dict[str, Any]:
    """The result as plain data, with the counts of all comparisons side by side, ``groups``, by
    the keys that all of them are grouped by."""
    data = found.to_json()
    shared = [
        k
        for k in (found.comparisons[0].comparison.by if found.comparisons else ())
        if all(k in c.comparison.by for c in found.comparisons)
    ]
    groups: dict[tuple[Any, ...], dict[str, Any]] = {}
    for compared in found.comparisons:
        comparison = compared.comparison
        for group in compared.groups:
            keys = {k: group.keys[k] for k in shared}
            row = groups.setdefault(tuple(keys.values()), dict(keys))
            for name, count in (
                (comparison.compared_as, group.compared),
                (comparison.agree_as, group.agree),
            ):
                row[name] = row.get(name, 0) + count
    data["groups"] = list(groups.values())
    return data


def show(found: Replay) -> None:
    """The result for people."""
    show_diagnostics(list(found.notes))
    events = ", ".join(f"{n:,} {name}" for name, n in found.events.items())
    outcomes = ", ".join(f"{n:,} {kind}" for kind, n in found.outcomes.items())
    out.print(f"{Path(found.log).name}: {found.rows:,} rows → {events}", soft_wrap=True)
    out.print(f"{found.measure} at {found.as_of:%Y-%m-%d %H:%M}: {outcomes}", soft_wrap=True)
    if found.set_aside:
        out.print(f"[yellow]{found.set_aside:,} bad rows were set aside[/yellow]")
    for compared in found.comparisons:
        out.print()
        if not compared.compared:
            out.print(
                f"[yellow]–[/yellow] {compared.comparison.id}: no case in which both the log and "
                "the measure say something",
                soft_wrap=True,
            )
        elif compared.agree == compared.compared:
            against = _against(compared)
            out.print(
                f"[green]✓[/green] {compared.comparison.id}: the log's {against} is the "
                f"measure's in all {compared.compared:,} cases",
                soft_wrap=True,
            )
        else:
            out.print(_table(compared))
        for label, count in (
            ("the measure says nothing of", compared.without_outcome),
            ("without a deadline to compare:", compared.without_deadline),
        ):
            if count:
                out.print(f"  {label} {count:,}", style="dim")
        for example in compared.examples[:3]:
            expected, said = example.expected, example.found
            if isinstance(expected, datetime) and isinstance(said, datetime):
                expected = expected.astimezone(said.tzinfo)
            out.print(
                f"  differs: {example.event} — log {expected}, measure {said}",
                style="dim",
                soft_wrap=True,
            )


def _against(compared: Compared) -> str:
    return "deadline" if compared.comparison.outcome == "deadline" else "verdict"


def _table(compared: Compared) -> Table:
    comparison = compared.comparison
    table = Table(
        title=f"{comparison.id}: the log's {_against(compared)} against the measure's",
        title_justify="left",
    )
    for key in comparison.by:
        table.add_column(key)
    for column in (comparison.compared_as, comparison.agree_as, "rate"):
        table.add_column(column.replace("_", " "), justify="right")
    for group in compared.groups:
        keys = ["" if v is None else str(v) for v in group.keys.values()]
        table.add_row(*keys, f"{group.compared:,}", f"{group.agree:,}", f"{group.rate:.2%}")
    table.add_section()
    blanks = [""] * (len(comparison.by) - 1)
    first = ["total"] if comparison.by else []
    table.add_row(
        *first, *blanks, f"{compared.compared:,}", f"{compared.agree:,}", f"{compared.rate:.2%}",
        style="bold",
    )  # fmt: skip
    return table
