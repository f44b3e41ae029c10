"""Who is told of a clock, and that they have read it."""

from __future__ import annotations

from dataclasses import dataclass
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
    Unit,
)
from shouwen.service.organisations.roles import having

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
    people = {p.pk: p for p in _whom(clock.rule, clock.person, clock.unit, when)}
    Notice.objects.bulk_create(
        [Notice(person=p, clock=clock, stage=stage, at=time.now()) for p in people.values()],
        ignore_conflicts=True,
    )


@dataclass(frozen=True)
class Day:
    """A day that no measure sets: what has it, whose it is, where it stands.

    `more`: who is told as well, whatever the organisation's rules say.
    """

    about: str
    said_zh: str
    said_en: str
    path: str
    person: Person | None
    unit: Unit | None
    more: tuple[Person, ...] = ()


@transaction.atomic
def tell(day: Day, stage: Stage) -> int:
    """Tell of a day that is near (amber) or past (red), each person once.

    Returns:
        how many were told now.
    """
    found = [*_whom("", day.person, day.unit, STAGES[stage]), *day.more]
    people = {p.pk: p for p in found if p.is_active}
    told = Notice.objects.filter(about=day.about, stage=stage, person__in=people)
    for key in told.values_list("person", flat=True):
        people.pop(key, None)
    rows = [
        Notice(
            person=p, about=day.about, stage=stage, at=time.now(), said_zh=day.said_zh[:300],
            said_en=day.said_en[:300], path=day.path,
        )
        for p in people.values()
    ]  # fmt: skip
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _whom(
    rule: str, bearer: Person | None, unit: Unit | None, when: EscalationStage
) -> list[Person]:
    rules = list(
        EscalationRule.objects.filter(stage=when)
        .filter(Q(rule="") | Q(rule=rule))
        .select_related("person")
    )
    if not rules and not EscalationRule.objects.exists():
        return [p for to in WITHOUT_RULES[when] for p in _people(bearer, unit, to, None)]
    return [p for r in rules for p in _people(bearer, unit, EscalationTo(r.to), r.person)]


def _people(
    bearer: Person | None, unit: Unit | None, to: EscalationTo, named: Person | None
) -> list[Person]:
    if to is EscalationTo.BEARER:
        return [bearer] if bearer is not None else []
    if to is EscalationTo.PERSON:
        return [named] if named is not None else []
    active = Person.objects.filter(is_active=True)
    if to is EscalationTo.UNIT_HEAD:
        if unit is None:
            return []
        head = having(role=Role.HEAD, reach=Reach.UNIT, unit=unit)
        return list(active.filter(head).distinct())
    return list(active.filter(having(role=ROLES[to])).distinct())


@transaction.atomic
def read_all(actor: Actor) -> int:
    """Mark everything the actor was told as read; how many there were."""
    mine = Notice.objects.filter(person=actor.person, read_at__isnull=True)
    return mine.update(read_at=time.now())
