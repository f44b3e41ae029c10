"""Calling phones to see whether they are answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import NotAllowed, require
from shouwen.service.audit.actions import log
from shouwen.service.enactment import bridge
from shouwen.service.enactment.bridge import perform, together
from shouwen.service.house.queries import unit_on
from shouwen.service.inspections.bounds import entered_in_time
from shouwen.service.inspections.models import PhoneCheck, SampleItem
from shouwen.service.inspections.permissions import CHECK_PHONES, TAKE_BACK
from shouwen.service.organisations.models import Person, Unit


@dataclass(frozen=True)
class Called:
    """Whose phone was called, and what came of it: someone's own, or that of a unit's post."""

    reached: bool
    person: Person | None = None
    unit: Unit | None = None
    seconds: int | None = None
    called_at: datetime | None = None
    note: str = ""
    sample_item: SampleItem | None = None


@together()
def check(actor: Actor, called: Called) -> PhoneCheck:
    """Keep whether a phone was answered; the measure hears of it where it asks to.

    Raises:
        NotAllowed: where the actor does not reach.
        ValidationError: when there is no such phone, for one's own, or told too late.
    """
    require(actor, CHECK_PHONES)
    now = clock.now()
    at = called.called_at or now
    entered_in_time(actor, at, now)
    day = at.astimezone(actor.zone).date()
    unit = unit_on(called.person, day) if called.person is not None else called.unit
    if unit is None:
        raise ValidationError(_("Say whose phone was called."))
    sight = actor.sight(CHECK_PHONES)
    if not sight.everything and unit.pk not in sight.units:
        raise NotAllowed(CHECK_PHONES)
    if called.person is not None and called.person.pk == getattr(actor.person, "pk", None):
        raise ValidationError(_("Nobody checks their own phone."))
    dialled = called.person.phone if called.person is not None else unit.phone
    if not dialled:
        raise ValidationError(_("There is no phone number on record to call."))
    if not called.reached and called.seconds is not None:
        raise ValidationError(_("Who was not reached did not answer within any time."))
    facts = {
        "person": called.person.number if called.person is not None else None,
        "unit": unit.code,
        "reached": called.reached,
        "seconds": called.seconds,
    }
    act = perform(actor, "phone.checked", facts, at=at).act
    row = PhoneCheck.objects.create(
        unit=unit, person=called.person, dialled=dialled, called_at=at, recorded_at=now,
        by=actor.person, reached=called.reached, seconds=called.seconds, note=called.note[:300],
        act=act, sample_item=called.sample_item,
    )  # fmt: skip
    log(actor, "phones.check", f"phone-check:{row.pk}",
        {"person": facts["person"], "unit": unit.code, "reached": called.reached})  # fmt: skip
    return row


@together()
def returned(actor: Actor, row: PhoneCheck, at: datetime | None = None) -> PhoneCheck:
    """Whoever was not reached called back.

    Raises:
        ValidationError: when they were reached, called back already, or before the call.
    """
    require(actor, CHECK_PHONES)
    row = PhoneCheck.objects.select_for_update(of=("self",)).get(pk=row.pk)
    at = at or clock.now()
    if row.reached or row.returned_at is not None:
        raise ValidationError(_("There is no call left to be returned."))
    if at < row.called_at or at > clock.now():
        raise ValidationError(_("They cannot have called back before, or in the future."))
    row.returned_at = at
    row.save(update_fields=["returned_at"])
    log(actor, "phones.returned", f"phone-check:{row.pk}", {"at": at})
    return row


@together()
def take_back(actor: Actor, row: PhoneCheck, reason: str) -> PhoneCheck:
    """A check does not stand (a wrong number was dialled): its events are taken back.

    Raises:
        ValidationError: without a reason, or when it was taken back already.
    """
    require(actor, TAKE_BACK)
    row = PhoneCheck.objects.select_for_update(of=("self",)).select_related("act").get(pk=row.pk)
    if not reason.strip():
        raise ValidationError(_("Say why it is taken back."))
    if row.taken_back:
        raise ValidationError(_("This check was taken back already."))
    for event in row.act.events.all():
        bridge.take_back(actor, event)
    row.taken_back = reason.strip()[:300]
    row.save(update_fields=["taken_back"])
    log(actor, "phones.take-back", f"phone-check:{row.pk}", {"reason": reason})
    return row
