"""What the measure would say of an event, without writing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shouwen.measures.evaluation import Event as Happened
from shouwen.measures.evaluation import EventError, evaluate, explain
from shouwen.measures.evaluation.outcomes import Breach, ConsequenceOutcome, DutyOutcome, Outcome
from shouwen.service import clock
from shouwen.service.enactment.enacted import Enacted
from shouwen.service.enactment.models import Thread, ThreadKey
from shouwen.service.enactment.threads import keys_of, slice_of
from shouwen.service.measurebook.words import language

SHOWN = (DutyOutcome, Breach, ConsequenceOutcome)


@dataclass(frozen=True)
class Preview:
    """What would be new: sentences by kind; or why the event cannot be."""

    duties: list[str]
    breaches: list[str]
    consequences: list[str]
    errors: list[str]

    @property
    def nothing(self) -> bool:
        """Whether nothing would be new."""
        return not (self.duties or self.breaches or self.consequences or self.errors)


def preview(known: Enacted, type_: str, facts: dict[str, Any], at: Any) -> Preview:
    """What the measure would newly say if this had happened."""
    event = Happened("preview", type_, at, facts)
    keys, _people = keys_of(known.measure, event)
    thread = _thread(keys)
    before: list[Happened] = []
    if thread is not None:
        before, _own = slice_of(thread, known)
    else:
        blank = Thread(key=keys[0] if keys else "", opened_at=at)
        before = slice_of(blank, known)[0] if keys == [] else _context(known)
    as_of = clock.now()
    try:
        said = {o.id for o in evaluate(known.adopted, before, as_of)}
        outcomes = evaluate(known.adopted, [*before, event], as_of)
    except EventError as error:
        return Preview([], [], [], [d.message for d in error.diagnostics])
    new = [o for o in outcomes if o.id not in said and isinstance(o, SHOWN)]

    def sentences(kind: type[Outcome]) -> list[str]:
        return [explain(o, outcomes, language()).summary for o in new if isinstance(o, kind)]

    return Preview(
        sentences(DutyOutcome)[:20], sentences(Breach)[:20], sentences(ConsequenceOutcome)[:20], []
    )


def _thread(keys: list[str]) -> Thread | None:
    if not keys:
        return Thread.objects.filter(key="").first()
    found = ThreadKey.objects.filter(key__in=keys).select_related("thread__adoption").first()
    return found.thread if found is not None else None


def _context(known: Enacted) -> list[Happened]:
    from shouwen.service.enactment.models import Event
    from shouwen.service.enactment.threads import happened

    return [happened(e) for e in Event.objects.filter(type__in=known.context_types)]
