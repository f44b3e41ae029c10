"""Registering events in the measure's own words, and adopting other readings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from shouwen.measures.evaluation import AdoptionError, EventError
from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import require
from shouwen.service.audit.actions import log
from shouwen.service.enactment import bridge
from shouwen.service.enactment.enacted import enacted
from shouwen.service.enactment.models import Adoption, Event
from shouwen.service.measurebook.permissions import ADOPT, REGISTER_EVENTS


@transaction.atomic
def register(
    actor: Actor, type_: str, facts: Mapping[str, Any], at: datetime, uid: str | None = None
) -> Event:
    """Register an event of the measure; told twice with one `uid`, it is written once.

    Raises:
        ValidationError: when it does not fit the measure, or lies in the future.
    """
    require(actor, REGISTER_EVENTS)
    known = Event.objects.filter(uid=uid).first() if uid else None
    if known is not None:
        return known
    try:
        event = bridge.register(actor, type_, facts, at=at, uid=uid)
    except EventError as error:
        raise ValidationError([d.message for d in error.diagnostics]) from error
    except bridge.Refused as error:
        raise ValidationError(str(error)) from error
    log(actor, "events.register", f"event:{event.uid}", {"type": type_})
    return event


@transaction.atomic
def take_back(actor: Actor, event: Event, reason: str) -> Event:
    """Write that an event did not happen, with the reason; the event itself stays.

    Raises:
        ValidationError: without a reason, or when it was corrected or taken back already.
    """
    require(actor, REGISTER_EVENTS)
    if not reason.strip():
        raise ValidationError(_("Say why it is taken back."))
    if Event.objects.filter(supersedes=event.uid).exists():
        raise ValidationError(_("This event was corrected or taken back already."))
    taken = bridge.take_back(actor, event)
    log(actor, "events.take-back", f"event:{event.uid}", {"reason": reason})
    return taken


@transaction.atomic
def adopt(actor: Actor, readings: Mapping[str, str], first_day: date, reason: str) -> Adoption:
    """Adopt other readings of the measure from a day on. Threads that are open keep theirs.

    Args:
        actor: who does so.
        readings: the choices that differ from the defaults.
        first_day: the first day on which they apply: today or later.
        reason: why, for those who ask later.

    Raises:
        ValidationError: for a day that is past or taken, or a reading that is not there.
    """
    require(actor, ADOPT)
    today = clock.now().astimezone(actor.zone).date()
    if first_day < today:
        raise ValidationError(_("What is past stays judged as it was: choose today or later."))
    current = Adoption.objects.order_by("-first_day").first()
    if current is None:
        raise ValidationError(_("The organisation has adopted no measure yet."))
    row = Adoption(
        measure=current.measure, readings=dict(readings), first_day=first_day,
        adopted_at=clock.now(), adopted_by=actor.person, reason=reason,
    )  # fmt: skip
    try:
        enacted(row)
    except AdoptionError as error:
        raise ValidationError([d.message for d in error.diagnostics]) from error
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise ValidationError(_("Something was adopted from that day on already.")) from error
    data = {"readings": dict(readings), "first_day": first_day, "reason": reason}
    log(actor, "measure.adopt", f"adoption:{row.pk}", data)
    return row
