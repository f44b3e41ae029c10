"""Taking up a case and ordering what it needs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import require
from shouwen.service.audit.actions import log
from shouwen.service.cases.actions import Asked, open_case
from shouwen.service.cases.models import Case, Channel, Topic
from shouwen.service.cases.numbers import next_number
from shouwen.service.cases.permissions import OPEN_CASES
from shouwen.service.contacts.models import Call, CallState, Customer
from shouwen.service.contacts.numbers import dialled
from shouwen.service.enactment.bridge import perform, together
from shouwen.service.enactment.models import Act
from shouwen.service.failures.actions import join
from shouwen.service.intake.models import WebRequest
from shouwen.service.intake.queries import known_caller, territory_of
from shouwen.service.organisations.models import DutyKind, RosterShift, Unit
from shouwen.service.search.words import search_vector
from shouwen.service.workorders.actions import order_work
from shouwen.service.workorders.exchanges import ask_exchange
from shouwen.service.workorders.models import WorkKind

WORK = {
    Topic.REPAIR: WorkKind.REPAIR,
    Topic.INSTALLATION: WorkKind.INSTALLATION,
    Topic.RELOCATION: WorkKind.RELOCATION,
    Topic.EXCHANGE: WorkKind.EXCHANGE,
    Topic.CAPACITY: WorkKind.CAPACITY,
    Topic.PAYMENT: WorkKind.PAYMENT,
}


@together()
def take_up(actor: Actor, said: dict[str, Any]) -> Case:
    """Open a case from what the form of intake holds, and order the work it needs.

    The same form sent twice (its `uid` is the same) gives the same case.
    """
    require(actor, OPEN_CASES)
    marker = f"intake-{said['uid']}"
    known = Act.objects.filter(uid=marker).first()
    if known is not None:
        return Case.objects.get(number=known.case_key)
    customer = known_caller(said["phone"]).customer
    territory = said.get("territory") or territory_of(said["address"])
    if territory is None and customer is not None:
        territory = customer.territory
    if customer is None and said["name"] and said["phone"]:
        customer = new_customer(actor, said["name"], said["phone"], said["address"], territory)
    call = Call.objects.filter(pk=said["call"]).first() if said.get("call") else None
    asked = Asked(
        topic=Topic(said["topic"]), channel=Channel(said["channel"]), matter=said["matter"],
        name=said["name"] or (customer.name if customer else ""), phone=said["phone"],
        address=said["address"] or (customer.address if customer else ""), customer=customer,
        territory=territory, call=call, rings=said.get("rings"),
    )  # fmt: skip
    written = _web_request(said)
    # Who asked on the web has waited since then: the case begins when they asked.
    at = written.received_at if written is not None else None
    case = open_case(actor, asked, at)
    _mark(actor, marker, case)
    if written is not None:
        written.case = case
        written.save(update_fields=["case"])
    if said.get("failure") is not None:
        join(actor, said["failure"], [case])
    kind = WORK.get(asked.topic)
    if asked.topic is Topic.EXCHANGE and asked.channel is Channel.COUNTER:
        # The customer has brought it along: no visit, but it is asked who sent them here.
        ask_exchange(actor, case, sent=said.get("sent") == "yes")
    elif kind is not None:
        order_work(actor, case, kind, network=said.get("network") or "", at=at)
    if call is not None and call.customer_id is None:
        call.customer = customer
        call.save(update_fields=["customer"])
    return case


def _web_request(said: dict[str, Any]) -> WebRequest | None:
    """The request on the web that is taken up, held until the transaction ends.

    Raises:
        ValidationError: when a colleague has taken it up already.
    """
    if not said.get("web"):
        return None
    found = WebRequest.objects.select_for_update().filter(pk=said["web"]).first()
    if found is not None and found.case_id is not None:
        raise ValidationError(_("A colleague has taken it up already."))
    return found


def new_customer(actor: Actor, name: str, phone: str, address: str, territory: Any) -> Customer:
    """Keep a record of someone who calls for the first time."""
    number = next_number("K", clock.now().astimezone(actor.zone).date())
    return Customer.objects.create(
        number=number, name=name, phone=phone, address=address, territory=territory,
        search=search_vector(number, name, phone, address),
    )  # fmt: skip


def _mark(actor: Actor, marker: str, case: Case) -> None:
    """Remember by the form's id that it was taken up."""
    now = clock.now()
    Act.objects.create(
        uid=marker, name="case.noted", at=now, recorded_at=now, person=actor.person,
        source=actor.source, case_key=case.number, facts={},
    )  # fmt: skip


