"""Customers, calls, tickets of the counter."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from shouwen.service.organisations.models import Person, Territory, Unit
from shouwen.service.tenancy.models import TenantModel


class Customer(TenantModel):
    """Someone the organisation serves. Name, phone and address are personal data: pages mask
    them unless the reader's work needs them, and note who looked."""

    number = models.CharField(_("customer number"), max_length=40)
    name = models.CharField(_("name"), max_length=100)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    other_phone = models.CharField(_("other phone"), max_length=30, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, null=True, blank=True, related_name="customers"
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    search = SearchVectorField(null=True, editable=False)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "number"], name="customer_number"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "phone"], name="customer_phone"),
            models.Index(fields=["organisation", "other_phone"], name="customer_other_phone"),
            GinIndex(fields=["search"], name="customer_search"),
        ]

    def __str__(self) -> str:
        return self.number


class CallState(models.TextChoices):
    """What became of a call."""

    RINGING = "ringing", _("Ringing")
    ANSWERED = "answered", _("Answered")
    ENDED = "ended", _("Ended")
    MISSED = "missed", _("Missed")


class Call(TenantModel):
    """A call to a service phone, as the switch or an operator tells of it."""

    uid = models.CharField(_("the switch's id"), max_length=80)
    phone = models.CharField(_("from"), max_length=30, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=CallState)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="calls")
    operator = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="calls"
    )
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, blank=True, related_name="calls"
    )
    rang_at = models.DateTimeField(_("rang at"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    rings = models.PositiveSmallIntegerField(_("rings"), null=True, blank=True)
    harassing = models.BooleanField(_("harassing"), default=False)
    called_back_at = models.DateTimeField(_("called back at"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-rang_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "uid"], name="call_uid"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "state", "rang_at"], name="call_state"),
            models.Index(fields=["organisation", "rang_at"], name="call_rang"),
            models.Index(fields=["organisation", "phone", "rang_at"], name="call_phone"),
        ]
