"""Cases, and how they pass from hand to hand."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from shouwen.service.contacts.models import Call, Customer
from shouwen.service.organisations.models import Person, Territory, Unit
from shouwen.service.tenancy.models import TenantModel


class Topic(models.TextChoices):
    """What a customer comes with."""

    REPAIR = "repair", _("Fault report")
    INSTALLATION = "installation", _("New connection")
    RELOCATION = "relocation", _("Relocation")
    EXCHANGE = "exchange", _("Exchange of equipment")
    CAPACITY = "capacity", _("Change of capacity")
    PAYMENT = "payment", _("Help with payment")
    ENQUIRY = "enquiry", _("Enquiry")
    COMPLAINT = "complaint", _("Complaint")
    OTHER = "other", _("Other matter")


class Channel(models.TextChoices):
    """How a customer came."""

    PHONE = "phone", _("Phone")
    COUNTER = "counter", _("Counter")
    WEB = "web", _("Web")
    CHAT = "chat", _("Chat")
    STAFF = "staff", _("Staff")


class CaseState(models.TextChoices):
    """Where a case stands."""

    OPEN = "open", _("Open")
    HANDED = "handed", _("Handed over, not yet accepted")
    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done, to be called back")
    CLOSED = "closed", _("On file")


class Case(TenantModel):
    """What a customer wants. The caller's own words are in `matter`.

    `name`, `phone` and `address` are as given for this case; the customer's record may differ.
    """

    number = models.CharField(_("number"), max_length=40)
    topic = models.CharField(_("topic"), max_length=20, choices=Topic)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    state = models.CharField(_("state"), max_length=10, choices=CaseState, default=CaseState.OPEN)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, blank=True, related_name="cases"
    )
    call = models.ForeignKey(
        Call, on_delete=models.PROTECT, null=True, blank=True, related_name="cases"
    )
    name = models.CharField(_("customer's name"), max_length=100, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    matter = models.TextField(_("matter"), blank=True)
    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, null=True, blank=True, related_name="cases"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="cases")
    first_owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="first_cases")
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cases")
    handed_to = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="offered_cases"
    )
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    follows = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by"
    )
    """The case that this one takes up again, after an unhappy answer or a second fault."""
    fault_group = models.ForeignKey(
        "FaultGroup", on_delete=models.PROTECT, null=True, blank=True, related_name="cases"
    )
    times_asked = models.PositiveSmallIntegerField(_("times the customer came"), default=1)
    search = SearchVectorField(null=True, editable=False)

    class Meta:
        ordering: ClassVar = ["-opened_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "number"], name="case_number"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-opened_at", "-id"], name="case_opened"),
            models.Index(fields=["organisation", "phone", "-opened_at"], name="case_phone"),
            models.Index(fields=["organisation", "customer", "-opened_at"], name="case_customer"),
            models.Index(
                fields=["organisation", "owner", "-opened_at"], name="case_owner_open",
                condition=~models.Q(state="closed"),
            ),
            models.Index(
                fields=["organisation", "unit", "-opened_at"], name="case_unit_open",
                condition=~models.Q(state="closed"),
            ),
            GinIndex(fields=["search"], name="case_search"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number


class FaultGroup(TenantModel):
    """Many reports of one fault in one place (a major fault)."""

    number = models.CharField(_("number"), max_length=40)
    title = models.CharField(_("title"), max_length=200)
    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    declared_at = models.DateTimeField(_("declared at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "number"], name="fault_group_number"),
        ]


class Counter(TenantModel):
    """The last number given of a kind on a day ("C20260506")."""

    prefix = models.CharField(max_length=20)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "prefix"], name="counter_prefix"),
        ]
