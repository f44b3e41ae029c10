"""What belongs to a complaint: who told it, whom it is about, what was done and found.

All of it is written once. What was wrong is put right by a new row.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shouwen.service.audit.models import append_only
from shouwen.service.cases.models import Case
from shouwen.service.complaints.models.complaint import Complaint
from shouwen.service.contacts.models import Customer
from shouwen.service.organisations.models import Person, Unit
from shouwen.service.tenancy.models import AppendOnlyModel
from shouwen.service.workorders.models import WorkOrder


class Complainant(AppendOnlyModel):
    """Who complained, as far as they said. The last row counts; read through `identity` only.

    `person`: the colleague who told it. Nothing filled in: nobody knows.
    """

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="complainants")
    name = models.CharField(_("name"), max_length=100, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "phone"], name="complainant_phone"),
            models.Index(fields=["organisation", "customer"], name="complainant_customer"),
            models.Index(fields=["organisation", "person"], name="complainant_person"),
            models.Index(fields=["organisation", "complaint", "id"], name="complainant_of"),
        ]
        triggers: ClassVar = append_only()

    @property
    def anonymous(self) -> bool:
        """Whether nobody knows who it was."""
        return not (self.name or self.phone or self.address or self.customer_id or self.person_id)


class Concern(AppendOnlyModel):
    """Whom or what a complaint is about. A row with `drops` takes another one out.

    Whoever was named once does not see the complaint, also when they were taken out.
    """

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="concerns")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    agent = models.CharField(_("agent"), max_length=100, blank=True)
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    work_order = models.ForeignKey(
        WorkOrder, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    drops = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="dropped_by"
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "complaint"], name="concern_of"),
            models.Index(fields=["organisation", "person", "complaint"], name="concern_person"),
            models.Index(fields=["organisation", "case"], name="concern_case"),
        ]
        triggers: ClassVar = append_only()


class StepKind(models.TextChoices):
    """What was done with a complaint."""

    RECEIVED = "received", _("Complaint received")
    CONCERN = "concern", _("Named as concerned")
    DROPPED = "dropped", _("No longer concerned")
    REPORTED = "reported", pgettext_lazy("complaint step", "Reported to a leader")
    ASSIGNED = "assigned", _("Someone is to look into it")
    PROMISED = "promised", _("Reply promised")
    NOTE = "note", _("Inner note")
    ASKED = "asked", _("Asked for their side")
    STATEMENT = "statement", _("Statement")
    EVIDENCE = "evidence", _("Evidence added")
    VERDICT = "verdict", pgettext_lazy("complaint step", "Result")
    REPLIED = "replied", _("Complainant answered")
    APOLOGISED = "apologised", _("Apology made")
    REWARDED = "rewarded", _("Reward decided")
    IDENTITY = "identity", _("Complainant corrected")
    WITHDRAWN = "withdrawn", _("Withdrawn by the complainant")
    REPEATED = "repeated", _("Complained again")
    DUPLICATE = "duplicate", _("Joined to an earlier complaint")
    REOPENED = "reopened", _("Taken up again")
    CLOSED = "closed", pgettext_lazy("complaint step", "Put on file")


class Step(AppendOnlyModel):
    """Something that was done with a complaint. `about`: whom it concerns, where it is someone."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(_("what"), max_length=12, choices=StepKind)
    at = models.DateTimeField(_("at"))
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    about = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    words = models.TextField(_("words"), blank=True)
    data = models.JSONField(_("details"), default=dict)

    class Meta:
        ordering: ClassVar = ["at", "id"]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "complaint", "at"], name="complaint_step"),
            models.Index(
                fields=["organisation", "about", "complaint"], name="complaint_step_about",
                condition=Q(kind="asked"),
            ),
        ]  # fmt: skip
        triggers: ClassVar = append_only()


class Evidence(AppendOnlyModel):
    """What shows whether it is so: a picture, a document, or a record in words."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="evidence")
    file = models.FileField(_("file"), upload_to="evidence/%Y/%m/", blank=True)
    title = models.CharField(_("what it is"), max_length=200)
    words = models.TextField(_("record in words"), blank=True)
    hash = models.CharField(max_length=64, blank=True)
    """SHA-256 of the file as it was kept."""
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "complaint"], name="evidence_of"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(file="") | ~Q(words=""), name="evidence_something")
        ]
        triggers: ClassVar = append_only()

    @property
    def is_document(self) -> bool:
        """Whether it is a PDF; otherwise its file is a picture."""
        return (self.file.name or "").endswith(".pdf")


class Finding(AppendOnlyModel):
    """That someone broke a norm, as looking into the complaint has shown.

    `event`: the id of the measure's event; when it was taken back later, the measure says so.
    """

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="findings")
    round = models.PositiveSmallIntegerField(_("round"))
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    agent = models.CharField(_("agent"), max_length=100, blank=True)
    norm = models.CharField(_("clause"), max_length=30)
    occurred = models.DateTimeField(_("time of the act"))
    event = models.CharField(max_length=60, blank=True)
    facts = models.JSONField(_("facts"), default=dict)

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "complaint"], name="complaint_finding"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "complaint", "round", "person", "unit", "agent", "norm",
                        "occurred"],
                name="complaint_finding_once", nulls_distinct=False,
            ),
        ]  # fmt: skip
        triggers: ClassVar = append_only()

    @property
    def whom(self) -> str:
        """Who broke it, in the language of the page."""
        if self.person is not None:
            return self.person.label
        return self.agent or (self.unit.label if self.unit is not None else "")
