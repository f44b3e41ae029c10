"""Looking for work orders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import QuerySet

from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import visible
from shouwen.service.enactment.models import OPEN_STAGES, Clock
from shouwen.service.organisations.models import Person, Role
from shouwen.service.workorders.models import WorkOrder, WorkState
from shouwen.service.workorders.permissions import SEE_WORK

OPEN = (WorkState.NEW, WorkState.ASSIGNED, WorkState.ACCEPTED, WorkState.ON_THE_WAY,
        WorkState.ARRIVED)  # fmt: skip
SHOWN = 200
"""So many open jobs a board shows; more than that nobody can take in."""


def work_of(actor: Actor) -> QuerySet[WorkOrder]:
    """The work orders an actor may see."""
    return visible(actor, SEE_WORK, WorkOrder.objects.all(), people=("technician", "case__owner"))


def open_work(actor: Actor) -> list[WorkOrder]:
    """Open jobs, oldest first."""
    rows = work_of(actor).filter(state__in=OPEN).order_by("reported_at")
    return list(rows.select_related("technician", "case", "territory", "unit")[:SHOWN])


def most_pressing(keys: Iterable[str]) -> dict[str, Clock]:
    """For each key, the open clock whose deadline comes first."""
    found: dict[str, Clock] = {}
    rows = Clock.objects.filter(
        case_key__in=list(keys), stage__in=OPEN_STAGES, deadline__isnull=False
    )
    for clock in rows.order_by("-deadline"):
        found[clock.case_key] = clock
    return found


@dataclass
class Lane:
    """A technician and the jobs they have; None: jobs nobody has yet."""

    person: Person | None
    jobs: list[tuple[WorkOrder, Clock | None]] = field(default_factory=list)


def board(actor: Actor) -> list[Lane]:
    """Open jobs by technician, those of nobody first, then the busiest."""
    jobs = open_work(actor)
    clocks = most_pressing(j.key for j in jobs)
    nobody = Lane(None)
    idle = Person.objects.filter(is_active=True, grants__role=Role.TECHNICIAN).distinct()
    lanes = {p.pk: Lane(p) for p in idle.order_by("number")}
    for job in jobs:
        lane = nobody
        if job.technician is not None:
            lane = lanes.setdefault(job.technician.pk, Lane(job.technician))
        lane.jobs.append((job, clocks.get(job.key)))
    return [nobody, *sorted(lanes.values(), key=lambda lane: -len(lane.jobs))]
