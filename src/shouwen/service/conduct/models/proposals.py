"""Whom the measure speaks of, and what it proposes for them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from shouwen.service.complaints.models import Complaint
from shouwen.service.enactment.models import Thread
from shouwen.service.organisations.models import Person, Unit
from shouwen.service.tenancy.models import TenantModel


class Subject(TenantModel):
    """Someone whom consequences may follow for: "person:001", "agent:…".

    `person` is None where it is no person of the organisation. `complaint`: the one by whose
    number it is called, for whoever complained or reported is rewarded without being named. `cut`:
    there was more than is looked at, so what is said may be incomplete. `apart`: the ids of the
    clocks and breaches that hang on them and no thread (`conduct.apart`).
    """

    key = models.CharField(max_length=120)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    complaint = models.ForeignKey(
        Complaint, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField(null=True)
    cut = models.BooleanField(default=False)
    apart = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "key"], name="subject_key")
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "person"], name="subject_person"),
            models.Index(fields=["organisation", "complaint"], name="subject_complaint"),
        ]

    @property
    def name(self) -> str:
        """What the measure's events call them."""
        return self.key.partition(":")[2]

    @property
    def label(self) -> str:
        """What people call them."""
        if self.complaint_id is not None:
            return gettext("Whoever told %(number)s") % {"number": self.name}
        return self.person.label if self.person is not None else self.name


class Stir(models.Model):
    """A subject must be asked about anew, from an instant on.

    Outside the wall, as `enactment.Alarm` is: it holds nothing but numbers and an instant. There
    may be several for one subject: whoever stirs adds a row and waits for nobody, and the worker
    that has asked removes those it knew of.
    """

    organisation_id = models.BigIntegerField()
    subject_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["at"], name="stir_at"),
            models.Index(fields=["organisation_id", "subject_id"], name="stir_subject"),
        ]


class Mark(TenantModel):
    """What a thread last said of each subject, as a digest: who must be asked about is seen by
    what changed."""

    thread = models.OneToOneField(Thread, on_delete=models.CASCADE, related_name="conduct_mark")
    said = models.JSONField(default=dict)


class MarkKey(TenantModel):
    """Of whom a thread said something, so that it is found by them: an index over the keys of
    `Mark.said`, which row-level security would not let be used."""

    mark = models.ForeignKey(Mark, on_delete=models.CASCADE, related_name="keys")
    key = models.CharField(max_length=140)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "key", "mark"], name="mark_key")
        ]


class State(models.TextChoices):
    """Where a proposal stands."""

    OPEN = "open", _("To be decided")
    DECIDED = "decided", _("Decided")
    WAIVED = "waived", _("Waived")
    UNKNOWN = "unknown", _("Facts are missing")


class Proposal(TenantModel):
    """A consequence as the measure last said: a projection like a clock.

    `amounts` maps an amount to its two ends, as text ("100", "500"); the second is None where
    there is no upper end, and equal to the first where it is fixed. While it is open they are what
    someone decides inside; afterwards what was decided. `gone`: the measure no longer says so.
    """

    outcome = models.CharField(max_length=600)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="proposals")
    origin = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    """The subject whose act it follows from."""
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="proposals"
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="proposals"
    )
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="proposals")
    rule = models.CharField(max_length=80)
    label_zh = models.CharField(max_length=400)
    label_en = models.CharField(max_length=400)
    norm = models.CharField(max_length=30)
    norms = models.JSONField(default=list)
    row = models.PositiveIntegerField(null=True)
    at = models.DateTimeField()
    state = models.CharField(_("state"), max_length=10, choices=State)
    amounts = models.JSONField(default=dict)
    acts = models.JSONField(default=dict)
    modified = models.JSONField(default=list)
    missing = models.JSONField(default=list)
    share_of = models.CharField(max_length=600, blank=True)
    said_zh = models.TextField()
    said_en = models.TextField()
    gone = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "outcome"], name="proposal_outcome"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "at"], name="proposal_at"),
            models.Index(
                fields=["organisation", "at"], name="proposal_open",
                condition=models.Q(state="open", gone=False),
            ),
            models.Index(fields=["organisation", "subject", "at"], name="proposal_subject"),
            models.Index(fields=["organisation", "person", "at"], name="proposal_person"),
            models.Index(fields=["organisation", "unit", "at"], name="proposal_unit"),
            models.Index(fields=["organisation", "share_of"], name="proposal_share_of"),
        ]  # fmt: skip

    @property
    def said(self) -> str:
        """What follows for whom, in the language of the page."""
        return self.said_en if english() else self.said_zh

    @property
    def label(self) -> str:
        """What the rule is called, in the language of the page."""
        return self.label_en if english() else self.label_zh

    @property
    def fixed(self) -> bool:
        """Whether nothing is left to choose: no range, and no act that may be left out."""
        ranges = any(low != high for low, high in self.amounts.values())
        return not ranges and "may" not in self.acts.values()


def english() -> bool:
    """Whether the page is in English."""
    return (get_language() or "zh").startswith("en")


Json = dict[str, Any]
