"""All that changes a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import require
from shouwen.service.audit.actions import log
from shouwen.service.cases.models import Case, CaseState, Channel, Topic
from shouwen.service.cases.numbers import next_number
from shouwen.service.cases.permissions import CLOSE_ANYWAY, OPEN_CASES, WORK_CASES
from shouwen.service.cases.signals import case_opened
from shouwen.service.contacts.models import Call, Customer
from shouwen.service.enactment.bridge import perform, together
from shouwen.service.enactment.ids import new_id
from shouwen.service.enactment.models import Clock, Stage
from shouwen.service.organisations.models import Person, Territory
from shouwen.service.search.words import search_vector

FURTHEST = timedelta(days=731)
"""How far ahead a time may lie that is agreed with a customer: two years."""


@dataclass(frozen=True)
class Asked:
    """What a customer said, as it was written down."""

    topic: Topic
    channel: Channel
    matter: str
    name: str = ""
    phone: str = ""
    address: str = ""
    customer: Customer | None = None
    territory: Territory | None = None
    call: Call | None = None
    rings: int | None = None
    apologised: bool | None = None
    follows: Case | None = None
    uid: str | None = None
    """Made by the form, so that the same form sent twice makes one case."""


@together()
def open_case(actor: Actor, asked: Asked, at: datetime | None = None) -> Case:
    """Take up a case. Whoever does so owns it until someone else accepts it.

    Raises:
        NotAllowed: when the actor may not.
    """
    require(actor, OPEN_CASES)
    person = _someone(actor)
    at = at or clock.now()
    number = next_number("C", at.astimezone(actor.zone).date())
    case = Case(
        number=number, topic=asked.topic, channel=asked.channel, matter=asked.matter,
        name=asked.name, phone=asked.phone, address=asked.address, customer=asked.customer,
        territory=asked.territory, call=asked.call, follows=asked.follows,
        unit=asked.territory.unit if asked.territory else person.unit,
        first_owner=person, owner=person, opened_at=at,
    )  # fmt: skip
    case.search = search_vector(number, asked.name, asked.phone, asked.address, asked.matter)
    case.save()
    facts = {"person": person.number, "unit": person.unit.code, "topic": asked.topic.value}
    if asked.channel is Channel.PHONE:
        rung = {"rings": asked.rings, "apologised": asked.apologised}
        perform(actor, "call.answered", facts | rung, case=number, at=at)
        noted = {
            "name_noted": bool(asked.name),
            "address_noted": bool(asked.address),
            "phone_noted": bool(asked.phone),
            "matter_noted": bool(asked.matter),
            "time_noted": True,
        }
        perform(actor, "call.logged", noted, case=number, at=at)
    perform(actor, "request.received", facts | {"way": asked.channel.value}, case=number, at=at)
    log(actor, "cases.open", f"case:{number}", {"topic": asked.topic, "channel": asked.channel})
    case_opened.send(sender=Case, case=case, actor=actor)
    return case


@transaction.atomic
def seal(actor: Actor, case: Case, instead: str) -> Case:
    """Leave of a case only its number and who took it up: what the customer said, and who it was,
    is kept elsewhere, for fewer eyes. `instead`: where."""
    _locked(case)
    case.name = case.phone = case.address = ""
    case.customer, case.matter = None, instead
    case.search = search_vector(case.number, instead)
    case.save(update_fields=["name", "phone", "address", "customer", "matter", "search"])
    log(actor, "cases.seal", f"case:{case.number}", {"instead": instead})
    return case


@transaction.atomic
def hand_over(actor: Actor, case: Case, to: Person, reason: str = "") -> Case:
    """Offer a case to someone else. It stays with its owner until they accept it."""
    require(actor, WORK_CASES)
    case = _locked(case)
    _open(case)
    if to.pk == case.owner_id:
        raise ValidationError(_("It is with this person already."))
    case.handed_to, case.state = to, CaseState.HANDED
    case.save(update_fields=["handed_to", "state"])
    perform(actor, "request.referred", {"person": to.number}, case=case.number)
    log(actor, "cases.hand-over", f"case:{case.number}", {"to": to.number, "reason": reason})
    return case


@transaction.atomic
def accept(actor: Actor, case: Case) -> Case:
    """Accept a case that was offered; from now on it is the actor's."""
    require(actor, WORK_CASES)
    person = _someone(actor)
    case = _locked(case)
    if case.handed_to_id != person.pk:
        raise ValidationError(_("This case was not offered to you, or no longer is."))
    case.owner, case.handed_to, case.state = person, None, CaseState.OPEN
    case.save(update_fields=["owner", "handed_to", "state"])
    perform(actor, "request.taken-over", {"person": person.number}, case=case.number)
    log(actor, "cases.accept", f"case:{case.number}")
    return case


@transaction.atomic
def note(actor: Actor, case: Case, text: str) -> None:
    """Add a note to the timeline."""
    require(actor, WORK_CASES)
    perform(actor, "case.noted", {"text": text}, case=case.number)


@transaction.atomic
def escalate(actor: Actor, case: Case, explained: bool) -> None:
    """Ask a superior what to do; `explained`: the customer was told so."""
    require(actor, WORK_CASES)
    facts = {"person": _someone(actor).number, "explained": explained}
    perform(actor, "request.escalated", facts, case=case.number)
    log(actor, "cases.escalate", f"case:{case.number}", {"explained": explained})


