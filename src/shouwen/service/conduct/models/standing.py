"""Where a subject stands under the measure: its accounts and grades, year by year."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shouwen.service.conduct.models.proposals import Subject, english
from shouwen.service.tenancy.models import TenantModel


class What(models.TextChoices):
    """What is said of a subject."""

    LEDGER = "ledger", pgettext_lazy("standing", "Account")
    GRADE = "grade", _("Grade or cap")


class Standing(TenantModel):
    """The balance of an account of the measure in a year, or a grade that its tables give in it:
    a projection, as the measure last said.

    `value` is a number for an account, written plainly, and what the table gives for a grade;
    `why` the steps that led there, a list of texts for each language. `pending`: how many
    consequences are not decided yet, so that it may still change.
    """

    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="standings")
    what = models.CharField(max_length=10, choices=What)
    rule = models.CharField(max_length=80)
    year = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    norm = models.CharField(max_length=30)
    label_zh = models.CharField(max_length=200)
    label_en = models.CharField(max_length=300)
    value = models.CharField(max_length=200)
    said_zh = models.TextField()
    said_en = models.TextField()
    why = models.JSONField(default=dict)
    pending = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "subject", "what", "rule", "year"], name="standing_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "year", "what", "subject"], name="standing_year"),
        ]

    @property
    def label(self) -> str:
        """What the account or the grade is called."""
        return self.label_en if english() else self.label_zh

    @property
    def said(self) -> str:
        """What it comes to, in a sentence."""
        return self.said_en if english() else self.said_zh

    @property
    def steps(self) -> list[str]:
        """Why, step by step."""
        found: list[str] = self.why.get("en" if english() else "zh", [])
        return found
