"""What happened, and what the measure says of it."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shouwen.service.audit.models import append_only
from shouwen.service.organisations.models import Person, Unit
from shouwen.service.tenancy.models import AppendOnlyModel, TenantModel


class MeasureText(AppendOnlyModel):
    """A text of a measure that the organisation wrote itself; what is kept is never changed.

    Attributes:
        key: see `texts`; holds in short what the text says.
        base: the measure of the library that it varies.
        number: its number among the texts of the organisation.
        files: the whole text, by the names of its files.
    """

    key = models.CharField(max_length=40)
    base = models.CharField(_("measure"), max_length=40)
    number = models.PositiveIntegerField(_("number"))
    files = models.JSONField()
    note = models.CharField(_("what is different"), max_length=200, blank=True)
    kept_at = models.DateTimeField(_("kept at"))
    kept_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "key"], name="measure_text_key"),
            models.UniqueConstraint(fields=["organisation", "number"], name="measure_text_number"),
        ]
        triggers: ClassVar = append_only()


class Adoption(AppendOnlyModel):
    """The organisation adopted a measure, with its choice of readings, from a day on.

    `measure` is the key of a measure of the library or of a text of the organisation's own
    (`texts`); `readings` holds the choices that differ from the defaults. The adoption with the
    latest `first_day` not after a day is in force on it; of several for one day, the last: one that
    was decided for a day to come may be decided otherwise until that day has come.
    """

    measure = models.CharField(_("measure"), max_length=40)
    readings = models.JSONField(_("readings"), default=dict)
    first_day = models.DateField(_("in force from"))
    adopted_at = models.DateTimeField(_("adopted at"))
    adopted_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["first_day", "id"]
        triggers: ClassVar = append_only()


class Thread(TenantModel):
    """Events that belong together: "case:C1"; the empty key is the standing thread."""

    key = models.CharField(max_length=120)
    opened_at = models.DateTimeField()
    adoption = models.ForeignKey(Adoption, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(null=True)
    """When the measure was last asked about it."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "key"], name="thread_key")
        ]


class ThreadKey(TenantModel):
    """A key ("receipt:R1") that is found in a thread."""

    key = models.CharField(max_length=120)
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="keys")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "key"], name="thread_key_once")
        ]


class Act(AppendOnlyModel):
    """Something that someone did, in the service's words. The timeline of a case is its acts."""

    uid = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    source = models.CharField(max_length=20)
    case_key = models.CharField(max_length=80, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["at", "uid"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "uid"], name="act_uid"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "case_key", "at"], name="act_case"),
        ]
        triggers: ClassVar = append_only()


class Event(AppendOnlyModel):
    """Something that happened, in the vocabulary of the measure."""

    uid = models.CharField(max_length=60)
    type = models.CharField(max_length=80)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    facts = models.JSONField(default=dict)
    supersedes = models.CharField(max_length=60, null=True, blank=True)
    retracts = models.BooleanField(default=False)
    act = models.ForeignKey(
        Act, on_delete=models.PROTECT, null=True, blank=True, related_name="events"
    )
    by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="events")
    keys = ArrayField(models.CharField(max_length=120), default=list)
    """Every thing it is about: "case:C1", "receipt:R1"; people and units are in `people`."""
    people = ArrayField(models.CharField(max_length=120), default=list)

    class Meta:
        ordering: ClassVar = ["at", "uid"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "uid"], name="event_uid"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "thread", "at"], name="event_thread"),
            models.Index(fields=["organisation", "type", "at"], name="event_type"),
            models.Index(fields=["organisation", "-at", "-uid"], name="event_newest"),
        ]
        triggers: ClassVar = append_only()


