"""Runs scenarios and compares what a measure says with what is expected of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from shouwen.measures.evaluation import Event, EventError, Outcomes, evaluate
from shouwen.measures.evaluation.outcomes import (
    Breach,
    ConsequenceOutcome,
    DutyOutcome,
    Outcome,
    UnknownOutcome,
)
from shouwen.measures.scenarios.model import (
    Candidate,
    Decision,
    Expectation,
    Failure,
    Scenario,
    ScenarioResult,
)


def run_scenario(scenario: Scenario) -> ScenarioResult:
    """Evaluate the history of a scenario and compare.

    Every expectation is looked at; the result has all that is wrong.
    """
    try:
        events, failures = _decided(scenario)
        outcomes = None
        if not failures:
            outcomes = evaluate(scenario.adoption, events, scenario.as_of)
            failures = compare(scenario, outcomes)
    except EventError as error:
        events, outcomes = list(scenario.events), None
        failures = [Failure("refused", scenario.span, message=str(error))]
    return ScenarioResult(scenario, outcomes, tuple(failures), {e.id: e for e in events})


def compare(scenario: Scenario, outcomes: Outcomes) -> list[Failure]:
    """What is wrong with outcomes, in the order of the file."""
    failures = []
    for expectation in scenario.expect:
        found = [o for o in outcomes if expectation.matches(o)]
        if not found:
            near = nearest(expectation, outcomes)
            failures.append(
                Failure("missing", expectation.span, expectation, () if near is None else (near,))
            )
        elif len(found) > 1:
            failures.append(_several("ambiguous", expectation, found))
    for expectation in scenario.none:
        found = [o for o in outcomes if expectation.matches(o)]
        if found:
            failures.append(_several("forbidden", expectation, found))
    return failures


def _several(reason: str, expectation: Expectation, found: Sequence[Outcome]) -> Failure:
    candidates = tuple(Candidate(o, ()) for o in found)
    return Failure(reason, expectation.span, expectation, candidates)


# --- the nearest outcome ------------------------------------------------------------------------


def nearest(expectation: Expectation, outcomes: Outcomes) -> Candidate | None:
    """The outcome that comes nearest to an expectation.

    First those of its kind and name, then what the same rule said instead (that it cannot know, or
    that the duty was met), then others of the kind; among them the one that differs in the fewest
    columns. None when there is nothing of the sort.
    """
    groups = (
        [o for o in outcomes if expectation.about(o)],
        [o for o in outcomes if _instead(expectation, o)],
        [o for o in outcomes if o.kind == expectation.kind],
    )
    for group in groups:
        candidates = [Candidate(o, expectation.differences(o)) for o in group]
        if candidates:
            return min(candidates, key=lambda c: len(c.differences))
    return None


def _instead(expectation: Expectation, outcome: Outcome) -> bool:
    """Whether an outcome of another kind answers the same question."""
    if isinstance(outcome, UnknownOutcome):
        return outcome.rule == expectation.name
    if expectation.kind == "breach" and isinstance(outcome, DutyOutcome):
        return outcome.norm == expectation.name
    if expectation.kind == "duty" and isinstance(outcome, Breach):
        return outcome.rule == expectation.name
    return False


# --- decisions ----------------------------------------------------------------------------------


def _decided(scenario: Scenario) -> tuple[list[Event], list[Failure]]:
    """The events with the proposals of decisions filled in, one decision after the other.

    What a decision is about is looked up in what the measure says at its instant of the history
    before it, so that a decision can be about what an earlier decision brought about.
    """
    pending = {d.event: d for d in scenario.decisions}
    if not pending:
        return list(scenario.events), []
    settled = [e for e in scenario.events if e.id not in pending]
    waiting = sorted((e for e in scenario.events if e.id in pending), key=lambda e: e.known_from)
    failures = []
    for event in waiting:
        known = max(event.known_from, event.at)
        found = _proposals(pending[event.id], evaluate(scenario.adoption, settled, known))
        if len(found) != 1:
            failures.append(_undecided(pending[event.id], found))
            continue
        settled.append(replace(event, facts={**event.facts, "proposal": found[0].id}))
    return settled, failures


def _proposals(decision: Decision, outcomes: Outcomes) -> list[Outcome]:
    """The proposals a description fits; shares only where it speaks of them."""
    wanted = decision.proposal
    shares = any(w.column in ("to", "share_of") for w in wanted.columns)
    return [
        o
        for o in outcomes
        if wanted.matches(o)
        and (shares or not isinstance(o, ConsequenceOutcome) or o.share_of is None)
    ]


def _undecided(decision: Decision, found: Sequence[Outcome]) -> Failure:
    count = "no proposal" if not found else f"{len(found)} proposals"
    return Failure(
        "proposal",
        decision.proposal.span,
        decision.proposal,
        tuple(Candidate(o, ()) for o in found),
        f"At the instant of this decision {count} fits the description; it must be exactly one.",
    )
