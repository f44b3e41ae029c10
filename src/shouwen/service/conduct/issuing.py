"""Writing decisions: numbered, frozen, told to the measure; with the shares that follow."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from shouwen.measures.evaluation import wording
from shouwen.measures.evaluation.outcomes import ConsequenceOutcome
from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.audit.actions import log
from shouwen.service.complaints.actions.answering import rewarded
from shouwen.service.conduct.accounts import book
from shouwen.service.conduct.asking import Answer
from shouwen.service.conduct.deciding import Open, opened, standing
from shouwen.service.conduct.fines import withdrawn
from shouwen.service.conduct.freezing import digest, frozen
from shouwen.service.conduct.keeping import look
from shouwen.service.conduct.law import frozen_law
from shouwen.service.conduct.models import Decision, Kind, Proposal, State, Subject
from shouwen.service.conduct.numbering import next_seq
from shouwen.service.enactment.bridge import register
from shouwen.service.enactment.ids import new_id

WAIVED, DECIDED = "waived", "decided"


def issue(
    actor: Actor, proposal: Proposal, found: Open, amounts: dict[str, Decimal], acts: list[str],
    *, waived: bool, reason: str, follows: Decision | None, kind: Kind,
) -> Decision:  # fmt: skip
    """Write a decision, tell the measure of it, and decide the fixed shares with it.

    Raises:
        ValidationError: when someone else was faster.
    """
    facts: dict[str, Any] = {
        "proposal": proposal.outcome, "outcome": WAIVED if waived else DECIDED, "by": actor.number,
    } | amounts  # fmt: skip
    uid = new_id()
    decision = _write(
        actor, proposal, found, amounts, acts, waived=waived, reason=reason, follows=follows,
        kind=kind, uid=uid, with_=None,
    )  # fmt: skip
    if follows is not None:
        withdrawn(actor, follows)
    register(actor, "decision.made", facts, uid=uid, thread=found.thread)
    look(proposal.subject)
    _shares(actor, decision)
    if proposal.subject.complaint is not None:
        rewarded(actor, proposal.subject.complaint, decision.number)
    return decision


def _shares(actor: Actor, decision: Decision) -> None:
    """Decide what follows from a decision without a choice: shares that are fixed by it."""
    for share in Proposal.objects.filter(share_of=decision.outcome).select_related("subject"):
        before = standing(share.outcome)
        if before is not None and before.with_decision_id is None:
            continue  # It was decided for itself: amended or revoked only by a decision on it.
        look(share.subject)
        share.refresh_from_db()
        try:
            found = opened(share)
        except ValidationError:
            if before is None or before.waived:
                continue
            # The share is gone with the whole.
            withdrawn(actor, before)
            _revoked(actor, share, before, decision)
            continue
        fixed = {n: a for n, a in found.outcome.amounts.items() if isinstance(a, Decimal)}
        if len(fixed) < len(found.outcome.amounts) or found.outcome.status != "decided":
            continue
        if before is not None and before.amounts == _plain(fixed) and not before.waived:
            continue
        if before is not None:
            withdrawn(actor, before)
        acts = [a for a, given in found.outcome.acts.items() if given != "may"]
        _write(
            actor, share, found, fixed, acts, waived=False, reason=decision.reason,
            follows=before, kind=Kind.AMEND if before else Kind.DECIDE, uid="", with_=decision,
        )  # fmt: skip
        Proposal.objects.filter(pk=share.pk).update(state=State.DECIDED)


def _revoked(actor: Actor, share: Proposal, before: Decision, decision: Decision) -> None:
    now = clock.now()
    row = _row(actor, share, before.frozen, [], waived=True, reason=decision.reason)
    row.kind, row.follows, row.with_decision = Kind.REVOKE, before, decision
    row.act_at, row.norm, row.row, row.decided_at = before.act_at, before.norm, before.row, now
    row.unit = before.unit
    _number(actor, row)
    Proposal.objects.filter(pk=share.pk).update(state=State.WAIVED)


def _write(
    actor: Actor, proposal: Proposal, found: Open, amounts: dict[str, Decimal], acts: list[str],
    *, waived: bool, reason: str, follows: Decision | None, kind: Kind, uid: str,
    with_: Decision | None,
) -> Decision:  # fmt: skip
    outcome: ConsequenceOutcome = found.outcome
    answer: Answer = found.answer
    kept = frozen(answer, outcome, proposal, found.thread)
    kept["law"] = frozen_law(found, proposal.person, actor.zone)
    row = _row(actor, proposal, kept, acts, waived=waived, reason=reason)
    row.kind, row.follows, row.with_decision, row.event_uid = kind, follows, with_, uid
    row.act_at, row.norm, row.row = outcome.at, outcome.norm, outcome.row
    row.amounts = {} if waived else _plain(amounts)
    row.decided_at = clock.now()
    _number(actor, row)
    state = State.WAIVED if waived else State.DECIDED
    Proposal.objects.filter(pk=proposal.pk).update(state=state)
    return row


def _row(
    actor: Actor, proposal: Proposal, kept: dict[str, Any], acts: list[str], *, waived: bool,
    reason: str,
) -> Decision:  # fmt: skip
    return Decision(
        proposal=proposal, outcome=proposal.outcome, subject=proposal.subject,
        person=proposal.person, unit=proposal.unit, rule=proposal.rule, waived=waived,
        acts=[] if waived else acts, reason=reason.strip(), decided_by=actor.person, frozen=kept,
    )  # fmt: skip


def _number(actor: Actor, row: Decision) -> None:
    """Give a decision its number and write it; two for one proposal are refused here at last."""
    row.year = row.decided_at.astimezone(actor.zone).year
    row.seq = next_seq(row.year)
    row.digest = digest(row)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise ValidationError(_("Someone else has just decided this.")) from error
    log(actor, f"conduct.{row.kind}", f"decision:{row.number}",
        {"digest": row.digest, "subject": row.subject.key, "amounts": row.amounts})  # fmt: skip
    book(actor, row)


def _plain(amounts: dict[str, Decimal]) -> dict[str, str]:
    return {n: wording.number(v) for n, v in amounts.items()}


def locked(proposal: Proposal) -> Proposal:
    """A proposal, locked with its subject: two who decide at once wait for each other here."""
    Subject.objects.select_for_update(no_key=True).get(pk=proposal.subject_id)
    rows = Proposal.objects.select_for_update(of=("self",))
    return rows.select_related("subject__organisation", "subject__person", "subject__complaint",
                               "origin", "person", "unit", "thread__adoption",
                               ).get(pk=proposal.pk)  # fmt: skip
