"""Users."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A login. Its personal data is in the `Person` it stands for."""

    organisation = models.ForeignKey(
        "tenancy.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("organisation"),
        related_name="+",
    )
    language = models.CharField(_("language"), max_length=10, blank=True)
    must_change = models.BooleanField(_("must choose a new password"), default=False)
