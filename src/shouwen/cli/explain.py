"""``shouwen explain``: why an outcome is what it is, and what would have changed it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.text import Text

from shouwen.cli.output import (
    JsonOption,
    Language,
    LanguageOption,
    ReadingOption,
    default_language,
    fail,
    out,
    print_json,
    refuse,
    show_diagnostics,
)
from shouwen.cli.replay import adopted, instant
from shouwen.measures.diagnostics import Report
from shouwen.measures.evaluation import EventError, Outcomes, evaluate
from shouwen.measures.evaluation.counterfactual import counterfactual
from shouwen.measures.evaluation.explanation import Explanation
from shouwen.measures.evaluation.explanation import explain as explain_outcome
from shouwen.measures.evaluation.outcomes import DutyOutcome, Outcome
from shouwen.measures.interchange.logs import LogError, read_log
from shouwen.measures.scenarios import read_scenarios, run_scenario

MOST = 20

MOST_EVENTS = 500
"""Of longer histories no counterfactuals are sought: each is an evaluation of its own."""


def explain(
    history: Annotated[
        Path, typer.Argument(help="A scenario file (.yaml), or an event log with --mapping.")
    ],
    only: Annotated[
        str, typer.Option("-k", help="Of a scenario file: the scenario with this in its name.")
    ] = "",
    mapping: Annotated[
        Path | None, typer.Option("--mapping", "-m", help="What the columns of a log mean.")
    ] = None,
    about: Annotated[
        str, typer.Option("--about", help="Only outcomes with this in their id or facts.")
    ] = "",
    kind: Annotated[
        str, typer.Option("--kind", help="Only duty, breach, consequence, entry, grade, ...")
    ] = "",
    measure: Annotated[
        str | None, typer.Option("--measure", help="For a log: instead of the mapping's.")
    ] = None,
    reading: ReadingOption = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="For a log: ask then.")] = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Explain the outcomes of a history: clause, events, table row, readings, arithmetic."""
    if not history.exists():
        fail(f"There is no file {history}.")
    if mapping is None:
        outcomes = _of_scenario(history, only, as_json=as_json)
    else:
        outcomes = _of_log(history, mapping, measure, reading, as_of, as_json=as_json)
    chosen = [o for o in outcomes if (not kind or o.kind == kind) and _is_about(o, about)]
    if not chosen:
        fail("No outcome is as asked for.", _kinds(outcomes), code=1)
    language: Literal["zh", "en"] = "zh"
    if (lang or default_language()) is Language.EN:
        language = "en"
    explanations = [explain_outcome(o, outcomes, language) for o in chosen]
    if as_json:
        print_json([e.data() for e in explanations])
        return
    for outcome, explanation in list(zip(chosen, explanations, strict=True))[:MOST]:
        _show(explanation)
        _show_instead(outcomes, outcome, language)
    if len(explanations) > MOST:
        rest = len(explanations) - MOST
        out.print(f"… and {rest} more; narrow with --about, --kind or -k.", style="dim")


def _of_scenario(path: Path, only: str, *, as_json: bool) -> Outcomes:
    report = Report()
    file = read_scenarios(path, report)
    if file is None or report.errors:
        refuse(report.sorted(), as_json=as_json)
    matching = [s for s in file.scenarios if only in s.name]
    if len(matching) != 1:
        names = "\n    ".join(s.name for s in (matching or file.scenarios))
        fail(f"{len(matching)} scenarios are named so.", f"Choose one with -k:\n    {names}")
    result = run_scenario(matching[0])
    if result.outcomes is None:
        fail("The history of this scenario is refused.", result.failures[0].message, code=1)
    return result.outcomes


def _of_log(
    path: Path,
    mapping_path: Path,
    measure: str | None,
    readings: list[str] | None,
    as_of: str | None,
    *,
    as_json: bool,
) -> Outcomes:
    mapping, adoption = adopted(mapping_path, measure, readings, as_json=as_json)
    try:
        log = read_log(path, mapping)
        show_diagnostics(list(log.notes))
        events = list(log.events())
        latest = max((e.known_from for e in events), default=None)
        moment = instant(as_of, adoption) if as_of is not None else mapping.as_of or latest
        if moment is None:
            fail("The log has no events.", code=1)
        return evaluate(adoption, events, moment)
    except (LogError, EventError) as error:
        refuse(error.diagnostics, as_json=as_json)


def _is_about(outcome: Outcome, text: str) -> bool:
    if not text:
        return True
    return text in outcome.id or any(text == str(v) for v in outcome.columns().values())


def _kinds(outcomes: Outcomes) -> str:
    counts: dict[str, int] = {}
    for outcome in outcomes:
        counts[outcome.kind] = counts.get(outcome.kind, 0) + 1
    return "There are: " + (", ".join(f"{n} {k}" for k, n in counts.items()) or "none") + "."


def _show_instead(outcomes: Outcomes, outcome: Outcome, language: Literal["zh", "en"]) -> None:
    """The smallest changes under which it would not have come about, each tried out."""
    avoidable = outcome.kind in ("breach", "consequence") or (
        isinstance(outcome, DutyOutcome) and outcome.status == "breached"
    )
    if not avoidable or len(outcomes.events) > MOST_EVENTS:
        return
    found = counterfactual(
        outcomes.adoption, outcomes.events.values(), outcomes.as_of, outcome, limit=3
    )
    if not found:
        return
    title = "怎样就不会这样" if language == "zh" else "What would have avoided it"
    out.print(Text(f"  {title}", style="cyan"))
    for one in found:
        out.print(Text(f"    {one.zh if language == 'zh' else one.en}"), soft_wrap=True)
    out.print()


def _show(explanation: Explanation) -> None:
    out.print(Text(explanation.summary, style="bold"), soft_wrap=True)
    out.print(Text(f"  {explanation.outcome}", style="dim"), soft_wrap=True)
    for section in explanation.sections:
        out.print(Text(f"  {section.title}", style="cyan"))
        for line in section.lines:
            text = Text(f"    {line.text}")
            if line.law and explanation.language == "zh" and line.law not in line.text:
                text.append(f"  {line.law}", style="dim")
            out.print(text, soft_wrap=True)
    out.print()


__all__ = ["Language", "explain"]
