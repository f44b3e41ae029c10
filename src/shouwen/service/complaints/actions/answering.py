"""What the complainant is told and given, and how a complaint ends."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.cases import actions as cases
from shouwen.service.cases.models import CaseState
from shouwen.service.cases.permissions import WORK_CASES
from shouwen.service.complaints.actions.common import (
    BEFORE_REPLY,
    be,
    identity,
    keep,
    step,
    taken_by,
    written,
)
from shouwen.service.complaints.measure import said_plainly
from shouwen.service.complaints.models import OPEN, Complaint, State, StepKind
from shouwen.service.complaints.outcomes import said_of
from shouwen.service.complaints.permissions import DIRECT
from shouwen.service.enactment.bridge import perform, together
from shouwen.service.enactment.models import Stage


@together()
def promise(actor: Actor, complaint: Complaint, until: datetime) -> Complaint:
    """Promise the complainant a reply until an instant. Where it was taken up at intake, the
    measure hears of it as of any agreed time."""
    complaint = taken_by(actor, complaint)
    be(complaint, *BEFORE_REPLY)
    if until <= clock.now():
        raise ValidationError(_("The agreed time must lie ahead."))
    complaint.promised_at = until
    if complaint.case is not None:
        with said_plainly():
            perform(actor, "due.set", {"due_at": until, "case": complaint.key})
    step(actor, complaint, StepKind.PROMISED, data={"until": until.isoformat()})
    return keep(complaint, "promised_at")


@together()
def reply(actor: Actor, complaint: Complaint, words: str, how: str = "") -> Complaint:
    """Tell the complainant what came of it.

    Raises:
        ValidationError: before there is a result, or when nobody knows whom to answer.
    """
    complaint = taken_by(actor, complaint)
    be(complaint, State.JUDGED, State.REPLIED)
    words = written(words, _("Write down what the complainant was told."))
    if identity(complaint).anonymous:
        raise ValidationError(_("Nobody knows who complained; put it on file without a reply."))
    facts = {"complaint": complaint.number, "case": complaint.key, "own": complaint.case is None}
    with said_plainly():
        perform(actor, "complaint.replied", facts)
    complaint.state = State.REPLIED
    step(actor, complaint, StepKind.REPLIED, words, data={"how": how} if how else {})
    _settle_case(actor, complaint)
    return keep(complaint, "state")


@transaction.atomic
def rewarded(actor: Actor, complaint: Complaint, decision: str) -> None:
    """Write down that it was decided what whoever was right to complain is given.

    The decision itself is made, served and booked where all decisions are (`conduct`), which sees
    to it that the actor handles the complaint.

    Args:
        actor: who decided it.
        complaint: for which it is given.
        decision: the number of the decision.
    """
    step(actor, complaint, StepKind.REWARDED, data={"decision": decision})


@transaction.atomic
def withdraw(actor: Actor, complaint: Complaint, words: str) -> Complaint:
    """The complainant takes it back. It is kept, and what it told of may still be looked into."""
    complaint = taken_by(actor, complaint)
    be(complaint, State.NEW, State.REPORTED, State.INVESTIGATING)
    words = written(words, _("Write down why, in the complainant's words."))
    complaint.state = State.WITHDRAWN
    step(actor, complaint, StepKind.WITHDRAWN, words)
    return keep(complaint, "state")


@transaction.atomic
def again(actor: Actor, complaint: Complaint, words: str) -> Complaint:
    """The complainant complains again about the same thing before it is answered."""
    complaint = taken_by(actor, complaint)
    be(complaint, *OPEN)
    step(actor, complaint, StepKind.REPEATED, written(words, _("Write down what was said.")))
    return keep(complaint)


@transaction.atomic
def join(actor: Actor, complaint: Complaint, to: Complaint) -> Complaint:
    """Join a complaint to an earlier one about the same thing; both are kept.

    Raises:
        ValidationError: to itself, to a later one, or to one that is joined to another itself.
    """
    complaint = taken_by(actor, complaint)
    be(complaint, State.NEW, State.REPORTED, State.INVESTIGATING)
    to = taken_by(actor, to)
    if to.pk == complaint.pk or to.received_at > complaint.received_at:
        raise ValidationError(_("A complaint is joined to an earlier one."))
    if to.same_as_id is not None:
        raise ValidationError(
            _("%(number)s is joined to %(other)s itself.")
            % {"number": to.number, "other": to.same_as}
        )
    if complaint.duplicates.exists():
        raise ValidationError(_("Others are joined to this one."))
    complaint.same_as, complaint.state = to, State.DUPLICATE
    step(actor, complaint, StepKind.DUPLICATE, data={"to": to.number})
    step(actor, to, StepKind.REPEATED, data={"from": complaint.number})
    return keep(complaint, "same_as", "state")


@together()
def close(actor: Actor, complaint: Complaint, reason: str = "") -> Complaint:
    """Put a complaint on file. What the measure still asks for needs a reason, which is kept.

    Raises:
        ValidationError: when there is no result, no reply though someone waits for one, or
            something is asked for and no reason is given, with all of it named.
    """
    complaint = taken_by(actor, complaint, DIRECT)
    be(complaint, State.JUDGED, State.REPLIED, State.WITHDRAWN)
    if complaint.state == State.JUDGED and not identity(complaint).anonymous:
        raise ValidationError(_("The complainant was not answered yet."))
    left = said_of(complaint).asked_for
    if left and not reason.strip():
        said = "; ".join(f"{c.label} ({c.norm})" for c in left)
        raise ValidationError(_("The measure still asks for: %(left)s.") % {"left": said})
    complaint.state, complaint.closed_at = State.CLOSED, clock.now()
    data = {"left": [c.rule for c in left if c.stage != Stage.DONE]}
    step(actor, complaint, StepKind.CLOSED, reason.strip(), data=data)
    _settle_case(actor, complaint)
    return keep(complaint, "state", "closed_at")


def _settle_case(actor: Actor, complaint: Complaint) -> None:
    """The case at intake that a complaint is, is settled with it."""
    case = complaint.case
    if case is not None and case.state not in (CaseState.DONE, CaseState.CLOSED):
        who = (
            actor if actor.may(WORK_CASES) else Actor(actor.organisation, None, source=actor.source)
        )
        cases.settle(who, case, "")
