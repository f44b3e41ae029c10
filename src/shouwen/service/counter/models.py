"""Numbers of the counter."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from shouwen.service.organisations.models import Person, Unit
from shouwen.service.tenancy.models import TenantModel


class Need(models.TextChoices):
    """Why someone might go first."""

    NONE = "none", _("none")
    ELDERLY = "elderly", _("elderly")
    DISABLED = "disabled", _("disabled")
    IMPAIRED = "impaired", _("hard to move about")
    OTHER = "other", _("other need")


class TicketState(models.TextChoices):
    """Where a number stands."""

    WAITING = "waiting", _("Waiting")
    CALLED = "called", _("At the counter")
    SERVED = "served", _("Served")
    GONE = "gone", _("Left without being served")


class Ticket(TenantModel):
    """A number someone drew. `first`: those overtaken agreed that they go first."""

    number = models.CharField(_("number"), max_length=40)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="tickets")
    need = models.CharField(_("need"), max_length=10, choices=Need, default=Need.NONE)
    state = models.CharField(_("state"), max_length=10, choices=TicketState,
                             default=TicketState.WAITING)  # fmt: skip
    drawn_at = models.DateTimeField(_("drawn at"))
    called_at = models.DateTimeField(_("called at"), null=True, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    clerk = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets"
    )
    first = models.BooleanField(_("goes first"), default=False)
    asked = models.PositiveSmallIntegerField(_("asked"), default=0)
    agreed = models.PositiveSmallIntegerField(_("agreed"), default=0)

    class Meta:
        ordering: ClassVar = ["-first", "drawn_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "number"], name="ticket_number"),
            models.CheckConstraint(condition=models.Q(agreed__lte=models.F("asked")),
                                   name="ticket_agreed"),
        ]  # fmt: skip
        indexes: ClassVar = [
            models.Index(
                fields=["organisation", "unit", "-first", "drawn_at"], name="ticket_waiting",
                condition=models.Q(state="waiting"),
            ),
        ]  # fmt: skip
