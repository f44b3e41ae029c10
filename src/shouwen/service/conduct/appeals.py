"""Appeals: brought in time, answered by someone else."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import require
from shouwen.service.audit.actions import log
from shouwen.service.conduct.accounts import outstanding
from shouwen.service.conduct.actions import replace
from shouwen.service.conduct.concerns import concern
from shouwen.service.conduct.deciding import Chosen, standing
from shouwen.service.conduct.fines import FINE, announce, withdrawn
from shouwen.service.conduct.issuing import locked
from shouwen.service.conduct.models import Appeal, AppealResult, AppealVerdict, Decision
from shouwen.service.conduct.permissions import DECIDE_APPEALS, MINE, SERVE
from shouwen.service.conduct.times import last_day, rules


@transaction.atomic
def appeal(actor: Actor, decision: Decision, grounds: str) -> Appeal:
    """Ask for a decision to be looked at again, once.

    For whoever has no login, such as an agent, whoever serves decisions takes the appeal down.

    Raises:
        ValidationError: without grounds; when the decision is not about the actor, was not served,
            stands no longer, was appealed against already; or after the last day, which is named.
    """
    require(actor, MINE)
    person = actor.person
    if person is None or (decision.person_id != person.pk and decision.person_id is not None):
        raise ValidationError(_("Only the person it is about can appeal."))
    if decision.person_id is None:
        require(actor, SERVE)
    locked(decision.proposal)
    last = standing(decision.outcome)
    if last is not None and last.pk != decision.pk:
        raise ValidationError(
            _("It stands no longer; %(number)s took its place.") % {"number": last.cited}
        )
    served = getattr(decision, "service", None)
    if served is None:
        raise ValidationError(_("It has not been served yet; the time to appeal begins then."))
    now = clock.now()
    if now.astimezone(actor.zone).date() > served.appeal_until:
        raise ValidationError(
            _("The time to appeal ended on %(day)s.") % {"day": f"{served.appeal_until:%Y-%m-%d}"}
        )
    if not grounds.strip():
        raise ValidationError(_("Say why the decision should be another."))
    try:
        with transaction.atomic():
            row = Appeal.objects.create(
                decision=decision, at=now, person=person, grounds=grounds.strip()[:5000],
                suspends=rules().appeal_suspends,
            )  # fmt: skip
    except IntegrityError as error:
        raise ValidationError(_("There is an appeal against it already.")) from error
    if row.suspends:
        withdrawn(actor, decision)
    log(actor, "conduct.appeal", f"decision:{decision.number}", {"suspends": row.suspends})
    return row


@transaction.atomic
def answer(
    actor: Actor, found: Appeal, result: AppealResult, reason: str, chosen: Chosen | None = None
) -> AppealVerdict:
    """Answer an appeal: the decision stands, is amended or revoked.

    `chosen`: what takes its place, for an amendment; its reasons are those of the answer.

    Raises:
        NotAllowed: without the right.
        ValidationError: when the actor made the decision, or it concerns them; when it was
            answered already; or for what is wrong with the choice.
    """
    require(actor, DECIDE_APPEALS)
    assert actor.person is not None
    decision = found.decision
    proposal = locked(decision.proposal)
    if decision.decided_by_id == actor.person.pk or _took_part(actor, decision):
        raise ValidationError(_("You made the decision: someone else answers the appeal."))
    why_not = concern(actor, proposal)
    if why_not:
        raise ValidationError(why_not)
    if not reason.strip():
        raise ValidationError(_("Give reasons."))
    if AppealVerdict.objects.filter(appeal=found).exists():
        raise ValidationError(_("The appeal was answered already."))
    new: Decision | None = None
    if result != AppealResult.UPHELD:
        waived = result == AppealResult.REVOKED
        given = chosen or Chosen("")
        new = replace(actor, decision, Chosen(reason, given.amounts, given.acts, waived))
        if not waived and (new.amounts, new.acts) == (decision.amounts, decision.acts):
            raise ValidationError(_("Nothing is amended: choose other amounts, or let it stand."))
    row = AppealVerdict.objects.create(
        appeal=found, at=clock.now(), by=actor.person, result=result, reason=reason.strip(),
        decision=new,
        pay_until=_anew(actor, found) if result == AppealResult.UPHELD else None,
    )  # fmt: skip
    data = {"result": result, "decision": new.number if new else ""}
    log(actor, "conduct.answer-appeal", f"decision:{decision.number}", data)
    return row


def _anew(actor: Actor, found: Appeal) -> date | None:
    """The time to pay begins anew for a decision that was suspended and stands."""
    decision = found.decision
    if not found.suspends or FINE not in decision.amounts or outstanding(decision) <= 0:
        return None
    now = clock.now().astimezone(actor.zone)
    return announce(actor, decision) or last_day(now, rules().pay_days)


def _took_part(actor: Actor, decision: Decision) -> bool:
    """Whether someone made one of the decisions that it took the place of."""
    before = decision.follows
    while before is not None:
        if actor.person is not None and before.decided_by_id == actor.person.pk:
            return True
        before = before.follows
    return False
