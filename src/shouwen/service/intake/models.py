"""What customers ask for by themselves, on the web, until someone takes it up."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shouwen.service.cases.models import Case, Topic
from shouwen.service.tenancy.models import TenantModel


class WebRequest(TenantModel):
    """A request that a customer wrote into the form for everyone.

    It becomes a case when someone takes it up; the case begins when the customer asked, so that
    the time it lay there counts.
    """

    uid = models.CharField(max_length=40)
    """Made by the form, so that the same form sent twice is one request."""
    number = models.CharField(_("number"), max_length=40)
    topic = models.CharField(_("topic"), max_length=20, choices=Topic)
    name = models.CharField(_("customer's name"), max_length=100)
    phone = models.CharField(_("phone"), max_length=30)
    address = models.CharField(_("address"), max_length=300, blank=True)
    matter = models.TextField(_("matter"), max_length=2000)
    received_at = models.DateTimeField(_("received at"))
    case = models.OneToOneField(
        Case, on_delete=models.PROTECT, null=True, blank=True, related_name="web_request"
    )

    class Meta:
        ordering: ClassVar = ["received_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "uid"], name="web_request_uid"),
            models.UniqueConstraint(fields=["organisation", "number"], name="web_request_number"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["organisation", "received_at"], name="web_request_waiting",
                condition=Q(case__isnull=True),
            ),
        ]  # fmt: skip
