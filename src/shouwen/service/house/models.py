"""Who was where: what the present state of a person does not say."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from shouwen.service.audit.models import append_only
from shouwen.service.organisations.models import Person, Unit
from shouwen.service.tenancy.models import AppendOnlyModel


class Move(AppendOnlyModel):
    """Someone worked in a unit until the day before `on`, and elsewhere from it on.

    Only the unit they left is kept: where they went is the unit they left next, or the present
    one. So people who never moved need no rows, and there is nothing that could contradict the
    person itself.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="moves")
    left = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("from"))
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        ordering: ClassVar = ["on", "id"]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "person", "on"], name="move_person_on"),
        ]
        triggers: ClassVar = append_only()
