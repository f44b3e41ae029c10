"""Taking up a case and ordering what it needs."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import require
from shouwen.service.cases.actions import Asked, open_case
from shouwen.service.cases.models import Case, Channel, Topic
from shouwen.service.cases.numbers import next_number
from shouwen.service.cases.permissions import OPEN_CASES
from shouwen.service.contacts.models import Call, CallState, Customer
from shouwen.service.enactment.bridge import together
from shouwen.service.enactment.models import Act
from shouwen.service.intake.queries import known_caller, territory_of
from shouwen.service.search.words import search_vector
from shouwen.service.workorders.actions import order_work
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
    case = open_case(actor, asked)
    _mark(actor, marker, case)
    kind = WORK.get(asked.topic)
    if kind is not None:
        order_work(actor, case, kind, network=said.get("network") or "")
    if call is not None and call.customer_id is None:
        call.customer = customer
        call.save(update_fields=["customer"])
    return case


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


@transaction.atomic
def rang(uid: str, phone: str, unit: Any) -> Call:
    """The switch tells of a call; the same call told twice is one."""
    found, _made = Call.objects.get_or_create(
        uid=uid,
        defaults={"phone": phone, "state": CallState.RINGING, "unit": unit,
                  "rang_at": clock.now(), "customer": known_caller(phone).customer},
    )  # fmt: skip
    return found


SECONDS_A_RING = 5
"""A ring and the pause after it, as telephones ring in China: one second, and four of silence."""


@transaction.atomic
def answer(actor: Actor, call: Call) -> Call:
    """Take a call that rings; whoever is first has it."""
    require(actor, OPEN_CASES)
    call = Call.objects.select_for_update().get(pk=call.pk)
    if call.state == CallState.RINGING:
        call.answered_at = clock.now()
        call.state, call.operator = CallState.ANSWERED, actor.person
        call.rings = int((call.answered_at - call.rang_at).total_seconds() // SECONDS_A_RING) + 1
        call.save(update_fields=["answered_at", "state", "operator", "rings"])
    return call
