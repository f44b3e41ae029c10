"""Who sees which complaint, and how much of it.

There are three ways of having to do with a complaint. *Handlers* look into it: the quality office
and executives all of them, heads those about their unit, an investigator those given to them.
*Tellers* wrote it down or told it: they see that it is looked into, and the reply. *Those asked*
are complained about and were asked for their side: they see the question and their own answer.
Whoever is complained about is never a handler or a teller of that complaint.
"""

from __future__ import annotations

from enum import Enum

from django.db.models import Exists, OuterRef, Q, QuerySet

from shouwen.service.access.actor import Actor
from shouwen.service.complaints.models import Complainant, Complaint, Concern, Step, StepKind, Way
from shouwen.service.complaints.permissions import HANDLE, KNOW, KNOW_COLLEAGUE
from shouwen.service.organisations.models import Person


class Standing(Enum):
    """What someone has to do with a complaint."""

    HANDLER = "handler"
    ASKED = "asked"
    TELLER = "teller"


def named_in(person: Person | None) -> Exists:
    """Whether someone was ever named as concerned by a complaint."""
    return Exists(Concern.objects.filter(complaint=OuterRef("pk"), person=person))


def handled(actor: Actor) -> QuerySet[Complaint]:
    """The complaints that an actor looks into or answers for."""
    rows = Complaint.objects.all()
    if actor.person is None:
        return rows
    sight = actor.sight(HANDLE)
    if sight.nothing:
        return rows.none()
    rows = rows.filter(~named_in(actor.person), ~_told_by(actor.person))
    if sight.everything:
        return rows
    # A colleague's report could tell a head who in the unit wrote it.
    near = Q(unit__in=sight.units) & ~Q(way=Way.STAFF)
    return rows.filter(near | Q(investigator=actor.person))


def told(actor: Actor) -> QuerySet[Complaint]:
    """The complaints that an actor wrote down for others or told."""
    mine = Q(received_by=actor.person) | Q(_told_by(actor.person))
    return Complaint.objects.filter(mine, ~named_in(actor.person))


def asked(actor: Actor) -> QuerySet[Complaint]:
    """The complaints about an actor in which they were asked for their side."""
    steps = Step.objects.filter(complaint=OuterRef("pk"), about=actor.person, kind=StepKind.ASKED)
    return Complaint.objects.filter(Exists(steps))


def found(actor: Actor, number: str) -> tuple[Complaint, Standing] | None:
    """A complaint and what an actor has to do with it; None where it is nothing, or it is not
    there: nobody can tell one from the other."""
    if actor.person is None:
        return None
    for rows, standing in (
        (handled(actor), Standing.HANDLER),
        (asked(actor), Standing.ASKED),
        (told(actor), Standing.TELLER),
    ):
        row = rows.select_related(*RELATED).filter(number=number).first()
        if row is not None:
            return row, standing
    return None


RELATED = ("case", "unit", "received_by", "leader", "investigator", "same_as")


def may_know(actor: Actor, complaint: Complaint) -> bool:
    """Whether an actor may read who complained."""
    permission = KNOW_COLLEAGUE if complaint.from_staff else KNOW
    return actor.may(permission) and handled(actor).filter(pk=complaint.pk).exists()


def _told_by(person: Person | None) -> Exists:
    return Exists(Complainant.objects.filter(complaint=OuterRef("pk"), person=person))
