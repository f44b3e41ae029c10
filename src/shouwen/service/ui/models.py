"""Which forms were sent already."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouwen.service.tenancy.models import TenantModel


class Sent(TenantModel):
    """A form that was sent, by the mark it carried, and where its answer led."""

    token = models.UUIDField()
    at = models.DateTimeField()
    location = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "token"], name="sent_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "at"], name="sent_at")]

    def __str__(self) -> str:
        return str(self.token)
