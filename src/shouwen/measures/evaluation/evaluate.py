"""The reference evaluator: what a measure says of a history."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from shouwen.measures.diagnostics import Report
from shouwen.measures.evaluation.adoption import Adoption, adopt
from shouwen.measures.evaluation.consequences import evaluate_consequence
from shouwen.measures.evaluation.duties import evaluate_duty
from shouwen.measures.evaluation.engine import Engine
from shouwen.measures.evaluation.events import Event, EventError, history
from shouwen.measures.evaluation.ledgers import evaluate_ledger
from shouwen.measures.evaluation.others import evaluate_finding, evaluate_grade, evaluate_right
from shouwen.measures.evaluation.outcomes import Outcome, Outcomes
from shouwen.measures.evaluation.program import program_of
from shouwen.measures.language.model import (
    Consequence,
    Duty,
    Finding,
    Grade,
    Ledger,
    Measure,
    Right,
    Rule,
)


def evaluate(measure: Measure | Adoption, events: Iterable[Event], as_of: datetime) -> Outcomes:
    """What a measure says of a history at an instant.

    A pure function: the same measure, events and instant give the same outcomes in the same
    order. Events that were not yet recorded at `as_of` do not exist for it.

    Args:
        measure: a measure with its default readings, or an adoption of it.
        events: in any order; copies of an event count once.
        as_of: an aware instant.

    Raises:
        EventError: when an event does not fit the vocabulary, has no zone, or contradicts another
            of its id. Every such event is named; nothing is evaluated.
        ValueError: when `as_of` has no zone.
    """
    if as_of.tzinfo is None:
        raise ValueError(f"as_of ({as_of.isoformat()}) has no time zone; give an aware datetime.")
    adoption = measure if isinstance(measure, Adoption) else adopt(measure)
    report = Report()
    past = history(adoption.measure, events, as_of, report)
    if report.errors:
        raise EventError(report)
    program = program_of(adoption.measure)
    engine = Engine(program, adoption, past, as_of.astimezone(adoption.zone))
    rules: dict[str, Rule] = {
        rule.id: rule
        for group in (
            adoption.measure.duties,
            adoption.measure.findings,
            adoption.measure.consequences,
            adoption.measure.ledgers,
            adoption.measure.grades,
            adoption.measure.rights,
        )
        for rule in group
    }
    for stratum in adoption.measure.strata:
        for rule_id in stratum:
            _evaluate_rule(engine, rules[rule_id])
    said = tuple(_ordered(engine.outcomes))
    known = {e.id: e for e in past.events}
    return Outcomes(adoption.measure.id, engine.as_of, said, adoption, known)


def _evaluate_rule(engine: Engine, rule: Rule) -> None:
    match rule:
        case Duty():
            evaluate_duty(engine, rule)
        case Finding():
            evaluate_finding(engine, rule)
        case Consequence():
            evaluate_consequence(engine, rule)
        case Ledger():
            evaluate_ledger(engine, rule)
        case Grade():
            evaluate_grade(engine, rule)
        case Right():
            evaluate_right(engine, rule)


def _ordered(outcomes: list[Outcome]) -> list[Outcome]:
    return sorted(outcomes, key=lambda o: (o.at, o.kind, o.id))
