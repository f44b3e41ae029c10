"""What the service shows of a measure's answer: clocks and breaches, ready to be stored."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shouwen.measures.evaluation import Outcomes, explain, wording
from shouwen.measures.evaluation.notes import Note
from shouwen.measures.evaluation.outcomes import Breach, DutyOutcome, Outcome
from shouwen.measures.language.model import Force, Label

SHORTEST, LONGEST = timedelta(minutes=5), timedelta(days=1)


@dataclass(frozen=True)
class ClockState:
    """A duty with its deadline.

    `aim`: it is only striven for. `last_instant` is the last second in time; `by_day` that the
    limit is a day, not an instant. `events` are those it rests on, and those of what set it off.
    """

    id: str
    rule: str
    norm: str
    aim: bool
    label: Label
    status: str
    bearer: str | None
    unit: str | None
    case: str | None
    start: datetime
    last_instant: datetime | None
    by_day: bool
    amber_at: datetime | None
    performed_at: datetime | None
    missing: frozenset[str]
    reasons: tuple[Label, ...]
    events: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class BreachState:
    """A norm that was broken."""

    id: str
    rule: str
    norm: str
    at: datetime
    person: str | None
    unit: str | None
    case: str | None
    sentence: Label
    events: tuple[str, ...] = field(repr=False)


def amber_at(start: datetime, deadline: datetime) -> datetime:
    """When a clock begins to press: after two thirds of its time, but no more than a day and no
    less than five minutes before its end.

    >>> from datetime import UTC
    >>> nine = datetime(2026, 5, 6, 9, tzinfo=UTC)
    >>> amber_at(nine, nine + timedelta(minutes=30)).minute
    20
    >>> amber_at(nine, nine + timedelta(minutes=6)).minute
    1
    >>> str(amber_at(nine, nine + timedelta(days=30)))
    '2026-06-04 09:00:00+00:00'
    """
    ahead = min(max((deadline - start) / 3, SHORTEST), LONGEST)
    return max(start, deadline - ahead)


def clocks_of(outcomes: Outcomes, only: Collection[str] = ()) -> Iterator[ClockState]:
    """The duties of an answer that someone can still be shown: those with a deadline, met or not,
    and open ones without. `only`: of these rules; of all, if none is named."""
    duties = {d.id: d for d in outcomes.adoption.measure.duties}
    for duty in outcomes.of(DutyOutcome):
        if only and duty.rule not in only:
            continue
        limit = duty.deadline
        last = limit.last_instant if limit is not None else None
        yield ClockState(
            id=duty.id,
            rule=duty.rule,
            norm=duty.norm,
            aim=duties[duty.rule].force is Force.AIM,
            label=duties[duty.rule].label,
            status=duty.status,
            bearer=duty.bearer,
            unit=_text(duty, "unit"),
            case=_text(duty, "case"),
            start=duty.start,
            last_instant=last,
            by_day=limit is not None and not limit.inclusive,
            amber_at=amber_at(duty.start, last) if last is not None else None,
            performed_at=duty.performed_at,
            missing=duty.missing,
            reasons=tuple(_reason(n) for n in duty.notes),
            events=events_behind(duty, outcomes),
        )


def breaches_of(outcomes: Outcomes, only: Collection[str] = ()) -> Iterator[BreachState]:
    """The breaches of an answer; `only`: by these rules, by all if none is named."""
    for breach in outcomes.of(Breach):
        if only and breach.rule not in only:
            continue
        yield BreachState(
            id=breach.id,
            rule=breach.rule,
            norm=breach.norm,
            at=breach.at,
            person=breach.person,
            unit=breach.unit,
            case=_text(breach, "case"),
            sentence=Label(
                explain(breach, outcomes).summary, explain(breach, outcomes, "en").summary
            ),
            events=events_behind(breach, outcomes),
        )


def _reason(note: Note) -> Label:
    """A step of the reckoning, with the article it rests on."""
    return Label(
        note.zh + (f"（{note.law}）" if note.law else ""),
        note.en + (f" ({wording.law(note.law, 'en')})" if note.law else ""),
    )


def _text(outcome: Outcome, name: str) -> str | None:
    value = outcome.facts.get(name)
    return value if isinstance(value, str) else None


def events_behind(outcome: Outcome, outcomes: Outcomes) -> tuple[str, ...]:
    """The ids of the events that set an outcome off, through the outcomes in between."""
    found: dict[str, None] = {}
    said = {o.id: o for o in outcomes}
    open_ = list(outcome.because)
    while open_:
        id_ = open_.pop()
        if id_ in outcomes.events:
            found[id_] = None
        elif id_ in said:
            open_ += said[id_].because
    return tuple(found) or outcome.events