class EventKey(AppendOnlyModel):
    """A thing, person or unit that an event is about: its `keys` and `people`, one row each.

    What is looked for by key is looked for here: under row-level security PostgreSQL uses no index
    for operators on arrays, since they might tell of rows behind the wall; equality it trusts.
    """

    key = models.CharField(max_length=120)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="named")
    at = models.DateTimeField()
    """When the event happened."""
    alone = models.BooleanField()
    """Whether the event is about no case, so that every case that names the key must see it."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organisation", "key", "at"], name="event_key"),
            models.Index(
                fields=["organisation", "key"], name="event_key_alone", condition=Q(alone=True)
            ),
        ]
        triggers: ClassVar = append_only()


class Stage(models.TextChoices):
    """How pressing a clock is."""

    GREEN = "green", _("In time")
    AMBER = "amber", _("About to expire")
    RED = "red", _("Expired")
    DONE = "done", _("Done")
    EXCUSED = "excused", _("Excused")
    UNKNOWN = "unknown", _("Facts are missing")


OPEN_STAGES = (Stage.GREEN, Stage.AMBER, Stage.RED)


class Clock(TenantModel):
    """A duty with its deadline, as the measure last said.

    A projection: it can be made anew from the events at any time. `status` is the evaluator's
    (pending, met, breached, exempt, unknown, aim missed); `stage` is what people are shown. A
    breached duty that is still to be done stays red; done late it is `DONE` with status breached.
    """

    outcome = models.CharField(max_length=600)
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="clocks")
    case_key = models.CharField(max_length=80, blank=True)
    rule = models.CharField(max_length=80)
    norm = models.CharField(max_length=30)
    aim = models.BooleanField(default=False)
    """The measure only asks to strive for it: missing it breaks nothing."""
    label_zh = models.CharField(max_length=400)
    label_en = models.CharField(max_length=400)
    status = models.CharField(max_length=20)
    stage = models.CharField(max_length=10, choices=Stage)
    bearer = models.CharField(max_length=60, blank=True)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="clocks"
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="clocks"
    )
    start = models.DateTimeField()
    deadline = models.DateTimeField(null=True)
    """The last instant in time; None where there is none or it is unknown."""
    by_day = models.BooleanField(default=False)
    amber_at = models.DateTimeField(null=True)
    performed_at = models.DateTimeField(null=True)
    missing = models.JSONField(default=list)
    reasons = models.JSONField(default=list)
    """Pairs of sentences (zh, en): which rules moved the date."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "outcome"], name="clock_outcome"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "thread"], name="clock_thread"),
            models.Index(fields=["organisation", "case_key"], name="clock_case"),
            models.Index(fields=["organisation", "deadline"], name="clock_deadline"),
            models.Index(
                fields=["organisation", "deadline"], name="clock_open",
                condition=Q(stage__in=["green", "amber", "red"]),
            ),
            models.Index(
                fields=["organisation", "person", "deadline"], name="clock_open_person",
                condition=Q(stage__in=["green", "amber", "red"]),
            ),
            models.Index(
                fields=["organisation", "unit", "deadline"], name="clock_open_unit",
                condition=Q(stage__in=["green", "amber", "red"]),
            ),
        ]  # fmt: skip

    @property
    def label(self) -> str:
        """What is to be done, in the language of the page."""
        return self.label_en if (get_language() or "zh").startswith("en") else self.label_zh

    @property
    def reason_lines(self) -> list[str]:
        """Why the date is what it is, in the language of the page."""
        index = 1 if (get_language() or "zh").startswith("en") else 0
        return [pair[index] for pair in self.reasons]


class ClockChange(AppendOnlyModel):
    """A clock turned amber or red: once each, however many workers look at it."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="changes")
    stage = models.CharField(max_length=10, choices=Stage)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "clock", "stage"], name="clock_change_once"
            ),
        ]


class Breach(TenantModel):
    """A norm that was broken, as the measure last said; a projection like `Clock`."""

    outcome = models.CharField(max_length=600)
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="breaches")
    case_key = models.CharField(max_length=80, blank=True)
    rule = models.CharField(max_length=80)
    norm = models.CharField(max_length=30)
    at = models.DateTimeField()
    bearer = models.CharField(max_length=60, blank=True)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="breaches"
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="breaches"
    )
    said_zh = models.TextField()
    said_en = models.TextField()
    gone = models.BooleanField(default=False)
    """The measure no longer says so, after a correction."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "outcome"], name="breach_outcome"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "at"], name="breach_at"),
            models.Index(fields=["organisation", "person", "at"], name="breach_person"),
            models.Index(fields=["organisation", "unit", "at"], name="breach_unit"),
            models.Index(fields=["organisation", "case_key"], name="breach_case"),
        ]

    @property
    def said(self) -> str:
        """What happened, in the language of the page."""
        return self.said_en if (get_language() or "zh").startswith("en") else self.said_zh


class Alarm(models.Model):
    """When a thread must be looked at again though nothing happens.

    Outside the wall, since a worker must find what is due before it knows which organisation to
    enter; so it holds nothing but numbers and an instant.
    """

    organisation_id = models.BigIntegerField()
    thread_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation_id", "thread_id"], name="alarm_once")
        ]
        indexes: ClassVar = [models.Index(fields=["at"], name="alarm_at")]
