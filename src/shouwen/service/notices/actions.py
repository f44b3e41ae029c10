"""Who is told of a clock, and that they have read it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q

from shouwen.service import clock as time
from shouwen.service.access.actor import Actor
from shouwen.service.enactment.models import Clock, Stage
from shouwen.service.notices.models import Notice
from shouwen.service.organisations.models import (
    EscalationRule,
    EscalationStage,
    EscalationTo,
    Person,
    Reach,
    Role,
)

STAGES = {Stage.AMBER: EscalationStage.AMBER, Stage.RED: EscalationStage.DUE}
WITHOUT_RULES = {
    EscalationStage.AMBER: (EscalationTo.BEARER,),
    EscalationStage.DUE: (EscalationTo.BEARER, EscalationTo.UNIT_HEAD),
}
ROLES = {
    EscalationTo.DISPATCHER: Role.DISPATCHER,
    EscalationTo.QUALITY: Role.QUALITY,
    EscalationTo.EXECUTIVE: Role.EXECUTIVE,
}


def clock_turned(clock: Clock, stage: Stage, **kwargs: Any) -> None:
    """Tell those who are to be told that a clock turned amber or red."""
    when = STAGES.get(stage)
    if when is None:
        return
    people = {p.pk: p for p in _whom(clock, when)}
    Notice.objects.bulk_create(
        [Notice(person=p, clock=clock, stage=stage, at=time.now()) for p in people.values()],
        ignore_conflicts=True,
    )


def _whom(clock: Clock, when: EscalationStage) -> list[Person]:
    rules = list(
        EscalationRule.objects.filter(stage=when)
        .filter(Q(rule="") | Q(rule=clock.rule))
        .select_related("person")
    )
    if not rules and not EscalationRule.objects.exists():
        return [p for to in WITHOUT_RULES[when] for p in _people(clock, to, None)]
    return [p for r in rules for p in _people(clock, EscalationTo(r.to), r.person)]


def _people(clock: Clock, to: EscalationTo, named: Person | None) -> list[Person]:
    if to is EscalationTo.BEARER:
        return [clock.person] if clock.person is not None else []
    if to is EscalationTo.PERSON:
        return [named] if named is not None else []
    active = Person.objects.filter(is_active=True)
    if to is EscalationTo.UNIT_HEAD:
        if clock.unit is None:
            return []
        head = Q(grants__role=Role.HEAD, grants__reach=Reach.UNIT, grants__unit=clock.unit)
        return list(active.filter(head).distinct())
    return list(active.filter(grants__role=ROLES[to]).distinct())


@transaction.atomic
def read_all(actor: Actor) -> int:
    """Mark everything the actor was told as read; how many there were."""
    mine = Notice.objects.filter(person=actor.person, read_at__isnull=True)
    return mine.update(read_at=time.now())
