"""What the measure makes of a finding: said in its own sentences, with what is missing if it cannot
say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from shouwen.measures.evaluation import Event as Happened
from shouwen.measures.evaluation import EventError, Outcomes, evaluate, explain
from shouwen.measures.evaluation.outcomes import (
    Breach,
    ConsequenceOutcome,
    DutyOutcome,
    Outcome,
    UnknownOutcome,
)
from shouwen.service import clock
from shouwen.service.enactment.bridge import ask
from shouwen.service.enactment.dialects import Act as Told
from shouwen.service.enactment.enacted import Enacted, enacted
from shouwen.service.enactment.models import Event, Thread
from shouwen.service.enactment.threads import happened
from shouwen.service.inspections.measure import FINDING, shape_of
from shouwen.service.inspections.models import Finding
from shouwen.service.measurebook.words import language, pick


@dataclass(frozen=True)
class Said:
    """A sentence of the measure, its norm, and where to ask why (a thread and an outcome)."""

    text: str
    norm: str
    outcome: str
    status: str = ""


@dataclass(frozen=True)
class Judgement:
    """Breaches, proposed consequences and duties that rest on a finding; facts that are missing."""

    breaches: tuple[Said, ...] = ()
    consequences: tuple[Said, ...] = ()
    duties: tuple[Said, ...] = ()
    missing: tuple[str, ...] = ()
    errors: tuple[str, ...] = field(default=())

    @property
    def nothing(self) -> bool:
        """Whether the measure takes nothing from it."""
        return not (self.breaches or self.consequences or self.missing or self.errors)


def judged(finding: Finding) -> tuple[Judgement, Thread | None]:
    """What the measure says of a finding that is on record, and the thread to ask why in."""
    event = finding.act.events.select_related("thread__adoption").first()
    if event is None:
        return Judgement(), None
    outcomes, _own = ask(event.thread)
    own = {e.uid for e in finding.act.events.all()}
    known = enacted(event.thread.adoption)
    said = _judgement(outcomes, own, known)
    if finding.person is None:
        return said, event.thread
    # The measure knows people by their numbers; whoever reads knows them by their names.
    number, name = finding.person.number, finding.person.label
    return replace(
        said,
        breaches=tuple(_named(s, number, name) for s in said.breaches),
        consequences=tuple(_named(s, number, name) for s in said.consequences),
    ), event.thread


def _named(said: Said, number: str, name: str) -> Said:
    if not said.text.startswith(number):
        return said
    return replace(said, text=name + said.text.removeprefix(number))


def foreseen(
    known: Enacted, facts: Mapping[str, Any], own: Mapping[str, Any], at: datetime
) -> Judgement:
    """What the measure would say of a finding, without writing it. Raises nothing: faults are
    among the answer's `errors`."""
    told = known.dialect.translate(Told("preview", FINDING, at, dict(facts)))
    events = []
    for event in told:
        fields = known.measure.vocabulary.events[event.type].fields
        more = {k: v for k, v in own.items() if k in fields}
        events.append(Happened(event.id, event.type, at, more | dict(event.facts)))
    context = Event.objects.filter(type__in=known.context_types)
    try:
        outcomes = evaluate(known.adopted, [*map(happened, context), *events], clock.now())
    except EventError as error:
        return Judgement(errors=tuple(d.message for d in error.diagnostics))
    return _judgement(outcomes, {e.id for e in events}, known)


def _judgement(outcomes: Outcomes, own: set[str], known: Enacted) -> Judgement:
    said_before = {o.id: o for o in outcomes}
    mine = [o for o in outcomes if own & _roots(o, said_before, outcomes)]
    labels = {f.name: pick(f.label) for f in shape_of(known).own}

    def said(kind: type[Outcome]) -> tuple[Said, ...]:
        return tuple(
            Said(explain(o, outcomes, language()).summary, o.norm, o.id, getattr(o, "status", ""))
            for o in mine
            if isinstance(o, kind)
        )

    missing = sorted({m for o in mine if isinstance(o, UnknownOutcome) for m in o.missing})
    return Judgement(
        said(Breach), said(ConsequenceOutcome), said(DutyOutcome),
        tuple(labels.get(m.rpartition(".")[2], m) for m in missing),
    )  # fmt: skip


def _roots(outcome: Outcome, said: Mapping[str, Outcome], outcomes: Outcomes) -> set[str]:
    """The events that set an outcome off, through the outcomes in between."""
    found: set[str] = set()
    seen: set[str] = set()
    waiting = list(outcome.because)
    while waiting:
        id_ = waiting.pop()
        if id_ in seen:
            continue
        seen.add(id_)
        if id_ in outcomes.events:
            found.add(id_)
        elif id_ in said:
            waiting += said[id_].because
    return found or set(outcome.events)
