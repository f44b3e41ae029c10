"""Pages of the organisation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.enactment.enacted import NotInForce, enacted, in_force
from shouwen.service.house import actions, people
from shouwen.service.house import forms as f
from shouwen.service.house.permissions import MANAGE, ROSTER, SEE_ROSTER
from shouwen.service.house.reach import managed, narrow, narrow_roster, reaches
from shouwen.service.house.rotation import plan_rotation
from shouwen.service.organisations import models as m
from shouwen.service.tenancy.models import labelled
from shouwen.service.ui.asked import day_in
from shouwen.service.ui.workbooks import download
from shouwen.service.ui.xlsx import Fault

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Part:
    """A part of the organisation that is listed and edited."""

    title: Any
    model: type[Model]
    form: Any
    columns: tuple[str, ...]
    related: tuple[str, ...] = ()
    fixed: bool = False
    """Rows are added and never edited: what the measure was told stands."""


PARTS = {
    "units": Part(gettext_lazy("Units"), m.Unit, f.UnitForm,
                  ("code", "name", "get_kind_display", "parent", "phone"), ("parent",)),
    "people": Part(gettext_lazy("People"), m.Person, f.PersonForm,
                   ("number", "label", "unit", "is_active"), ("unit",)),
    "roles": Part(gettext_lazy("Roles"), m.RoleGrant, f.GrantForm,
                  ("person", "get_role_display", "get_reach_display", "unit", "since", "until"),
                  ("person", "unit")),
    "posts": Part(gettext_lazy("Posts"), m.Holding, f.HoldingForm,
                  ("person", "unit", "post", "since", "until"), ("person", "unit"), fixed=True),
    "territories": Part(gettext_lazy("Territories"), m.Territory, f.TerritoryForm,
                        ("code", "label", "area", "unit"), ("unit",)),
    "technicians": Part(gettext_lazy("Technicians of territories"), m.TerritoryTechnician,
                        f.TechnicianForm, ("territory", "person", "rank"),
                        ("territory", "person")),
    "special": Part(gettext_lazy("Special times"), m.SpecialTime, f.SpecialForm,
                    ("first", "last", "reason"), fixed=True),
    "escalation": Part(gettext_lazy("Whom to tell"), m.EscalationRule, f.EscalationForm,
                       ("get_stage_display", "get_to_display", "rule", "person"), ("person",)),
}  # fmt: skip
SHOWN = 500
Keep = Callable[[Actor, Any], Any]


def _form(request: ActorRequest, part: Part, row: Model | None) -> Any:
    more: dict[str, Any] = {}
    if part.form is f.HoldingForm:
        more["posts"] = _posts(request.actor)
    said = request.POST if request.method == "POST" else None
    form = part.form(said, instance=row, **more)
    narrow(request.actor, form)
    return form


def _posts(actor: Actor) -> list[tuple[str, str]]:
    """The posts that the adopted measure knows."""
    try:
        measure = enacted(in_force(clock.now().astimezone(actor.zone))).measure
    except NotInForce:
        return []
    return [(k, labelled(v.zh, v.en)) for k, v in measure.vocabulary.posts.items()]


@page(MANAGE)
def home(request: ActorRequest) -> HttpResponseBase:
    """The organisation begins with its units."""
    return redirect("house:part", "units")


@page(MANAGE)
def part(request: ActorRequest, name: str) -> HttpResponseBase:
    """One part of the organisation, as a list with a form to add to it."""
    return _edit(request, name, None)


@page(MANAGE)
def edit(request: ActorRequest, name: str, pk: int) -> HttpResponseBase:
    """One row of a part."""
    shown = PARTS.get(name)
    if shown is None or shown.fixed:
        raise Http404
    return _edit(request, name, _row(request.actor, shown, pk))


def _row(actor: Actor, part: Part, pk: int) -> Model:
    rows: QuerySet[Model] = managed(actor, part.model._default_manager.all())
    return get_object_or_404(rows, pk=pk)


def _edit(request: ActorRequest, name: str, row: Model | None) -> HttpResponseBase:
    shown = PARTS.get(name)
    if shown is None or not reaches(request.actor, shown.model):
        raise Http404
    form = _form(request, shown, row)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                _keep(request.actor, form)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("Kept."))
                return redirect("house:part", name)
    every = shown.model._default_manager.select_related(*shown.related)
    rows = managed(request.actor, every)[:SHOWN]
    context = {
        "parts": [(k, p.title) for k, p in PARTS.items() if reaches(request.actor, p.model)],
        "name": name,
        "part": shown,
        "heads": [_head(shown.model, c) for c in shown.columns],
        "rows": [(r.pk, [_cell(r, c) for c in shown.columns]) for r in rows],
        "form": form,
        "row": row,
    }
    return render(request, "house/part.html", context, status=status)


def _keep(actor: Actor, form: forms.ModelForm[Any]) -> None:
    row = form.save(commit=False)
    with transaction.atomic():
        _keep_row(actor, form, row)


def _keep_row(actor: Actor, form: forms.ModelForm[Any], row: Any) -> None:
    match row:
        case m.Holding():
            actions.hold(actor, row)
        case m.SpecialTime():
            actions.declare_special(actor, row)
        case m.Person():
            if "unit" in form.changed_data and form.cleaned_data.get("moved_on") and row.pk:
                actions.move(actor, m.Person.objects.get(pk=row.pk), row.unit,
                             form.cleaned_data["moved_on"])  # fmt: skip
            actions.keep(actor, row, [f for f in form.changed_data if f != "moved_on"])
        case _:
            actions.keep(actor, row, form.changed_data)


def _head(model: type[Model], column: str) -> str:
    name = column.removeprefix("get_").removesuffix("_display")
    if name == "label":
        name = "name"
    if name in f.LABELS:
        return str(f.LABELS[name])
    return str(getattr(model._meta.get_field(name), "verbose_name", name))


def _cell(row: Model, column: str) -> Any:
    value = getattr(row, column)
    value = value() if callable(value) else value
    if value is True:
        return _("yes")
    return "" if value in (None, False) else value


@page(MANAGE)
def people_out(request: ActorRequest) -> HttpResponseBase:
    """The people as a sheet, or the template: a sheet with titles only."""
    rows = m.Person.objects.none()
    if request.GET.get("template") != "1":
        active = m.Person.objects.filter(is_active=True).select_related("unit")
        rows = managed(request.actor, active)
        people.taken_out(request.actor)
    return download(people.workbook(rows), "people")


@page(MANAGE)
@require_POST
def people_in(request: ActorRequest) -> HttpResponseBase:
    """People from a sheet: all of them, or none and the reasons."""
    file = request.FILES.get("file")
    if file is None:
        messages.error(request, _("Choose a file."))
        return redirect("house:part", "people")
    rows, faults = people.read(file, file.size or 0)
    if not faults and not rows:
        faults = [Fault(0, "", _("The file is empty."))]
    if not faults:
        try:
            added, changed = people.bring_in(request.actor, rows)
        except ValidationError as error:
            faults = [Fault(0, "", said) for said in error.messages]
        else:
            told = _("%(added)d people were added, %(changed)d changed.")
            messages.success(request, told % {"added": added, "changed": changed})
            return redirect("house:part", "people")
    context = {"faults": faults[:SHOWN], "many": len(faults), "name": file.name}
    return render(request, "house/refused.html", context, status=422)


@page(SEE_ROSTER)
def roster(request: ActorRequest) -> HttpResponseBase:
    """Who is on duty: seven days from today, or from the day asked for."""
    may_plan = request.actor.may(ROSTER)
    form = f.ShiftForm(request.POST or None) if may_plan else None
    if form is not None:
        narrow_roster(request.actor, form)
    status = 200
    if request.method == "POST" and form is not None:
        status = 422
        if form.is_valid():
            try:
                actions.plan_shift(request.actor, form.save(commit=False))
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("Kept."))
                return redirect("house:roster")
    first = day_in(request.GET.get("from", "")) or clock.now().astimezone(request.actor.zone).date()
    start = datetime.combine(first, time(), request.actor.zone)
    week = m.RosterShift.objects.filter(ends__gt=start, starts__lt=start + WEEK)
    context = {
        "first": first,
        "before": first - WEEK,
        "after": first + WEEK,
        "shifts": week.select_related("person", "unit").order_by("starts", "kind")[:SHOWN],
        "form": form,
    }
    return render(request, "house/roster.html", context, status=status)


@page(ROSTER)
def rotation(request: ActorRequest) -> HttpResponseBase:
    """People who take turns: looked at first, then kept, all of them or none."""
    form = f.RotationForm(request.POST or None)
    narrow_roster(request.actor, form)
    shifts: list[m.RosterShift] = []
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                if request.POST.get("do") == "keep":
                    n = plan_rotation(request.actor, form.rotation())
                    messages.success(request, _("%(n)d shifts were planned.") % {"n": n})
                    return redirect("house:roster")
                shifts, status = form.rotation().shifts(request.actor.zone), 200
            except ValidationError as error:
                form.add_error(None, error)
    return render(request, "house/rotation.html", {"form": form, "shifts": shifts}, status=status)


@page(SEE_ROSTER)
@require_POST
def arrived(request: ActorRequest, pk: int) -> HttpResponseBase:
    """I am there for my shift."""
    row = get_object_or_404(m.RosterShift, pk=pk, person=request.actor.person)
    try:
        actions.come_on_duty(request.actor, row)
        messages.success(request, _("You are on duty."))
    except ValidationError as error:
        messages.error(request, "; ".join(error.messages))
    return redirect("house:roster")