SECONDS_A_RING = 5
"""A ring and the pause after it, as telephones ring in China: one second, and four of silence."""


@transaction.atomic
def rang(uid: str, phone: str, unit: Unit) -> Call:
    """The switch tells of a call; the same call told twice is one."""
    digits = dialled(phone)
    found, _made = Call.objects.get_or_create(
        uid=uid,
        defaults={"phone": digits, "state": CallState.RINGING, "unit": unit,
                  "rang_at": clock.now(), "customer": known_caller(digits).customer},
    )  # fmt: skip
    return found


@transaction.atomic
def answer(actor: Actor, call: Call) -> Call:
    """Take a call that rings; whoever is first has it."""
    require(actor, OPEN_CASES)
    call = _locked(call)
    if call.state == CallState.RINGING:
        call.answered_at = clock.now()
        call.state, call.operator = CallState.ANSWERED, actor.person
        call.rings = _rings(call, call.answered_at)
        call.save(update_fields=["answered_at", "state", "operator", "rings"])
    return call


def case_of(call: Call) -> str:
    """What the measure's events call a call that led to no case."""
    return f"L{call.pk}"


@together()
def missed(actor: Actor, call: Call) -> Call:
    """Nobody answered. Whoever was on duty at the hotline is named, if the roster says who."""
    call = _locked(call)
    if call.state != CallState.RINGING:
        return call
    call.ended_at = clock.now()
    call.state, call.rings = CallState.MISSED, _rings(call, call.ended_at)
    shift = (
        RosterShift.objects.filter(kind=DutyKind.HOTLINE, starts__lte=call.rang_at,
                                   ends__gt=call.rang_at, unit=call.unit)
        .select_related("person").first()
    )  # fmt: skip
    call.operator = shift.person if shift else None
    call.save(update_fields=["ended_at", "state", "rings", "operator"])
    facts = {
        "call": call.uid[:60],
        "person": call.operator.number if call.operator else None,
        "unit": call.unit.code,
        "rings": call.rings,
    }
    perform(actor, "call.missed", facts, case=case_of(call))
    return call


@transaction.atomic
def returned(actor: Actor, call: Call) -> Call:
    """Someone called back a caller whom nobody had answered."""
    require(actor, OPEN_CASES)
    call = _locked(call)
    if call.state == CallState.MISSED and call.called_back_at is None:
        facts = {"call": call.uid[:60], "person": actor.number}
        call.called_back_at = perform(actor, "call.returned", facts).act.at
        call.save(update_fields=["called_back_at"])
        log(actor, "intake.returned", f"call:{call.pk}")
    return call


@together()
def ended(
    actor: Actor, call: Call, *, by_customer: bool, forced: bool = False, harassing: bool = False
) -> Call:
    """The call is over. `forced`: cut off against the caller's will; `harassing`: a nuisance."""
    call = _locked(call)
    if call.state != CallState.ANSWERED:
        return call
    call.state, call.ended_at, call.harassing = CallState.ENDED, clock.now(), harassing
    call.save(update_fields=["state", "ended_at", "harassing"])
    case = call.cases.order_by("id").first()
    facts = {
        "person": call.operator.number if call.operator else None,
        "unit": call.unit.code,
        "hung_up_by": "customer" if by_customer else "staff",
        "forced": forced,
        "harassing": harassing,
    }
    perform(actor, "call.ended", facts, case=case.number if case else case_of(call))
    log(actor, "intake.ended", f"call:{call.pk}", {"harassing": harassing, "forced": forced})
    return call


@transaction.atomic
def warned(actor: Actor, call: Call, approved: bool) -> None:
    """A harassing caller was warned; `approved`: a superior had agreed beforehand."""
    require(actor, OPEN_CASES)
    facts = {"person": actor.number, "unit": call.unit.code, "approved": approved}
    perform(actor, "harassment.warned", facts, case=case_of(call))


@transaction.atomic
def reported(actor: Actor, call: Call) -> None:
    """A harassing call was reported to those above."""
    require(actor, OPEN_CASES)
    perform(actor, "harassment.reported", {}, case=case_of(call))
    log(actor, "intake.harassment", f"call:{call.pk}")


MOST_RINGS = 32_767
"""What the column holds: two days. The switch has forgotten a call that rings longer."""


def _rings(call: Call, until: datetime) -> int:
    rings = int((until - call.rang_at).total_seconds() // SECONDS_A_RING) + 1
    return min(rings, MOST_RINGS)


def _locked(call: Call) -> Call:
    return (
        Call.objects.select_for_update(of=("self",))
        .select_related("unit", "operator")
        .get(pk=call.pk)
    )
