"""What the measure says of a subject."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cached_property
from zoneinfo import ZoneInfo

from shouwen.measures.diagnostics import Report
from shouwen.measures.evaluation import Event as Happened
from shouwen.measures.evaluation import Outcomes, evaluate
from shouwen.measures.evaluation.events import check_event
from shouwen.measures.evaluation.outcomes import Breach, ConsequenceOutcome, Outcome
from shouwen.service import clock
from shouwen.service.conduct.models import Subject
from shouwen.service.conduct.slices import DECISION, Slice, slice_of
from shouwen.service.enactment.enacted import Enacted, enacted, in_force
from shouwen.service.enactment.models import Adoption, Event, Thread
from shouwen.service.enactment.projection import events_behind
from shouwen.service.enactment.threads import STANDING, happened


@dataclass(frozen=True)
class _Times:
    """The adoptions of an organisation in order of their first days."""

    rows: list[Adoption]
    zone: tzinfo | None

    def at(self, instant: datetime) -> int | None:
        """The id of the adoption in force at an instant."""
        day = instant.astimezone(self.zone).date()
        return next((a.pk for a in reversed(self.rows) if a.first_day <= day), None)


@dataclass(frozen=True)
class Answer:
    """What one adoption of the measure says of a slice."""

    adoption: Adoption
    known: Enacted
    outcomes: Outcomes
    slice: Slice
    times: _Times

    @cached_property
    def _threads(self) -> dict[str, Thread]:
        return {e.uid: self.slice.threads[e.thread_id] for e in self.slice.events}

    def thread_of(self, outcome: Outcome) -> Thread | None:
        """The thread an outcome speaks of: that of the last event that set it off."""
        events = [i for i in events_behind(outcome, self.outcomes) if i in self._threads]
        events.sort(key=lambda i: (self.outcomes.events[i].at, i))
        own = [i for i in events if self._threads[i].key != STANDING]
        last = own[-1:] or events[-1:]
        return self._threads[last[0]] if last else None

    def consequences(self) -> Iterator[tuple[ConsequenceOutcome, Thread]]:
        """The consequences that this adoption decides about, with their threads."""
        for outcome in self.outcomes.of(ConsequenceOutcome):
            thread = self.thread_of(outcome)
            if thread is not None and self.decides(outcome, thread):
                yield outcome, thread

    def decides(self, outcome: Outcome, thread: Thread) -> bool:
        """Whether this adoption judges it: that of the thread, in the standing thread that of the
        day."""
        if thread.key == STANDING:
            return self.times.at(outcome.at) == self.adoption.pk
        return thread.adoption_id == self.adoption.pk

    def origin_of(self, outcome: Outcome) -> str | None:
        """The key of whoever's act an outcome follows from: the one who broke the norm."""
        said = {o.id: o for o in self.outcomes}
        chain, seen = [outcome], {outcome.id}
        while chain:
            found = chain.pop(0)
            if isinstance(found, Breach) and found.person is not None:
                return entity_of(self.outcomes, found, found.person)
            fresh = [said[i] for i in found.because if i in said and i not in seen]
            seen |= {o.id for o in fresh}
            chain += fresh
        return None


def entity_of(outcomes: Outcomes, outcome: Outcome, name: str) -> str:
    """The key of someone an outcome names: a person, unless an event it rests on calls them
    something else (an agent, a unit)."""
    events = outcomes.adoption.measure.vocabulary.events
    for id_ in outcome.events:
        event = outcomes.events.get(id_)
        if event is None:
            continue
        for fact, value in event.facts.items():
            entity = events[event.type].fields[fact].entity
            if value == name and entity is not None and entity != "case":
                return f"{entity}:{name}"
    return f"person:{name}"


def answers(
    subject: Subject, as_of: datetime | None = None, *, without: str = "", whole: bool = False
) -> tuple[list[Answer], Slice]:
    """What the measure says of a subject, by each adoption that decides about something of it;
    the present one is the last.

    Args:
        subject: whom it is about.
        as_of: an aware instant; now, if not given. What was recorded later does not exist for it.
        without: the id of a proposal whose decisions are left out, so that it is open.
        whole: with everything that weighs, however much it is.
    """
    now = (as_of or clock.now()).astimezone(ZoneInfo(subject.organisation.zone))
    present = in_force(now)
    found = slice_of(subject, enacted(present), now, whole=whole)
    rows = [e for e in found.events if not _settles(e, without)]
    times = _Times(list(Adoption.objects.order_by("first_day", "id")), now.tzinfo)
    wanted: set[int | None] = {
        found.threads[e.thread_id].adoption_id for e in rows if not _stands(e, found)
    }
    context = enacted(present).context_types
    wanted |= {times.at(e.at) for e in rows if _stands(e, found) and e.type not in context}
    said = []
    for adoption in times.rows:
        if adoption.pk == present.pk or adoption.pk not in wanted:
            continue
        said.append(_answer(adoption, rows, found, times, now))
    said.append(_answer(present, rows, found, times, now))
    return said, found


def _answer(
    adoption: Adoption, rows: list[Event], found: Slice, times: _Times, now: datetime
) -> Answer:
    known = enacted(adoption)
    events = [happened(e) for e in rows]
    if len({a.measure for a in times.rows}) > 1:
        events = _fitting(known, events)
    return Answer(adoption, known, evaluate(known.adopted, events, now), found, times)


def _fitting(known: Enacted, events: list[Happened]) -> list[Happened]:
    """The events that another measure knows too, as it knows them."""
    kept = [
        e for e in events if check_event(known.measure, e, known.adopted.zone, Report()) is not None
    ]
    ids = {e.id for e in kept}
    return [e for e in kept if e.supersedes is None or e.supersedes in ids]


def _settles(event: Event, outcome: str) -> bool:
    return bool(outcome) and event.type == DECISION and event.facts.get("proposal") == outcome


def _stands(event: Event, found: Slice) -> bool:
    return found.threads[event.thread_id].key == STANDING
