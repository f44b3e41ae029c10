"""``shouwen assess``: a whole period of an organisation, as Parquet or Excel."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

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
from shouwen.cli.replay import Tell, instant
from shouwen.cli.sheet import sheets_of, show_sheets
from shouwen.measures.assessment import (
    Assessment,
    AssessmentStopped,
    Cluster,
    FolderSource,
    Limits,
    LogSource,
    Period,
    Source,
    Terms,
    TooManyRows,
    assess_to,
)
from shouwen.measures.assessment.assess import known_rules
from shouwen.measures.assessment.summary import Line, summary
from shouwen.measures.bulk import NotLoweredYet, lowerable, unlowered
from shouwen.measures.diagnostics import SourceError, did_you_mean
from shouwen.measures.evaluation import Adoption, AdoptionError, EventError, adopt
from shouwen.measures.interchange.logs import measure_of, own_mapping, read_mapping
from shouwen.measures.language import Measure

STAGES = {
    "reading": "reading events", "checking": "checking", "parting": "cutting into parts",
    "judging": "judging", "comparing": "comparing with the service",
}  # fmt: skip


class Engine(StrEnum):
    """What judges."""

    DUCKDB = "duckdb"
    SPARK = "spark"


LogArgument = Annotated[
    Path | None,
    typer.Argument(help="CSV, Parquet, XES, or a folder of Parquet files by event type."),
]
MappingOption = Annotated[
    Path | None,
    typer.Option("--mapping", "-m", help="What its columns mean (YAML); none for own logs."),
]
OrganisationOption = Annotated[
    str | None,
    typer.Option("--organisation", help="Instead of a log: the service's events of this key."),
]
OutOption = Annotated[
    Path, typer.Option("--out", "-o", help="A folder for Parquet, or a workbook (.xlsx).")
]
FromOption = Annotated[str | None, typer.Option("--from", help="First day (2026-01-01).")]
ToOption = Annotated[str | None, typer.Option("--to", help="Last day, included.")]
AsOfOption = Annotated[
    str | None, typer.Option("--as-of", help="Ask at this instant; default: the last in the log.")
]
RuleOption = Annotated[
    list[str] | None,
    typer.Option("--rule", help="Only this rule and what it rests on. May be given again."),
]
SkipOption = Annotated[
    bool,
    typer.Option("--skip-unlowered", help="Leave out rules that the bulk engine cannot say yet."),
]
MemoryOption = Annotated[str | None, typer.Option("--memory", help="At most so much, as 4GB.")]
SpillOption = Annotated[
    Path | None, typer.Option("--spill", help="Where to put down what memory does not hold.")
]
ThreadsOption = Annotated[int | None, typer.Option("--threads", min=1, help="Default: all.")]
PartOption = Annotated[
    int | None,
    typer.Option(
        "--part-size",
        min=1,
        help="About so many events are judged at once. Default: two million, or what memory holds.",
    ),
]
TrailsOption = Annotated[
    bool,
    typer.Option("--trails/--without-trails", help="Say which events and readings each rests on."),
]
EngineOption = Annotated[
    Engine,
    typer.Option("--engine", help="duckdb: in this process, part by part. spark: on a cluster."),
]
MasterOption = Annotated[
    str | None,
    typer.Option("--master", help="Of Spark: spark://host:7077, k8s://https://host:443, yarn."),
]
ConfOption = Annotated[
    list[str] | None,
    typer.Option("--conf", help="A setting of Spark, as name=value. May be given again."),
]

SheetOption = Annotated[
    str | None,
    typer.Option("--sheet", help="Everyone's sheet of a period of --organisation (2026-10)."),
]
CheckOption = Annotated[
    bool, typer.Option("--check", help="Show the cells of --sheet in which the service differs.")
]


def assess(
    result: OutOption,
    log: LogArgument = None,
    measure: Annotated[
        str | None,
        typer.Option("--measure", help="Default: the mapping's, or the one that is in force."),
    ] = None,
    mapping: MappingOption = None,
    organisation: OrganisationOption = None,
    first: FromOption = None,
    last: ToOption = None,
    as_of: AsOfOption = None,
    reading: ReadingOption = None,
    rule: RuleOption = None,
    skip_unlowered: SkipOption = False,
    memory: MemoryOption = None,
    spill: SpillOption = None,
    threads: ThreadsOption = None,
    part_size: PartOption = None,
    trails: TrailsOption = True,
    engine: EngineOption = Engine.DUCKDB,
    master: MasterOption = None,
    conf: ConfOption = None,
    sheet: SheetOption = None,
    check: CheckOption = False,
    as_json: JsonOption = False,
) -> None:
    """Assess a period of an organisation: every duty, breach and consequence, however many."""
    if sheet is not None or check:
        others = {
            "--measure": measure, "--mapping": mapping, "--from": first, "--to": last,
            "--as-of": as_of, "--reading": reading, "--rule": rule, "--master": master,
            "--conf": conf, "a log": log,
            "--engine spark": engine is Engine.SPARK, "--skip-unlowered": skip_unlowered,
            "--without-trails": not trails,
        }  # fmt: skip
        _sheet(sheet, organisation, result, [n for n, given in others.items() if given],
               Limits(memory, spill, threads), part_size, check=check, as_json=as_json)  # fmt: skip
        return
    period = Period(day(first), day(last))
    cluster = cluster_of(engine, master, conf)
    source, adoption = sourced(log, measure, mapping, organisation, reading, as_json=as_json)
    rules, left_out = chosen_rules(adoption, rule, skip=skip_unlowered)
    terms = Terms(
        adoption, instant(as_of, adoption) if as_of is not None else None, period, rules, left_out,
        part_size, trails,
    )  # fmt: skip
    with told(quiet=as_json) as tell, refusing(as_json=as_json):
        found = assess_to(result, source, terms, Limits(memory, spill, threads), tell, cluster)
    tables = {k: [result / f"{k}.parquet"] for k in found.tables} if result.is_dir() else None
    lines = summary(tables, adoption) if tables is not None else []
    if as_json:
        print_json({"result": str(result), **found.about(), "clauses": [n.data() for n in lines]})
    else:
        _show(found, result, lines)


def _sheet(
    token: str | None,
    organisation: str | None,
    result: Path,
    others: list[str],
    limits: Limits,
    part_size: int | None,
    *,
    check: bool,
    as_json: bool,
) -> None:
    if token is None:
        fail("--check is for sheets.", "Give --sheet 2026-10 too.")
    if organisation is None:
        fail("A sheet is one of an organisation of the service.", "Give --organisation.")
    if others:
        fail(
            f"--sheet does not go with {', '.join(others)}.",
            "It is worked out with the measures and readings that were adopted, over all rules.",
        )
    with told(quiet=as_json) as tell, refusing(as_json=as_json):
        found, differing = sheets_of(
            organisation, token, result, limits, part_size, tell, check=check
        )
    show_sheets(found, differing, result, as_json=as_json)


# --- what is asked ------------------------------------------------------------------------------


def sourced(
    log: Path | None,
    measure: str | None,
    mapping: Path | None,
    organisation: str | None,
    readings: list[str] | None,
    *,
    as_json: bool,
) -> tuple[Source, Adoption]:
    """The events that are meant, and the measure as adopted; every error stops."""
    if (log is None) == (organisation is None):
        fail("Give a log, or --organisation, and not both.")
    try:
        if organisation is not None:
            return _of_service(organisation, measure, readings, as_json=as_json)
        assert log is not None
        if not log.exists():
            fail(f"There is no log at {log}.")
        loaded = _measure(measure, mapping, as_json=as_json)
        return source_of(log, mapping, loaded), adopt(loaded, chosen_readings(readings))
    except SourceError as error:
        source_errors(error, as_json=as_json)
    except AdoptionError as error:
        refuse(error.diagnostics, as_json=as_json)


def source_of(log: Path, mapping: Path | None, measure: Measure) -> Source:
    """A log of a measure: a folder of events, or a file with its mapping (none: its own)."""
    if log.is_dir():
        if mapping is not None:
            fail("A folder of events needs no mapping: its columns are the facts.")
        return FolderSource(log)
    if mapping is None:
        if log.suffix.lower() not in (".parquet", ".pq", ".xes"):
            fail(f"What do the columns of {log.name} mean?", "Give --mapping.")
        return LogSource(log, own_mapping(measure))
    return LogSource(log, read_mapping(mapping, measure), mapping.read_text("utf-8"))


def _measure(name: str | None, mapping: Path | None, *, as_json: bool) -> Measure:
    if mapping is not None and not mapping.exists():
        fail(f"There is no mapping at {mapping}.")
    named = measure_of(mapping) if mapping is not None else None
    if name is None and named is None:
        fail("Which measure?", "Give --measure, or name it in the mapping.")
    return load(name or str(named), as_json=as_json)


def _of_service(
    code: str, measure: str | None, readings: list[str] | None, *, as_json: bool
) -> tuple[Source, Adoption]:
    from shouwen.cli.service import _django

    _django()
    from shouwen.service import clock
    from shouwen.service.enactment.enacted import NotInForce
    from shouwen.service.enactment.extract import source_of as extracted
    from shouwen.service.enactment.history import NoSuchOrganisation, history_of

    try:
        found = history_of(code)
        in_force = found.adopted(clock.now())
    except (NoSuchOrganisation, NotInForce) as error:
        fail(str(error), code=1)
    chosen = {**in_force.readings, **chosen_readings(readings)}
    if measure is not None and measure != in_force.measure.id:
        adoption = adopt(load(measure, as_json=as_json), chosen_readings(readings))
    else:
        adoption = adopt(in_force.measure, chosen)
    return extracted(found), adoption


def chosen_rules(
    adoption: Adoption, wanted: list[str] | None, *, skip: bool
) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    """The rules to evaluate (None: all), and those left out."""
    rules = tuple(wanted) if wanted else None
    for name in known_rules(adoption, rules or ()):
        from shouwen.measures.bulk.compile import rules_of

        fail(f"There is no rule '{name}'.", did_you_mean(name, rules_of(adoption.measure)))
    if not skip:
        return rules, ()
    able = lowerable(adoption)
    out_of_reach = {e.clause or e.construct for e in unlowered(adoption)}
    kept = able if rules is None else tuple(r for r in rules if r in able)
    left = tuple(sorted(out_of_reach)) if rules is None else tuple(sorted(set(rules) - set(kept)))
    return kept, left


def cluster_of(engine: Engine, master: str | None, settings: list[str] | None) -> Cluster | None:
    """The cluster that is meant; None for DuckDB."""
    if engine is Engine.DUCKDB:
        if master is not None or settings:
            fail("--master and --conf are for Spark.", "Give --engine spark too.")
        return None
    pairs = {}
    for setting in settings or ():
        name, equals, value = setting.partition("=")
        if not equals or not name:
            fail(f"'{setting}' is no setting.", "Write it as spark.executor.memory=8g.")
        pairs[name] = value
    return Cluster(master, pairs)


def day(text: str | None) -> date | None:
    """A day as it is written; stops where it is none."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(f"'{text}' is no day.", "Write it as 2026-01-31.")


