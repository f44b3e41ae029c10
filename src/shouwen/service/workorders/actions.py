"""All that changes a work order.

The steps of a visit (`leave`, `arrive`, …) may come late, from a phone that was without network:
each takes the instant at which it was done and an id of its own, so that the same step told twice
is done once (`shouwen.service.enactment.bridge.perform`).
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import NotAllowed, require
from shouwen.service.audit.actions import log
from shouwen.service.cases.models import Case
from shouwen.service.cases.permissions import OPEN_CASES, WORK_CASES
from shouwen.service.enactment.bridge import AHEAD, perform, together
from shouwen.service.enactment.models import Act
from shouwen.service.organisations.models import Person, Territory
from shouwen.service.workorders.models import (
    FINISHED,
    PartUse,
    Receipt,
    Severity,
    WorkKind,
    WorkOrder,
    WorkState,
)
from shouwen.service.workorders.permissions import DISPATCH, DO_WORK, KEEP_RECEIPTS

_ORDER = [WorkState.NEW, WorkState.ASSIGNED, WorkState.ACCEPTED, WorkState.ON_THE_WAY,
          WorkState.ARRIVED, WorkState.DONE]  # fmt: skip


def least_loaded(territory: Territory | None) -> Person | None:
    """Who should get the next job of a territory: of those with the best rank, the one with the
    fewest open jobs; None where the territory has nobody."""
    if territory is None:
        return None
    theirs = WorkOrder.objects.filter(technician=OuterRef("person")).exclude(state__in=FINISHED)
    load = theirs.order_by().values("technician").annotate(jobs=Count("pk")).values("jobs")
    found = (
        territory.technicians.filter(person__is_active=True)
        .annotate(load=Coalesce(Subquery(load), 0))
        .order_by("rank", "load", "person__number")
        .select_related("person")
        .first()
    )
    return found.person if found else None


@together()
def order_work(
    actor: Actor,
    case: Case,
    kind: WorkKind,
    *,
    technician: Person | None = None,
    network: str = "",
    at: datetime | None = None,
) -> WorkOrder:
    """Order work for a case, and give it to a technician: the one named, or the least loaded of
    the territory. `network`: for installations, whether the line is there (ready,
    branch_missing, trunk_missing)."""
    require(actor, OPEN_CASES)
    at = at or clock.now()
    before = WorkOrder.objects.filter(case=case).count()
    key = case.number if before == 0 else f"{case.number}-{before + 1}"
    technician = technician or least_loaded(case.territory)
    work = WorkOrder.objects.create(
        key=key, case=case, kind=kind, unit=case.unit, territory=case.territory,
        technician=technician, reported_at=at,
        state=WorkState.ASSIGNED if technician else WorkState.NEW,
        assigned_at=at if technician else None,
    )  # fmt: skip
    if technician is not None:
        _report(actor, work, at, network)
    log(actor, "workorders.order", f"work:{key}", {"kind": kind})
    return work


def _report(actor: Actor, work: WorkOrder, at: datetime, network: str = "") -> None:
    """Tell the measure of the job; it runs from here."""
    assert work.technician is not None
    facts = {
        "kind": work.kind,
        "technician": work.technician.number,
        "unit": work.unit.code,
        "area": work.territory.area if work.territory else None,
        "network": network or None,
    }
    perform(actor, "work.reported", facts, case=work.key, at=at)


@transaction.atomic
def assign(actor: Actor, work: WorkOrder, technician: Person) -> WorkOrder:
    """Give a job to a technician; one that has begun stays with whoever is at it."""
    require(actor, DISPATCH)
    work = _locked(work)
    if work.state not in (WorkState.NEW, WorkState.ASSIGNED, WorkState.ACCEPTED):
        raise ValidationError(_("The job has begun or is over; it cannot be given away."))
    first = work.technician is None
    work.technician, work.state, work.assigned_at = technician, WorkState.ASSIGNED, clock.now()
    work.save(update_fields=["technician", "state", "assigned_at"])
    if first:
        # The promise to the customer runs from the report, not from when somebody was found.
        _report(actor, work, work.reported_at)
    else:
        facts = {"kind": work.kind, "technician": technician.number, "unit": work.unit.code}
        perform(actor, "work.assigned", facts, case=work.key)
    log(actor, "workorders.assign", f"work:{work.key}", {"technician": technician.number})
    return work


def accept(
    actor: Actor, work: WorkOrder, at: datetime | None = None, uid: str | None = None
) -> WorkOrder:
    """The technician takes the job."""
    return _step(actor, work, WorkState.ACCEPTED, "work.accepted", "accepted_at", at, uid)


def leave(
    actor: Actor, work: WorkOrder, at: datetime | None = None, uid: str | None = None
) -> WorkOrder:
    """The technician is on the way."""
    return _step(actor, work, WorkState.ON_THE_WAY, "work.left", "left_at", at, uid)


def arrive(
    actor: Actor, work: WorkOrder, at: datetime | None = None, uid: str | None = None
) -> WorkOrder:
    """The technician is there."""
    return _step(actor, work, WorkState.ARRIVED, "work.arrived", "arrived_at", at, uid)


@together()
def finish(
    actor: Actor,
    work: WorkOrder,
    result: str,
    at: datetime | None = None,
    uid: str | None = None,
) -> WorkOrder:
    """The work is done; a slip is made out for the customer to sign."""
    work = _step(actor, work, WorkState.DONE, "work.done", "done_at", at, uid)
    work.result = result
    work.save(update_fields=["result"])
    if not Receipt.objects.filter(work_order=work).exists():
        issued = work.done_at or clock.now()
        number = f"R{work.key.removeprefix('C')}"
        Receipt.objects.create(number=number, work_order=work, issued_at=issued)
        facts = {"receipt": number, "person": actor.number}
        perform(actor, "receipt.issued", facts, case=work.key, at=issued)
    return work


@transaction.atomic
def _step(
    actor: Actor,
    work: WorkOrder,
    state: WorkState,
    act: str,
    field: str,
    at: datetime | None,
    uid: str | None,
) -> WorkOrder:
    work = _mine(actor, work)
    if uid is not None and Act.objects.filter(uid=uid).exists():
        return work
    if WorkState(work.state) in FINISHED:
        raise ValidationError(_("The job is over already."))
    if _ORDER.index(WorkState(work.state)) >= _ORDER.index(state):
        raise ValidationError(_("This step was done already."))
    at = _not_before(work, at)
    facts = {"kind": work.kind, "technician": actor.number, "unit": work.unit.code}
    if act == "work.left":
        facts.pop("unit")
    if act == "work.done":
        facts["person"] = facts.pop("technician")
    done = perform(actor, act, facts, case=work.key, at=at, uid=uid)
    work.state = state
    setattr(work, field, done.act.at)
    work.save(update_fields=["state", field])
    log(actor, f"workorders.{act.removeprefix('work.')}", f"work:{work.key}")
    return work


def _not_before(work: WorkOrder, at: datetime | None) -> datetime | None:
    """When a step was done, as a phone tells it: not before the customer reported, nor before the
    step before it. What lies before by no more than clocks may differ counts as the same instant.

    Raises:
        ValidationError: when the clock of the phone must be wrong.
    """
    done = (work.reported_at, work.accepted_at, work.left_at, work.arrived_at)
    earliest = max(instant for instant in done if instant is not None)
    if at is None or at >= earliest:
        return at
    if at < earliest - AHEAD:
        said = _("The time given lies before the step before it (%(at)s). Check the clock of your "
                 "device.")  # fmt: skip
        raise ValidationError(said % {"at": f"{timezone.localtime(earliest):%Y-%m-%d %H:%M}"})
    return earliest


@transaction.atomic
def announce_line_check(
    actor: Actor, work: WorkOrder, at: datetime | None = None, uid: str | None = None
) -> None:
    """The customer was told that the line is checked on the way."""
    work = _mine(actor, work)
    perform(actor, "linecheck.announced", {}, case=work.key, at=at, uid=uid)


@transaction.atomic
def classify(
    actor: Actor,
    work: WorkOrder,
    severity: Severity,
    confirmed: bool,
    at: datetime | None = None,
    uid: str | None = None,
) -> WorkOrder:
    """Say how large the fault is; whether someone with the right confirmed it."""
    work = _mine(actor, work)
    facts = {"severity": severity.value, "confirmed": confirmed}
    perform(actor, "fault.classified", facts, case=work.key, at=at, uid=uid)
    work.severity, work.severity_confirmed = severity, confirmed
    work.save(update_fields=["severity", "severity_confirmed"])
    return work


@transaction.atomic
def agree_appointment(
    actor: Actor,
    work: WorkOrder,
    start: datetime,
    end: datetime,
    *,
    cause: str,
    consent: bool,
    explained: bool = True,
    at: datetime | None = None,
    uid: str | None = None,
) -> WorkOrder:
    """Agree on a time with the customer. `cause`: busy or customer; without consent it moves
    nothing, and the measure says so."""
    require(actor, WORK_CASES)
    work = _locked(work)
    if end <= start or end <= (at or clock.now()):
        raise ValidationError(_("The appointment must end after it begins, and lie ahead."))
    technician = work.technician or actor.person
    facts = {
        "kind": work.kind,
        "person": technician.number if technician else None,
        "unit": work.unit.code,
        "cause": cause,
        "slot_start": start,
        "slot_end": end,
        "consent": consent,
        "explained": explained,
    }
    perform(actor, "appointment.agreed", facts, case=work.key, at=at, uid=uid)
    if consent:
        work.appointment_from, work.appointment_to = start, end
        work.save(update_fields=["appointment_from", "appointment_to"])
    log(actor, "workorders.appointment", f"work:{work.key}", {"from": start, "consent": consent})
    return work


@transaction.atomic
def postpone_for_weather(
    actor: Actor,
    work: WorkOrder,
    explained: bool,
    at: datetime | None = None,
    uid: str | None = None,
) -> None:
    """Rain or snow keeps the work outdoors from going on."""
    work = _mine(actor, work)
    facts = {
        "technician": actor.number,
        "unit": work.unit.code,
        "outdoor": True,
        "explained": explained,
    }
    perform(actor, "weather.postponed", facts, case=work.key, at=at, uid=uid)


@transaction.atomic
def use_part(
    actor: Actor, work: WorkOrder, name: str, quantity: Decimal, measure: str = ""
) -> PartUse:
    """Note material that went into the job."""
    work = _mine(actor, work)
    return PartUse.objects.create(work_order=work, name=name, quantity=quantity, measure=measure)


@together()
def sign(
    actor: Actor,
    work: WorkOrder,
    signature: str,
    rating: int | None,
    at: datetime | None = None,
    uid: str | None = None,
) -> Receipt:
    """The customer signs the slip, and says how content they are (1 to 5)."""
    work = _mine(actor, work)
    receipt = Receipt.objects.select_for_update().filter(work_order=work).first()
    if receipt is None:
        raise ValidationError(_("There is no slip to sign before the work is done."))
    if receipt.signed_at is not None:
        return receipt
    facts = {"receipt": receipt.number}
    done = perform(actor, "receipt.signed", facts, case=work.key, at=at, uid=uid)
    perform(actor, "rating.requested", {}, case=work.key, at=done.act.at)
    receipt.signed_at, receipt.signature, receipt.rating = done.act.at, signature, rating
    receipt.save(update_fields=["signed_at", "signature", "rating"])
    log(actor, "workorders.sign", f"work:{work.key}", {"rating": rating})
    return receipt


@transaction.atomic
def take_in(actor: Actor, receipt: Receipt) -> Receipt:
    """The slip was brought back to the office."""
    require(actor, KEEP_RECEIPTS)
    receipt = Receipt.objects.select_for_update().select_related("work_order").get(pk=receipt.pk)
    if receipt.returned_at is None:
        facts = {"receipt": receipt.number, "signed": receipt.signed_at is not None}
        done = perform(actor, "receipt.returned", facts, case=receipt.work_order.key)
        receipt.returned_at = done.act.at
        receipt.save(update_fields=["returned_at"])
    return receipt


@transaction.atomic
def file(actor: Actor, receipt: Receipt) -> Receipt:
    """The slip was put on file."""
    require(actor, KEEP_RECEIPTS)
    receipt = Receipt.objects.select_for_update().get(pk=receipt.pk)
    if receipt.returned_at is None:
        raise ValidationError(_("A slip is filed after it was brought back."))
    if receipt.filed_at is None:
        receipt.filed_at = perform(actor, "receipt.filed", {"receipt": receipt.number}).act.at
        receipt.save(update_fields=["filed_at"])
    return receipt


def _locked(work: WorkOrder) -> WorkOrder:
    return (
        WorkOrder.objects.select_for_update(of=("self",))
        .select_related("technician", "unit", "territory", "case")
        .get(pk=work.pk)
    )


def _mine(actor: Actor, work: WorkOrder) -> WorkOrder:
    """The job as it is now, held; only whoever has it may go on with it."""
    require(actor, DO_WORK)
    work = _locked(work)
    if actor.person is not None and work.technician_id != actor.person.pk:
        raise NotAllowed(DO_WORK)
    return work
