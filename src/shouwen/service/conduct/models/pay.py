"""Wages, as far as deductions ask for them, and what was deducted."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shouwen.service.audit.models import append_only
from shouwen.service.organisations.models import Person
from shouwen.service.tenancy.models import AppendOnlyModel


class Wage(AppendOnlyModel):
    """What is due to someone for a month before deductions, in yuan; the last row counts.

    `month` is its first day. `deducted`: what is deducted from it for loss already, elsewhere.
    `region` and `tier` only where they are not those of the organisation.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="wages")
    month = models.DateField(_("month"))
    gross = models.DecimalField(_("wage"), max_digits=12, decimal_places=2)
    deducted = models.DecimalField(
        _("deducted already"), max_digits=12, decimal_places=2, default=0
    )
    region = models.CharField(_("region"), max_length=6, blank=True)
    tier = models.CharField(_("tier"), max_length=10, blank=True)
    at = models.DateTimeField(_("entered at"))
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(gross__gte=0) & Q(deducted__gte=0), name="wage_positive"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="wage_month"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "month", "person"], name="wage_month_person"),
        ]
        triggers: ClassVar = append_only()


class LocalMinimum(AppendOnlyModel):
    """The minimum wage of a region from a day on, in yuan a month, as the organisation read it in
    a notice; it goes before the table that comes with the service."""

    region = models.CharField(_("region (six digits of GB/T 2260)"), max_length=6)
    tier = models.CharField(_("tier"), max_length=10, blank=True)
    since = models.DateField(_("from"))
    monthly = models.DecimalField(_("yuan a month"), max_digits=9, decimal_places=2)
    source = models.CharField(_("notice it stands in"), max_length=300)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["region", "tier", "since", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(monthly__gt=0), name="minimum_positive"),
        ]
        triggers: ClassVar = append_only()


class Deduction(AppendOnlyModel):
    """What was deducted from someone's wage in a month, once.

    The database holds the law's limit (工资支付暂行规定 16): with what is deducted already it is at
    most a fifth of the wage, and what is left is at least the minimum wage.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="deductions")
    month = models.DateField(_("month"))
    gross = models.DecimalField(max_digits=12, decimal_places=2)
    minimum = models.DecimalField(max_digits=12, decimal_places=2)
    deducted = models.DecimalField(max_digits=12, decimal_places=2)
    due = models.DecimalField(_("due"), max_digits=14, decimal_places=2)
    amount = models.DecimalField(_("deducted"), max_digits=12, decimal_places=2)
    reason = models.CharField(_("reasons"), max_length=500, default="")
    signed = models.CharField(_("name as signed"), max_length=100, default="")
    """Whoever deducts has read what the law says of it, and answers for it by name."""
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "person", "month"], name="deduction_once"
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0) & Q(amount__lte=F("due")), name="deduction_due"
            ),
            models.CheckConstraint(
                condition=Q(amount=0) | Q(gross__gte=(F("amount") + F("deducted")) * 5),
                name="deduction_fifth",
            ),
            models.CheckConstraint(
                condition=Q(amount=0) | Q(gross__gte=F("minimum") + F("amount") + F("deducted")),
                name="deduction_minimum",
            ),
        ]
        triggers: ClassVar = append_only()