@transaction.atomic
def set_due(actor: Actor, case: Case, due_at: datetime) -> None:
    """Agree with the customer until when it will be done."""
    require(actor, WORK_CASES)
    if due_at <= clock.now():
        raise ValidationError(_("The agreed time must lie ahead."))
    if due_at > clock.now() + FURTHEST:
        raise ValidationError(_("The agreed time must lie within two years."))
    perform(actor, "due.set", {"due_at": due_at}, case=case.number)
    log(actor, "cases.set-due", f"case:{case.number}", {"due_at": due_at})


@transaction.atomic
def came_again(actor: Actor, case: Case, channel: Channel, said: str = "") -> Case:
    """The customer had to come or call again about a case that is not settled."""
    require(actor, OPEN_CASES)
    person = _someone(actor)
    Case.objects.filter(pk=case.pk).update(times_asked=F("times_asked") + 1)
    facts = {
        "repeat": new_id()[:20],
        "person": person.number,
        "unit": person.unit.code,
        "way": channel.value,
    }
    perform(actor, "request.repeated", facts, case=case.number)
    if said:
        perform(actor, "case.noted", {"text": said}, case=case.number)
    log(actor, "cases.came-again", f"case:{case.number}", {"channel": channel})
    case.refresh_from_db()
    return case


@transaction.atomic
def held_up(
    actor: Actor, case: Case, *, long: bool, minutes: int | None, explained: bool, apologised: bool
) -> None:
    """A system is down and the customer cannot be helped now: "call me when it is back" is a
    promise with a clock. `long`: no short failure, as the clerk sees it."""
    require(actor, WORK_CASES)
    case = _locked(case)
    _open(case)
    person = _someone(actor)
    facts = {
        "person": person.number,
        "unit": person.unit.code,
        "outage": "long" if long else "short",
        "expected": minutes,
        "asked_to_wait": not long,
        "explained": explained,
        "apologised": apologised,
        "phone_asked": bool(case.phone),
    }
    perform(actor, "system.held-up", facts, case=case.number)
    case.state = CaseState.WAITING
    case.save(update_fields=["state"])
    log(actor, "cases.held-up", f"case:{case.number}", {"long": long})


@transaction.atomic
def contacted_again(actor: Actor, case: Case) -> None:
    """The system is back, and the customer was told."""
    require(actor, WORK_CASES)
    case = _locked(case)
    if case.state != CaseState.WAITING:
        raise ValidationError(_("This customer is not waiting for a system."))
    perform(actor, "system.contacted", {}, case=case.number)
    case.state = CaseState.OPEN
    case.save(update_fields=["state"])
    log(actor, "cases.contacted", f"case:{case.number}")


@together()
def settle(actor: Actor, case: Case, result: str) -> Case:
    """What the customer wanted is done; what is left is to hear whether they are content."""
    require(actor, WORK_CASES)
    case = _locked(case)
    _open(case)
    unfinished = case.work_orders.exclude(state__in=["done", "cancelled"])
    if unfinished.exists():
        keys = ", ".join(w.key for w in unfinished)
        raise ValidationError(_("Work orders are not done yet: %(keys)s.") % {"keys": keys})
    case.state, case.handed_to = CaseState.DONE, None
    case.save(update_fields=["state", "handed_to"])
    perform(actor, "result.logged", {}, case=case.number)
    perform(actor, "request.closed", {}, case=case.number)
    if result:
        perform(actor, "case.noted", {"text": result}, case=case.number)
    log(actor, "cases.settle", f"case:{case.number}", {"result": result})
    return case


def still_asked(case: Case) -> list[Clock]:
    """The duties of a case that the measure still asks for, the most pressing first."""
    open_ = Clock.objects.filter(
        case_key__in=[case.number, *case.work_orders.values_list("key", flat=True)],
        stage__in=[Stage.GREEN, Stage.AMBER, Stage.RED],
    )
    return list(open_.order_by(F("deadline").asc(nulls_last=True)))


@transaction.atomic
def close(actor: Actor, case: Case, reason: str = "") -> Case:
    """Close a settled case. Nothing closes without what the measure asks; the head of a unit may
    close it with a reason, and that is kept.

    Raises:
        ValidationError: when something is still asked for, with all of it named.
    """
    require(actor, WORK_CASES)
    case = _locked(case)
    if case.state != CaseState.DONE:
        raise ValidationError(_("Only a settled case can be closed."))
    left = still_asked(case)
    if left and not (reason and actor.may(CLOSE_ANYWAY)):
        said = "; ".join(f"{c.label} ({c.norm})" for c in left)
        raise ValidationError(_("The measure still asks for: %(left)s.") % {"left": said})
    case.state, case.closed_at = CaseState.CLOSED, clock.now()
    case.save(update_fields=["state", "closed_at"])
    data: Mapping[str, Any] = {"reason": reason, "missing": [c.outcome for c in left]}
    log(actor, "cases.close", f"case:{case.number}", data)
    return case


def _someone(actor: Actor) -> Person:
    if actor.person is None:
        raise ValidationError(_("Only a person can do this."))
    return actor.person


def _locked(case: Case) -> Case:
    """The case as it is now, held until the transaction ends: two people cannot both change it."""
    return (
        Case.objects.select_for_update(of=("self",)).select_related("unit", "owner").get(pk=case.pk)
    )


def _open(case: Case) -> None:
    if case.state in (CaseState.DONE, CaseState.CLOSED):
        raise ValidationError(_("The case is settled already."))
