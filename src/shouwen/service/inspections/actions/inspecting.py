"""Holding an inspection: begin, tick off, end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import NotAllowed, require
from shouwen.service.audit.actions import log
from shouwen.service.cases.models import Case
from shouwen.service.cases.numbers import next_number
from shouwen.service.contacts.models import Call
from shouwen.service.enactment.bridge import perform, together
from shouwen.service.inspections import measure as book
from shouwen.service.inspections.bounds import entered_in_time
from shouwen.service.inspections.models import (
    Check,
    Inspection,
    InspectionState,
    Kind,
    Result,
    RotaDay,
    SampleItem,
    Task,
)
from shouwen.service.inspections.permissions import INSPECT
from shouwen.service.organisations.models import Person, Unit


@dataclass(frozen=True)
class Asked:
    """What is to be looked at."""

    kind: Kind
    unit: Unit
    about: str = ""
    places: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    agent: str = ""
    members: int = 1
    comprehensive: bool = False
    task: Task | None = None
    rota_day: RotaDay | None = None
    visit_place: str = ""
    sample_item: SampleItem | None = None
    case: Case | None = None
    call: Call | None = None
    begun_at: datetime | None = field(default=None)
    """Left out: now. Earlier only within the organisation's bounds."""


@together()
def begin(actor: Actor, asked: Asked) -> Inspection:
    """Begin an inspection; its checklist is made of the measure's standards of conduct.

    Raises:
        NotAllowed: for whom it is no part of their work, or whose units do not reach there.
        ValidationError: when no measure was in force, or it is told of too late.
    """
    person = inspector(actor)
    now = clock.now()
    begun = asked.begun_at or now
    entered_in_time(actor, begun, now)
    reaches(actor, asked.unit)
    found = book.known(actor, begun)
    if found is None:
        raise ValidationError(_("No measure was in force on that day; there is nothing to check."))
    adoption, known = found
    if asked.kind is Kind.RECORDING and not (asked.case or asked.call or asked.about):
        raise ValidationError(_("Say which call or recording is listened to."))
    if asked.task is not None and asked.task.unit_id not in (None, asked.unit.pk):
        raise ValidationError(_("The programme names another unit for this."))
    if asked.task is not None and asked.task.agent and asked.task.agent != asked.agent:
        raise ValidationError(_("The programme names another agent for this."))
    row = Inspection.objects.create(
        number=next_number("JC", begun.astimezone(actor.zone).date()),
        kind=asked.kind, unit=asked.unit, agent=asked.agent, about=asked.about,
        places=list(asked.places), roles=list(asked.roles), inspector=person,
        members=asked.members, comprehensive=asked.comprehensive, task=asked.task,
        rota_day=asked.rota_day, visit_place=asked.visit_place, sample_item=asked.sample_item,
        case=asked.case, call=asked.call, adoption=adoption, begun_at=begun, recorded_at=now,
    )  # fmt: skip
    lines = book.checklist(book.chosen(known.measure, asked.places, asked.roles))
    Check.objects.bulk_create(
        Check(inspection=row, position=n, conduct=line.conduct, norm=line.norm,
              prohibited=line.prohibited)
        for n, line in enumerate(lines, 1)
    )  # fmt: skip
    perform(actor, "inspection.begun", _facts(row), at=begun)
    log(actor, "inspections.begin", f"inspection:{row.number}",
        {"kind": row.kind, "unit": row.unit.code, "norms": len(lines)})  # fmt: skip
    return row


@transaction.atomic
def tick(actor: Actor, inspection: Inspection, seen: Mapping[str, tuple[str, str]]) -> int:
    """Keep what was seen of norms: by norm, a result and a note.

    Returns:
        how many lines changed.

    Raises:
        ValidationError: when the inspection has ended, or a norm is not on its list.
    """
    row = _mine(actor, inspection)
    lines = {c.norm: c for c in row.checks.all()}
    strange = sorted(set(seen) - set(lines))
    if strange:
        raise ValidationError(
            _("Not on this checklist: %(norms)s.") % {"norms": ", ".join(strange)}
        )
    unknown = sorted({result for result, _note in seen.values()} - set(Result.values))
    if unknown:
        raise ValidationError(_("There is no such result: %(what)s.") % {"what": unknown[0]})
    now, changed = clock.now(), []
    for norm, (result, note) in seen.items():
        line = lines[norm]
        if (line.result, line.note) == (result, note[:300]):
            continue
        line.result, line.note, line.looked_at = result, note[:300], now
        changed.append(line)
    Check.objects.bulk_update(changed, ["result", "note", "looked_at"])
    if changed:
        log(actor, "inspections.tick", f"inspection:{row.number}",
            {c.norm: c.result for c in changed})  # fmt: skip
    return len(changed)


