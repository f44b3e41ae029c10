"""The executives' rota: one leader a day, no fixed hour."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import require
from shouwen.service.audit.actions import log
from shouwen.service.cases.numbers import next_number
from shouwen.service.enactment.bridge import perform, together
from shouwen.service.inspections.models import Rota, RotaDay, Summary
from shouwen.service.inspections.permissions import PLAN
from shouwen.service.organisations.models import DutyKind, Person, RosterShift

LONGEST = timedelta(days=366)


@together()
def start(actor: Actor, first: date, last: date, leaders: list[Person]) -> Rota:
    """Begin a rota: from a day until a day, both in, the leaders take turns in their order.

    Raises:
        ValidationError: when it is over before it begins, too long, without leaders, or crosses
            another rota.
    """
    require(actor, PLAN)
    if last < first:
        raise ValidationError(_("The rota ends before it begins."))
    if last - first > LONGEST:
        raise ValidationError(_("A rota is drawn up for a year at most."))
    if first < clock.now().astimezone(actor.zone).date():
        raise ValidationError(_("A rota begins today at the earliest."))
    if not leaders:
        raise ValidationError(_("Choose who takes turns."))
    taken = RotaDay.objects.filter(day__range=(first, last)).order_by("day").first()
    if taken is not None:
        raise ValidationError(_("%(day)s is on another rota already.") % {"day": taken.day})
    rota = Rota.objects.create(
        key=next_number("LZ", first), first=first, last=last, started_at=clock.now(),
        started_by=actor.person,
    )  # fmt: skip
    perform(actor, "rota.started", {"rota": rota.key, "from": first, "to": last})
    for n in range((last - first).days + 1):
        _assign(actor, rota, first + timedelta(days=n), leaders[n % len(leaders)])
    log(actor, "rota.start", f"rota:{rota.key}",
        {"first": first, "last": last, "leaders": [p.number for p in leaders]})  # fmt: skip
    return rota


@together()
def swap(actor: Actor, day: RotaDay, leader: Person, reason: str) -> RotaDay:
    """Give a day to another leader, with the reason. What has passed stays as it was.

    Raises:
        ValidationError: for a day that has passed, without a reason, or to whom it is anyway.
    """
    require(actor, PLAN)
    rows = RotaDay.objects.select_for_update(of=("self",)).select_related("rota", "shift")
    row = rows.get(pk=day.pk)
    if row.day < clock.now().astimezone(actor.zone).date():
        raise ValidationError(_("This day has passed; it stays with whose it was."))
    if not reason.strip():
        raise ValidationError(_("Say why the day is given to someone else."))
    if row.leader_id == leader.pk:
        raise ValidationError(_("It is this leader's day already."))
    before = row.leader.number
    row.leader = leader
    row.save(update_fields=["leader"])
    row.shift.person, row.shift.unit = leader, leader.unit
    row.shift.save(update_fields=["person", "unit"])
    _tell(actor, row)
    log(actor, "rota.swap", f"rota:{row.rota.key}",
        {"day": row.day, "from": before, "to": leader.number, "reason": reason})  # fmt: skip
    return row


@transaction.atomic
def summarise(actor: Actor, rota: Rota, text: str) -> Summary:
    """Put together what the visits brought to light.

    Raises:
        ValidationError: without a word.
    """
    require(actor, PLAN)
    if not text.strip():
        raise ValidationError(_("Say what the visits brought to light."))
    row = Summary.objects.create(rota=rota, at=clock.now(), by=actor.person, text=text.strip())
    perform(actor, "visits.summarised", {"rota": rota.key})
    log(actor, "rota.summarise", f"rota:{rota.key}")
    return row


def _assign(actor: Actor, rota: Rota, day: date, leader: Person) -> RotaDay:
    starts = datetime.combine(day, time(), actor.zone)
    # The whole day: a leader on the rota goes when they choose.
    shift = RosterShift.objects.create(
        kind=DutyKind.EXECUTIVE, person=leader, unit=leader.unit, starts=starts,
        ends=datetime.combine(day + timedelta(days=1), time(), actor.zone),
    )  # fmt: skip
    row = RotaDay.objects.create(rota=rota, day=day, leader=leader, shift=shift)
    _tell(actor, row)
    return row


def _tell(actor: Actor, row: RotaDay) -> None:
    facts = {"rota": row.rota.key, "person": row.leader.number, "day": row.day}
    perform(actor, "rota.assigned", facts)
