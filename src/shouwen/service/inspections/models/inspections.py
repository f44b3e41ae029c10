"""Inspections and what was ticked off."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from shouwen.service.cases.models import Case
from shouwen.service.contacts.models import Call
from shouwen.service.enactment.models import Adoption
from shouwen.service.inspections.models.kinds import Kind
from shouwen.service.inspections.models.plans import Task
from shouwen.service.inspections.models.rota import RotaDay
from shouwen.service.inspections.models.samples import SampleItem
from shouwen.service.organisations.models import Person, Unit
from shouwen.service.tenancy.models import TenantModel


class InspectionState(models.TextChoices):
    """Where an inspection stands."""

    RUNNING = "running", _("Under way")
    HELD = "held", _("Held")
    ABANDONED = "abandoned", _("Broken off")


class Inspection(TenantModel):
    """Someone looks at how a unit, an agent, a call or a case was served.

    `adoption` is the measure in force when it began: its checklist and its norms.
    """

    number = models.CharField(_("number"), max_length=40)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    state = models.CharField(
        _("state"), max_length=10, choices=InspectionState, default=InspectionState.RUNNING
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="inspections")
    agent = models.CharField(_("agent"), max_length=100, blank=True)
    about = models.CharField(_("what is looked at"), max_length=200, blank=True)
    places = models.JSONField(_("places"), default=list)
    roles = models.JSONField(_("roles"), default=list)
    inspector = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="inspections")
    members = models.PositiveSmallIntegerField(
        _("members of the team"), default=1, validators=[MinValueValidator(1)]
    )
    comprehensive = models.BooleanField(_("comprehensive inspection"), default=False)
    task = models.ForeignKey(
        Task, on_delete=models.PROTECT, null=True, blank=True, related_name="inspections"
    )
    rota_day = models.ForeignKey(
        RotaDay, on_delete=models.PROTECT, null=True, blank=True, related_name="visits"
    )
    visit_place = models.CharField(_("place of the visit"), max_length=40, blank=True)
    sample_item = models.ForeignKey(
        SampleItem, on_delete=models.PROTECT, null=True, blank=True, related_name="inspections"
    )
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, null=True, blank=True, related_name="inspections"
    )
    call = models.ForeignKey(
        Call, on_delete=models.PROTECT, null=True, blank=True, related_name="inspections"
    )
    adoption = models.ForeignKey(Adoption, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(_("begun at"))
    recorded_at = models.DateTimeField(_("recorded at"))
    held_at = models.DateTimeField(_("held at"), null=True, blank=True)
    summary = models.TextField(_("what was seen"), blank=True)

    class Meta:
        ordering: ClassVar = ["-begun_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "number"], name="inspection_number"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-begun_at", "-id"], name="inspection_begun"),
            models.Index(fields=["organisation", "unit", "-begun_at", "-id"],
                         name="inspection_unit"),
            models.Index(fields=["organisation", "task"], name="inspection_task"),
            models.Index(fields=["organisation", "rota_day"], name="inspection_rota_day"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number


class Result(models.TextChoices):
    """What was seen of a norm."""

    NONE = "", _("not looked at")
    KEPT = "kept", _("as it should be")
    BROKEN = "broken", _("broken")
    UNSEEN = "unseen", _("not to be seen")


class Check(TenantModel):
    """A line of an inspection's checklist: a norm, and what was seen of it."""

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="checks")
    position = models.PositiveSmallIntegerField()
    conduct = models.CharField(max_length=80)
    norm = models.CharField(_("norm"), max_length=30)
    prohibited = models.BooleanField(default=False)
    result = models.CharField(
        _("result"), max_length=10, choices=Result, default=Result.NONE, blank=True
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "inspection", "norm"], name="check_norm_once"
            ),
        ]
