"""The executives' rota, month by month."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shouwen.service import clock
from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.enactment.models import OPEN_STAGES, Clock
from shouwen.service.inspections import measure as book
from shouwen.service.inspections import queries
from shouwen.service.inspections.actions import rota as actions
from shouwen.service.inspections.forms import RotaForm, leaders
from shouwen.service.inspections.models import Inspection, InspectionState, Rota, RotaDay
from shouwen.service.inspections.permissions import INSPECT, PLAN, SEE_ROTA
from shouwen.service.inspections.views.common import refused, tabs
from shouwen.service.measurebook.words import pick
from shouwen.service.ui.asked import day_in, row_in
from shouwen.service.ui.once import once


@page(SEE_ROTA)
@once
def rota(request: ActorRequest) -> HttpResponseBase:
    """A month of the rota: whose day it is, and whether they went."""
    today = timezone.localtime(clock.now()).date()
    first, last = queries.month_of(_month(request) or today)
    current = Rota.objects.filter(first__lte=last, last__gte=first).first()
    may_plan = request.actor.may(PLAN)
    form, status = None, 200
    if may_plan:
        if request.method == "POST":
            form = RotaForm(request.POST)
            status = 422
            if form.is_valid():
                data = form.cleaned_data
                try:
                    made = actions.start(
                        request.actor, data["first"], data["last"], list(data["leaders"])
                    )
                except ValidationError as error:
                    form.add_error(None, error)
                else:
                    messages.success(request, _("The rota stands; the roster shows it too."))
                    return redirect(f"{request.path}?month={made.first:%Y-%m}")
        else:
            form = RotaForm(initial={"first": max(today, first), "last": last})
    days = _days(first, last)
    known = book.known(request.actor)
    rosters = [r for r in known[1].measure.rosters if r.role == "executive"] if known else []
    context = {
        "tabs": tabs(request, "rota"),
        "first": first,
        "before": first - timedelta(days=1),
        "after": last + timedelta(days=1),
        "weeks": _weeks(first, last, {d.day: d for d in days}),
        "today": today,
        "current": current,
        "asked": [(r.norms[0], pick(r.label)) for r in rosters],
        "tells": known is not None and book.asks_for(known[1], "rota.assigned"),
        "clocks": _clocks(known),
        "form": form,
        "leaders": leaders() if may_plan else [],
        "may_plan": may_plan,
        "mine": any(d.day == today and d.leader_id == getattr(request.actor.person, "pk", None)
                    for d in days) and request.actor.may(INSPECT),
        "visits": _visits(first, last) if request.actor.may(INSPECT) else [],
        "summaries": current.summaries.select_related("by")[:5] if current is not None else [],
    }  # fmt: skip
    return render(request, "inspections/rota.html", context, status=status)


@page(PLAN)
@require_POST
def swap(request: ActorRequest, pk: int) -> HttpResponseBase:
    """Give a day to another leader."""
    row = get_object_or_404(RotaDay, pk=pk)
    leader = row_in(leaders(), request.POST.get("leader", ""))
    try:
        if leader is None:
            raise ValidationError(_("Choose who takes the day."))
        actions.swap(request.actor, row, leader, request.POST.get("reason", "")[:300])
        messages.success(request, _("Kept."))
    except ValidationError as error:
        messages.error(request, refused(error))
    return redirect(f"/inspections/rota/?month={row.day:%Y-%m}")


@page(PLAN)
@require_POST
def summarise(request: ActorRequest, pk: int) -> HttpResponseBase:
    """Put together what the visits brought to light."""
    row = Rota.objects.filter(pk=pk).first()
    if row is None:
        raise Http404
    try:
        actions.summarise(request.actor, row, request.POST.get("text", "")[:4000])
        messages.success(request, _("Kept."))
    except ValidationError as error:
        messages.error(request, refused(error))
    return redirect("inspections:rota")


def _month(request: ActorRequest) -> date | None:
    return day_in(f"{request.GET.get('month', '')}-01")


def _days(first: date, last: date) -> list[Any]:
    found: list[Any] = []
    for id_ in Rota.objects.filter(first__lte=last, last__gte=first).values_list("pk", flat=True):
        found += queries.days_of(id_, first, last)
    return found


def _weeks(first: date, last: date, days: dict[date, Any]) -> list[list[tuple[date, bool, Any]]]:
    """The weeks of a month from Monday on: each day, whether it is of the month, whose it is."""
    start = first - timedelta(days=first.weekday())
    found = []
    while start <= last:
        week = [start + timedelta(days=n) for n in range(7)]
        found.append([(d, first <= d <= last, days.get(d)) for d in week])
        start += timedelta(days=7)
    return found


def _clocks(known: Any) -> list[Clock]:
    """What the measure asks of rotas day by day and has not got, the last first."""
    if known is None:
        return []
    starts = {t.event for t in known[1].dialect.templates.get("rota.started", ())}
    rules = [d.id for d in known[1].measure.duties
             if d.trigger.each is not None and d.trigger.each.relation in starts]  # fmt: skip
    rows = Clock.objects.filter(rule__in=rules, stage__in=OPEN_STAGES)
    return list(rows.select_related("person", "unit").order_by("-deadline")[:10])


def _visits(first: date, last: date) -> list[Inspection]:
    rows = Inspection.objects.filter(
        rota_day__day__range=(first, last), state=InspectionState.HELD
    ).select_related("inspector", "unit")
    return list(rows.order_by("-begun_at")[:40])
