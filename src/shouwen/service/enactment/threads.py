"""Which events belong together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from shouwen.measures.evaluation import Event as Happened
from shouwen.measures.language.model import Measure
from shouwen.service.enactment.enacted import NOT_THINGS, PERSON, Enacted
from shouwen.service.enactment.models import Adoption, Event, EventKey, Thread, ThreadKey

STANDING = ""
CASE = "case:"


def keys_of(measure: Measure, event: Happened) -> tuple[list[str], list[str]]:
    """What an event is about: things ("case:C1"), the case first; and people and units."""
    relation = measure.vocabulary.events[event.type]
    things: dict[str, None] = {}
    people: dict[str, None] = {}
    for name, field in relation.fields.items():
        value = event.facts.get(name)
        if field.entity is None or value is None:
            continue
        target = people if field.entity in NOT_THINGS else things
        target[f"{field.entity}:{value}"] = None
    ordered = sorted(things, key=lambda k: not k.startswith(CASE))
    return ordered, list(people)


def thread_for(keys: list[str], at: datetime, adoption: Adoption) -> Thread:
    """The thread of an event that is about `keys`, locked for the length of the transaction.

    A case is a thread of its own. An event about no case joins the thread that has one of its
    keys already, else it begins one.
    """
    wanted = keys[0] if keys else STANDING
    if keys and not wanted.startswith(CASE):
        known = ThreadKey.objects.filter(key__in=keys).select_related("thread").order_by("id")
        found = known.first()
        if found is not None:
            wanted = found.thread.key
    found_or_new, _new = Thread.objects.get_or_create(
        key=wanted, defaults={"opened_at": at, "adoption": adoption}
    )
    thread = locked(found_or_new)
    if keys:
        ThreadKey.objects.bulk_create(
            [ThreadKey(key=k, thread=thread) for k in keys], ignore_conflicts=True
        )
    return thread


def locked(thread: Thread) -> Thread:
    """A thread, locked for the length of the transaction."""
    rows = Thread.objects.select_for_update(of=("self",)).select_related("adoption")
    return rows.get(pk=thread.pk)


def index(row: Event) -> None:
    """Let an event be found by every thing, person and unit it is about."""
    alone = not any(key.startswith(CASE) for key in row.keys)
    EventKey.objects.bulk_create(
        [EventKey(key=key, event=row, at=row.at, alone=alone) for key in (*row.keys, *row.people)]
    )


def begin_thread(key: str, at: datetime, adoption: Adoption) -> None:
    """Begin a thread before its first event: with the adoption in force at an act that is told of
    later, for it decides about the thread to its end. One that is there stays as it is."""
    Thread.objects.get_or_create(key=key, defaults={"opened_at": at, "adoption": adoption})


def slice_of(thread: Thread, enacted: Enacted) -> tuple[list[Happened], frozenset[str]]:
    """The events the measure must see to speak of a thread, and the ids of its own."""
    rows = list(Event.objects.filter(thread=thread))
    own = frozenset(r.uid for r in rows)
    keys = {k for r in rows for k in r.keys}
    types = set(enacted.context_types)
    if thread.key == STANDING:
        types |= set(enacted.periodic_types)
    others = {e.pk: e for e in Event.objects.filter(type__in=types).exclude(thread=thread)}
    shared = {k for k in keys if not k.startswith(CASE)}
    if shared:
        # What is about the same thing and about no case: an area's failure, a slip filed.
        alone = naming_alone(shared)
        sharing = Event.objects.filter(pk__in=alone.values("event")).exclude(thread=thread)
        others |= {e.pk: e for e in sharing}
    if shared and enacted.accruing_types and not thread.key.startswith(CASE):
        # What cases add up to for something that is longer than they: the sales of an agreement.
        adding = adding_up(shared, enacted)
        added = Event.objects.filter(pk__in=adding.values("event")).exclude(thread=thread)
        others |= {e.pk: e for e in added}
    people = {k for r in rows for k in r.people if k.startswith(f"{PERSON}:")}
    if people and enacted.personal_types and thread.key != STANDING:
        # What is about its people and about no thing: a leave note.
        naming = EventKey.objects.filter(
            key__in=sorted(people), alone=True, event__type__in=enacted.personal_types
        )
        theirs = Event.objects.filter(pk__in=naming.values("event")).exclude(thread=thread)
        others |= {e.pk: e for e in theirs}
    rows += others.values()
    return [happened(r) for r in _with_corrections(rows)], own


def naming_alone(things: Iterable[str]) -> QuerySet[EventKey]:
    """Where events about no case name one of some things."""
    return EventKey.objects.filter(key__in=sorted(things), alone=True)


def adding_up(things: Iterable[str], enacted: Enacted) -> QuerySet[EventKey]:
    """Where events about cases name one of some things that they add up to."""
    types = enacted.accruing_types
    return EventKey.objects.filter(key__in=sorted(things), alone=False, event__type__in=types)


def _with_corrections(rows: list[Event]) -> Iterable[Event]:
    """The same rows; a correction whose target is not among them has nothing to correct here."""
    known = {r.uid for r in rows}
    return (r for r in rows if r.supersedes is None or r.supersedes in known)


def happened(row: Event) -> Happened:
    """A stored event as the measure takes it."""
    recorded = row.recorded_at if row.recorded_at > row.at else None
    return Happened(row.uid, row.type, row.at, row.facts, recorded, row.supersedes, row.retracts)
