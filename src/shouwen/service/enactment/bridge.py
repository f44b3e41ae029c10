"""Writing what happened, and asking the measure what it means.

`perform` for acts of the service, `register` for events in the measure's own words. Both must be
called inside the transaction of the state change they tell of: all of it is kept, or none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from shouwen.measures.diagnostics import Report
from shouwen.measures.evaluation import Event as Happened
from shouwen.measures.evaluation import EventError, Outcomes, evaluate
from shouwen.measures.evaluation.events import check_event
from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.enactment.dialects import Act as Told
from shouwen.service.enactment.enacted import Enacted, enacted, in_force
from shouwen.service.enactment.ids import new_id
from shouwen.service.enactment.models import Act, Event, Thread
from shouwen.service.enactment.projecting import project, set_alarm
from shouwen.service.enactment.signals import thread_asked
from shouwen.service.enactment.threads import index, keys_of, locked, slice_of, thread_for
from shouwen.service.enactment.values import plain
from shouwen.service.enactment.waking import wake_others

AHEAD = timedelta(minutes=2)
"""How far a clock of a phone may run ahead of the server's before it is not believed."""

_waiting: ContextVar[dict[int, Thread] | None] = ContextVar("waiting", default=None)


class Refused(ValueError):
    """What was told cannot be; the message says why, in the language of the page."""


@dataclass(frozen=True)
class Performed:
    """An act as it was written, and its events."""

    act: Act
    events: tuple[Event, ...]


def perform(
    actor: Actor,
    name: str,
    facts: Mapping[str, Any],
    *,
    case: str = "",
    at: datetime | None = None,
    uid: str | None = None,
    more: Mapping[str, Any] | None = None,
) -> Performed:
    """Write an act with the events it is in the adopted measure, and ask the measure anew.

    Args:
        actor: who did it.
        name: an act of the catalogue (`dialects/acts.yaml`).
        facts: what it carries; values as the catalogue types them.
        case: the case it belongs to; it is the fact `case` as well.
        at: when it happened; now, if not given.
        uid: its id, if whoever tells of it made one; the same act told twice is written once.
        more: facts that only this measure asks for, in its own words; they go with the events that
            know them.

    Raises:
        Refused: when it happened in the future.
        ActError: when facts do not fit the catalogue, every one of them named.
        NotInForce: when the organisation had no measure on that day.
    """
    now = clock.now()
    at = _when(at, now)
    with transaction.atomic():
        if uid is not None:
            known = Act.objects.filter(uid=uid).first()
            if known is not None:
                return Performed(known, tuple(known.events.all()))
        uid = uid or new_id()
        known_facts = {k: v for k, v in facts.items() if v is not None and v != ""}
        if case:
            known_facts.setdefault("case", case)
        measure = enacted(in_force(at.astimezone(actor.zone)))
        told = measure.dialect.translate(Told(uid, name, at, known_facts))
        own = {k: v for k, v in (more or {}).items() if v is not None and v != ""}
        told = tuple(_with(event, own, measure) for event in told)
        act = Act.objects.create(
            uid=uid, name=name, at=at, recorded_at=now, person=actor.person, source=actor.source,
            case_key=case, facts=plain(own | known_facts),
        )  # fmt: skip
        return Performed(act, write(actor, told, act=act, now=now))


def register(
    actor: Actor,
    type_: str,
    facts: Mapping[str, Any],
    *,
    at: datetime | None = None,
    uid: str | None = None,
    supersedes: str | None = None,
    retracts: bool = False,
    thread: Thread | None = None,
) -> Event:
    """Write an event in the measure's own words, and ask the measure anew.

    `thread`: the thread it belongs to, where the event itself does not say so: a decision names
    what it settles, which is no thing.

    Raises:
        Refused: when it happened in the future.
        EventError: when it does not fit the measure's vocabulary, every fault named.
    """
    now = clock.now()
    at = _when(at, now)
    event = Happened(uid or new_id(), type_, at, dict(facts), None, supersedes, retracts)
    with transaction.atomic():
        return write(actor, [event], now=now, thread=thread)[0]


