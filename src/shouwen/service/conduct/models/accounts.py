"""The book of accounts: entries that are added and never changed, in a chain of hashes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shouwen.service.audit.models import append_only
from shouwen.service.conduct.models.decisions import Decision
from shouwen.service.conduct.models.proposals import Subject
from shouwen.service.organisations.models import Person
from shouwen.service.tenancy.models import AppendOnlyModel, TenantModel


class EntryKind(models.TextChoices):
    """Why something was booked."""

    DECIDED = "decided", _("decided")
    REVERSAL = "reversal", _("counter-entry")
    PAYMENT = "payment", _("paid")
    DEDUCTION = "deduction", _("deducted from the wage")


class Entry(AppendOnlyModel):
    """An amount in an account of a subject, resting on a decision.

    `account` is an amount of the measure (fine, points, bonus). What was decided is positive, what
    was paid negative; what is undone is undone by a counter-entry that names what it `reverses`.
    `at` is the instant of the act, `booked_at` that of the entry: a balance at a past instant is
    the sum of what was booked by then. `hash` is SHA-256 over the entry, the digest of its
    decision and the hash of the entry before.
    """

    number = models.BigIntegerField(_("number"))
    booked_at = models.DateTimeField(_("booked at"))
    at = models.DateTimeField(_("act"))
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="entries")
    account = models.CharField(_("account"), max_length=40)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    kind = models.CharField(_("kind"), max_length=10, choices=EntryKind)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="entries")
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(_("note"), max_length=500, blank=True)
    before = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["number"]
        verbose_name_plural = "entries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "number"], name="entry_number"),
            models.CheckConstraint(
                condition=(Q(kind="reversal") & Q(reverses__isnull=False))
                | (~Q(kind="reversal") & Q(reverses__isnull=True)),
                name="entry_reversal",
            ),
            models.CheckConstraint(
                condition=Q(kind="decided", amount__gte=0) | Q(kind="reversal")
                | Q(kind__in=["payment", "deduction"], amount__lte=0),
                name="entry_sign",
            ),
        ]  # fmt: skip
        indexes: ClassVar = [
            models.Index(fields=["organisation", "subject", "account", "number"],
                         name="entry_subject"),
            models.Index(fields=["organisation", "decision"], name="entry_decision"),
        ]  # fmt: skip
        triggers: ClassVar = append_only()


class EntryHead(TenantModel):
    """The end of an organisation's chain; locked while an entry is added."""

    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation"], name="entry_head_once"),
        ]
