"""Deciding: all that makes, amends and revokes decisions."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import require, visible
from shouwen.service.conduct.concerns import concern
from shouwen.service.conduct.deciding import Chosen, checked, opened, standing
from shouwen.service.conduct.issuing import issue, locked
from shouwen.service.conduct.keeping import look
from shouwen.service.conduct.models import Appeal, Decision, Kind, Proposal, State, Subject
from shouwen.service.conduct.permissions import DECIDE, SEE_PROPOSALS
from shouwen.service.conduct.stirring import stirs_of


@transaction.atomic
def decide(actor: Actor, proposal: Proposal, chosen: Chosen) -> Decision:
    """Answer a proposal: amounts inside what the measure offers, or nothing, with reasons.

    Raises:
        NotAllowed: without the right.
        ValidationError: when it concerns the decider, was decided already, is no longer said, was
            outside the measure's time, or for what is wrong with the choice.
    """
    require(actor, DECIDE)
    row = _ready(actor, proposal)
    before = standing(row.outcome)
    if before is not None:
        raise ValidationError(
            _("%(who)s decided this already as %(number)s. It can be amended or revoked.")
            % {"who": before.decided_by, "number": before.cited}
        )
    if row.share_of and _is_open(row.share_of):
        raise ValidationError(_("This is a share: decide what it is a share of first."))
    found = opened(row)
    amounts, acts = checked(found, chosen)
    return issue(actor, row, found, amounts, acts, waived=chosen.waived, reason=chosen.reason,
                 follows=None, kind=Kind.DECIDE)  # fmt: skip


@transaction.atomic
def amend(actor: Actor, decision: Decision, chosen: Chosen) -> Decision:
    """Put another decision in the place of one that stands; that one stays as it is.

    Raises:
        NotAllowed, ValidationError: as `decide`; while an appeal is open, since the answer to it
            amends; and when another decision took its place already.
    """
    require(actor, DECIDE)
    # Whoever appeals at this moment waits here, or is waited for.
    locked(decision.proposal)
    if Appeal.objects.filter(decision=decision, verdict__isnull=True).exists():
        raise ValidationError(_("An appeal against it is open: answer that."))
    return replace(actor, decision, chosen)


def replace(actor: Actor, decision: Decision, chosen: Chosen) -> Decision:
    """The same without asking for the right: for amendments and for answers to appeals."""
    row = _ready(actor, decision.proposal)
    last = standing(decision.outcome)
    if last is None or last.pk != decision.pk:
        raise ValidationError(
            _("It stands no longer; %(number)s took its place.")
            % {"number": last.cited if last else ""}
        )
    kind = Kind.REVOKE if chosen.waived else Kind.AMEND
    found = opened(row)
    amounts, acts = checked(found, chosen)
    return issue(actor, row, found, amounts, acts, waived=chosen.waived, reason=chosen.reason,
                 follows=last, kind=kind)  # fmt: skip


@transaction.atomic
def confirm(
    actor: Actor, proposals: Iterable[Proposal], reason: str
) -> tuple[list[Decision], list[str]]:
    """Decide several proposals that leave no choice, each for itself.

    Returns:
        the decisions, and for each that was refused why.
    """
    require(actor, DECIDE)
    made, refused = [], []
    for proposal in proposals:
        try:
            if not proposal.fixed:
                raise ValidationError(_("There is something to choose: decide it on its own page."))
            with transaction.atomic():
                made.append(decide(actor, proposal, Chosen(reason)))
        except ValidationError as error:
            refused.append(f"{proposal.said}: {'; '.join(error.messages)}")
    return made, refused


@transaction.atomic
def refresh(actor: Actor, subject: Subject) -> None:
    """Ask the measure about a subject now."""
    require(actor, SEE_PROPOSALS)
    look(Subject.objects.select_related("organisation", "person").get(pk=subject.pk))


KINDS = ("person", "customer", "agent", "unit", "department")


@transaction.atomic
def seek(actor: Actor, name: str) -> None:
    """Ask the measure now about whoever waits to be asked about under a name."""
    require(actor, SEE_PROPOSALS)
    named = Subject.objects.filter(key__in=[f"{kind}:{name}" for kind in KINDS])
    for subject in named.select_related("organisation", "person"):
        if stirs_of(subject):
            look(subject)


def _ready(actor: Actor, proposal: Proposal) -> Proposal:
    """The proposal, locked, if it is in the actor's sight and does not concern them."""
    row = locked(proposal)
    if not visible(actor, DECIDE, Proposal.objects.filter(pk=row.pk)).exists():
        raise ValidationError(_("This unit is not yours to decide about."))
    why_not = concern(actor, row)
    if why_not:
        raise ValidationError(why_not)
    return row


def _is_open(outcome: str) -> bool:
    return Proposal.objects.filter(outcome=outcome, state=State.OPEN, gone=False).exists()
