"""What was counted, and what was issued."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shouwen.service.assessment.watching import QUEUE
from shouwen.service.audit.models import append_only
from shouwen.service.organisations.models import Person, Unit
from shouwen.service.tenancy.models import AppendOnlyModel, TenantModel

CUSTOMERS = "customers"
"""The key under which the number of customers on record is kept, as `total`."""


class DayFigure(TenantModel):
    """What a figure came to on a day, for a unit and a person; a projection.

    `norm` and `rule` are empty for figures that are not kept apart by norm.
    """

    day = models.DateField()
    figure = models.CharField(max_length=20)
    norm = models.CharField(max_length=30, blank=True)
    rule = models.CharField(max_length=80, blank=True)
    """The duty, where a norm may stand for several: a promise is a duty under a norm."""
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, null=True, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="+")
    good = models.DecimalField(max_digits=20, decimal_places=4)
    total = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "day", "figure", "norm", "rule", "unit", "person"],
                name="day_figure_once", nulls_distinct=False,
            ),
        ]  # fmt: skip
        indexes: ClassVar = [
            models.Index(fields=["organisation", "figure", "day"], name="day_figure_day"),
            models.Index(fields=["organisation", "person", "day"], name="day_figure_person"),
        ]


class Recount(TenantModel):
    """A day that must be counted anew, or a person whose days must (`day` is None then).

    Written by the triggers of `watching` in the transaction of the change, taken by `counting`.
    The same day may stand here many times; rows are only added and removed, never changed.
    """

    source = models.CharField(max_length=20)
    """What changed: counted anew are the figures that rest on it."""
    day = models.DateField(null=True)
    person_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = QUEUE
        indexes: ClassVar = [models.Index(fields=["organisation", "day"], name="recount_day")]


class Scope(models.TextChoices):
    """Of whom a sheet speaks."""

    ORGANISATION = "organisation", _("The whole organisation")
    UNIT = "unit", _("A unit and those below it")
    PERSON = "person", _("A person")


class Sheet(AppendOnlyModel):
    """The figures of a period as they were issued. Never edited; a correction is a new version."""

    number = models.CharField(_("number"), max_length=40)
    scope = models.CharField(_("whom it is about"), max_length=20, choices=Scope)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="sheets"
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="sheets"
    )
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    figures = models.JSONField(_("figures"))
    fingerprint = models.CharField(max_length=64)
    """SHA-256 of the figures as JSON with sorted keys."""
    measure = models.CharField(_("measure"), max_length=100)
    reason = models.CharField(_("why a new version"), max_length=500, blank=True)
    issued_at = models.DateTimeField(_("issued at"))
    issued_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="issued_sheets")

    class Meta:
        ordering: ClassVar = ["-issued_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "number", "version"],
                                    name="sheet_number"),
            models.UniqueConstraint(
                fields=["organisation", "scope", "unit", "person", "first", "last", "version"],
                name="sheet_version", nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(scope="organisation", unit__isnull=True, person__isnull=True)
                | Q(scope="unit", unit__isnull=False, person__isnull=True)
                | Q(scope="person", unit__isnull=True, person__isnull=False),
                name="sheet_subject",
            ),
            models.CheckConstraint(condition=Q(last__gte=models.F("first")), name="sheet_days"),
        ]  # fmt: skip
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-issued_at", "-id"], name="sheet_issued"),
        ]
        triggers: ClassVar = append_only()

    @property
    def subject(self) -> str:
        """Of whom, in words."""
        if self.unit is not None:
            return self.unit.label
        return self.person.label if self.person is not None else self.organisation.label
