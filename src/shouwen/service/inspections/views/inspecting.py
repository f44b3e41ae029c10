"""Inspections: the list, beginning one, its checklist on the phone, its end."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.audit.actions import log, looked_at
from shouwen.service.cases.queries import cases_of
from shouwen.service.contacts.models import Call
from shouwen.service.enactment.enacted import enacted
from shouwen.service.inspections import measure as book
from shouwen.service.inspections import queries
from shouwen.service.inspections.actions import inspecting
from shouwen.service.inspections.forms import BeginForm
from shouwen.service.inspections.models import (
    Inspection,
    InspectionState,
    Kind,
    Picture,
    Result,
    SampleItem,
    SampleOf,
    Task,
)
from shouwen.service.inspections.permissions import INSPECT, SEE_FINDINGS, SEE_INSPECTIONS
from shouwen.service.inspections.views.common import (
    EXPORTED,
    keep_picture,
    refused,
    sheet,
    tabs,
    timeline,
)
from shouwen.service.measurebook.queries import between, days
from shouwen.service.organisations.models import Person, Unit
from shouwen.service.ui.once import once
from shouwen.service.ui.paging import page_of

RELATED = ("unit", "inspector", "task", "rota_day")


@page(SEE_INSPECTIONS)
def inspections(request: ActorRequest) -> HttpResponseBase:
    """The list, the last first."""
    rows = queries.inspections(request.actor).select_related(*RELATED)
    chosen: dict[str, Any] = {k: request.GET.get(k, "") for k in ("kind", "state", "unit")}
    if chosen["kind"] in Kind.values:
        rows = rows.filter(kind=chosen["kind"])
    if chosen["state"] in InspectionState.values:
        rows = rows.filter(state=chosen["state"])
    if chosen["unit"].isdecimal():
        rows = rows.filter(unit_id=int(chosen["unit"]))
    chosen["first"], chosen["last"] = days(request.GET)
    rows = rows.filter(between(request.actor.zone, chosen["first"], chosen["last"], "begun_at"))
    if request.GET.get("format") == "xlsx":
        return sheet(
            "inspections", _("Inspections"),
            [(_("Number"), lambda i: i.number), (_("Kind"), lambda i: i.get_kind_display()),
             (_("Unit"), lambda i: i.agent or i.unit.label), (_("Begun"), lambda i: i.begun_at),
             (_("State"), lambda i: i.get_state_display()),
             (_("Inspector"), lambda i: _by(request, i)),
             (_("What was seen"), lambda i: i.summary)],
            rows.order_by("-begun_at", "-id")[:EXPORTED],
        )  # fmt: skip
    shown = page_of(request, rows, "begun_at")
    context = {
        "tabs": tabs(request, "inspections"),
        "page": shown,
        "rows": [(i, _by(request, i)) for i in shown.rows],
        "chosen": chosen,
        "kinds": Kind.choices,
        "states": InspectionState.choices,
        "units": Unit.objects.filter(is_active=True),
        "may_inspect": request.actor.may(INSPECT),
        "today": queries.today_of(request.actor),
    }
    return render(request, "inspections/inspections.html", context)


def _by(request: ActorRequest, row: Inspection) -> str:
    """Who inspected; of an unannounced visit only those who inspect themselves read it."""
    if row.kind == Kind.HIDDEN and not request.actor.sight(INSPECT).everything:
        return ""
    return row.inspector.label


@page(INSPECT)
@once
def begin(request: ActorRequest) -> HttpResponseBase:
    """Choose what is looked at; see its checklist; begin."""
    found = book.known(request.actor)
    if found is None:
        raise Http404
    _adoption, known = found
    aim = _aim(request)
    on_rota = aim.get("rota_day") is not None
    status, looked = 200, None
    if request.method == "POST":
        form = BeginForm(request.actor, known, request.POST, on_rota=on_rota)
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            conducts = book.chosen(known.measure, data.get("places", ()), data.get("roles", ()))
            if "look" in request.POST:
                looked, status = book.standards(known.measure, conducts), 200
            else:
                try:
                    row = inspecting.begin(request.actor, _asked(request, data, aim))
                except ValidationError as error:
                    form.add_error(None, error)
                else:
                    return redirect("inspections:inspection", row.number)
    else:
        form = BeginForm(request.actor, known, on_rota=on_rota, initial=aim["initial"])
    context = {
        "tabs": tabs(request, ""),
        "form": form,
        "looked": looked,
        "norms": len({n for s in looked for n, _t, _p in s.norms}) if looked else 0,
        "aim": aim,
    }
    return render(request, "inspections/begin.html", context, status=status)


def _aim(request: ActorRequest) -> dict[str, Any]:
    """What an inspection is for: a task of a programme, a day on the rota, one of a sample."""
    found: dict[str, Any] = {"initial": {"kind": Kind.OPEN}}
    initial = found["initial"]
    task = request.GET.get("task", "")
    if task.isdecimal() and request.actor.sight(INSPECT).everything:
        row = Task.objects.select_related("unit", "programme").filter(pk=int(task)).first()
        if row is not None:
            found["task"] = row
            initial |= {"kind": row.kind, "unit": row.unit_id, "about": row.about,
                        "agent": row.agent, "comprehensive": row.comprehensive}  # fmt: skip
    if request.GET.get("rota"):
        today = queries.today_of(request.actor)
        if today is not None and today.leader_id == getattr(request.actor.person, "pk", None):
            found["rota_day"] = today
            initial["kind"] = Kind.HIDDEN
    item = request.GET.get("item", "")
    if item.isdecimal() and request.actor.sight(INSPECT).everything:
        drawn = SampleItem.objects.select_related("sample").filter(pk=int(item)).first()
        if drawn is not None:
            found["sample_item"] = drawn
            people = drawn.sample.of == SampleOf.PEOPLE
            who = Person.objects.filter(number=drawn.key).first() if people else None
            initial |= {
                "kind": Kind.HIDDEN if people else Kind.RECORDING,
                "unit": who.unit_id if who is not None else drawn.unit_id,
                "about": who.label if who is not None else drawn.key,
            }
    return found


def _asked(request: ActorRequest, data: dict[str, Any], aim: dict[str, Any]) -> Any:
    item = aim.get("sample_item")
    about = data["about"].strip()
    case = cases_of(request.actor).filter(number=about).first() if about else None
    call = Call.objects.filter(uid=about).first() if about and case is None else None
    return inspecting.Asked(
        kind=Kind(data["kind"]), unit=data["unit"], about=about,
        places=tuple(data.get("places", ())), roles=tuple(data.get("roles", ())),
        agent=data.get("agent", "").strip(), members=data["members"],
        comprehensive=data.get("comprehensive", False), task=aim.get("task"),
        rota_day=aim.get("rota_day"), visit_place=data.get("visit_place", ""),
        sample_item=item, case=case, call=call, begun_at=data["begun_at"],
    )  # fmt: skip


@page(SEE_INSPECTIONS)
def inspection(request: ActorRequest, number: str) -> HttpResponseBase:
    """One inspection: its checklist, what was found, its pictures."""
    row = _inspection(request, number)
    measure = enacted(row.adoption).measure
    lines = list(row.checks.order_by("position"))
    found = list(row.findings.select_related("person", "taken_back", "rectification"))
    named = {f.check_line_id: f for f in found if not hasattr(f, "taken_back")}
    conducts = {c.id: c for c in measure.conducts}
    groups: dict[str, dict[str, Any]] = {}
    for line in lines:
        conduct = conducts.get(line.conduct)
        labels = book.standards(measure, [conduct])[0] if conduct is not None else None
        group = groups.setdefault(
            line.conduct,
            {"label": labels.label if labels else line.conduct,
             "where": labels.where if labels else "", "lines": []},
        )  # fmt: skip
        text = book.text_of(measure, line.norm)
        group["lines"].append((line, text, named.get(line.pk)))
    running = row.state == InspectionState.RUNNING
    context = {
        "tabs": tabs(request, ""),
        "inspection": row,
        "by": _by(request, row),
        "groups": list(groups.values()),
        "counts": {
            "all": len(lines),
            "kept": sum(line.result == Result.KEPT for line in lines),
            "broken": sum(line.result == Result.BROKEN for line in lines),
            "open": sum(line.result == Result.NONE for line in lines),
        },
        "results": [r for r in Result.choices if r[0]],
        "findings": found,
        "pictures": row.pictures.all(),
        "running": running and request.actor.may(INSPECT),
        "may_find": request.actor.may(INSPECT),
        "timeline": timeline(f"inspection:{row.number}", named=bool(_by(request, row))),
    }
    drawer = request.headers.get("X-Drawer") == "1"
    return render(request, f"inspections/inspection{'_drawer' if drawer else ''}.html", context)


@page(INSPECT)
@require_POST
def tick(request: ActorRequest, number: str) -> HttpResponseBase:
    """Keep what was ticked; a phone that keeps steps gets JSON: where to go next, or why not."""
    row = _inspection(request, number)
    told = {k[2:]: str(v) for k, v in request.POST.items() if k.startswith("r:")}
    seen = {n: (r, str(request.POST.get(f"n:{n}", "")).strip()) for n, r in told.items()}
    error = ""
    try:
        inspecting.tick(request.actor, row, seen)
    except ValidationError as no:
        error = refused(no)
        log(request.actor, "inspections.refused", f"inspection:{row.number}",
            {"why": error, "told": {n: list(v) for n, v in seen.items()}})  # fmt: skip
    following = reverse("inspections:inspection", args=[number])
    if request.headers.get("X-Step"):
        return JsonResponse({"next": following} | ({"error": error} if error else {}))
    if error:
        messages.error(request, error)
    else:
        messages.success(request, _("Kept."))
    return redirect(following)


@page(INSPECT)
@require_POST
def end(request: ActorRequest, number: str) -> HttpResponseBase:
    """End an inspection, or break it off."""
    row = _inspection(request, number)
    text = request.POST.get("summary", "")[:4000]
    try:
        if "abandon" in request.POST:
            inspecting.abandon(request.actor, row, text)
            messages.success(request, _("Broken off; what was found already stands."))
        else:
            inspecting.hold(request.actor, row, text)
            messages.success(request, _("Held. What was seen stands from now on."))
    except ValidationError as error:
        messages.error(request, refused(error))
    return redirect("inspections:inspection", number)


@page(INSPECT)
@require_POST
def photo(request: ActorRequest, number: str) -> HttpResponseBase:
    """Keep a picture of an inspection."""
    row = _inspection(request, number)
    keep_picture(request, row)
    return redirect("inspections:inspection", number)


@page(SEE_FINDINGS)
def picture(request: ActorRequest, pk: int) -> HttpResponseBase:
    """A picture of an inspection or a finding one may see; that it was looked at is kept."""
    rows = Picture.objects.select_related("inspection", "finding")
    row = rows.filter(pk=pk).first()
    seen = row is not None and (
        (row.finding_id is not None
         and queries.findings(request.actor).filter(pk=row.finding_id).exists())
        or (row.inspection_id is not None and request.actor.may(SEE_INSPECTIONS)
            and queries.inspections(request.actor).filter(pk=row.inspection_id).exists())
    )  # fmt: skip
    if row is None or not seen or not row.file.storage.exists(row.file.name or ""):
        raise Http404
    looked_at(request.actor, f"picture:{pk}", "picture")
    return FileResponse(row.file.open("rb"), content_type="image/jpeg")


def _inspection(request: ActorRequest, number: str) -> Inspection:
    rows = queries.inspections(request.actor).select_related(
        "unit", "inspector", "task__programme", "rota_day__rota", "sample_item__sample", "case",
        "call", "adoption",
    )  # fmt: skip
    return get_object_or_404(rows, number=number)