# --- how it goes --------------------------------------------------------------------------------


@contextmanager
def refusing(*, as_json: bool) -> Iterator[None]:
    """Say why an assessment was refused or stopped, and stop with 1."""
    try:
        yield
    except SourceError as error:
        source_errors(error, as_json=as_json)
    except EventError as error:
        refuse(error.diagnostics, as_json=as_json)
    except (AssessmentStopped, TooManyRows) as error:
        if as_json:
            print_json({"ok": False, "error": str(error)})
            raise typer.Exit(1) from error
        fail(str(error), code=1)
    except NotLoweredYet as error:
        if as_json:
            print_json({"ok": False, "error": str(error), "clause": error.clause})
            raise typer.Exit(1) from error
        fail(str(error), "Choose rules with --rule, or leave such rules out: --skip-unlowered.", 1)


@contextmanager
def told(*, quiet: bool) -> Iterator[Tell]:
    """A callback that shows how far an assessment is; nothing where nobody watches."""
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(),
        TextColumn("{task.percentage:>3.0f}% of {task.total:,}"), TimeElapsedColumn(),
        console=err, transient=True, disable=quiet or not err.is_terminal,
    )  # fmt: skip
    tasks: dict[str, TaskID] = {}

    def tell(stage: str, done: int, total: int | None) -> None:
        if stage not in tasks:
            tasks[stage] = bar.add_task(STAGES.get(stage, stage), total=total or done)
        bar.update(tasks[stage], completed=done, total=total or done)

    with bar:
        yield tell


