"""All that changes a call-back."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import require
from shouwen.service.aftercare.models import Answer, CallBack
from shouwen.service.aftercare.permissions import CALL_BACK
from shouwen.service.audit.actions import log
from shouwen.service.cases.actions import Asked, open_case
from shouwen.service.cases.models import Case, Channel, Topic
from shouwen.service.enactment.bridge import perform, together
from shouwen.service.workorders.models import WorkOrder

REACHED = (Answer.SATISFIED, Answer.UNHAPPY)


def owe(actor: Actor, work: WorkOrder) -> CallBack:
    """Put a job that is done on the list of the next morning."""
    done = (work.done_at or clock.now()).astimezone(actor.zone).date()
    found, _made = CallBack.objects.get_or_create(
        work_order=work,
        defaults={"case": work.case, "unit": work.unit, "due_on": done + timedelta(days=1)},
    )
    return found


@together()
def answered(
    actor: Actor,
    call: CallBack,
    answer: Answer,
    *,
    said: str = "",
    verified: bool = True,
    heard: bool = True,
) -> CallBack:
    """Write down what a customer answered; an unhappy answer takes the matter up again.

    `verified`: it was asked whether the work was really done; `heard`: the opinion was heard.
    """
    require(actor, CALL_BACK)
    if answer not in REACHED and answer is not Answer.REFUSED:
        raise ValidationError(_("Say what the customer answered."))
    call = _locked(call)
    if call.answer != Answer.PENDING:
        raise ValidationError(_("Someone has called this customer back already."))
    now = clock.now()
    call.answer, call.said, call.person, call.called_at = answer, said, actor.person, now
    call.attempts += 1
    call.last_attempt_at = now
    key = call.work_order.key if call.work_order else call.case.number
    facts = {
        "person": actor.number,
        "unit": call.unit.code,
        "verified": verified,
        "heard": heard,
        "outcome": answer.value,
    }
    perform(actor, "customer.called-back", facts, case=key)
    if answer is Answer.UNHAPPY:
        call.reopened = _take_up_again(actor, call.case, said)
    call.save()
    log(actor, "aftercare.answered", f"case:{call.case.number}", {"answer": answer})
    return call


@transaction.atomic
def not_reached(actor: Actor, call: CallBack, give_up: bool = False) -> CallBack:
    """Nobody answered. The customer stays on the list until someone gives up, at the earliest
    after three attempts."""
    require(actor, CALL_BACK)
    call = _locked(call)
    if call.answer != Answer.PENDING:
        raise ValidationError(_("Someone has called this customer back already."))
    call.attempts += 1
    call.last_attempt_at, call.person = clock.now(), actor.person
    if give_up:
        if call.attempts < 3:
            raise ValidationError(_("Try three times before you give up."))
        call.answer = Answer.UNREACHED
    call.save()
    key = call.work_order.key if call.work_order else call.case.number
    perform(actor, "callback.unreached", {"person": actor.number}, case=key)
    return call


def _take_up_again(actor: Actor, case: Case, said: str) -> Case:
    return open_case(
        actor,
        Asked(
            topic=Topic(case.topic), channel=Channel.STAFF, matter=said or case.matter,
            name=case.name, phone=case.phone, address=case.address, customer=case.customer,
            territory=case.territory, follows=case,
        ),
    )  # fmt: skip


def _locked(call: CallBack) -> CallBack:
    return (
        CallBack.objects.select_for_update(of=("self",))
        .select_related("case__customer", "case__territory", "case__unit", "work_order", "unit")
        .get(pk=call.pk)
    )
