"""Work orders, appointments, parts, slips."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shouwen.service.cases.models import Case
from shouwen.service.organisations.models import Person, Territory, Unit
from shouwen.service.tenancy.models import TenantModel


class WorkKind(models.TextChoices):
    """What is to be done."""

    REPAIR = "repair", _("Repair")
    INSTALLATION = "installation", _("Installation")
    RELOCATION = "relocation", _("Relocation")
    EXCHANGE = "exchange", _("Exchange of equipment")
    CAPACITY = "capacity", _("Change of capacity")
    PAYMENT = "payment", _("Help with payment at home")


class WorkState(models.TextChoices):
    """Where the work stands."""

    NEW = "new", _("To be assigned")
    ASSIGNED = "assigned", _("Assigned")
    ACCEPTED = "accepted", _("Accepted")
    ON_THE_WAY = "left", _("On the way")
    ARRIVED = "arrived", _("At the customer's")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class Severity(models.TextChoices):
    """How large a fault is."""

    MINOR = "minor", _("Minor fault")
    MAJOR = "major", _("Major fault")


FINISHED = (WorkState.DONE, WorkState.CANCELLED)


class WorkOrder(TenantModel):
    """Work at a customer's. `key` is what the measure's events call it: the number of the case
    for its first work order, with -2, -3 … for those after it."""

    key = models.CharField(_("number"), max_length=40)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="work_orders")
    kind = models.CharField(_("kind"), max_length=20, choices=WorkKind)
    state = models.CharField(_("state"), max_length=10, choices=WorkState, default=WorkState.NEW)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity, blank=True)
    severity_confirmed = models.BooleanField(_("severity confirmed"), default=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="work_orders")
    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, null=True, blank=True, related_name="work_orders"
    )
    technician = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="work_orders"
    )
    reported_at = models.DateTimeField(_("reported at"))
    assigned_at = models.DateTimeField(_("assigned at"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    left_at = models.DateTimeField(_("left at"), null=True, blank=True)
    arrived_at = models.DateTimeField(_("arrived at"), null=True, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    appointment_from = models.DateTimeField(_("appointment from"), null=True, blank=True)
    appointment_to = models.DateTimeField(_("appointment to"), null=True, blank=True)
    result = models.TextField(_("result"), blank=True)

    class Meta:
        ordering: ClassVar = ["-reported_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "key"], name="work_order_key"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-reported_at", "-id"], name="work_reported"),
            models.Index(fields=["organisation", "case"], name="work_case"),
            models.Index(
                fields=["organisation", "technician", "reported_at"], name="work_technician_open",
                condition=~Q(state__in=["done", "cancelled"]),
            ),
            models.Index(
                fields=["organisation", "reported_at"], name="work_open",
                condition=~Q(state__in=["done", "cancelled"]),
            ),
            models.Index(
                fields=["organisation", "unit", "reported_at"], name="work_unit_open",
                condition=~Q(state__in=["done", "cancelled"]),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.key


class Receipt(TenantModel):
    """The slip of a visit: filled in, signed by the customer, brought back, filed."""

    number = models.CharField(_("number"), max_length=40)
    work_order = models.OneToOneField(WorkOrder, on_delete=models.PROTECT, related_name="receipt")
    issued_at = models.DateTimeField(_("filled in at"))
    signed_at = models.DateTimeField(_("signed at"), null=True, blank=True)
    signature = models.TextField(_("signature"), blank=True)
    """As an SVG path in a box of 600 × 200; no picture that anything must decode."""
    rating = models.PositiveSmallIntegerField(_("rating"), null=True, blank=True)
    returned_at = models.DateTimeField(_("brought back at"), null=True, blank=True)
    filed_at = models.DateTimeField(_("filed at"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-issued_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "number"], name="receipt_number"),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__range=(1, 5)), name="receipt_rating"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["organisation", "issued_at"], name="receipt_out",
                condition=Q(returned_at__isnull=True),
            ),
        ]  # fmt: skip


class PartUse(TenantModel):
    """Material that went into a job."""

    work_order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="parts")
    name = models.CharField(_("material"), max_length=100)
    quantity = models.DecimalField(_("quantity"), max_digits=8, decimal_places=2)
    measure = models.CharField(_("unit"), max_length=20, blank=True)


class Photo(TenantModel):
    """A picture taken on the spot."""

    work_order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="photos")
    file = models.FileField(_("picture"), upload_to="photos/%Y/%m/")
    taken_at = models.DateTimeField(_("taken at"))
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