@together()
def hold(actor: Actor, inspection: Inspection, summary: str) -> Inspection:
    """End an inspection; what was seen stays as it is from now on.

    Raises:
        ValidationError: without a word on what was seen, or when a norm was ticked as broken and
            no finding says by whom.
    """
    row = _mine(actor, inspection)
    if not summary.strip():
        raise ValidationError(_("Say in a few words what was seen."))
    broken = row.checks.filter(result=Result.BROKEN, findings__isnull=True)
    if broken.exists():
        norms = ", ".join(broken.values_list("norm", flat=True))
        raise ValidationError(
            _("Record a finding for each norm that was broken, or tick it otherwise: %(norms)s.")
            % {"norms": norms}
        )
    now = clock.now()
    # One that was held days ago and is entered today ended on its own day.
    same_day = row.begun_at.astimezone(actor.zone).date() == now.astimezone(actor.zone).date()
    row.state, row.summary = InspectionState.HELD, summary.strip()
    row.held_at = now if same_day or row.recorded_at == row.begun_at else row.begun_at
    row.save(update_fields=["state", "summary", "held_at"])
    perform(actor, "inspection.held", _facts(row), at=row.held_at)
    if row.rota_day is not None:
        facts = {"rota": row.rota_day.rota.key, "person": row.inspector.number}
        more = {}
        found = book.known(actor, row.held_at)
        choice = book.choice_of(found[1], "executive.visited") if found is not None else None
        if choice is not None and row.visit_place:
            more = {choice[0].name: row.visit_place}
        perform(actor, "executive.visited", facts, at=row.held_at, more=more)
    log(actor, "inspections.hold", f"inspection:{row.number}")
    return row


@transaction.atomic
def abandon(actor: Actor, inspection: Inspection, reason: str) -> Inspection:
    """Break an inspection off, with the reason. The problem found already stays.

    Raises:
        ValidationError: without a reason, or when it has ended.
    """
    row = _mine(actor, inspection)
    if not reason.strip():
        raise ValidationError(_("Say why it is broken off."))
    row.state, row.summary = InspectionState.ABANDONED, reason.strip()
    row.save(update_fields=["state", "summary"])
    log(actor, "inspections.abandon", f"inspection:{row.number}", {"reason": reason})
    return row


def inspector(actor: Actor) -> Person:
    """Who inspects; the service itself cannot."""
    require(actor, INSPECT)
    if actor.person is None:
        raise NotAllowed(INSPECT)
    return actor.person


def reaches(actor: Actor, unit: Unit) -> None:
    """Refuse a unit that is not within an inspector's reach. Raises NotAllowed."""
    sight = actor.sight(INSPECT)
    if not sight.everything and unit.pk not in sight.units:
        raise NotAllowed(INSPECT)


def _mine(actor: Actor, inspection: Inspection) -> Inspection:
    """The inspection, locked; whoever began it, or someone of the same reach, goes on with it."""
    inspector(actor)
    rows = Inspection.objects.select_for_update(of=("self",))
    row = rows.select_related("unit", "inspector", "rota_day__rota", "task").get(pk=inspection.pk)
    reaches(actor, row.unit)
    if row.state != InspectionState.RUNNING:
        raise ValidationError(_("This inspection has ended; what was seen stands."))
    return row


def _facts(row: Inspection) -> dict[str, Any]:
    # An agent's visit performs the one that was scheduled, which the measure knows by its own key.
    planned = row.task is not None and row.task.agent and row.task.agent == row.agent
    return {
        "inspection": row.task.key if planned and row.task is not None else row.number,
        "unit": row.unit.code,
        "agent": row.agent,
        "person": row.inspector.number,
        "members": row.members,
        "kind": row.kind,
        "comprehensive": row.comprehensive,
    }
