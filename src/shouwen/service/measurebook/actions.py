"""Registering events in the measure's own words, and adopting other readings."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from shouwen.measures.evaluation import AdoptionError, EventError
from shouwen.measures.evaluation import Event as Happened
from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import require
from shouwen.service.audit.actions import log
from shouwen.service.enactment import bridge
from shouwen.service.enactment.enacted import enacted
from shouwen.service.enactment.ids import new_id
from shouwen.service.enactment.models import Adoption, Event, Thread
from shouwen.service.enactment.texts import base_of
from shouwen.service.enactment.threads import happened, keys_of
from shouwen.service.enactment.values import plain
from shouwen.service.measurebook.permissions import (
    ADOPT,
    REGISTER_EVENTS,
    SEE_EVENTS,
)
from shouwen.service.measurebook.sheets import Row
from shouwen.service.tenancy.locks import one_at_a_time

AT_ONCE = 300
"""So many rows are reckoned while one waits: each may take some 20 ms."""
DECISIONS = frozenset({"decision.made"})
"""Events by which someone decides for others: written by the act of deciding, never by hand."""


@transaction.atomic
def register(
    actor: Actor, type_: str, facts: Mapping[str, Any], at: datetime, uid: str | None = None
) -> Event:
    """Register an event of the measure; told twice with one `uid`, it is written once.

    Raises:
        ValidationError: when it does not fit the measure, or lies in the future.
    """
    _may_write(actor, type_)
    known = Event.objects.filter(uid=uid).first() if uid else None
    if known is not None:
        return known
    with _told_to_people():
        event = bridge.register(actor, type_, facts, at=at, uid=uid)
    log(actor, "events.register", f"event:{event.uid}", {"type": type_})
    return event


@transaction.atomic
def bring_in(actor: Actor, type_: str, rows: Sequence[Row]) -> int:
    """Register events of one type from a sheet, all or none.

    The measure is asked once a thread; for more than `AT_ONCE` rows, by a worker.

    Returns:
        how many were registered.

    Raises:
        ValidationError: for rows that are on record already, or do not fit the measure.
    """
    _may_write(actor, type_)
    same = Event.objects.filter(type=type_, at__in={r.at for r in rows}, retracts=False)
    known = {(e.at, _key(e.facts)) for e in same}
    twice = [r.number for r in rows if (r.at, _key(plain(r.facts))) in known]
    if twice:
        said = _("These rows are on record already: %(rows)s.")
        raise ValidationError(said % {"rows": ", ".join(map(str, twice[:50]))})
    with _told_to_people(), bridge.together(later=len(rows) > AT_ONCE):
        told = [Happened(new_id(), type_, r.at, r.facts) for r in rows]
        written = bridge.write(actor, told)
    log(actor, "events.bring-in", f"type:{type_}"[:100], {"rows": len(written)})
    return len(written)


def taken_out(actor: Actor, chosen: Mapping[str, str]) -> None:
    """Note that someone took events out as a sheet."""
    require(actor, SEE_EVENTS)
    log(actor, "events.take-out", "events", dict(chosen))


def _key(facts: Mapping[str, Any]) -> str:
    return json.dumps(facts, sort_keys=True, ensure_ascii=False)


@transaction.atomic
def correct(
    actor: Actor, event: Event, facts: Mapping[str, Any], at: datetime, reason: str
) -> Event:
    """Write an event in the place of another, with the reason; the other stays in the history.

    Where the correction is about another thing, the event is taken back and told anew, since a
    thread can only correct what is its own.

    Raises:
        ValidationError: without a reason, when it was corrected or taken back already, or when
            it does not fit the measure.
    """
    _may_write(actor, event.type)
    _changeable(actor, event, reason)
    measure = enacted(event.thread.adoption).measure
    with _told_to_people():
        new = Happened("correction", event.type, at, dict(facts))
        if keys_of(measure, new)[0] == keys_of(measure, happened(event))[0]:
            written = bridge.correct(actor, event, facts, at)
        else:
            bridge.take_back(actor, event)
            written = bridge.register(actor, event.type, facts, at=at)
    data = {"reason": reason, "by": written.uid}
    log(actor, "events.correct", f"event:{event.uid}", data)
    return written


@transaction.atomic
def take_back(actor: Actor, event: Event, reason: str) -> Event:
    """Write that an event did not happen, with the reason; the event itself stays.

    Raises:
        ValidationError: without a reason, or when it was corrected or taken back already.
    """
    _may_write(actor, event.type)
    _changeable(actor, event, reason)
    taken = bridge.take_back(actor, event)
    log(actor, "events.take-back", f"event:{event.uid}", {"reason": reason})
    return taken


def _may_write(actor: Actor, type_: str) -> None:
    require(actor, REGISTER_EVENTS)
    if type_ in DECISIONS:
        raise ValidationError(
            _("A decision is made under Decisions, where it is checked, numbered and served.")
        )


def _changeable(actor: Actor, event: Event, reason: str) -> None:
    """Refuse to change what was changed already, and what others registered about oneself."""
    if not reason.strip():
        raise ValidationError(_("Say why it is corrected or taken back."))
    # Two who correct the same event at once wait for each other here.
    Thread.objects.select_for_update().get(pk=event.thread_id)
    if event.retracts or Event.objects.filter(supersedes=event.uid).exists():
        raise ValidationError(_("This event was corrected or taken back already."))
    if f"person:{actor.number}" in event.people and event.by_id != (
        actor.person.pk if actor.person else None
    ):
        raise ValidationError(_("What others registered about you is corrected by someone else."))


@contextmanager
def _told_to_people() -> Iterator[None]:
    """What the measure does not take, as something that a form can show."""
    try:
        yield
    except EventError as error:
        raise ValidationError([d.message for d in error.diagnostics]) from error
    except bridge.Refused as error:
        raise ValidationError(str(error)) from error


@transaction.atomic
def adopt(
    actor: Actor,
    readings: Mapping[str, str],
    first_day: date,
    reason: str,
    measure: str | None = None,
) -> Adoption:
    """Adopt a text of the measure, and readings of it, from a day on. Open threads keep theirs.

    What was adopted for the same day before, and that day lies ahead, does not come into force.

    Args:
        actor: who does so.
        readings: the choices that differ from the defaults.
        first_day: the first day on which they apply: today or later.
        reason: why, for those who ask later.
        measure: the key of the text, of the library or one's own; None: as adopted last.

    Raises:
        ValidationError: for a day that is past, today when something was adopted from today on
            already, a text of another measure, or a reading that is not there.
    """
    require(actor, ADOPT)
    today = clock.now().astimezone(actor.zone).date()
    if first_day < today:
        raise ValidationError(_("What is past stays judged as it was: choose today or later."))
    current = Adoption.objects.last()
    if current is None:
        raise ValidationError(_("The organisation has adopted no measure yet."))
    chosen = measure or current.measure
    if base_of(chosen) != base_of(current.measure):
        raise ValidationError(_("This is not a text of the measure that the organisation adopted."))
    row = Adoption(
        measure=chosen, readings=dict(readings), first_day=first_day,
        adopted_at=clock.now(), adopted_by=actor.person, reason=reason,
    )  # fmt: skip
    try:
        enacted(row)
    except AdoptionError as error:
        raise ValidationError([d.message for d in error.diagnostics]) from error
    except KeyError as error:
        raise ValidationError(_("There is no such text of the measure.")) from error
    with transaction.atomic():
        one_at_a_time("measurebook.adopt", actor.organisation.pk)
        if first_day == today and Adoption.objects.filter(first_day=today).exists():
            said = _("Something was adopted from today on already. Choose a later day.")
            raise ValidationError(said)
        row.save()
    data = {"measure": chosen, "readings": dict(readings), "first_day": first_day, "reason": reason}
    log(actor, "measure.adopt", f"adoption:{row.pk}", data)
    return row


def withdraw(actor: Actor, adoption: Adoption, reason: str) -> Adoption:
    """Let what applies the day before an adoption go on: that it was decided stays on record.

    Raises:
        ValidationError: when its day has come, something else was adopted for that day since, or
            nobody says why.
    """
    require(actor, ADOPT)
    if not reason.strip():
        raise ValidationError(_("Say why."))
    with transaction.atomic():
        one_at_a_time("measurebook.adopt", actor.organisation.pk)
        if adoption.first_day <= clock.now().astimezone(actor.zone).date():
            said = _("It is in force already; adopt something else from a later day.")
            raise ValidationError(said)
        last = Adoption.objects.filter(first_day=adoption.first_day).last()
        going_on = Adoption.objects.filter(first_day__lt=adoption.first_day).last()
        if last != adoption or going_on is None:
            raise ValidationError(_("Something else was adopted for that day since."))
        row = Adoption.objects.create(
            measure=going_on.measure, readings=going_on.readings, first_day=adoption.first_day,
            adopted_at=clock.now(), adopted_by=actor.person, reason=reason.strip(),
        )  # fmt: skip
        data = {"withdrawn": adoption.pk, "reason": reason.strip()}
        log(actor, "measure.withdraw", f"adoption:{row.pk}", data)
    return row
