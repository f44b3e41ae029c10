"""Findings, putting right, pictures."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shouwen.service.audit.models import append_only
from shouwen.service.enactment.models import Act, Adoption
from shouwen.service.inspections.models.inspections import Check, Inspection
from shouwen.service.inspections.models.phones import PhoneCheck
from shouwen.service.organisations.models import Person, Unit
from shouwen.service.tenancy.models import AppendOnlyModel, TenantModel


class Finding(AppendOnlyModel):
    """Someone broke a norm: who, which, when, and how it is known.

    `unit` and `posts` are those of the day of the act. `occasion` is what the measure's events call
    the act ("case"): what one act brought about has one, however many norms it broke. `own` are
    facts that only the measure asks for.
    """

    number = models.CharField(_("number"), max_length=40)
    norm = models.CharField(_("norm"), max_length=30)
    adoption = models.ForeignKey(Adoption, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="findings"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="findings")
    agent = models.CharField(_("agent"), max_length=100, blank=True)
    posts = models.JSONField(_("posts held"), default=list)
    occasion = models.CharField(_("act"), max_length=60)
    occurred_at = models.DateTimeField(_("time of the act"))
    found_at = models.DateTimeField(_("found at"))
    recorded_at = models.DateTimeField(_("recorded at"))
    found_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    said = models.TextField(_("what was found"))
    evidence = models.TextField(_("evidence"))
    own = models.JSONField(default=dict)
    inspection = models.ForeignKey(
        Inspection, on_delete=models.PROTECT, null=True, blank=True, related_name="findings"
    )
    check_line = models.ForeignKey(
        Check, on_delete=models.PROTECT, null=True, blank=True, related_name="findings"
    )
    phone_check = models.ForeignKey(
        PhoneCheck, on_delete=models.PROTECT, null=True, blank=True, related_name="findings"
    )
    act = models.OneToOneField(Act, on_delete=models.PROTECT, related_name="finding")
    instead_of = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )

    class Meta:
        ordering: ClassVar = ["-found_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "number"], name="finding_number"),
            models.CheckConstraint(
                condition=Q(occurred_at__lte=models.F("found_at")), name="finding_after_the_act"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-found_at", "-id"], name="finding_found"),
            models.Index(fields=["organisation", "unit", "-found_at", "-id"], name="finding_unit"),
            models.Index(fields=["organisation", "person", "-found_at", "-id"],
                         name="finding_person"),
            models.Index(fields=["organisation", "norm", "-found_at", "-id"], name="finding_norm"),
            models.Index(fields=["organisation", "inspection"], name="finding_inspection"),
            models.Index(fields=["organisation", "occasion"], name="finding_occasion"),
        ]  # fmt: skip
        triggers: ClassVar = append_only()

    def __str__(self) -> str:
        return self.number

    @property
    def whom(self) -> str:
        """Who it is about, in the language of the page."""
        return self.agent or (self.person.label if self.person is not None else "")

    @property
    def later(self) -> bool:
        """Whether it was recorded on another day than that on which it was found."""
        return (self.recorded_at - self.found_at).total_seconds() > 12 * 3600


class TakenBack(AppendOnlyModel):
    """A finding does not stand any more, and why."""

    finding = models.OneToOneField(Finding, on_delete=models.PROTECT, related_name="taken_back")
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=500)

    class Meta:
        verbose_name_plural = "findings taken back"
        triggers: ClassVar = append_only()


class RectificationState(models.TextChoices):
    """Where putting something right stands."""

    ORDERED = "ordered", _("To be put right")
    REPORTED = "reported", _("Reported as put right")
    RIGHT = "right", _("Put right")
    DROPPED = "dropped", _("No longer asked for")


OPEN = (RectificationState.ORDERED, RectificationState.REPORTED)


class Rectification(TenantModel):
    """What a finding asks to be put right, by whom and until when.

    `level` counts the second looks that found it not put right: the head of the unit sees it from
    one on, the executives from two on.
    """

    finding = models.OneToOneField(Finding, on_delete=models.PROTECT, related_name="rectification")
    demand = models.TextField(_("what is to be done"))
    due_on = models.DateField(_("until"))
    responsible = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="rectifications")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="rectifications")
    state = models.CharField(
        _("state"), max_length=10, choices=RectificationState, default=RectificationState.ORDERED
    )
    level = models.PositiveSmallIntegerField(_("times not put right"), default=0)
    ordered_at = models.DateTimeField(_("ordered at"))
    ordered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    reported_at = models.DateTimeField(_("reported at"), null=True, blank=True)
    reported = models.TextField(_("what was done"), blank=True)

    class Meta:
        ordering: ClassVar = ["due_on", "id"]
        indexes: ClassVar = [
            models.Index(
                fields=["organisation", "due_on", "id"], name="rectification_open",
                condition=Q(state__in=["ordered", "reported"]),
            ),
            models.Index(fields=["organisation", "-ordered_at", "-id"], name="rectification_all"),
            models.Index(fields=["organisation", "responsible", "due_on"],
                         name="rectification_mine"),
        ]  # fmt: skip


class Look(AppendOnlyModel):
    """A second look: whether it was put right, and if not, until when it must be."""

    rectification = models.ForeignKey(Rectification, on_delete=models.PROTECT, related_name="looks")
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    right = models.BooleanField(_("put right"))
    seen = models.TextField(_("what was seen"))
    until = models.DateField(_("now until"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(right=True) | Q(until__isnull=False), name="look_until_when"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "rectification", "at"], name="look_at"),
        ]
        triggers: ClassVar = append_only()


class Picture(AppendOnlyModel):
    """A picture taken on the spot, of an inspection, a finding or a second look."""

    inspection = models.ForeignKey(
        Inspection, on_delete=models.PROTECT, null=True, blank=True, related_name="pictures"
    )
    finding = models.ForeignKey(
        Finding, on_delete=models.PROTECT, null=True, blank=True, related_name="pictures"
    )
    look = models.ForeignKey(
        Look, on_delete=models.PROTECT, null=True, blank=True, related_name="pictures"
    )
    file = models.FileField(_("picture"), upload_to="inspections/%Y/%m/")
    fingerprint = models.CharField(max_length=64)
    """SHA-256 of the file, so that a file exchanged later is known."""
    taken_at = models.DateTimeField(_("taken at"))
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["taken_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(inspection__isnull=False) | Q(finding__isnull=False)
                | Q(look__isnull=False),
                name="picture_of_something",
            ),
        ]  # fmt: skip
        indexes: ClassVar = [
            models.Index(fields=["organisation", "inspection"], name="picture_inspection"),
            models.Index(fields=["organisation", "finding"], name="picture_finding"),
        ]
        triggers: ClassVar = append_only()
