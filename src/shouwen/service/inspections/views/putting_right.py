"""What is to be put right: the list, and the steps of one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shouwen.service import clock
from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.inspections import queries
from shouwen.service.inspections.actions import putting_right as actions
from shouwen.service.inspections.forms import LookForm, OrderForm
from shouwen.service.inspections.models import Rectification
from shouwen.service.inspections.models.findings import OPEN
from shouwen.service.inspections.permissions import INSPECT, PUT_RIGHT
from shouwen.service.inspections.views.common import refused, tabs
from shouwen.service.organisations.models import Unit

SHOWN = 200


@page(PUT_RIGHT)
def to_put_right(request: ActorRequest) -> HttpResponseBase:
    """What is open, the most pressing first: what was found not put right stands at the top."""
    today = timezone.localtime(clock.now()).date()
    rows = queries.rectifications(request.actor).filter(state__in=OPEN)
    chosen = {k: request.GET.get(k, "") for k in ("unit", "only")}
    if chosen["unit"].isdecimal():
        rows = rows.filter(unit_id=int(chosen["unit"]))
    match chosen["only"]:
        case "mine":
            rows = rows.filter(responsible=request.actor.person)
        case "late":
            rows = rows.filter(due_on__lt=today)
        case "again":
            rows = rows.filter(level__gte=1)
        case "look":
            rows = rows.filter(state="reported")
    rows = rows.select_related("finding__person", "responsible", "unit")
    context = {
        "tabs": tabs(request, "to-put-right"),
        "rows": rows.order_by("-level", "due_on", "id")[:SHOWN],
        "today": today,
        "chosen": chosen,
        "units": Unit.objects.filter(is_active=True),
        "most": SHOWN,
    }
    return render(request, "inspections/to_put_right.html", context)


@page(INSPECT)
@require_POST
def order(request: ActorRequest, number: str) -> HttpResponseBase:
    """Order that what was found be put right."""
    finding = queries.findings(request.actor).select_related("unit").filter(number=number).first()
    if finding is None:
        raise Http404
    try:
        said = _clean(OrderForm(request.POST))
        actions.order(
            request.actor, finding,
            actions.Demand(said["demand"], said["due_on"], said["responsible"]),
        )  # fmt: skip
        messages.success(request, _("Ordered to be put right until the day."))
    except ValidationError as error:
        messages.error(request, refused(error))
    return redirect("inspections:finding", number)


@page(PUT_RIGHT)
@require_POST
def report(request: ActorRequest, number: str) -> HttpResponseBase:
    """Say that it is put right."""
    row = _row(request, number)
    try:
        actions.report(request.actor, row, request.POST.get("done", "")[:1000])
        messages.success(request, _("Reported; someone will look again."))
    except ValidationError as error:
        messages.error(request, refused(error))
    return redirect("inspections:finding", number)


@page(INSPECT)
@require_POST
def look(request: ActorRequest, number: str) -> HttpResponseBase:
    """Keep what a second look has seen."""
    row = _row(request, number)
    try:
        said = _clean(LookForm(request.POST))
        right = request.POST.get("right") == "yes"
        actions.look(request.actor, row, right=right, seen=said["seen"],
                     until=None if right else said["until"])  # fmt: skip
        if right:
            messages.success(request, _("Put right."))
        else:
            messages.warning(request, _("Not put right: it has a new day and goes one level up."))
    except ValidationError as error:
        messages.error(request, refused(error))
    return redirect("inspections:finding", number)


def _row(request: ActorRequest, number: str) -> Rectification:
    rows = queries.rectifications(request.actor).filter(finding__number=number)
    row = rows.first()
    if row is None:
        raise Http404
    return row


def _clean(form: Any) -> dict[str, Any]:
    if not form.is_valid():
        raise ValidationError(
            [f"{form[f].label}: {e}" for f, es in form.errors.items() for e in es]
        )
    cleaned: dict[str, Any] = form.cleaned_data
    return cleaned
