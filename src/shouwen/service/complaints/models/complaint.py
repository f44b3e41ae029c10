"""The complaint itself."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shouwen.service.cases.models import Case
from shouwen.service.organisations.models import Person, Unit
from shouwen.service.tenancy.models import TenantModel


class Way(models.TextChoices):
    """How a complaint came."""

    HOTLINE = "service", _("Service hotline")
    LINE = "complaint", _("Complaint phone")
    COUNTER = "counter", _("In person")
    WEB = "web", _("Web")
    BOOK = "book", _("Opinion book")
    BOX = "box", _("Opinion box")
    MEDIA = "media", _("Media")
    SUPERIOR = "superior", _("Superior body")
    STAFF = "staff", _("Colleague")


class Accepted(models.TextChoices):
    """Whose hands a complaint came into first; measures may tell them apart."""

    OFFICE = "office", _("Quality office")
    EXECUTIVE = "executive", _("Executive")
    UNIT = "unit", _("A unit")


class State(models.TextChoices):
    """Where a complaint stands."""

    NEW = "new", pgettext_lazy("complaint", "Received")
    REPORTED = "reported", pgettext_lazy("complaint", "Reported to the leader")
    INVESTIGATING = "running", pgettext_lazy("complaint", "Being looked into")
    JUDGED = "judged", pgettext_lazy("complaint", "To be answered")
    REPLIED = "answered", pgettext_lazy("complaint", "Answered")
    CLOSED = "closed", pgettext_lazy("complaint", "On file")
    WITHDRAWN = "withdrawn", pgettext_lazy("complaint", "Withdrawn")
    DUPLICATE = "duplicate", pgettext_lazy("complaint", "Told before")


OPEN = (State.NEW, State.REPORTED, State.INVESTIGATING, State.JUDGED, State.REPLIED)


class Verdict(models.TextChoices):
    """What looking into it has shown."""

    NONE = "", "—"
    VERIFIED = "verified", pgettext_lazy("complaint", "Verified")
    PARTLY = "partly", _("Verified in part")
    UNVERIFIED = "unverified", _("Not verified")


class Complaint(TenantModel):
    """Something held against us, in the words of whoever complained.

    Who complained stands in `Complainant` only. What was written down at first cannot be changed;
    what changes as it is worked on is named in the trigger below.
    """

    number = models.CharField(_("number"), max_length=40)
    way = models.CharField(_("channel"), max_length=10, choices=Way)
    accepted = models.CharField(_("accepted by"), max_length=10, choices=Accepted)
    words = models.TextField(_("what was complained of"))
    happened_at = models.DateTimeField(_("when it happened"), null=True, blank=True)
    written_on = models.DateField(_("written on"), null=True, blank=True)
    source = models.CharField(_("where it stood"), max_length=200, blank=True)
    """The paper, the web page, the letter's number, the place of the book or box."""
    received_at = models.DateTimeField(_("received at"))
    received_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="complaints_taken"
    )
    """Empty for what a colleague told: who took it would say who told it."""
    case = models.OneToOneField(
        Case, on_delete=models.PROTECT, null=True, blank=True, related_name="complaint"
    )
    """The case as which it was taken up at intake, if it was."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="complaints")
    """The unit that it is about, or else the one that received it."""
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.NEW)
    verdict = models.CharField(
        _("result"), max_length=10, choices=Verdict, default=Verdict.NONE, blank=True
    )
    leader = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    investigator = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="investigations"
    )
    urgent_at = models.DateTimeField(_("urgent since"))
    """The next deadline of the measure or of our promise; without any, when it was received."""
    promised_at = models.DateTimeField(_("reply promised until"), null=True, blank=True)
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    """How often it was looked into: reopened, one more."""
    same_as = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="duplicates"
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-received_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "number"], name="complaint_number"),
            models.CheckConstraint(
                condition=Q(same_as=None) | ~Q(same_as=models.F("id")), name="complaint_not_itself"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-received_at", "-id"], name="complaint_received"),
            models.Index(
                fields=["organisation", "urgent_at", "id"], name="complaint_urgent",
                condition=Q(state__in=[*OPEN]),
            ),
            models.Index(fields=["organisation", "unit", "-received_at"], name="complaint_unit"),
            models.Index(
                fields=["organisation", "investigator", "-received_at"], name="complaint_mine"
            ),
            models.Index(fields=["organisation", "received_by"], name="complaint_taken"),
        ]  # fmt: skip
        triggers: ClassVar = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="words_stand",
                fields=[
                    "organisation", "number", "way", "accepted", "words", "happened_at",
                    "written_on", "source", "received_at", "received_by", "case",
                ],
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def key(self) -> str:
        """What the measure's events call the case that it is."""
        return self.case.number if self.case is not None else self.number

    @property
    def is_open(self) -> bool:
        """Whether there is still something to do."""
        return self.state in OPEN

    @property
    def from_staff(self) -> bool:
        """Whether a colleague told of it."""
        return self.way == Way.STAFF
