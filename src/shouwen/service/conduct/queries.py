"""Which proposals and decisions someone may see."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Exists, OuterRef, Q, QuerySet

from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import visible
from shouwen.service.complaints.standing import handled
from shouwen.service.conduct.models import Appeal, Decision, Proposal, State
from shouwen.service.conduct.permissions import DECIDE_APPEALS, SEE_PROPOSALS

FILTERS = ("state", "unit", "q", "norm", "share")


def proposals(actor: Actor) -> QuerySet[Proposal]:
    """The proposals an actor may see, those taken back by a correction left out."""
    rows = visible(actor, SEE_PROPOSALS, Proposal.objects.filter(gone=False))
    return rows.filter(not_kept_from(actor, "subject"))


def not_kept_from(actor: Actor, subject: str) -> Q:
    """The condition that a reward for a complaint is seen by those only who handle it: not by
    whoever it is about, nor by whoever told it.

    `subject`: how a row leads to its subject; empty, if it is one.
    """
    field = f"{subject}__complaint" if subject else "complaint"
    mine = handled(actor).filter(pk=OuterRef(field))
    return Q(**{f"{field}__isnull": True}) | Q(Exists(mine))


def filtered(rows: QuerySet[Proposal], chosen: Mapping[str, str]) -> QuerySet[Proposal]:
    """The proposals that a filter bar has chosen; what it does not know is ignored."""
    state = chosen.get("state") or State.OPEN
    if state in State.values:
        rows = rows.filter(state=state)
    if chosen.get("unit", "").isdecimal():
        rows = rows.filter(unit_id=int(chosen["unit"]))
    if chosen.get("norm"):
        rows = rows.filter(norm__startswith=chosen["norm"][:30])
    if chosen.get("share") == "no":
        rows = rows.filter(share_of="")
    if chosen.get("q"):
        text = chosen["q"][:60]
        person = Q(person__name__contains=text) | Q(person__number=text)
        rows = rows.filter(person | Q(subject__key__endswith=f":{text}"))
    return rows


def decisions(actor: Actor) -> QuerySet[Decision]:
    """The decisions an actor may see: of their units, and on themselves."""
    seen = actor.may(SEE_PROPOSALS)
    rows = visible(actor, SEE_PROPOSALS, Decision.objects.all(), people=("person",))
    if seen or actor.person is None:
        return rows.filter(not_kept_from(actor, "subject"))
    return Decision.objects.filter(person=actor.person)


def standing_only(rows: QuerySet[Decision]) -> QuerySet[Decision]:
    """The decisions that nothing has taken the place of."""
    return rows.filter(~Exists(Decision.objects.filter(follows=OuterRef("pk"))))


def open_appeals(actor: Actor) -> QuerySet[Appeal]:
    """The appeals an actor may answer, as far as their units go."""
    rows = Appeal.objects.filter(verdict__isnull=True)
    return visible(actor, DECIDE_APPEALS, rows, unit="decision__unit")
