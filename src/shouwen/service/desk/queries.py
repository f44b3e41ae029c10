"""What stands on the workbench."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import F, QuerySet

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import visible
from shouwen.service.aftercare.models import Answer, CallBack
from shouwen.service.aftercare.permissions import CALL_BACK
from shouwen.service.cases.models import Case, CaseState
from shouwen.service.cases.permissions import SEE_DESK
from shouwen.service.cases.queries import cases_of, find
from shouwen.service.complaints.models import OPEN as OPEN_COMPLAINTS
from shouwen.service.complaints.permissions import HANDLE
from shouwen.service.complaints.standing import handled
from shouwen.service.contacts.models import Customer
from shouwen.service.enactment.enacted import NOT_THINGS, asked_of, enacted
from shouwen.service.enactment.models import OPEN_STAGES, Breach, Clock, Stage
from shouwen.service.inspections.models import Rectification
from shouwen.service.inspections.queries import pressing
from shouwen.service.measurebook.words import pick
from shouwen.service.publication.gaps import Gap, own_gaps
from shouwen.service.publication.models import Page
from shouwen.service.search.words import found
from shouwen.service.workorders.models import WorkOrder, WorkState
from shouwen.service.workorders.permissions import DISPATCH
from shouwen.service.workorders.queries import work_of

SHOWN = 12
MOST = 99


def at_most(rows: QuerySet, most: int = MOST) -> str:  # type: ignore[type-arg]
    """How many there are, up to 99; more are not counted."""
    found = len(rows.order_by().values_list("pk")[: most + 1])
    return f"{most}+" if found > most else str(found)


def clocks_of(actor: Actor) -> QuerySet[Clock]:
    """The open clocks an actor may see."""
    rows = Clock.objects.filter(stage__in=OPEN_STAGES)
    return visible(actor, SEE_DESK, rows, people=("person",))


def about(row: Clock) -> str:
    """What a clock of no case is about: the thing of its thread by its kind and number; for what
    the calendar sets off, whom or what it is asked of, or the unit that it stands under. Empty
    where it is about the organisation as a whole, or its bearer says whom."""
    measure = enacted(row.thread.adoption).measure
    kind, _, number = row.thread.key.partition(":")
    if not number:
        kind, number = asked_of(measure, row.rule, row.outcome)
        if not number or kind in NOT_THINGS:
            return row.unit.label if row.unit is not None else ""
    entities = measure.vocabulary.entities
    return f"{pick(entities[kind])} {number}" if kind in entities else number


def told(rows: QuerySet[Clock]) -> list[tuple[Clock, str]]:
    """Clocks, each with what it is about; those of a case are about that."""
    found = rows.select_related("person", "unit", "thread__adoption")
    return [(row, "" if row.case_key else about(row)) for row in found]


@dataclass
class Desk:
    """What is on the workbench of an actor."""

    red: str = "0"
    amber: str = "0"
    mine: str = "0"
    callbacks: str | None = None
    complaints: str | None = None
    unassigned: str | None = None
    pressing: list[tuple[Clock, str]] = field(default_factory=list)
    """The next to expire, each with what it is about (`told`)."""
    offered: list[Case] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    new_work: list[WorkOrder] = field(default_factory=list)
    breaches: list[Breach] = field(default_factory=list)
    pages: list[tuple[Page, list[Gap]]] = field(default_factory=list)
    to_put_right: list[tuple[Rectification, bool]] = field(default_factory=list)
    """What is to be put right, and whether it is late."""


def desk_of(actor: Actor) -> Desk:
    """The workbench of an actor."""
    clocks = clocks_of(actor)
    today = clock.now().astimezone(actor.zone).date()
    own = Case.objects.filter(owner=actor.person).exclude(state=CaseState.CLOSED)
    found = Desk(
        red=at_most(clocks.filter(stage=Stage.RED)),
        amber=at_most(clocks.filter(stage=Stage.AMBER)),
        mine=at_most(own),
        pressing=told(
            clocks.filter(deadline__isnull=False)
            .exclude(stage=Stage.RED, deadline__lt=clock.now() - timedelta(days=2))
            .order_by("deadline")[:SHOWN]
        ),
        offered=list(Case.objects.filter(handed_to=actor.person).select_related("owner")[:SHOWN]),
        cases=list(own.select_related("unit").order_by("-opened_at")[:SHOWN]),
    )
    if actor.may(CALL_BACK):
        found.callbacks = at_most(CallBack.objects.filter(answer=Answer.PENDING, due_on__lte=today))
    if actor.may(HANDLE):
        found.complaints = at_most(handled(actor).filter(state__in=OPEN_COMPLAINTS))
    if actor.may(DISPATCH):
        waiting = work_of(actor).filter(state=WorkState.NEW)
        found.unassigned = at_most(waiting)
        found.new_work = list(waiting.select_related("case", "territory")[:SHOWN])
    seen = visible(actor, SEE_DESK, Breach.objects.filter(gone=False), people=("person",))
    found.pages = own_gaps(actor)
    right = pressing(actor).select_related("finding", "responsible", "unit")
    found.to_put_right = [(r, r.due_on < today) for r in right[:SHOWN]]
    found.breaches = list(seen.select_related("person", "unit").order_by("-at")[:8])
    return found


def clock_rows(actor: Actor, chosen: dict[str, str]) -> QuerySet[Clock]:
    """Open clocks as a filter bar has chosen them."""
    rows = clocks_of(actor)
    if chosen.get("mine"):
        rows = rows.filter(person=actor.person)
    if chosen.get("stage") in OPEN_STAGES:
        rows = rows.filter(stage=chosen["stage"])
    if chosen.get("unit", "").isdecimal():
        rows = rows.filter(unit_id=int(chosen["unit"]))
    rows = rows.filter(deadline__isnull=False)
    return rows.order_by(F("deadline").asc())


@dataclass
class Found:
    """What a search has found."""

    cases: list[Case]
    customers: list[Customer]


def search(actor: Actor, text: str) -> Found:
    """Cases and customers in which all words of a text stand."""
    cases = cases_of(actor)
    exact = cases.filter(number=text.strip().upper()).select_related("owner", "unit")[:1]
    rows = find(cases, text).select_related("owner", "unit").order_by("-opened_at")[:30]
    ids = found("customers_found", text, 15)
    customers = Customer.objects.filter(pk__in=ids) if ids is not None else []
    return Found([*exact, *(c for c in rows if c not in exact)], list(customers))
