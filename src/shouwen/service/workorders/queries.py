"""Looking for work orders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import visible
from shouwen.service.enactment.models import OPEN_STAGES, Clock
from shouwen.service.organisations.models import Person, Role
from shouwen.service.organisations.roles import having
from shouwen.service.workorders.models import FINISHED, Receipt, WorkOrder
from shouwen.service.workorders.permissions import SEE_WORK

SHOWN = 200
"""So many open jobs a board looks at, and as many that nobody has; the oldest."""
OF_ONE = 12
"""So many of a technician's jobs it shows beside those of others: the most pressing."""


def work_of(actor: Actor) -> QuerySet[WorkOrder]:
    """The work orders an actor may see."""
    return visible(actor, SEE_WORK, WorkOrder.objects.all(), people=("technician", "case__owner"))


def open_work(actor: Actor, **whose: Any) -> list[WorkOrder]:
    """Open jobs, oldest first."""
    # Said as the indexes of open work say it, or PostgreSQL would not see that they fit.
    rows = work_of(actor).exclude(state__in=FINISHED).filter(**whose).order_by("reported_at")
    return list(rows.select_related("technician", "case", "territory", "unit")[:SHOWN])


def most_pressing(keys: Iterable[str]) -> dict[str, Clock]:
    """For each key, the open clock whose deadline comes first."""
    found: dict[str, Clock] = {}
    rows = Clock.objects.filter(
        case_key__in=list(keys), stage__in=OPEN_STAGES, deadline__isnull=False
    )
    for row in rows.order_by("-deadline"):
        found[row.case_key] = row
    return found


@dataclass
class Lane:
    """A technician and the jobs they have, the most pressing first; None: jobs nobody has yet.

    `more`: how many they have beside those.
    """

    person: Person | None
    jobs: list[tuple[WorkOrder, Clock | None]] = field(default_factory=list)
    more: int = 0


def technicians() -> list[Person]:
    """Those who go to customers."""
    rows = Person.objects.filter(having(role=Role.TECHNICIAN), is_active=True).distinct()
    return list(rows.order_by("number"))


def board(actor: Actor, people: Iterable[Person]) -> list[Lane]:
    """Open jobs by technician, those of nobody first, then the busiest."""
    waiting = open_work(actor, technician__isnull=True)
    taken = open_work(actor, technician__isnull=False)
    clocks = most_pressing(j.key for j in (*waiting, *taken))
    lanes = {p.pk: Lane(p) for p in people}
    for job in taken:
        assert job.technician is not None
        lane = lanes.setdefault(job.technician.pk, Lane(job.technician))
        lane.jobs.append((job, clocks.get(job.key)))
    busy = sorted(lanes.values(), key=lambda lane: -len(lane.jobs))
    for lane in busy:
        lane.more = max(0, len(lane.jobs) - OF_ONE)
        lane.jobs = _pressing(lane.jobs)[:OF_ONE]
    return [Lane(None, _pressing([(j, clocks.get(j.key)) for j in waiting])), *busy]


def lane_of(actor: Actor, person: Person) -> Lane:
    """All open jobs of one technician."""
    jobs = open_work(actor, technician=person)
    clocks = most_pressing(j.key for j in jobs)
    return Lane(person, _pressing([(j, clocks.get(j.key)) for j in jobs]))


def _pressing(
    jobs: list[tuple[WorkOrder, Clock | None]],
) -> list[tuple[WorkOrder, Clock | None]]:
    """Those whose next deadline comes first, then those without one, the oldest first."""

    def key(found: tuple[WorkOrder, Clock | None]) -> tuple[bool, float]:
        job, due = found
        at = due.deadline if due is not None and due.deadline is not None else None
        return (at is None, (at or job.reported_at).timestamp())

    return sorted(jobs, key=key)


RECEIPTS_SHOWN = 300
OVERDUE = timedelta(days=1)
"""A slip that is not back the day after the visit is missing (3.2.6c: all of them come back)."""


@dataclass
class Slips:
    """The slips that are out, those that are back but not on file, and who has most of them."""

    out: list[Receipt]
    back: list[Receipt]
    by_person: list[tuple[str, int, int]]
    """A technician, how many slips they have out, and how many of these are missing."""


def slips(actor: Actor) -> Slips:
    """The slips of the jobs an actor may see, reconciled."""
    mine = Receipt.objects.filter(work_order__in=work_of(actor)).select_related(
        "work_order__technician", "work_order__case"
    )
    out = list(mine.filter(returned_at__isnull=True).order_by("issued_at")[:RECEIPTS_SHOWN])
    back = list(
        mine.filter(returned_at__isnull=False, filed_at__isnull=True)
        .order_by("returned_at")[:RECEIPTS_SHOWN]
    )  # fmt: skip
    people: dict[str, list[int]] = {}
    for slip in out:
        technician = slip.work_order.technician
        counts = people.setdefault(technician.label if technician else "", [0, 0])
        counts[0] += 1
        counts[1] += slip.issued_at < clock.now() - OVERDUE
    ordered = sorted(people.items(), key=lambda p: (-p[1][1], -p[1][0], p[0]))
    return Slips(out, back, [(who, n, missing) for who, (n, missing) in ordered])
