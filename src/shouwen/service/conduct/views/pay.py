"""The payroll: what is due beside what may be deducted."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shouwen.measures.lawfulness import Month, standing
from shouwen.measures.lawfulness.model import Use, region_code
from shouwen.service import clock
from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.audit.actions import looked_at
from shouwen.service.conduct import sheets, wages
from shouwen.service.conduct.law import month_of, uses_of
from shouwen.service.conduct.models import LocalMinimum
from shouwen.service.conduct.payroll import lines
from shouwen.service.conduct.permissions import KEEP_WAGES
from shouwen.service.conduct.times import rules
from shouwen.service.enactment.enacted import NotInForce, in_force
from shouwen.service.measurebook.words import language
from shouwen.service.organisations.models import Person
from shouwen.service.ui.asked import day_in
from shouwen.service.ui.once import once
from shouwen.service.ui.workbooks import download

FAULTS = 200
_USES = (Use.EMPLOYEE_FINE, Use.EMPLOYEE_COMPENSATION)


class MinimumForm(forms.ModelForm):  # type: ignore[type-arg]
    """A local minimum wage."""

    class Meta:
        model = LocalMinimum
        fields: ClassVar = ["region", "tier", "since", "monthly", "source"]
        widgets: ClassVar = {"since": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def clean_region(self) -> str:
        """A code of GB/T 2260."""
        code: str = self.cleaned_data["region"]
        try:
            return region_code(code)
        except ValueError as error:
            raise forms.ValidationError(
                _("Write the six digits of the region, such as 420000.")
            ) from error


@page(KEEP_WAGES)
def payroll(request: ActorRequest) -> HttpResponseBase:
    """The month of everyone who owes something; wages masked unless asked for."""
    return _payroll(request, MinimumForm(initial={"region": rules().region, "tier": rules().tier}))


def _payroll(request: ActorRequest, form: MinimumForm, status: int = 200) -> HttpResponseBase:
    month = _month(request)
    people = Person.objects.filter(pk__in=wages.people_of(request.actor))
    full = request.GET.get("full") == "1"
    if full:
        looked_at(request.actor, "wages", f"payroll {month}")
    context = {
        "month": month,
        "before": month.after(-1),
        "after": month.after(1),
        "lines": lines(month, people),
        "full": full,
        "law": _law(month.last),
        "form": form,
        "minimums": LocalMinimum.objects.select_related("by").order_by("-since")[:20],
        "is_due": month.first <= clock.now().astimezone(request.actor.zone).date(),
    }
    return render(request, "conduct/payroll.html", context, status=status)


def _law(day: date) -> list[dict[str, Any]]:
    """What the law of a day says of fines on employees."""
    try:
        uses = uses_of(in_force(clock.now()).measure)
    except NotInForce:
        return []
    zh = language() == "zh"
    seen: dict[str, dict[str, Any]] = {}
    for note in standing(uses, day, region=rules().region or None):
        if note.use in _USES:
            cites = [c.cite(language()) for c in note.cites]
            seen[note.id] = {"text": note.zh if zh else note.en, "cites": cites}
    return list(seen.values())


def _month(request: ActorRequest) -> Month:
    present = month_of(clock.now().astimezone(request.actor.zone).date())
    day = day_in(f"{request.GET.get('month', '') or request.POST.get('month', '')}-01")
    return present if day is None else month_of(day)


@page(KEEP_WAGES)
def take_out(request: ActorRequest) -> HttpResponseBase:
    """The payroll of a month as a sheet, or the template for wages."""
    if request.GET.get("template") == "1":
        return download(sheets.template(), "wages")
    month = _month(request)
    people = Person.objects.filter(pk__in=wages.people_of(request.actor))
    looked_at(request.actor, "wages", f"payroll {month}, export")
    return download(sheets.payroll(month, lines(month, people)), f"payroll-{month}")


@page(KEEP_WAGES)
@require_POST
def bring_in(request: ActorRequest) -> HttpResponseBase:
    """Wages from a sheet: all of them, or none and the reasons."""
    file = request.FILES.get("file")
    if file is None:
        messages.error(request, _("Choose a file."))
        return redirect("conduct:payroll")
    given, faults = sheets.read(file, file.size or 0)
    if faults:
        context = {"faults": faults[:FAULTS], "many": len(faults), "name": file.name}
        return render(request, "conduct/wages_refused.html", context, status=422)
    try:
        entered = wages.enter(request.actor, given)
    except ValidationError as error:
        messages.error(request, "; ".join(error.messages))
        return redirect("conduct:payroll")
    messages.success(request, _("%(n)d wages were entered.") % {"n": entered})
    month = month_of(max(g.month for g in given))
    return redirect(f"{reverse('conduct:payroll')}?month={month}")


@page(KEEP_WAGES)
@require_POST
@once
def deduct(request: ActorRequest) -> HttpResponseBase:
    """Deduct what may be deducted, and book it."""
    month = _month(request)
    try:
        made, left = wages.deduct(
            request.actor, month, request.POST.get("reason", ""), request.POST.get("name", "")
        )
        said = _("Deducted from %(n)d wages; %(left)d without a deduction.")
        messages.success(request, said % {"n": len(made), "left": len(left)})
    except ValidationError as error:
        messages.error(request, "; ".join(error.messages))
    return redirect(f"{reverse('conduct:payroll')}?month={month}")


@page(KEEP_WAGES)
@require_POST
def minimum(request: ActorRequest) -> HttpResponseBase:
    """Enter a local minimum wage."""
    form: Any = MinimumForm(request.POST)
    if not form.is_valid():
        return _payroll(request, form, 422)
    wages.set_minimum(request.actor, form.save(commit=False))
    messages.success(request, _("Kept."))
    return redirect("conduct:payroll")
