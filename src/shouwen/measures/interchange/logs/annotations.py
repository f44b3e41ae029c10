"""Outcomes as attributes of the events they began with, for tools that know only events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from shouwen.measures.calendars import Period
from shouwen.measures.evaluation.outcomes import (
    Anomaly,
    Balance,
    Breach,
    ConsequenceOutcome,
    DutyOutcome,
    GradeOutcome,
    LedgerEntry,
    Outcome,
    Outcomes,
    RightOutcome,
    ThresholdReached,
    UnknownOutcome,
)
from shouwen.measures.feel.values import Amount


def attributes(outcomes: Outcomes) -> dict[str, dict[str, Any]]:
    """For every event id the attributes of the outcomes that began with it.

    An outcome belongs to the first event that it rests on: the trigger of its rule. Its attributes
    begin with its kind and its rule (``duty:arrive`` is the status, ``duty:arrive:deadline`` an
    instant); of a second outcome of the same kind and rule they end in ``#2``. Balances rest on no
    event and are left out.
    """
    found: dict[str, dict[str, Any]] = {}
    for outcome in outcomes:
        if not outcome.events or isinstance(outcome, Balance):
            continue
        own = found.setdefault(outcome.events[0], {})
        base = f"{outcome.kind}:{outcome.rule}"
        number = 1
        while f"{base}{_mark(number)}" in own:
            number += 1
        for name, value in _parts(outcome):
            if value is not None:
                own[f"{base}:{name}{_mark(number)}" if name else f"{base}{_mark(number)}"] = value
    return found


def _mark(number: int) -> str:
    return "" if number == 1 else f"#{number}"


def _parts(outcome: Outcome) -> Iterator[tuple[str, Any]]:
    """The attributes of an outcome; that without a name says most."""
    match outcome:
        case DutyOutcome():
            yield "", outcome.status
            yield "deadline", None if outcome.deadline is None else outcome.deadline.at
            yield "performed_at", outcome.performed_at
            yield "bearer", outcome.bearer
        case Breach():
            yield "", outcome.norm
            yield "person", outcome.person
        case ConsequenceOutcome():
            yield "", outcome.status
            yield "to", outcome.to
            yield from _plain(outcome.amounts)
            yield from _plain(outcome.acts)
        case LedgerEntry():
            yield "", str(outcome.amount)
            yield "balance", str(outcome.balance)
        case ThresholdReached():
            yield "", str(outcome.balance)
        case GradeOutcome():
            yield "", outcome.subject or ""
            yield from _plain(outcome.outputs)
        case RightOutcome():
            yield "", outcome.who
            yield "until", outcome.until
        case UnknownOutcome():
            yield "", ", ".join(sorted(outcome.missing))
        case Anomaly():
            yield "", outcome.en
        case _:
            yield "", ""
    yield "norm", outcome.norm


def _plain(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, datetime):
            yield name, value
        elif isinstance(value, date):
            yield name, value.isoformat()
        elif isinstance(value, Amount):
            yield name, f"{value.lo}-{'' if value.hi is None else value.hi}"
        elif isinstance(value, Period):
            yield name, value.iso()
        else:
            yield name, None if value is None else str(value)
