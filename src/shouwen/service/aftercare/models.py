"""Calls after the visit."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from shouwen.service.cases.models import Case
from shouwen.service.organisations.models import Person, Unit
from shouwen.service.tenancy.models import TenantModel
from shouwen.service.workorders.models import WorkOrder


class Answer(models.TextChoices):
    """What became of a call-back."""

    PENDING = "pending", _("To be called")
    SATISFIED = "satisfied", _("Content")
    UNHAPPY = "unhappy", _("Not content")
    REFUSED = "refused", _("Did not want to answer")
    UNREACHED = "unreached", _("Not reached, given up")


class CallBack(TenantModel):
    """A call that is owed to a customer."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="call_backs")
    work_order = models.OneToOneField(
        WorkOrder, on_delete=models.PROTECT, null=True, blank=True, related_name="call_back"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="call_backs")
    due_on = models.DateField(_("due on"))
    answer = models.CharField(_("answer"), max_length=10, choices=Answer, default=Answer.PENDING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_attempt_at = models.DateTimeField(_("last attempt"), null=True, blank=True)
    called_at = models.DateTimeField(_("called at"), null=True, blank=True)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="call_backs"
    )
    said = models.TextField(_("what the customer said"), blank=True)
    reopened = models.ForeignKey(
        Case, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["due_on", "id"]
        indexes: ClassVar = [
            models.Index(
                fields=["organisation", "due_on", "id"], name="call_back_pending",
                condition=models.Q(answer="pending"),
            ),
            models.Index(fields=["organisation", "called_at"], name="call_back_called"),
            models.Index(fields=["organisation", "due_on"], name="call_back_due"),
        ]  # fmt: skip