def _show(found: Assessment, result: Path, lines: list[Line]) -> None:
    show_diagnostics(list(found.notes))
    outcomes = ", ".join(f"{n:,} {kind}" for kind, n in found.counts.items() if n)
    terms = found.terms
    asked: datetime | None = terms.as_of
    out.print(
        f"{terms.adoption.measure.id}: {found.events:,} events {_by(found)}"
        + f" → {outcomes or 'no outcomes'}",
        soft_wrap=True,
    )
    if asked is not None:
        local = asked.astimezone(terms.adoption.zone)
        out.print(f"as of {local:%Y-%m-%d %H:%M}", style="dim")
    if terms.left_out:
        err.print(f"[yellow]left out:[/yellow] {', '.join(terms.left_out)}", soft_wrap=True)
    if lines:
        out.print(_table(lines))
    out.print(f"[bold]{result}[/bold]", soft_wrap=True)


def _by(found: Assessment) -> str:
    if found.engine != "duckdb":
        return f"on {found.engine}"
    return (
        f"in {found.parts:,} parts"
        + (f" (by {', '.join(found.parted_by)})" if found.parts > 1 else "")
        + (f", {found.kept:,} of them done before" if found.kept else "")
    )


def _table(lines: list[Line]) -> Table:
    table = Table(title="Promises kept and broken", title_justify="left")
    for column in ("rule", "clause"):
        table.add_column(column)
    for column in ("met", "breached", "open", "other", "kept"):
        table.add_column(column, justify="right")
    for line in lines:
        table.add_row(
            line.rule, line.clause, f"{line.met:,}", f"{line.breached:,}", f"{line.open:,}",
            f"{line.other:,}", "" if line.kept is None else f"{line.kept:.1%}",
        )  # fmt: skip
    return table
