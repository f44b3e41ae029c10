"""``shouwen compare``: the same events under two versions, readings or numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.table import Table

from shouwen.cli.assess import (
    AsOfOption,
    FromOption,
    MappingOption,
    MemoryOption,
    OrganisationOption,
    OutOption,
    PartOption,
    RuleOption,
    SkipOption,
    SpillOption,
    ThreadsOption,
    chosen_rules,
    day,
    refusing,
    source_of,
    told,
)
from shouwen.cli.output import (
    JsonOption,
    chosen_readings,
    err,
    fail,
    load,
    out,
    print_json,
    refuse,
    source_errors,
)
from shouwen.cli.replay import instant
from shouwen.measures.assessment import (
    Compared,
    FolderSource,
    Limits,
    Period,
    Source,
    Terms,
    compare_to,
)
from shouwen.measures.assessment.comparing import Flip, tried_on
from shouwen.measures.bulk.compile import rules_of
from shouwen.measures.diagnostics import SourceError
from shouwen.measures.evaluation import Adoption, AdoptionError, adopt
from shouwen.measures.language import Measure

MOST = 25
WORDS = {"new": "[red]new[/red]", "gone": "[green]no longer[/green]", "other": "another"}
ReadingsOf = Annotated[list[str] | None, typer.Option(help="A reading of this side: NAME=OPTION.")]


def compare(
    a: Annotated[str, typer.Argument(help="A measure: its key, .md file or folder.")],
    b: Annotated[str, typer.Argument(help="The one it is compared with; may be the same.")],
    result: OutOption,
    log: Annotated[
        Path | None, typer.Argument(help="CSV, Parquet, XES, or a folder by event type.")
    ] = None,
    mapping: MappingOption = None,
    organisation: OrganisationOption = None,
    reading_a: ReadingsOf = None,
    reading_b: ReadingsOf = None,
    first: FromOption = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day, included.")] = None,
    as_of: AsOfOption = None,
    rule: RuleOption = None,
    skip_unlowered: SkipOption = False,
    own_days: Annotated[
        bool, typer.Option("--own-days", help="B counts only on the days it is in force itself.")
    ] = False,
    memory: MemoryOption = None,
    spill: SpillOption = None,
    threads: ThreadsOption = None,
    part_size: PartOption = None,
    as_json: JsonOption = False,
) -> None:
    """Try another version, reading or number on the same events: who gains, who loses, where."""
    if (log is None) == (organisation is None):
        fail("Give a log, or --organisation, and not both.")
    if log is not None and not log.exists():
        fail(f"There is no log at {log}.")
    if mapping is not None and not mapping.exists():
        fail(f"There is no mapping at {mapping}.")
    measure_a = load(a, as_json=as_json)
    measure_b = measure_a if b == a else load(b, as_json=as_json)
    try:
        one = adopt(measure_a, chosen_readings(reading_a))
        two = adopt(measure_b, chosen_readings(reading_b))
        sources = _sources(log, mapping, organisation, measure_a, measure_b)
    except SourceError as error:
        source_errors(error, as_json=as_json)
    except AdoptionError as error:
        refuse(error.diagnostics, as_json=as_json)
    if not own_days:
        two = tried_on(two, one)
    moment = instant(as_of, one) if as_of is not None else None
    period = Period(day(first), day(last))
    terms = [
        Terms(
            side,
            moment,
            period,
            *_rules(side, other, rule, skip=skip_unlowered),
            part_size,
            trails=False,
        )
        for side, other in ((one, two), (two, one))
    ]
    with told(quiet=as_json) as tell, refusing(as_json=as_json):
        found = compare_to(
            result, sources, (terms[0], terms[1]), Limits(memory, spill, threads), tell
        )
    if as_json:
        print_json({"result": str(result), **found.data()})
    else:
        _show(found, result)


def _sources(
    log: Path | None, mapping: Path | None, organisation: str | None, a: Measure, b: Measure
) -> tuple[Source, Source]:
    """The events for either side; what only A knows is passed over for B."""
    if log is not None:
        one, two = source_of(log, mapping, a), source_of(log, mapping, b)
        return one, replace(two, known_only=True) if isinstance(two, FolderSource) else two
    from shouwen.cli.service import _django

    _django()
    from shouwen.service.enactment.extract import source_of as extracted
    from shouwen.service.enactment.history import NoSuchOrganisation, history_of

    assert organisation is not None
    try:
        found = history_of(organisation)
    except NoSuchOrganisation as error:
        fail(str(error), code=1)
    return extracted(found), extracted(found)


def _rules(
    side: Adoption, other: Adoption, wanted: list[str] | None, *, skip: bool
) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    """The rules of a side; one that only the other side has is passed over."""
    own, known = rules_of(side.measure), rules_of(other.measure)
    kept = [r for r in wanted or () if r in own or r not in known]
    if wanted and not kept:
        fail(f"{side.measure.id} {side.measure.version} has none of these rules.")
    return chosen_rules(side, kept or None, skip=skip)


# --- for people ---------------------------------------------------------------------------------


def _show(found: Compared, result: Path) -> None:
    for name, side in (("A", found.a), ("B", found.b)):
        measure = side.terms.adoption.measure
        counts = ", ".join(f"{n:,} {k}" for k, n in side.counts.items() if n)
        out.print(f"{name}: {measure.id} {measure.version} → {counts or 'nothing'}", soft_wrap=True)
        if side.terms.left_out:
            err.print(f"[yellow]left out of {name}:[/yellow] {', '.join(side.terms.left_out)}")
    for reading, (one, two) in found.readings.items():
        out.print(f"  {reading}: {one or '–'} → {two or '–'}", style="dim")
    if found.same:
        out.print(f"{found.same:,} rules mean the same on both sides and cannot flip", style="dim")
    if not (found.flips or found.changes or found.money or found.moved):
        out.print("[green]✓[/green] The two say the same of these events.")
        return
    out.print(f"{found.flips:,} cases flip; {found.moved:,} deadlines move.")
    if found.changes:
        out.print(_changes(found))
    if found.money:
        out.print(_money(found))
    if found.examples:
        out.print(_flips(found))
    out.print(f"[bold]{result}[/bold]", soft_wrap=True)


def _changes(found: Compared) -> Table:
    titles: Mapping[str, Any] = {**found.b.terms.adoption.measure.clauses,
                                 **found.a.terms.adoption.measure.clauses}  # fmt: skip
    table = Table(title="Breaches by unit and clause", title_justify="left")
    table.add_column("unit")
    table.add_column("clause")
    for column in ("A", "B", "no longer", "new", ""):
        table.add_column(column, justify="right")
    for change in found.changes[:MOST]:
        difference = change.b - change.a
        word = "[green]gains[/green]" if difference < 0 else "[red]loses[/red]"
        clause = titles.get(change.clause)
        title = f" {clause.title}" if clause is not None else ""
        table.add_row(
            change.unit or "–", f"{change.clause}{title}", f"{change.a:,}", f"{change.b:,}",
            f"{change.gone:,}", f"{change.new:,}", word if difference else "",
        )  # fmt: skip
    if len(found.changes) > MOST:
        table.caption = f"… and {len(found.changes) - MOST:,} more in the result"
    return table


def _money(found: Compared) -> Table:
    quantities = found.a.terms.adoption.measure.vocabulary.quantities
    table = Table(title="Amounts proposed, by unit", title_justify="left")
    table.add_column("unit")
    table.add_column("amount")
    for column in ("A", "B", "difference"):
        table.add_column(column, justify="right")
    for money in found.money[:MOST]:
        label = quantities[money.quantity].label.zh if money.quantity in quantities else ""
        table.add_row(
            money.unit or "–", f"{money.quantity} {label}".strip(),
            _range(money.a_least, money.a_most), _range(money.b_least, money.b_most),
            _range(money.b_least - money.a_least, money.b_most - money.a_most),
        )  # fmt: skip
    if len(found.money) > MOST:
        table.caption = f"… and {len(found.money) - MOST:,} more in the result"
    return table


def _range(least: float, most: float) -> str:
    return f"{least:,.2f}" if least == most else f"{least:,.2f} to {most:,.2f}"


def _flips(found: Compared) -> Table:
    zone = found.a.terms.adoption.zone
    table = Table(title=f"Cases that flip (the first of {found.flips:,})", title_justify="left")
    for column in ("", "case", "clause", "unit", "person", "deadline A", "deadline B", "done"):
        table.add_column(column)
    for flip in found.examples:
        table.add_row(
            WORDS[flip.change], flip.occasion or "", f"{flip.rule} {_clauses(flip)}",
            flip.unit or "–",
            flip.person or "–", _local(flip.deadline_a, zone), _local(flip.deadline_b, zone),
            _local(flip.performed_at, zone),
        )  # fmt: skip
    return table


def _clauses(flip: Flip) -> str:
    both = dict.fromkeys(c for c in (flip.clause_a, flip.clause_b) if c is not None)
    return " → ".join(both)


def _local(moment: Any, zone: ZoneInfo) -> str:
    if not isinstance(moment, datetime):
        return "–"
    known = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return f"{known.astimezone(zone):%m-%d %H:%M:%S}"
