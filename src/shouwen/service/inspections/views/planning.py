"""Programmes and bounds."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shouwen.service import clock
from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.inspections import measure as book
from shouwen.service.inspections import queries
from shouwen.service.inspections.actions import planning as actions
from shouwen.service.inspections.bounds import rules as bounds
from shouwen.service.inspections.forms import ProgrammeForm, RulesForm, TaskForm
from shouwen.service.inspections.models import Programme, Task
from shouwen.service.inspections.permissions import INSPECT, PLAN, SET_RULES
from shouwen.service.inspections.views.common import refused, tabs
from shouwen.service.ui.once import once
from shouwen.service.ui.paging import page_of


@page(PLAN)
@once
def programmes(request: ActorRequest) -> HttpResponseBase:
    """Programmes of months and years, with a form to draw one up."""
    status = 200
    first, last = queries.month_of(timezone.localtime(clock.now()).date())
    if request.method == "POST":
        form = ProgrammeForm(request.POST)
        status = 422
        if form.is_valid():
            try:
                row = actions.draw_up(request.actor, form.save(commit=False))
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("Kept."))
                return redirect("inspections:programme", row.pk)
    else:
        form = ProgrammeForm(initial={"first": first, "last": last})
    shown = page_of(request, Programme.objects.select_related("drawn_up_by"), "first")
    tasks = queries.progress(Task.objects.filter(programme__in=[p.pk for p in shown.rows]))
    sums: dict[int, list[int]] = {}
    for task, done in tasks:
        so_far = sums.setdefault(task.programme_id, [0, 0])
        so_far[0] += min(done, task.times)
        so_far[1] += task.times
    context = {
        "tabs": tabs(request, "programmes"),
        "page": shown,
        "rows": [(p, *sums.get(p.pk, [0, 0])) for p in shown.rows],
        "form": form,
    }
    return render(request, "inspections/programmes.html", context, status=status)


@page(PLAN)
@once
def programme(request: ActorRequest, pk: int) -> HttpResponseBase:
    """One programme: what is to be looked at, and how far it is."""
    row = get_object_or_404(Programme, pk=pk)
    found = book.known(request.actor)
    known = found[1] if found is not None else None
    status = 200
    if request.method == "POST":
        form = TaskForm(known, request.POST, instance=Task(programme=row))
        status = 422
        if form.is_valid():
            try:
                actions.add_task(request.actor, form.save(commit=False))
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("Kept."))
                return redirect("inspections:programme", row.pk)
    else:
        form = TaskForm(known, initial={"due_on": row.last, "times": 1, "kind": "open"})
    today = timezone.localtime(clock.now()).date()
    context = {
        "tabs": tabs(request, ""),
        "programme": row,
        "tasks": queries.progress(row.tasks.all()),
        "today": today,
        "form": form,
        "may_inspect": request.actor.may(INSPECT),
    }
    return render(request, "inspections/programme.html", context, status=status)


@page(PLAN)
@require_POST
def drop_task(request: ActorRequest, pk: int) -> HttpResponseBase:
    """Take something off a programme."""
    row = get_object_or_404(Task, pk=pk)
    programme_id = row.programme_id
    try:
        actions.drop_task(request.actor, row)
        messages.success(request, _("Taken off the programme."))
    except ValidationError as error:
        messages.error(request, refused(error))
    return redirect("inspections:programme", programme_id)


@page(SET_RULES)
def rules(request: ActorRequest) -> HttpResponseBase:
    """How long after an act it may be found, and after a finding it may be entered."""
    row, status = bounds(), 200
    form = RulesForm(request.POST or None, instance=row)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            actions.set_rules(request.actor, form.save(commit=False))
            messages.success(request, _("Kept."))
            return redirect("inspections:rules")
    context = {"tabs": tabs(request, "rules"), "form": form}
    return render(request, "inspections/rules.html", context, status=status)
