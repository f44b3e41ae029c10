"""What a failing scenario says: expected, nearest, what differs, and why that came out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from shouwen.measures.calendars import Period
from shouwen.measures.evaluation.explanation import explain
from shouwen.measures.evaluation.wording import Language
from shouwen.measures.feel.values import Amount
from shouwen.measures.scenarios.model import Candidate, Failure, ScenarioResult, Wanted

HEADINGS = {
    "missing": "expected, but nothing matches:",
    "ambiguous": "expected once, but {count} outcomes match; add a column that tells them apart:",
    "forbidden": "must not be there, but is:",
    "proposal": "decision without a proposal:",
    "refused": "the history is refused:",
}


def render_result(result: ScenarioResult, language: Language = "en") -> str:
    """The report of a scenario, as text of several lines; empty where it passed.

    `language` is that of the explanations of outcomes.
    """
    if result.passed:
        return ""
    lines = [f"{result.scenario.span}: {result.scenario.name}"]
    for failure in result.failures:
        lines += ["", *_failure(result, failure, language)]
    return "\n".join(lines)


def _failure(result: ScenarioResult, failure: Failure, language: Language) -> list[str]:
    heading = HEADINGS[failure.reason].format(count=len(failure.candidates))
    lines = [f"{failure.span.line}:{failure.span.column}: {heading}"]
    if failure.expectation is not None:
        lines.append(f"    {failure.expectation.text}")
    lines += [f"    {line}" for line in failure.message.splitlines()]
    for candidate in failure.candidates:
        lines += _candidate(result, failure, candidate, language)
    if failure.reason == "missing" and not failure.candidates:
        lines.append("  there is no outcome of this kind at all")
        lines += [f"    {line}" for line in _others(result)]
    return lines


def _candidate(
    result: ScenarioResult, failure: Failure, candidate: Candidate, language: Language
) -> list[str]:
    outcome = candidate.outcome
    what = "the nearest outcome is" if failure.reason == "missing" else "this outcome"
    lines = [f"  {what} {outcome.kind} of '{outcome.rule}', norm {outcome.norm} ({outcome.id}):"]
    columns = outcome.columns()
    expectation = failure.expectation
    if failure.reason == "missing" and expectation is not None:
        if outcome.kind != expectation.kind:
            lines.append(f"    kind: expected {expectation.kind}, is {outcome.kind}")
        elif not expectation.subject(outcome):
            name = outcome.norm if outcome.kind == "breach" else outcome.rule
            lines.append(f"    {outcome.kind}: expected {expectation.name}, is {name}")
        lines += [_difference(w, columns.get(w.column)) for w in candidate.differences]
    if result.outcomes is not None:
        text = explain(outcome, result.outcomes, language).text
        lines += [f"    | {line}".rstrip() for line in text.splitlines()]
    return lines


def _difference(wanted: Wanted, found: Any) -> str:
    return f"    {wanted.column}: expected {wanted.text}, is {shown(found)}"


def _others(result: ScenarioResult) -> Iterable[str]:
    if result.outcomes is None or not len(result.outcomes):
        first, last = result.scenario.adoption.first_day, result.scenario.adoption.last_day
        days = [e.at.date() for e in result.events.values()]
        if first is not None and days and max(days) < first:
            return [f"and no outcome of any other kind: the measure is in force from {first}."]
        if last is not None and days and min(days) > last:
            return [f"and no outcome of any other kind: the measure is in force until {last}."]
        return ["and no outcome of any other kind: did the events trigger anything?"]
    return [
        f"but: {o.kind} of '{o.rule}', norm {o.norm} ({o.id})" for o in list(result.outcomes)[:8]
    ]


def shown(value: Any) -> str:
    """A value as a scenario would write it."""
    match value:
        case None:
            return "null"
        case bool():
            return "yes" if value else "no"
        case datetime():
            pattern = "%Y-%m-%d %H:%M:%S" if value.second else "%Y-%m-%d %H:%M"
            return value.strftime(pattern)
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value:f}"
        case Amount():
            return f"{value.lo:f}.." + ("" if value.hi is None else f"{value.hi:f}")
        case Period():
            return value.zh()
        case tuple():
            return "[" + ", ".join(shown(v) for v in value) + "]"
        case _:
            return str(value)
