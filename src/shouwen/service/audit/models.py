"""The log."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from shouwen.service.organisations.models import Person
from shouwen.service.tenancy.models import AppendOnlyModel, TenantModel


def append_only() -> list[pgtrigger.Trigger]:
    """Triggers that refuse changes even by the owner of a table."""
    return [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]


class LogEntry(AppendOnlyModel):
    """Something that was done.

    `verb` is "app.action"; `subject` names the thing ("case:C2026-1"); `data` what changed.
    `hash` is SHA-256 over the entry and the hash of the entry before.
    """

    number = models.BigIntegerField(_("number"))
    at = models.DateTimeField(_("at"))
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    source = models.CharField(_("through"), max_length=20)
    verb = models.CharField(_("what"), max_length=60)
    subject = models.CharField(_("of what"), max_length=100)
    data = models.JSONField(_("details"), default=dict)
    before = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["number"]
        verbose_name_plural = "log entries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "number"], name="log_number"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "subject", "number"], name="log_subject"),
        ]
        triggers: ClassVar = append_only()


class LogHead(TenantModel):
    """The end of an organisation's chain; locked while an entry is added."""

    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation"], name="log_head_once"),
        ]


class Sighting(AppendOnlyModel):
    """Someone saw personal data in full: whose (`subject`), which (`what`)."""

    at = models.DateTimeField(_("at"))
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(_("of what"), max_length=100)
    what = models.CharField(_("what"), max_length=60)

    class Meta:
        ordering: ClassVar = ["-at"]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "subject", "at"], name="sighting_subject"),
        ]
        triggers: ClassVar = append_only()
