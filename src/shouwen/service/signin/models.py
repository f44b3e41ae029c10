"""What an organisation asks of those who sign in."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from shouwen.service.organisations.models import Role
from shouwen.service.tenancy.models import TenantModel


class SignInPolicy(TenantModel):
    """Which roles must use a second factor, and after how long an idle session ends.

    Where there is no row, nobody must and none does before its time.
    """

    roles = ArrayField(models.CharField(max_length=20, choices=Role), default=list)
    idle_minutes = models.PositiveSmallIntegerField(
        _("Minutes without activity until the session ends"), null=True, blank=True,
        validators=[MinValueValidator(5), MaxValueValidator(1440)],
        help_text=_("From 5 to 1440; empty: a session lasts two weeks."),
    )  # fmt: skip

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation"], name="signin_policy_once"),
        ]
