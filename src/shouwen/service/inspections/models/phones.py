"""Whether a phone is answered."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shouwen.service.enactment.models import Act
from shouwen.service.inspections.models.samples import SampleItem
from shouwen.service.organisations.models import Person, Unit
from shouwen.service.tenancy.models import TenantModel


class PhoneCheck(TenantModel):
    """The phone of a post or of someone was called: reached or not, and within how long."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="phone_checks")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="phone_checks"
    )
    dialled = models.CharField(_("number called"), max_length=30)
    called_at = models.DateTimeField(_("called at"))
    recorded_at = models.DateTimeField(_("recorded at"))
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    reached = models.BooleanField(_("reached"))
    seconds = models.PositiveSmallIntegerField(_("seconds until the answer"), null=True, blank=True)
    returned_at = models.DateTimeField(_("called back at"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="+")
    sample_item = models.ForeignKey(
        SampleItem, on_delete=models.PROTECT, null=True, blank=True, related_name="phone_checks"
    )
    taken_back = models.CharField(_("taken back because"), max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["-called_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(reached=True) | Q(seconds__isnull=True), name="phone_check_seconds"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-called_at", "-id"], name="phone_check_called"),
        ]
