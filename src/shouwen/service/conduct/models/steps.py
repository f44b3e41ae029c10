"""What becomes of a decision: served, acknowledged, appealed; and the rules for it."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from shouwen.service.audit.models import append_only
from shouwen.service.conduct.models.decisions import Decision, Way
from shouwen.service.organisations.models import Person
from shouwen.service.tenancy.models import AppendOnlyModel, TenantModel


class Rules(TenantModel):
    """How an organisation deals with decisions; one row, or none for what is usual."""

    appeal_days = models.PositiveSmallIntegerField(
        _("working days to appeal"), default=10,
        validators=[MinValueValidator(1), MaxValueValidator(180)],
    )  # fmt: skip
    appeal_suspends = models.BooleanField(_("an appeal suspends the decision"), default=True)
    pay_days = models.PositiveSmallIntegerField(
        _("working days to pay, where the measure sets no time"), default=10,
        validators=[MinValueValidator(1), MaxValueValidator(180)],
    )  # fmt: skip
    region = models.CharField(
        _("where people work (six digits of GB/T 2260)"), max_length=6, blank=True
    )
    tier = models.CharField(_("tier of the minimum wage there"), max_length=10, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation"], name="conduct_rules_once")
        ]


class Service(AppendOnlyModel):
    """A decision reached the person. The last days to appeal and to pay are fixed by it."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="service")
    at = models.DateTimeField(_("served at"))
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    way = models.CharField(_("how"), max_length=10, choices=Way)
    note = models.CharField(_("note"), max_length=500, blank=True)
    appeal_until = models.DateField(_("appeal until"))
    pay_until = models.DateField(_("pay until"), null=True, blank=True)

    class Meta:
        triggers: ClassVar = append_only()


class Acknowledgement(AppendOnlyModel):
    """The person has read a decision, signs with their name, and says what they want to say."""

    decision = models.OneToOneField(
        Decision, on_delete=models.PROTECT, related_name="acknowledgement"
    )
    at = models.DateTimeField(_("acknowledged at"))
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name as signed"), max_length=100)
    said = models.TextField(_("what the person says"), blank=True)

    class Meta:
        triggers: ClassVar = append_only()


class Appeal(AppendOnlyModel):
    """The person asks for a decision to be looked at again, once, by someone else."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="appeal")
    at = models.DateTimeField(_("appealed at"))
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """Who brought it: the person concerned, or whoever took it down for an agent."""
    grounds = models.TextField(_("grounds"))
    suspends = models.BooleanField(_("suspends the decision"))

    class Meta:
        ordering: ClassVar = ["at", "id"]
        indexes: ClassVar = [models.Index(fields=["organisation", "at"], name="appeal_at")]
        triggers: ClassVar = append_only()


class AppealResult(models.TextChoices):
    """What came of an appeal."""

    UPHELD = "upheld", _("The decision stands")
    AMENDED = "amended", _("The decision was amended")
    REVOKED = "revoked", _("The decision was revoked")


class AppealVerdict(AppendOnlyModel):
    """Someone other than the decider answered an appeal; what it changes is a new decision."""

    appeal = models.OneToOneField(Appeal, on_delete=models.PROTECT, related_name="verdict")
    at = models.DateTimeField(_("answered at"))
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    result = models.CharField(_("result"), max_length=10, choices=AppealResult)
    reason = models.TextField(_("reasons"))
    decision = models.OneToOneField(
        Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="from_appeal"
    )
    pay_until = models.DateField(_("pay until"), null=True, blank=True)
    """Where the decision stands and had been suspended: the time to pay began anew."""

    class Meta:
        triggers: ClassVar = append_only()
