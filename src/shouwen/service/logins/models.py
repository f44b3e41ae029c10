"""Links by which people choose their passwords."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouwen.service.organisations.models import Person
from shouwen.service.tenancy.models import TenantModel


class Link(TenantModel):
    """A link for someone to choose a password; good once, until an instant (not included).

    Only the hash of it is kept. `made_by` None: the service itself, by a command.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="links")
    digest = models.CharField(max_length=64)
    made_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "digest"], name="link_digest"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "person", "made_at"], name="link_person"),
        ]
