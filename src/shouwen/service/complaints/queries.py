"""Looking for complaints, and what a page shows of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.timezone import localtime

from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import NotAllowed
from shouwen.service.audit.actions import looked_at
from shouwen.service.audit.models import Sighting
from shouwen.service.complaints.actions.common import identity as last_identity
from shouwen.service.complaints.models import (
    OPEN,
    Complainant,
    Complaint,
    State,
    Step,
    StepKind,
    Verdict,
    Way,
)
from shouwen.service.complaints.permissions import KNOW, KNOW_COLLEAGUE
from shouwen.service.complaints.standing import RELATED, asked, handled, may_know, told
from shouwen.service.contacts.models import Customer
from shouwen.service.organisations.models import Person
from shouwen.service.ui.templatetags.ui import masked_name, masked_phone

A_YEAR = timedelta(days=366)
SHOWN = 50


def listed(actor: Actor, chosen: dict[str, str]) -> QuerySet[Complaint]:
    """The complaints that a handler has chosen to see in the list."""
    rows = handled(actor).select_related(*RELATED)
    view = chosen.get("view") or "open"
    if view == "open":
        rows = rows.filter(state__in=OPEN)
    elif view == "mine":
        rows = rows.filter(investigator=actor.person)
    if chosen.get("state") in State.values:
        rows = rows.filter(state=chosen["state"])
    if chosen.get("way") in Way.values:
        rows = rows.filter(way=chosen["way"])
    if chosen.get("verdict") in (Verdict.VERIFIED, Verdict.PARTLY, Verdict.UNVERIFIED):
        rows = rows.filter(verdict=chosen["verdict"])
    if chosen.get("unit", "").isdecimal():
        rows = rows.filter(unit_id=int(chosen["unit"]))
    text = chosen.get("q", "").strip()
    if text:
        rows = rows.filter(Q(number__iexact=text) | Q(words__icontains=text))
    return rows


@dataclass(frozen=True)
class Own:
    """What someone has to do with complaints without looking into them."""

    told: list[Complaint]
    asked: list[Complaint]


def own(actor: Actor) -> Own:
    """Complaints that an actor took down or told, and those they were asked about."""
    rows = told(actor).select_related("unit", "received_by").order_by("-received_at", "-id")
    about = asked(actor).order_by("-received_at", "-id")
    return Own(list(rows[:SHOWN]), list(about[:SHOWN]))


@dataclass(frozen=True)
class Known:
    """A complainant as a page shows it: masked, or, for those who asked, in full."""

    kind: str
    name: str = ""
    phone: str = ""
    address: str = ""
    number: str = ""
    full: bool = False


def masked(complaint: Complaint) -> Known:
    """As much of a complainant as every handler may see. A colleague is a colleague, no more."""
    row = last_identity(complaint)
    if complaint.from_staff:
        return Known("anonymous" if row.anonymous else "colleague")
    if row.anonymous:
        return Known("anonymous")
    return Known("customer", masked_name(row.name), masked_phone(row.phone))


def identity(actor: Actor, complaint: Complaint) -> Known:
    """The complainant in full; that it was read is written down.

    Raises:
        NotAllowed: for whoever may not know.
    """
    if not may_know(actor, complaint):
        raise NotAllowed(KNOW_COLLEAGUE if complaint.from_staff else KNOW)
    looked_at(actor, f"complaint:{complaint.number}", "complainant")
    row = last_identity(complaint)
    if row.person is not None:
        return Known("colleague", row.person.label, row.person.phone, row.person.unit.label,
                     row.person.number, full=True)  # fmt: skip
    kind = "anonymous" if row.anonymous else "customer"
    number = row.customer.number if row.customer is not None else ""
    return Known(kind, row.name, row.phone, row.address, number, full=True)


def readings(complaint: Complaint) -> list[Sighting]:
    """Who read who complained, the last first."""
    rows = Sighting.objects.filter(subject=f"complaint:{complaint.number}", what="complainant")
    return list(rows.select_related("person").order_by("-at")[:SHOWN])


def others_of_the_same(actor: Actor, complaint: Complaint) -> list[Complaint]:
    """Earlier and later complaints of the same complainant within a year, that an actor handles."""
    row = last_identity(complaint)
    who = Q(pk__in=[])
    if row.customer_id is not None:
        who |= Q(customer=row.customer_id)
    if row.phone:
        who |= Q(phone=row.phone)
    if row.person_id is not None and actor.may(KNOW_COLLEAGUE):
        who |= Q(person=row.person_id)
    same = Complainant.objects.filter(who).exclude(complaint=complaint.pk)
    near = (complaint.received_at - A_YEAR, complaint.received_at + A_YEAR)
    rows = handled(actor).filter(pk__in=same.values("complaint"), received_at__range=near)
    return list(rows.select_related("unit").order_by("-received_at")[:SHOWN])


def known_before(customer: Customer | None, phone: str, since: datetime) -> int:
    """How many complaints someone made since an instant; no more than fifty are counted."""
    who = Q(pk__in=[])
    if customer is not None:
        who |= Q(customer=customer)
    if phone:
        who |= Q(phone=phone)
    rows = Complainant.objects.filter(who, complaint__received_at__gte=since)
    return len(rows.values("complaint").distinct()[:SHOWN])


INNER = (StepKind.NOTE, StepKind.ASKED, StepKind.STATEMENT)


@dataclass(frozen=True)
class Moment:
    """A step as the timeline shows it."""

    at: datetime
    what: str
    who: str
    text: str
    kind: str = ""
    href: str = ""


def timeline(complaint: Complaint) -> list[Moment]:
    """What was done with a complaint, the last first. For handlers."""
    rows = list(complaint.steps.select_related("person", "about").order_by("-at", "-id"))
    named = {str(s.data["to"]) for s in rows if "to" in s.data}
    names = {p.number: p.label for p in Person.objects.filter(number__in=named)}
    return [
        Moment(s.at, _what(s, names), s.person.label if s.person else "", s.words,
               "inner" if s.kind in INNER else "")
        for s in rows
    ]  # fmt: skip


def _what(step: Step, names: Mapping[str, str]) -> str:
    label = str(step.get_kind_display())
    if step.about is not None:
        return f"{label}: {step.about.label}"
    if "decision" in step.data:
        return f"{label}: {step.data['decision']}"
    to = str(step.data.get("to", ""))
    until = step.data.get("until")
    when = f" ({localtime(datetime.fromisoformat(until)):%Y-%m-%d %H:%M})" if until else ""
    return (f"{label}: {names.get(to, to)}" if to else label) + when


def replies(complaint: Complaint) -> list[Step]:
    """What the complainant was told."""
    return list(complaint.steps.filter(kind=StepKind.REPLIED).order_by("at", "id"))


def side_of(actor: Actor, complaint: Complaint) -> list[Step]:
    """What an actor was asked about a complaint, and what they answered."""
    kinds = (StepKind.ASKED, StepKind.STATEMENT)
    return list(complaint.steps.filter(about=actor.person, kind__in=kinds).order_by("at", "id"))