def write(
    actor: Actor,
    told: Iterable[Happened],
    *,
    act: Act | None = None,
    now: datetime | None = None,
    thread: Thread | None = None,
) -> tuple[Event, ...]:
    """Write events and ask the measure about every thread they touch.

    `thread`: the one they all belong to; without it, each says itself where it belongs.

    Raises:
        EventError: when one does not fit the vocabulary; nothing is written then.
    """
    now = now or clock.now()
    written: list[Event] = []
    touched: dict[int, Thread] = {}
    report = Report()
    ready: list[tuple[Happened, Enacted, Any]] = []
    for event in told:
        adoption = in_force(event.at.astimezone(actor.zone))
        known = enacted(adoption)
        checked = check_event(known.measure, event, known.adopted.zone, report)
        if checked is not None:
            ready.append((checked, known, adoption))
    if report.errors:
        raise EventError(report)
    for event, known, adoption in ready:
        things, people = keys_of(known.measure, event)
        belongs = locked(thread) if thread else thread_for(things, event.at, adoption)
        touched[belongs.pk] = belongs
        row = Event.objects.create(
            uid=event.id,
            type=event.type,
            at=event.at,
            recorded_at=now,
            facts=plain(event.facts),
            supersedes=event.supersedes,
            retracts=event.retracts,
            act=act,
            by=actor.person,
            thread=belongs,
            keys=things,
            people=people,
        )
        index(row)
        written.append(row)
        wake_others(belongs, known, event, things)
    waiting = _waiting.get()
    if waiting is not None:
        waiting |= touched
    else:
        for found in touched.values():
            refresh(found)
    return tuple(written)


@contextmanager
def together(*, later: bool = False) -> Iterator[None]:
    """Several acts that belong together: the measure is asked once, after the last of them.

    With `later`, by a worker as soon as it can: for more threads than a request has time for.
    """
    if _waiting.get() is not None:
        yield
        return
    waiting: dict[int, Thread] = {}
    token = _waiting.set(waiting)
    try:
        with transaction.atomic():
            yield
            for thread in waiting.values():
                if later:
                    set_alarm(thread, clock.now())
                else:
                    refresh(thread)
    finally:
        _waiting.reset(token)


def ask(thread: Thread, as_of: datetime | None = None) -> tuple[Outcomes, frozenset[str]]:
    """What the measure says of a thread, and the ids of the thread's own events."""
    known = enacted(thread.adoption)
    events, own = slice_of(thread, known)
    return evaluate(known.adopted, events, as_of or clock.now()), own


def refresh(thread: Thread) -> Outcomes:
    """Ask the measure about a thread, and keep what it says: clocks, breaches, the next alarm."""
    known = enacted(thread.adoption)
    outcomes, own = ask(thread)
    project(thread, known, outcomes, own)
    thread_asked.send(sender=Thread, thread=thread, outcomes=outcomes, own=own)
    return outcomes


def correct(actor: Actor, event: Event, facts: Mapping[str, Any], at: datetime) -> Event:
    """Write an event that takes the place of another; history itself is never edited."""
    return register(actor, event.type, facts, at=at, supersedes=event.uid, thread=event.thread)


def take_back(actor: Actor, event: Event) -> Event:
    """Write that an event did not happen."""
    return register(
        actor, event.type, event.facts, at=event.at, supersedes=event.uid, retracts=True,
        thread=event.thread,
    )  # fmt: skip


def _with(event: Happened, own: Mapping[str, Any], measure: Enacted) -> Happened:
    """An event with what the measure alone asks for; what it was told anyway stands."""
    fields = measure.measure.vocabulary.events[event.type].fields
    return replace(event, facts={k: v for k, v in own.items() if k in fields} | dict(event.facts))


def _when(at: datetime | None, now: datetime) -> datetime:
    if at is None:
        return now
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no time zone; give an aware datetime.")
    if at > now + AHEAD:
        raise Refused(_("The time given lies in the future. Check the clock of your device."))
    return min(at, now)
