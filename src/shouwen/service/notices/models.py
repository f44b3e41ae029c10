"""Notices."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shouwen.service.enactment.models import Clock, Stage
from shouwen.service.organisations.models import Person
from shouwen.service.tenancy.models import TenantModel


class Notice(TenantModel):
    """Something that someone was told: a clock turned amber or red, or a day of ours is near or
    past.

    `about`: what has the day ("rectification:12:2026-05-13"); it stands in words beside it and is
    found at `path`. Empty where there is a clock.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="notices")
    clock = models.ForeignKey(
        Clock, on_delete=models.CASCADE, null=True, blank=True, related_name="notices"
    )
    about = models.CharField(max_length=80, blank=True)
    said_zh = models.CharField(max_length=300, blank=True)
    said_en = models.CharField(max_length=300, blank=True)
    path = models.CharField(max_length=200, blank=True)
    stage = models.CharField(_("stage"), max_length=10, choices=Stage)
    at = models.DateTimeField(_("at"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "person", "clock", "stage"], name="notice_once"
            ),
            models.UniqueConstraint(
                fields=["organisation", "person", "about", "stage"],
                name="notice_of_a_day_once",
                condition=~Q(about=""),
            ),
            models.CheckConstraint(
                condition=Q(clock__isnull=False, about="") | (Q(clock__isnull=True) & ~Q(about="")),
                name="notice_of_something",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["organisation", "person", "-at"], name="notice_unread",
                condition=Q(read_at__isnull=True),
            ),
        ]  # fmt: skip

    @property
    def said(self) -> str:
        """What has the day, in the language of the page."""
        return self.said_zh if (get_language() or "zh").startswith("zh") else self.said_en
