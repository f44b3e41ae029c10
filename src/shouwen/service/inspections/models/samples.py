"""Samples, with all that is needed to draw them again."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from shouwen.service.audit.models import append_only
from shouwen.service.organisations.models import Person, Unit
from shouwen.service.tenancy.models import AppendOnlyModel


class SampleOf(models.TextChoices):
    """What is drawn."""

    CASES = "cases", _("Cases")
    CALLS = "calls", _("Calls")
    PEOPLE = "people", _("People")


class Sample(AppendOnlyModel):
    """So many of what there was between two days (both in), drawn by chance.

    `frame_size` and `frame_print` (SHA-256) say what it was drawn from; `seed` follows from what is
    drawn, so that nobody can choose it (`inspections.drawing`).
    """

    number = models.CharField(_("number"), max_length=40)
    of = models.CharField(_("of what"), max_length=10, choices=SampleOf)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    first = models.DateField(_("from"))
    last = models.DateField(_("until"))
    size = models.PositiveSmallIntegerField(_("how many"))
    each_unit = models.BooleanField(_("so many of each unit"), default=False)
    method = models.CharField(_("method"), max_length=20)
    seed = models.CharField(_("seed"), max_length=64)
    frame_size = models.PositiveIntegerField(_("drawn from"))
    frame_print = models.CharField(_("fingerprint"), max_length=64)
    purpose = models.CharField(_("what for"), max_length=200)
    drawn_at = models.DateTimeField(_("drawn at"))
    drawn_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-drawn_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "number"], name="sample_number"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-drawn_at", "-id"], name="sample_drawn"),
        ]
        triggers: ClassVar = append_only()

    def __str__(self) -> str:
        return self.number


class SampleItem(AppendOnlyModel):
    """One of what was drawn: the number of a case or person, the id of a call."""

    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=80)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "sample", "position"], name="sample_position"
            ),
            models.UniqueConstraint(fields=["organisation", "sample", "key"], name="sample_key"),
        ]
        triggers: ClassVar = append_only()

    def __str__(self) -> str:
        return self.key
