"""Which inspections, findings and rectifications someone may see, and lists of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Avg, Count, F, Q, QuerySet

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import visible
from shouwen.service.inspections.models import (
    Finding,
    Inspection,
    InspectionState,
    PhoneCheck,
    Rectification,
    RectificationState,
    RotaDay,
    Task,
)
from shouwen.service.inspections.models.findings import OPEN
from shouwen.service.inspections.permissions import (
    CHECK_PHONES,
    INSPECT,
    PUT_RIGHT,
    SEE_FINDINGS,
    SEE_INSPECTIONS,
)
from shouwen.service.measurebook.queries import between
from shouwen.service.organisations.models import Unit

TO_EXECUTIVES = 2
"""So many second looks that found something not put right bring it before the executives."""


def units_for(actor: Actor) -> QuerySet[Unit]:
    """The units that an actor may inspect."""
    return visible(actor, INSPECT, Unit.objects.filter(is_active=True), unit="pk")


def inspections(actor: Actor) -> QuerySet[Inspection]:
    """The inspections an actor may see: one that is under way only if they may hold it too.

    Whoever is about to be looked at unannounced must not read of it in a list.
    """
    rows = visible(actor, SEE_INSPECTIONS, Inspection.objects.all(), people=("inspector",))
    sight = actor.sight(INSPECT)
    if sight.everything:
        return rows
    own = Q(inspector=actor.person) if actor.person is not None else Q(pk__in=[])
    return rows.filter(~Q(state=InspectionState.RUNNING) | own)


def findings(actor: Actor) -> QuerySet[Finding]:
    """The findings an actor may see: their own, and those of the units they see."""
    return visible(
        actor, SEE_FINDINGS, Finding.objects.all(),
        people=("person", "rectification__responsible"),
    )  # fmt: skip


def rectifications(actor: Actor) -> QuerySet[Rectification]:
    """What an actor has to put right, or sees others put right."""
    return visible(
        actor, PUT_RIGHT, Rectification.objects.all(), people=("responsible", "finding__person")
    )


def phone_checks(actor: Actor) -> QuerySet[PhoneCheck]:
    """The checks of phones an actor may see."""
    return visible(actor, CHECK_PHONES, PhoneCheck.objects.all(), people=("by",))


def pressing(actor: Actor) -> QuerySet[Rectification]:
    """What is late or was found not put right and has come up to an actor; what is their own and
    open as well. For whoever starts their day."""
    today = clock.now().astimezone(actor.zone).date()
    rows = rectifications(actor).filter(state__in=OPEN)
    sight = actor.sight(PUT_RIGHT)
    mine = Q(responsible=actor.person) if actor.person is not None else Q(pk__in=[])
    up = Q(pk__in=[])
    if sight.everything:
        late = Q(due_on__lt=today, level__gte=1)
        up = Q(level__gte=TO_EXECUTIVES) | late
    elif sight.units:
        up = Q(unit__in=sight.units) & (Q(level__gte=1) | Q(due_on__lt=today))
    return rows.filter(mine | up).order_by("due_on", "id")


def chosen_findings(actor: Actor, rows: QuerySet[Finding], chosen: dict[str, Any]) -> Any:
    """The findings that a filter bar leaves; what it does not know is ignored."""
    if chosen.get("norm"):
        rows = rows.filter(norm=chosen["norm"])
    if str(chosen.get("unit", "")).isdecimal():
        rows = rows.filter(unit_id=int(chosen["unit"]))
    if chosen.get("person"):
        rows = rows.filter(
            Q(person__number=chosen["person"]) | Q(person__name=chosen["person"])
            | Q(agent=chosen["person"])
        )  # fmt: skip
    today = clock.now().astimezone(actor.zone).date()
    match chosen.get("state"):
        case "standing":
            rows = rows.filter(taken_back__isnull=True)
        case "taken-back":
            rows = rows.filter(taken_back__isnull=False)
        case "open":
            rows = rows.filter(rectification__state__in=OPEN)
        case "late":
            rows = rows.filter(rectification__state__in=OPEN, rectification__due_on__lt=today)
        case "right":
            rows = rows.filter(rectification__state=RectificationState.RIGHT)
    return rows.filter(between(actor.zone, chosen.get("first"), chosen.get("last"), "found_at"))


def progress(tasks: QuerySet[Task]) -> list[tuple[Task, int]]:
    """Tasks, each with how often it was done."""
    held = Count("inspections", filter=Q(inspections__state=InspectionState.HELD))
    rows = tasks.annotate(done=held).select_related("unit", "inspector", "programme")
    return [(task, task.done) for task in rows.order_by("due_on", "id")]


def days_of(rota_id: int, first: date, last: date) -> list[RotaDay]:
    """The days of a rota between two days, both in, each with how many visits there were."""
    held = Count("visits", filter=Q(visits__state=InspectionState.HELD))
    rows = RotaDay.objects.filter(rota_id=rota_id, day__range=(first, last)).annotate(held=held)
    return list(rows.select_related("leader").order_by("day"))


def today_of(actor: Actor) -> RotaDay | None:
    """Today on the rota, if there is one."""
    today = clock.now().astimezone(actor.zone).date()
    return RotaDay.objects.filter(day=today).select_related("leader", "rota").first()


def reached_rate(rows: QuerySet[PhoneCheck]) -> dict[str, Any]:
    """How many of some checks reached someone, within how many seconds, and who called back."""
    answered, missed = Q(reached=True), Q(reached=False)
    found = rows.filter(taken_back="").aggregate(
        checks=Count("pk"),
        answered=Count("pk", filter=answered),
        mean=Avg("seconds"),
        returned=Count("pk", filter=missed & Q(returned_at__isnull=False)),
        mean_back=Avg(F("returned_at") - F("called_at"), filter=missed),
    )
    checks = found["checks"]
    found["percent"] = round(100 * found["answered"] / checks, 1) if checks else None
    found["mean"] = round(found["mean"], 1) if found["mean"] is not None else None
    return found


def month_of(day: date) -> tuple[date, date]:
    """The first and the last day of a month."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
