"""Notices."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shouwen.service.enactment.models import Clock, Stage
from shouwen.service.organisations.models import Person
from shouwen.service.tenancy.models import TenantModel


class Notice(TenantModel):
    """Something that someone was told: a clock turned amber or red."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="notices")
    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="notices")
    stage = models.CharField(_("stage"), max_length=10, choices=Stage)
    at = models.DateTimeField(_("at"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "person", "clock", "stage"], name="notice_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["organisation", "person", "-at"], name="notice_unread",
                condition=Q(read_at__isnull=True),
            ),
        ]  # fmt: skip
