"""Which events the measure must see to speak of a subject.

All that weighs: the threads in which the subject broke a norm or something was proposed for it,
and the events that name it and set off a finding, a consequence or a grade. A technician's
thousand jobs that went well are not among them. To these come, for whoever bears a share or holds
a post, the same of those whose acts they answer for, since a second breach doubles a share too.

The work is bounded: at most `MOST_THREADS` threads of the last three years, the latest first, and
the slice says if there was more. Whoever freezes what the measure says takes it whole instead.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from django.db.models import Q, QuerySet

from shouwen.measures.language.model import Consequence, Finding, Grade, Measure
from shouwen.service.conduct.models import MarkKey, Proposal, Subject
from shouwen.service.enactment.enacted import Enacted, looked_at_of_people
from shouwen.service.enactment.models import Breach, Event, EventKey, Thread
from shouwen.service.enactment.threads import CASE, STANDING, adding_up, naming_alone

BACK = timedelta(days=3 * 366)
"""No measure that ships looks back further than a year from the act."""
MOST_THREADS = 400
MOST_STANDING = 2_000
DECISION = "decision.made"


@dataclass(frozen=True)
class Slice:
    """Events, the threads they belong to by id, and whether there was more."""

    events: tuple[Event, ...]
    threads: dict[int, Thread]
    cut: bool


def slice_of(subject: Subject, known: Enacted, now: datetime, *, whole: bool = False) -> Slice:
    """The events that weigh for a subject and for those it answers for; `whole`: all of them,
    however many."""
    since = now - BACK
    context = list(Event.objects.filter(type__in=known.context_types, at__lte=now))
    most_threads, most_standing = (None, None) if whole else (MOST_THREADS, MOST_STANDING)
    keys = {subject.key, *_answered_for(subject, context, since, most_threads)}
    if counts_by_unit(known):
        keys |= _of_the_same_unit(keys, since, most_threads)
    weighty = weighty_types(known.measure)
    names = [k.partition(":")[2] for k in keys]
    named = Event.objects.filter(
        pk__in=EventKey.objects.filter(key__in=keys, at__gte=since).values("event"),
        type__in=weighty,
    )
    wanted: set[int] = set(
        Thread.objects.exclude(key=STANDING)
        .filter(
            Q(pk__in=named.values("thread"))
            | Q(pk__in=Breach.objects.filter(bearer__in=names, at__gte=since).values("thread"))
            | Q(pk__in=Proposal.objects.filter(subject__key__in=keys, at__gte=since)
                .values("thread"))
            # What follows for them from something that does not name them: the last in a ranking.
            | Q(pk__in=_speaking(keys).values("mark__thread"), opened_at__gte=since)
        )
        .order_by("-opened_at", "-pk")
        .values_list("pk", flat=True)[: None if most_threads is None else most_threads + 1]
    )  # fmt: skip
    standing, more = _standing(keys, since, most_standing)
    cut = more or (most_threads is not None and len(wanted) > most_threads)
    rows = {e.pk: e for e in context}
    rows |= {e.pk: e for e in Event.objects.filter(thread__in=wanted)}
    rows |= {e.pk: e for e in standing}
    if _speaking(keys).filter(mark__thread__key=STANDING).exists():
        periodic = Event.objects.filter(type__in=known.periodic_types, at__gte=since)
        rows |= {e.pk: e for e in periodic.order_by("-at")[:most_standing]}
    rows |= {e.pk: e for e in _about_the_same(rows.values(), known)}
    threads = Thread.objects.select_related("adoption").in_bulk(
        {e.thread_id for e in rows.values()}
    )
    uids = {e.uid for e in rows.values()}
    kept = (e for e in rows.values() if e.supersedes is None or e.supersedes in uids)
    return Slice(tuple(sorted(kept, key=lambda e: (e.at, e.uid))), threads, cut)


def _speaking(keys: Iterable[str]) -> QuerySet[MarkKey]:
    """The marks of threads that said something of one of the keys."""
    return MarkKey.objects.filter(key__in=sorted(keys))


def slice_of_all(known: Enacted, now: datetime, most: int) -> Slice:
    """The events that weigh for anybody: what a rule must see that compares people.

    No more than `most` are read; the slice says if there were more, and is of no use then.
    """
    since = now - BACK
    weighty = Event.objects.filter(type__in=weighty_types(known.measure), at__gte=since)
    threads = Thread.objects.exclude(key=STANDING).filter(
        Q(pk__in=weighty.values("thread"))
        | Q(pk__in=Breach.objects.filter(at__gte=since).values("thread"))
        | Q(pk__in=Proposal.objects.filter(at__gte=since).values("thread"))
    )
    wanted = Event.objects.filter(
        Q(thread__in=threads.values("pk"))
        | Q(thread__key=STANDING, at__gte=since)
        | Q(type__in=known.context_types)
        | Q(type__in=known.periodic_types, at__gte=since),
        at__lte=now,
    )
    rows = {e.pk: e for e in wanted.order_by("-at")[: most + 1]}
    cut = len(rows) > most
    if not cut:
        rows |= {e.pk: e for e in _about_the_same(rows.values(), known)}
    here = Thread.objects.select_related("adoption").in_bulk({e.thread_id for e in rows.values()})
    uids = {e.uid for e in rows.values()}
    kept = (e for e in rows.values() if e.supersedes is None or e.supersedes in uids)
    return Slice(tuple(sorted(kept, key=lambda e: (e.at, e.uid))), here, cut)


def _standing(keys: set[str], since: datetime, most: int | None) -> tuple[list[Event], bool]:
    """Events about no thing that name one of the keys, and decisions about them; whether there
    were more."""
    here = Event.objects.filter(thread__key=STANDING)
    naming = EventKey.objects.filter(key__in=keys, at__gte=since)
    limit = None if most is None else most + 1
    found = list(here.filter(pk__in=naming.values("event")).order_by("-at")[:limit])
    more = most is not None and len(found) > most
    names = [f":{k.partition(':')[2]}" for k in keys]
    decided = here.filter(type=DECISION, at__gte=since)
    found += [e for e in decided if any(n in str(e.facts.get("proposal", "")) for n in names)]
    return found, more


def _about_the_same(rows: Iterable[Event], known: Enacted) -> Iterable[Event]:
    """What is about the same thing and about no case (an area's failure, a slip filed), and what
    cases add up to for it (the sales of an agreement)."""
    shared = {k for e in rows for k in e.keys if not k.startswith(CASE)}
    if not shared:
        return ()
    # Their numbers first: as one query, a planner that has seen none of the rows yet compares each
    # event with each key.
    found = set(naming_alone(shared).values_list("event", flat=True))
    if known.accruing_types:
        found |= set(adding_up(shared, known).values_list("event", flat=True))
    return Event.objects.filter(pk__in=found).exclude(thread__key=STANDING)


def _answered_for(
    subject: Subject, context: list[Event], since: datetime, most: int | None
) -> set[str]:
    """The keys of those whose acts something followed from for a subject, or that broke a norm
    in a unit in which it held a post."""
    found = set(
        Proposal.objects.filter(subject=subject, gone=False, at__gte=since)
        .exclude(origin=subject)
        .values_list("origin__key", flat=True)
    )
    held = [e for e in context if e.type == "post.held" and e.facts.get("person") == subject.name]
    units = {e.facts["unit"] for e in held if e.facts.get("unit")}
    if units:
        broken = Breach.objects.filter(unit__code__in=units, at__gte=since, gone=False)
        bearers = broken.exclude(bearer="").values_list("bearer", flat=True).distinct()
        found |= {f"person:{b}" for b in bearers[:most]}
    return found


def counts_by_unit(known: Enacted) -> bool:
    """Whether what others of a unit did may raise what follows for one: a measure that counts
    breaches by unit, under readings of which one was chosen. By their defaults no measure that
    ships does so for anyone but the holders of posts, and slices stay small."""
    counted = any(
        "unit" in f.same and "person" not in f.same and f.relation == "breach"
        for f in known.measure.facts.values()
    )
    readings = known.measure.readings
    return counted and any(readings[r].default != o for r, o in known.adopted.readings.items())


def _of_the_same_unit(keys: set[str], since: datetime, most: int | None) -> set[str]:
    """The keys of those who broke a norm in a unit in which one of the keys did."""
    names = [k.partition(":")[2] for k in keys]
    broken = Breach.objects.filter(at__gte=since, gone=False, unit__isnull=False)
    units = broken.filter(bearer__in=names).values("unit")
    bearers = broken.filter(unit__in=units).exclude(bearer="").values_list("bearer", flat=True)
    return {f"person:{b}" for b in bearers.distinct()[:most]}


@cache
def weighty_types(measure: Measure) -> frozenset[str]:
    """Event types that set off a finding, a consequence, a grade or a ledger's entry, and those
    that are counted by person or that duties hanging on a person look at."""
    found: set[str] = set()
    rules: list[Finding | Consequence | Grade] = [
        *measure.findings, *measure.consequences, *measure.grades
    ]  # fmt: skip
    for rule in rules:
        found |= set(rule.trigger.relations)
        if rule.trigger.each is not None:
            found.add(rule.trigger.each.relation)
    for fact in measure.facts.values():
        if "person" in fact.same or "agent" in fact.same:
            found.add(fact.relation)
    found |= looked_at_of_people(measure)
    return frozenset(found & measure.vocabulary.events.keys()) - {DECISION, "post.held"}
