"""Programmes, their tasks, and the organisation's bounds."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import require
from shouwen.service.audit.actions import log
from shouwen.service.enactment.bridge import perform
from shouwen.service.inspections.models import Programme, Rules, Task
from shouwen.service.inspections.permissions import PLAN, SET_RULES


@transaction.atomic
def draw_up(actor: Actor, row: Programme) -> Programme:
    """Draw up the programme of a month or a year.

    Raises:
        ValidationError: when it ends before it begins, or is as good as over.
    """
    require(actor, PLAN)
    row.drawn_up_at, row.drawn_up_by = clock.now(), actor.person
    if row.last < row.first:
        raise ValidationError(_("The programme ends before it begins."))
    if row.last < clock.now().astimezone(actor.zone).date():
        raise ValidationError(_("A programme is drawn up beforehand."))
    row.full_clean(exclude=["organisation"])
    row.save()
    log(actor, "inspections.programme", f"programme:{row.pk}", {"first": row.first})
    return row


@transaction.atomic
def add_task(actor: Actor, row: Task) -> Task:
    """Add something to look at to a programme.

    Raises:
        ValidationError: when its day lies outside the programme.
    """
    require(actor, PLAN)
    programme = row.programme
    if not programme.first <= row.due_on <= programme.last:
        raise ValidationError(_("The day lies outside the programme."))
    row.full_clean(exclude=["organisation"])
    row.save()
    facts: dict[str, Any] = {
        "inspection": row.key,
        "unit": row.unit.code if row.unit is not None else None,
        "agent": row.agent,
        "day": row.due_on,
    }
    perform(actor, "inspection.planned", facts)
    log(actor, "inspections.task", f"programme:{programme.pk}", {"task": row.pk})
    return row


@transaction.atomic
def drop_task(actor: Actor, row: Task) -> None:
    """Take something off a programme again, as long as nobody has looked at it.

    Raises:
        ValidationError: when an inspection was held for it.
    """
    require(actor, PLAN)
    row = Task.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row.inspections.exists():
        raise ValidationError(_("It was looked at already; it stays on the programme."))
    log(actor, "inspections.drop-task", f"programme:{row.programme_id}",
        {"task": row.pk, "about": row.about})  # fmt: skip
    row.delete()


@transaction.atomic
def set_rules(actor: Actor, row: Rules) -> Rules:
    """Set how long after an act it may be found, and after a finding it may be entered."""
    require(actor, SET_RULES)
    row.full_clean(exclude=["organisation"])
    row.save()
    data = {f: getattr(row, f) for f in ("entered_within", "found_within", "put_right_within")}
    log(actor, "inspections.rules", "inspection-rules", data)
    return row
