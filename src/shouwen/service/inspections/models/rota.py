"""The executives' rota."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shouwen.service.audit.models import append_only
from shouwen.service.organisations.models import Person, RosterShift
from shouwen.service.tenancy.models import AppendOnlyModel, TenantModel


class Rota(TenantModel):
    """From a day until a day, both in, one executive a day goes and sees. `key` is what the
    measure's events call it."""

    key = models.CharField(_("number"), max_length=40)
    first = models.DateField(_("from"))
    last = models.DateField(_("until"))
    started_at = models.DateTimeField(_("started at"))
    started_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["-first", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "key"], name="rota_key"),
            models.CheckConstraint(condition=Q(last__gte=models.F("first")), name="rota_days"),
        ]

    def __str__(self) -> str:
        return self.key


class RotaDay(TenantModel):
    """Whose day it is. There is one leader a day, and no fixed hour."""

    rota = models.ForeignKey(Rota, on_delete=models.PROTECT, related_name="days")
    day = models.DateField(_("day"))
    leader = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="rota_days")
    shift = models.ForeignKey(RosterShift, on_delete=models.PROTECT, related_name="+")
    """The same day on the duty roster, where everyone sees who is on."""

    class Meta:
        ordering: ClassVar = ["day"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "day"], name="rota_day_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "leader", "day"], name="rota_leader_day"),
        ]

    def __str__(self) -> str:
        return f"{self.day}"


class Summary(AppendOnlyModel):
    """What the visits of a rota brought to light, put together."""

    rota = models.ForeignKey(Rota, on_delete=models.PROTECT, related_name="summaries")
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField(_("what was learnt"))

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "rota", "-at"], name="summary_rota"),
        ]
        triggers: ClassVar = append_only()
