"""Which events, breaches and threads someone may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import visible
from shouwen.service.access.permissions import Permission
from shouwen.service.enactment.models import Breach, Clock, Event, EventKey, Thread
from shouwen.service.measurebook.permissions import (
    ASK_WHY,
    REGISTER_EVENTS,
    SEE_BREACHES,
    SEE_EVENTS,
)
from shouwen.service.organisations.models import Unit
from shouwen.service.ui.asked import day_in


def events(
    actor: Actor, permission: Permission = SEE_EVENTS, *, named: bool = True
) -> QuerySet[Event]:
    """The events that a permission lets an actor see.

    Those they wrote themselves, those that name a unit in their sight and, with `named`, those
    that name them. Who may only see their own work sees no more than that.
    """
    sight = actor.sight(permission)
    rows = Event.objects.all()
    if sight.everything:
        return rows
    keys = []
    if sight.units:
        codes = Unit.objects.filter(pk__in=sight.units).values_list("code", flat=True)
        keys += [f"unit:{code}" for code in codes]
    if sight.own and actor.person is not None and named:
        keys.append(f"person:{actor.number}")
    seen = EventKey.objects.filter(key__in=keys).order_by().values("event_id")
    if sight.own and actor.person is not None:
        # A union, since with "or" no index would be used.
        seen = seen.union(Event.objects.filter(by=actor.person).order_by().values("pk"))
    return rows.filter(pk__in=seen)


def naming(rows: QuerySet[Event], keys: Iterable[str]) -> QuerySet[Event]:
    """Those of some events that are about one of some things, people or units ("person:17")."""
    return rows.filter(pk__in=EventKey.objects.filter(key__in=list(keys)).values("event"))


def told_by_or_near(actor: Actor) -> QuerySet[Event]:
    """The events that an actor may correct: not those that merely name them."""
    return events(actor, REGISTER_EVENTS, named=False)


def breaches(actor: Actor) -> QuerySet[Breach]:
    """The breaches that an actor may see, those taken back by a correction left out."""
    rows = Breach.objects.filter(gone=False)
    return visible(actor, SEE_BREACHES, rows, people=("person",))


def thread_to_ask(actor: Actor, thread_id: int) -> Thread | None:
    """A thread of which an actor may ask why: one with a clock, a breach or an event that they
    may see. None otherwise."""
    sight = actor.sight(ASK_WHY)
    rows = Thread.objects.select_related("adoption").filter(pk=thread_id)
    if not sight.everything:
        here = {"thread": OuterRef("pk")}
        clocks = visible(actor, ASK_WHY, Clock.objects.filter(**here), people=("person",))
        broken = visible(actor, ASK_WHY, Breach.objects.filter(**here), people=("person",))
        told = events(actor, ASK_WHY).filter(**here)
        rows = rows.filter(Exists(clocks) | Exists(broken) | Exists(told))
    return rows.first()


def between(zone: ZoneInfo, first: date | None, last: date | None, field: str = "at") -> Q:
    """Rows from the beginning of a day to the end of a day, both in, in a zone."""
    found = Q()
    if first is not None:
        found &= Q(**{f"{field}__gte": datetime.combine(first, time(), zone)})
    if last is not None:
        found &= Q(**{f"{field}__lt": datetime.combine(last + timedelta(days=1), time(), zone)})
    return found


def days(asked: Mapping[str, str]) -> tuple[date | None, date | None]:
    """The days `from` and `until` of an address; one that is no day is left out."""
    return day_in(asked.get("from") or ""), day_in(asked.get("until") or "")
