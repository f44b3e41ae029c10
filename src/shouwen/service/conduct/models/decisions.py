"""Decisions."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shouwen.service.audit.models import append_only
from shouwen.service.conduct.models.proposals import Proposal, Subject, english
from shouwen.service.organisations.models import Person, Unit
from shouwen.service.tenancy.models import AppendOnlyModel


class Kind(models.TextChoices):
    """What a decision does."""

    DECIDE = "decide", _("Decision")
    AMEND = "amend", _("Amendment")
    REVOKE = "revoke", _("Revocation")


class Way(models.TextChoices):
    """How a decision reached the person."""

    PAGE = "page", _("on the person's own page")
    HAND = "hand", _("handed over")
    REFUSED = "refused", _("handed over, receipt refused")
    POST = "post", _("by post")


class Decision(AppendOnlyModel):
    """Someone with the right answered a proposal; what it rests on is frozen in it.

    One decision stands for a proposal: the last of its chain, in which each names the one it
    takes the place of (`follows`). The database holds that: one first decision for each outcome,
    one successor for each decision. `amounts` are as decided, as text; `acts` those ordered.
    `with_decision`: the decision that this one follows from without a choice (a fixed share).
    `digest` is SHA-256 over all of it; the log and the book of accounts hold it too.
    """

    year = models.PositiveSmallIntegerField(_("year"))
    seq = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    follows = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="followers"
    )
    with_decision = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="shares"
    )
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=600)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="decisions")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    rule = models.CharField(max_length=80)
    norm = models.CharField(max_length=30)
    row = models.PositiveIntegerField(null=True)
    act_at = models.DateTimeField(_("act"))
    waived = models.BooleanField(default=False)
    amounts = models.JSONField(default=dict)
    acts = models.JSONField(default=list)
    reason = models.TextField(_("reasons"))
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("decided at"))
    event_uid = models.CharField(max_length=60, blank=True)
    frozen = models.JSONField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["-decided_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "year", "seq"], name="decision_number"
            ),
            models.UniqueConstraint(
                fields=["organisation", "outcome"], name="decision_first",
                condition=Q(follows__isnull=True),
            ),
            models.UniqueConstraint(fields=["organisation", "follows"], name="decision_follows"),
            models.CheckConstraint(
                condition=Q(kind="decide", follows__isnull=True)
                | (~Q(kind="decide") & Q(follows__isnull=False)),
                name="decision_kind",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=True) | ~Q(decided_by=F("person")),
                name="decision_not_on_oneself",
            ),
        ]  # fmt: skip
        indexes: ClassVar = [
            models.Index(fields=["organisation", "decided_at"], name="decision_at"),
            models.Index(fields=["organisation", "person", "decided_at"], name="decision_person"),
            models.Index(fields=["organisation", "unit", "decided_at"], name="decision_unit"),
            models.Index(fields=["organisation", "rule", "norm", "row", "decided_at"],
                         name="decision_similar"),
        ]  # fmt: skip
        triggers: ClassVar = append_only()

    @property
    def number(self) -> str:
        """The number as it stands in addresses and in the measure's events."""
        return f"{self.year}-{self.seq}"

    @property
    def cited(self) -> str:
        """The number as it is cited."""
        return self.number if english() else f"〔{self.year}〕{self.seq}号"
