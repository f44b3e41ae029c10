"""A customer brings equipment to the hall to have it exchanged.

It is the technician's work to come and exchange it (3.3.10); so the hall registers who came, asks
who sent them, writes that down as it is said, and reports it when a technician did (3.1.9).
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import require
from shouwen.service.audit.actions import log
from shouwen.service.cases.models import Case, CaseState, Channel, Topic
from shouwen.service.cases.permissions import OPEN_CASES
from shouwen.service.enactment.bridge import perform, together
from shouwen.service.enactment.models import Act
from shouwen.service.organisations.models import Person


def asked_at_the_hall(case: Case) -> bool:
    """Whether a case is an exchange for which the customer has come themselves."""
    return case.topic == Topic.EXCHANGE and case.channel == Channel.COUNTER


def said_sent(case: Case) -> bool | None:
    """Whether the customer said that a technician sent them; None when nobody asked."""
    act = Act.objects.filter(case_key=case.number, name="exchange.requested").first()
    return None if act is None else bool(act.facts.get("sent"))


@transaction.atomic
def ask_exchange(actor: Actor, case: Case, *, sent: bool) -> None:
    """The customer asks for an exchange at the hall; `sent`: a technician sent them, they say."""
    require(actor, OPEN_CASES)
    facts = {**_here(actor), "sent": sent}
    perform(actor, "exchange.requested", facts, case=case.number)
    log(actor, "workorders.exchange-asked", f"case:{case.number}", {"sent": sent})


@together()
def register_exchange(actor: Actor, case: Case, technician: Person | None, *, sent: bool) -> None:
    """The exchange at the hall is registered, with whether a technician sent the customer.

    Args:
        actor: the clerk.
        case: an exchange asked for at the hall.
        technician: whose work it would have been, or who sent the customer.
        sent: whether a technician sent the customer.

    Raises:
        ValidationError: when it is no such case, is registered already, or the technician who sent
            the customer is not named.
    """
    require(actor, OPEN_CASES)
    _at_the_hall(case)
    if Act.objects.filter(case_key=case.number, name="exchange.registered").exists():
        raise ValidationError(_("The exchange is registered already."))
    if sent and technician is None:
        raise ValidationError(_("Name the technician who sent the customer."))
    facts = {
        **_here(actor),
        "sent": sent,
        "technician": technician.number if technician else None,
        "failure": case.fault_group.number if case.fault_group else None,
    }
    perform(actor, "exchange.registered", facts, case=case.number)
    log(actor, "workorders.exchange", f"case:{case.number}", {"sent": sent})


@transaction.atomic
def explain_exchange(actor: Actor, case: Case) -> None:
    """The customer was told that a technician would come for it."""
    require(actor, OPEN_CASES)
    _at_the_hall(case)
    perform(actor, "exchange.explained", {}, case=case.number)


@transaction.atomic
def report_exchange(actor: Actor, case: Case) -> None:
    """The leader in charge was told that a technician sent the customer."""
    require(actor, OPEN_CASES)
    _at_the_hall(case)
    perform(actor, "exchange.reported", {}, case=case.number)
    log(actor, "workorders.exchange-reported", f"case:{case.number}")


def _here(actor: Actor) -> dict[str, str]:
    if actor.person is None:
        raise ValidationError(_("Only a person can do this."))
    return {"person": actor.person.number, "unit": actor.person.unit.code}


def _at_the_hall(case: Case) -> None:
    if not asked_at_the_hall(case):
        raise ValidationError(_("This is no exchange asked for at the counter."))
    if case.state == CaseState.CLOSED:
        raise ValidationError(_("The case is settled already."))
