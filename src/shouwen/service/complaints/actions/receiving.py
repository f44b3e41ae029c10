"""Taking complaints down."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import require
from shouwen.service.audit.actions import log
from shouwen.service.cases.actions import seal
from shouwen.service.cases.models import Case, Channel, Topic
from shouwen.service.cases.numbers import next_number
from shouwen.service.complaints.actions.common import keep, step, unseen
from shouwen.service.complaints.measure import said_plainly
from shouwen.service.complaints.models import (
    Accepted,
    Complainant,
    Complaint,
    Concern,
    StepKind,
    Way,
)
from shouwen.service.complaints.permissions import COMPLAIN
from shouwen.service.contacts.models import Customer
from shouwen.service.enactment.bridge import perform, together
from shouwen.service.intake.queries import known_caller
from shouwen.service.organisations.models import Person, Role, Unit, UnitKind
from shouwen.service.workorders.models import WorkOrder

PREFIX = "T"
"""With which the numbers of complaints begin (投诉)."""
WAYS = {Channel.PHONE: Way.HOTLINE, Channel.COUNTER: Way.COUNTER, Channel.WEB: Way.WEB,
        Channel.CHAT: Way.WEB, Channel.STAFF: Way.HOTLINE}  # fmt: skip
"""What the channels of intake are. A colleague at intake writes down what a customer said."""


@dataclass(frozen=True)
class Held:
    """A complaint, as it was written down.

    `from_case`: the case at intake that it is. `about_case`, `about_work`: what it is about.
    """

    way: Way
    words: str
    name: str = ""
    phone: str = ""
    address: str = ""
    anonymous: bool = False
    customer: Customer | None = None
    person: Person | None = None
    unit: Unit | None = None
    agent: str = ""
    about_case: Case | None = None
    about_work: WorkOrder | None = None
    from_case: Case | None = None
    happened_at: datetime | None = None
    written_on: date | None = None
    source: str = ""


@together()
def receive(actor: Actor, held: Held, at: datetime | None = None) -> Complaint:
    """Take a complaint down. The measure hears of it, and that it was written down.

    What a colleague tells is told to the measure, the log and the history by nobody; who it was
    stands with the complainant only.

    Raises:
        ValidationError: without words, or when what it is about happened after it was received.
        NotAllowed: when the actor may not.
    """
    require(actor, COMPLAIN)
    at = at or clock.now()
    _possible(held, at, actor)
    from_staff = held.way == Way.STAFF
    teller = unseen(actor) if from_staff else actor
    unit = (
        held.unit
        or _unit_of(held)
        or (teller.person.unit if teller.person is not None else headquarters())
    )
    number = next_number(PREFIX, at.astimezone(actor.zone).date())
    complaint = Complaint(
        number=number, way=held.way, accepted=_accepted(teller), words=held.words.strip(),
        happened_at=held.happened_at, written_on=held.written_on, source=held.source,
        received_at=at, received_by=teller.person, case=held.from_case, unit=unit, urgent_at=at,
    )  # fmt: skip
    complaint.save()
    _complainant(actor, complaint, held, at)
    if held.person or held.unit or held.agent or held.about_case or held.about_work:
        Concern.objects.create(
            complaint=complaint, person=held.person, unit=held.unit, agent=held.agent,
            case=held.about_case, work_order=held.about_work, at=at,
        )  # fmt: skip
    facts: dict[str, Any] = {"complaint": number}
    own = held.from_case is None
    told = facts | {
        "person": teller.number,
        "unit": teller.person.unit.code if teller.person else unit.code,
        "agent": held.agent,
        "via": held.way,
        "topic": "report" if from_staff else "complaint",
        "own": own,
    }
    with said_plainly():
        told["case"] = complaint.key
        perform(teller, "complaint.received", told, at=at)
        perform(teller, "complaint.recorded", facts | {"case": complaint.key}, at=at)
    step(teller, complaint, StepKind.RECEIVED, at=at)
    if not own:
        assert held.from_case is not None
        seal(teller, held.from_case, number)
    return keep(complaint)


def case_was_opened(case: Case, actor: Actor, **kwargs: Any) -> None:
    """A case was taken up; if it is a complaint, it becomes one, and none can be forgotten."""
    if case.topic != Topic.COMPLAINT:
        return
    held = Held(
        way=WAYS[Channel(case.channel)], words=case.matter, name=case.name, phone=case.phone,
        address=case.address, customer=case.customer, from_case=case,
        about_case=case.follows,
    )  # fmt: skip
    receive(actor, held, case.opened_at)


@transaction.atomic
def correct(actor: Actor, complaint: Complaint, held: Held) -> Complainant:
    """Write down anew who complained; what was written before stays, and who may read it too.

    Raises:
        NotAllowed: for whoever may not know.
    """
    from shouwen.service.complaints.actions.common import taken_by
    from shouwen.service.complaints.permissions import KNOW, KNOW_COLLEAGUE

    permission = KNOW_COLLEAGUE if complaint.from_staff else KNOW
    complaint = taken_by(actor, complaint, permission)
    last = complaint.complainants.order_by("-id")[0]
    phone = digits(held.phone)
    found = Complainant.objects.create(
        complaint=complaint, name=held.name.strip(), phone=phone, address=held.address.strip(),
        customer=held.customer or known_caller(phone).customer or last.customer,
        person=last.person, at=clock.now(),
    )  # fmt: skip
    step(actor, complaint, StepKind.IDENTITY)
    return found


def digits(phone: str) -> str:
    """The digits of a phone number. Raises ValidationError when it cannot be one."""
    found = re.sub(r"\D", "", phone)
    if found and not 5 <= len(found) <= 15:
        raise ValidationError(
            _("This is no phone number: it has %(n)d digits.") % {"n": len(found)}
        )
    return found


def headquarters() -> Unit:
    """The unit at the top; whatever came to nobody in particular came to it."""
    top = Unit.objects.filter(parent=None, is_active=True).order_by("id")
    return top.filter(kind=UnitKind.COMPANY).first() or top[0]


def _possible(held: Held, at: datetime, actor: Actor) -> None:
    faults = []
    if not held.words.strip():
        faults.append(_("Write down what is complained of, in the complainant's own words."))
    if held.happened_at is not None and held.happened_at > at:
        faults.append(_("What is complained of cannot have happened after it was complained of."))
    if held.written_on is not None and held.written_on > at.astimezone(actor.zone).date():
        faults.append(_("It cannot have been written after today."))
    if (
        held.about_work is not None
        and held.about_case is not None
        and (held.about_work.case_id != held.about_case.pk)
    ):
        faults.append(_("The work order does not belong to the case."))
    if faults:
        raise ValidationError(faults)


def _unit_of(held: Held) -> Unit | None:
    if held.person is not None:
        return held.person.unit
    if held.about_work is not None:
        return held.about_work.unit
    return held.about_case.unit if held.about_case is not None else None


def _accepted(teller: Actor) -> Accepted:
    if teller.person is None or Role.QUALITY in teller.roles:
        return Accepted.OFFICE
    return Accepted.EXECUTIVE if Role.EXECUTIVE in teller.roles else Accepted.UNIT


def _complainant(actor: Actor, complaint: Complaint, held: Held, at: datetime) -> None:
    row = Complainant(complaint=complaint, at=at)
    if not held.anonymous:
        if held.way == Way.STAFF:
            row.person = actor.person
        row.name, row.phone = held.name.strip(), digits(held.phone)
        row.address = held.address.strip()
        row.customer = held.customer or (known_caller(row.phone).customer if row.phone else None)
    row.save()
    if held.way == Way.STAFF and row.person is None:
        # Told by nobody at all; that is written down, for it will be asked for.
        log(unseen(actor), "complaints.anonymous", f"complaint:{complaint.number}")
