"""All that changes an organisation."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.audit.actions import log
from shouwen.service.enactment.bridge import perform
from shouwen.service.house.models import Move
from shouwen.service.house.reach import manages, plans_for
from shouwen.service.logins import actions as logins
from shouwen.service.organisations.models import (
    DutyKind,
    Holding,
    Person,
    RoleGrant,
    RosterShift,
    SpecialTime,
)

MOVED_BEFORE = timedelta(days=31)
"""How long after someone moved to another unit it may still be told."""


@transaction.atomic
def keep(actor: Actor, row: Model, changed: list[str]) -> None:
    """Keep a unit, a person, a role, a territory or a rule as it was filled in.

    Whoever does not work there any more is out at once (`logins.actions.leave`).
    """
    manages(actor, row)
    if isinstance(row, RoleGrant):
        logins.give_role(actor, row)
        return
    row.full_clean()
    if isinstance(row, Person) and row.pk is not None:
        _moved(actor, row, clock.now().astimezone(actor.zone).date())
        if "is_active" in changed and not row.is_active:
            logins.leave(actor, row)
    row.save()
    data = {name: str(getattr(row, name, "")) for name in changed}
    log(actor, f"house.{row._meta.model_name}", f"{row._meta.model_name}:{row.pk}", data)


@transaction.atomic
def move(actor: Actor, person: Person, to: Any, on: date) -> Person:
    """Someone works in another unit from a day on; what was found before stays with the old one.

    Raises:
        ValidationError: for a day that lies ahead, too long ago, or before their last move.
    """
    person.unit = to
    manages(actor, person)
    _moved(actor, person, on)
    person.save(update_fields=["unit"])
    log(actor, "house.move", f"person:{person.number}", {"to": to.code, "on": on})
    return person


def _moved(actor: Actor, person: Person, on: date) -> None:
    """Keep which unit someone left, if they did."""
    before = Person.objects.select_for_update(of=("self",)).select_related("unit")
    left = before.get(pk=person.pk).unit
    if left.pk == person.unit_id:
        return
    today = clock.now().astimezone(actor.zone).date()
    if not today - MOVED_BEFORE <= on <= today:
        raise ValidationError(_("The day of the move must lie within the last 31 days."))
    last = Move.objects.filter(person=person).order_by("-on", "-id").first()
    if last is not None and last.on > on:
        raise ValidationError(_("They moved on %(on)s already.") % {"on": last.on})
    Move.objects.create(person=person, left=left, on=on, recorded_at=clock.now())


@transaction.atomic
def hold(actor: Actor, row: Holding) -> Holding:
    """Someone holds a post from a day on; the measure hears of it, since shares rest on it.

    Raises:
        ValidationError: when it ends before it begins, or someone else holds the post on a day.
    """
    manages(actor, row)
    if row.until is not None and row.until < row.since:
        raise ValidationError(_("The post ends before it begins."))
    others = Holding.objects.filter(unit=row.unit, post=row.post).select_for_update()
    for other in others:
        starts_later = row.until is not None and other.since > row.until
        ended_before = other.until is not None and other.until < row.since
        if not (starts_later or ended_before):
            raise ValidationError(
                _("%(who)s holds this post from %(since)s on; let that end first.")
                % {"who": other.person, "since": other.since}
            )
    row.save()
    _tell(actor, row)
    log(actor, "house.hold", f"person:{row.person.number}", {"post": row.post})
    return row


@transaction.atomic
def leave_post(actor: Actor, row: Holding, until: Any) -> Holding:
    """A post ends on a day (the last day on which it is held)."""
    manages(actor, row)
    if until < row.since:
        raise ValidationError(_("The post ends before it begins."))
    row.until = until
    row.save(update_fields=["until"])
    _tell(actor, row)
    log(actor, "house.leave-post", f"person:{row.person.number}", {"until": until})
    return row


def _tell(actor: Actor, row: Holding) -> None:
    zone = actor.zone
    ends = datetime.combine(row.until, time(23, 59, 59), zone) if row.until else None
    facts = {
        "person": row.person.number,
        "unit": row.unit.code,
        "post": row.post,
        "from": datetime.combine(row.since, time(), zone),
        "to": ends,
    }
    perform(actor, "post.held", facts)


@transaction.atomic
def declare_special(actor: Actor, row: SpecialTime) -> SpecialTime:
    """Declare days special; longer hours apply from then on, not to what is past."""
    manages(actor, row)
    if row.last < row.first:
        raise ValidationError(_("The last day lies before the first."))
    today = clock.now().astimezone(actor.zone).date()
    if row.first < today:
        raise ValidationError(_("Special days are declared beforehand."))
    row.save()
    perform(actor, "special-time.declared", {"from": row.first, "to": row.last})
    log(actor, "house.special", f"special:{row.pk}", {"first": row.first, "last": row.last})
    return row


@transaction.atomic
def plan_shift(actor: Actor, row: RosterShift) -> RosterShift:
    """Put someone on duty. Nobody can be on duty twice at once.

    The day of an executive on the rota has no hours, so it stands in nobody's way.
    """
    plans_for(actor, row)
    others = RosterShift.objects.exclude(kind=DutyKind.EXECUTIVE)
    clash = others.filter(person=row.person, starts__lt=row.ends, ends__gt=row.starts).first()
    if clash is not None:
        raise ValidationError(
            _("%(who)s is on duty then already (%(kind)s).")
            % {"who": row.person, "kind": clash.get_kind_display()}
        )
    row.save()
    facts = {
        "shift": f"S{row.pk}",
        "unit": row.unit.code,
        "person": row.person.number,
        "starts": row.starts,
    }
    perform(actor, "shift.planned", facts)
    log(actor, "house.shift", f"shift:{row.pk}", {"person": row.person.number})
    return row


@transaction.atomic
def come_on_duty(actor: Actor, row: RosterShift) -> RosterShift:
    """Someone is there for their shift."""
    if actor.person is None or row.person_id != actor.person.pk:
        raise ValidationError(_("This is the shift of someone else."))
    if row.arrived_at is None:
        row.arrived_at = perform(actor, "shift.arrived", {"shift": f"S{row.pk}"}).act.at
        row.save(update_fields=["arrived_at"])
    return row
