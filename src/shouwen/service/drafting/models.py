"""Trials of other measures, the cases in which they differ, and what waits to be worked out."""

from __future__ import annotations

from typing import ClassVar, cast

from django.db import models
from django.utils.translation import gettext_lazy as _

from shouwen.service.enactment.models import Adoption, Thread
from shouwen.service.organisations.models import Person
from shouwen.service.tenancy.models import TenantModel


class State(models.TextChoices):
    """Where a trial stands."""

    DRAFT = "draft", _("Being prepared")
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Being worked out")
    DONE = "done", _("Worked out")
    FAILED = "failed", _("Stopped")


class Failure(models.TextChoices):
    """Why a trial could not be worked out."""

    EVENTS = "events", _("Events do not fit the measure")
    RULES = "rules", _("A rule cannot be worked out in bulk yet")
    LIMITS = "limits", _("It would take more memory or disk than it may have")
    DIED = "died", _("It broke off several times")
    OTHER = "other", _("It could not go on")


class Trial(TenantModel):
    """A question: what would another measure have said of these days? And the answer.

    Attributes:
        adoption: side A; all days are judged by it.
        measure: the key of the measure in the library that side B starts from.
        readings: choices of side B that differ from the defaults.
        files: texts of side B that differ from the library, by the name of the file.
        as_of, last_event: the instant both are asked at, and the last event they see; known once
            it was started.
        side, stage, done, total: how far it is: of side "a" or "b", which step, how far in it.
        attempts: how often it was begun without being finished.
        error: what stopped it, as the engine says it; `failure`, in words for the page.
        found: what came of it (`keeping`).
    """

    title = models.CharField(_("title"), max_length=120)
    first = models.DateField(_("from"))
    last = models.DateField(_("until"))
    adoption = models.ForeignKey(Adoption, on_delete=models.PROTECT, related_name="+")
    measure = models.CharField(_("measure"), max_length=40)
    readings = models.JSONField(default=dict)
    files = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    as_of = models.DateTimeField(null=True)
    last_event = models.BigIntegerField(default=0)
    side = models.CharField(max_length=1, default="a")
    stage = models.CharField(max_length=10, blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=10, choices=Failure, blank=True)
    error = models.TextField(blank=True)
    found = models.JSONField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-made_at"], name="trial_newest"),
            models.Index(fields=["organisation", "state"], name="trial_state"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def house(self) -> int:
        """The id of its organisation."""
        return cast(int, self.organisation_id)


class Change(models.TextChoices):
    """How a case differs between the sides."""

    NEW = "new", _("broken only under B")
    GONE = "gone", _("broken only under A")
    OTHER = "other", _("another norm or somebody else")


class Flip(TenantModel):
    """A case in which the sides differ. Units and people are as the events call them."""

    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="flips")
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=600)
    change = models.CharField(max_length=5, choices=Change)
    rule = models.CharField(max_length=80)
    clause_a = models.CharField(max_length=30, blank=True)
    clause_b = models.CharField(max_length=30, blank=True)
    unit = models.CharField(max_length=60, blank=True)
    person = models.CharField(max_length=60, blank=True)
    occasion = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    status_a = models.CharField(max_length=20, blank=True)
    status_b = models.CharField(max_length=20, blank=True)
    deadline_a = models.DateTimeField(null=True)
    deadline_b = models.DateTimeField(null=True)
    performed_at = models.DateTimeField(null=True)
    thread = models.ForeignKey(Thread, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "trial", "number"], name="trial_flip_number"
            )
        ]


class Waiting(models.Model):
    """A trial that is to be worked out, until it is.

    Outside the wall, as an alarm is: a worker must find it before it knows which organisation to
    enter. It holds nothing but numbers and an instant.
    """

    organisation_id = models.BigIntegerField()
    trial_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation_id", "trial_id"], name="trial_waits_once")
        ]
        indexes: ClassVar = [models.Index(fields=["at"], name="trial_waiting")]
