"""Pages of area failures."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.cases.models import Case, CaseState, FaultGroup
from shouwen.service.cases.permissions import WORK_CASES
from shouwen.service.cases.queries import cases_of
from shouwen.service.failures import actions
from shouwen.service.failures.permissions import DECLARE_FAILURES, SEE_FAILURES
from shouwen.service.failures.queries import SHOWN, likely
from shouwen.service.organisations.models import Territory
from shouwen.service.ui.paging import page_of


@page(SEE_FAILURES)
def failures(request: ActorRequest) -> HttpResponseBase:
    """Failures, the last first."""
    rows = FaultGroup.objects.select_related("territory")
    context = {
        "page": page_of(request, rows, "declared_at"),
        "may_declare": request.actor.may(DECLARE_FAILURES),
    }
    return render(request, "failures/failures.html", context)


@page(DECLARE_FAILURES)
def declare(request: ActorRequest) -> HttpResponseBase:
    """Choose the place and the reports that are one fault, and declare it."""
    asked = request.POST if request.method == "POST" else request.GET
    chosen = asked.get("territory", "")
    territory = (
        Territory.objects.filter(pk=int(chosen), is_active=True).first()
        if chosen.isdecimal()
        else None
    )
    status = 200
    if request.method == "POST":
        numbers = request.POST.getlist("case")[:SHOWN]
        cases = Case.objects.filter(number__in=numbers, fault_group__isnull=True)
        title = request.POST.get("title", "")[:200]
        try:
            failure = actions.declare_failure(request.actor, title, territory, cases)
            messages.success(request, _("The failure %(number)s is declared.")
                             % {"number": failure.number})  # fmt: skip
            return redirect("failures:failure", failure.number)
        except ValidationError as error:
            for text in error.messages:
                messages.error(request, text)
            status = 422
    context = {
        "territories": Territory.objects.filter(is_active=True).select_related("unit"),
        "territory": territory,
        "cases": likely(territory) if territory is not None else [],
        "title": request.POST.get("title", ""),
    }
    return render(request, "failures/declare.html", context, status=status)


@page(SEE_FAILURES)
def failure(request: ActorRequest, number: str) -> HttpResponseBase:
    """One failure: its cases, and what can be done."""
    found = _failure(number)
    cases = found.cases.select_related("owner", "unit").order_by("-opened_at", "-id")
    open_cases = cases.exclude(state=CaseState.CLOSED)
    may = request.actor.may(DECLARE_FAILURES)
    context = {
        "failure": found,
        "open": open_cases[:SHOWN],
        "closed": cases.filter(state=CaseState.CLOSED)[:50],
        "may_declare": may,
        "more": likely(found.territory) if may and found.territory and not found.ended_at else [],
    }
    return render(request, "failures/failure.html", context)


@page(WORK_CASES)
@require_POST
def join(request: ActorRequest, number: str) -> HttpResponseBase:
    """Join cases to a failure."""
    found = _failure(number)
    numbers = request.POST.getlist("case")[:SHOWN]
    try:
        rows = cases_of(request.actor).filter(number__in=numbers)
        joined = actions.join(request.actor, found, rows)
        messages.success(request, _("%(n)d cases were joined.") % {"n": joined})
    except ValidationError as error:
        messages.error(request, "; ".join(error.messages))
    return redirect("failures:failure", number)


@page(DECLARE_FAILURES)
@require_POST
def end(request: ActorRequest, number: str) -> HttpResponseBase:
    """The failure is over."""
    found = _failure(number)
    try:
        actions.end_failure(request.actor, found, request.POST.get("cause", "")[:500])
        messages.success(request, _("Kept; every open case was noted."))
    except ValidationError as error:
        messages.error(request, "; ".join(error.messages))
    return redirect("failures:failure", number)


def _failure(number: str) -> FaultGroup:
    return get_object_or_404(FaultGroup.objects.select_related("territory"), number=number)
