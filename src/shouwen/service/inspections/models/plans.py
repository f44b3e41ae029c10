"""What is to be looked at in a month or a year, and how strict the organisation is with dates."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shouwen.service.inspections.models.kinds import Kind
from shouwen.service.organisations.models import Person, Unit
from shouwen.service.tenancy.models import TenantModel


class Programme(TenantModel):
    """What is to be inspected between two days, both in: a month or a year."""

    title = models.CharField(_("title"), max_length=100)
    first = models.DateField(_("from"))
    last = models.DateField(_("until"))
    note = models.TextField(_("aims"), blank=True)
    drawn_up_at = models.DateTimeField(_("drawn up at"))
    drawn_up_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["-first", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(last__gte=models.F("first")), name="programme_days"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-first", "-id"], name="programme_first"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def yearly(self) -> bool:
        """Whether it is of a year rather than of a month."""
        return (self.last - self.first).days > 92


class Task(TenantModel):
    """Something of a programme that is to be looked at so many times until a day."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="tasks")
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("unit"),
    )  # fmt: skip
    agent = models.CharField(_("agent"), max_length=100, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    about = models.CharField(_("what is looked at"), max_length=200)
    times = models.PositiveSmallIntegerField(
        _("how many times"), default=1, validators=[MinValueValidator(1), MaxValueValidator(366)]
    )
    due_on = models.DateField(_("until"))
    inspector = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("inspector"),
    )  # fmt: skip
    comprehensive = models.BooleanField(_("comprehensive inspection"), default=False)

    class Meta:
        ordering: ClassVar = ["due_on", "id"]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "programme", "due_on"], name="task_programme"),
        ]

    def __str__(self) -> str:
        return self.about

    @property
    def where(self) -> str:
        """Which agent or unit, in the language of the page; empty for all."""
        return self.agent or (self.unit.label if self.unit is not None else "")

    @property
    def key(self) -> str:
        """What the measure's events call it before it is looked at."""
        return f"P{self.programme_id}-{self.pk}"


class Rules(TenantModel):
    """How long after an act it may be found, and after a finding it may be entered."""

    entered_within = models.PositiveSmallIntegerField(
        _("days within which a finding is entered"), default=7,
        validators=[MaxValueValidator(31)],
    )  # fmt: skip
    found_within = models.PositiveSmallIntegerField(
        _("days within which an act may be found"), default=180,
        validators=[MinValueValidator(1), MaxValueValidator(730)],
    )  # fmt: skip
    put_right_within = models.PositiveSmallIntegerField(
        _("days to put right, as a rule"), default=7,
        validators=[MinValueValidator(1), MaxValueValidator(180)],
    )  # fmt: skip

    class Meta:
        verbose_name_plural = "rules"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation"], name="inspection_rules_once"),
        ]
