"""Putting right what was found: ordered, reported, looked at again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import NotAllowed, require
from shouwen.service.audit.actions import log
from shouwen.service.enactment.bridge import perform, together
from shouwen.service.inspections.actions.finding import locked
from shouwen.service.inspections.actions.inspecting import inspector, reaches
from shouwen.service.inspections.models import (
    Finding,
    Look,
    Rectification,
    RectificationState,
    TakenBack,
)
from shouwen.service.inspections.models.findings import OPEN
from shouwen.service.inspections.permissions import PUT_RIGHT
from shouwen.service.organisations.models import Person


@dataclass(frozen=True)
class Demand:
    """What is to be put right, by whom, until which day (in)."""

    demand: str
    due_on: date
    responsible: Person


@together()
def order(actor: Actor, finding: Finding, asked: Demand) -> Rectification:
    """Order that something be put right until a day; the measure hears of it where it asks to.

    Raises:
        ValidationError: for a finding taken back, one that is being put right, a day that has
            passed, or nothing to do.
    """
    inspector(actor)
    reaches(actor, finding.unit)
    # Two who order at once wait for each other here.
    row = locked(finding)
    _standing(row)
    if Rectification.objects.filter(finding=row).exists():
        raise ValidationError(_("It was ordered already that this be put right."))
    if not asked.demand.strip():
        raise ValidationError(_("Say what is to be done."))
    _ahead(actor, asked.due_on)
    made = Rectification.objects.create(
        finding=row, demand=asked.demand.strip(), due_on=asked.due_on,
        responsible=asked.responsible, unit=row.unit, ordered_at=clock.now(),
        ordered_by=actor.person,
    )  # fmt: skip
    facts = {
        "person": row.person.number if row.person is not None else asked.responsible.number,
        "unit": row.unit.code,
        "correct_by": asked.due_on,
    }
    perform(actor, "correction.ordered", facts, case=row.occasion)
    log(actor, "rectification.order", f"finding:{row.number}",
        {"until": asked.due_on, "who": asked.responsible.number})  # fmt: skip
    return made


@transaction.atomic
def report(actor: Actor, rectification: Rectification, done: str) -> Rectification:
    """Whoever is responsible says that it is put right, and how; a second look decides.

    Raises:
        NotAllowed: for anyone else but the head of the unit.
        ValidationError: without a word on what was done, or when nothing is open.
    """
    require(actor, PUT_RIGHT)
    row = _open(rectification)
    sight = actor.sight(PUT_RIGHT)
    mine = actor.person is not None and row.responsible_id == actor.person.pk
    if not (mine or row.unit_id in sight.units):
        raise NotAllowed(PUT_RIGHT)
    if not done.strip():
        raise ValidationError(_("Say what was done."))
    row.state, row.reported, row.reported_at = (
        RectificationState.REPORTED, done.strip(), clock.now(),
    )  # fmt: skip
    row.save(update_fields=["state", "reported", "reported_at"])
    person = row.responsible.number
    perform(actor, "correction.reported", {"person": person}, case=row.finding.occasion)
    log(actor, "rectification.report", f"finding:{row.finding.number}", {"done": done.strip()})
    return row


@together()
def look(
    actor: Actor, rectification: Rectification, *, right: bool, seen: str, until: date | None = None
) -> Look:
    """A second look. What is not put right gets a new day and goes one level up.

    Raises:
        NotAllowed: for whoever has to put it right, or was found.
        ValidationError: without a word on what was seen, or without a new day where it is needed.
    """
    person = inspector(actor)
    row = _open(rectification)
    reaches(actor, row.unit)
    if person.pk in (row.responsible_id, row.finding.person_id):
        raise ValidationError(_("The second look is someone else's than who has to put it right."))
    if not seen.strip():
        raise ValidationError(_("Say what was seen."))
    if not right and until is None:
        raise ValidationError(_("It is not put right: say until when it must be."))
    if right:
        row.state = RectificationState.RIGHT
    else:
        assert until is not None
        _ahead(actor, until)
        row.state, row.due_on, row.level = RectificationState.ORDERED, until, row.level + 1
    row.save(update_fields=["state", "due_on", "level"])
    made = Look.objects.create(
        rectification=row, at=clock.now(), by=person, right=right, seen=seen.strip(),
        until=None if right else until,
    )  # fmt: skip
    act = "correction.confirmed" if right else "correction.refused"
    perform(actor, act, {}, case=row.finding.occasion)
    log(actor, "rectification.look", f"finding:{row.finding.number}",
        {"right": right, "until": until})  # fmt: skip
    return made


def _standing(finding: Finding) -> None:
    if TakenBack.objects.filter(finding=finding).exists():
        raise ValidationError(_("This finding was taken back."))


def _ahead(actor: Actor, day: date) -> None:
    if day < clock.now().astimezone(actor.zone).date():
        raise ValidationError(_("The day until which it is to be put right has passed."))


def _open(rectification: Rectification) -> Rectification:
    rows = Rectification.objects.select_for_update(of=("self",))
    row = rows.select_related("finding", "responsible", "unit").get(pk=rectification.pk)
    if row.state not in OPEN:
        raise ValidationError(_("There is nothing left to be put right here."))
    return row
