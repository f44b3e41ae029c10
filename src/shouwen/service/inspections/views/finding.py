"""Findings: the list, recording one, one with all that rests on it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from shouwen.service import clock
from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.enactment.enacted import Enacted, enacted
from shouwen.service.enactment.models import Clock
from shouwen.service.house.queries import unit_on
from shouwen.service.inspections import measure as book
from shouwen.service.inspections import queries
from shouwen.service.inspections.actions import finding as actions
from shouwen.service.inspections.bounds import rules
from shouwen.service.inspections.forms import FindingForm, LookForm, OrderForm
from shouwen.service.inspections.judgement import Judgement, foreseen, judged
from shouwen.service.inspections.models import (
    Check,
    Finding,
    Inspection,
    Kind,
    PhoneCheck,
    Rectification,
    RectificationState,
)
from shouwen.service.inspections.models.findings import OPEN
from shouwen.service.inspections.permissions import INSPECT, PUT_RIGHT, SEE_FINDINGS, TAKE_BACK
from shouwen.service.inspections.views.common import (
    EXPORTED,
    keep_picture,
    refused,
    sheet,
    tabs,
    timeline,
)
from shouwen.service.measurebook.queries import days
from shouwen.service.measurebook.words import pick, told
from shouwen.service.organisations.models import Unit
from shouwen.service.ui.once import once
from shouwen.service.ui.paging import page_of

RELATED = ("person", "unit", "inspection", "taken_back", "rectification", "adoption")


@page(SEE_FINDINGS)
def findings(request: ActorRequest) -> HttpResponseBase:
    """The list, the last first."""
    chosen: dict[str, Any] = {
        k: request.GET.get(k, "").strip() for k in ("norm", "unit", "person", "state")
    }
    chosen["first"], chosen["last"] = days(request.GET)
    rows = queries.chosen_findings(request.actor, queries.findings(request.actor), chosen)
    rows = rows.select_related(*RELATED)
    if request.GET.get("format") == "xlsx":
        return sheet(
            "findings", _("Findings"),
            [(_("Number"), lambda f: f.number), (_("Norm"), lambda f: f.norm),
             (_("Title"), lambda f: _title(f)),
             (_("Person"), lambda f: f.whom),
             (_("Unit"), lambda f: f.unit.label), (_("Time of the act"), lambda f: f.occurred_at),
             (_("Found at"), lambda f: f.found_at), (_("Recorded at"), lambda f: f.recorded_at),
             (_("The problem found"), lambda f: f.said), (_("Evidence"), lambda f: f.evidence),
             (_("Inspection"), lambda f: f.inspection.number if f.inspection else ""),
             (_("State"), lambda f: state_of(f)[0])],
            rows.order_by("-found_at", "-id")[:EXPORTED],
        )  # fmt: skip
    shown = page_of(request, rows, "found_at")
    context = {
        "tabs": tabs(request, "findings"),
        "page": shown,
        "rows": [(f, _title(f), *state_of(f)) for f in shown.rows],
        "chosen": chosen,
        "units": Unit.objects.filter(is_active=True),
        "states": STATES,
        "may_find": request.actor.may(INSPECT),
    }
    return render(request, "inspections/findings.html", context)


STATES = (
    ("standing", gettext_lazy("standing")),
    ("open", gettext_lazy("to be put right")),
    ("late", gettext_lazy("late")),
    ("right", gettext_lazy("put right")),
    ("taken-back", gettext_lazy("taken back")),
)


def state_of(row: Finding) -> tuple[str, str]:
    """Where a finding stands, in a word and with a colour."""
    if hasattr(row, "taken_back"):
        return _("taken back"), ""
    due = getattr(row, "rectification", None)
    if due is None:
        return _("standing"), "blue"
    today = timezone.localtime(clock.now()).date()
    if due.state in OPEN and (due.due_on < today or due.level):
        if due.level:
            return _("not put right (%(n)d)") % {"n": due.level}, "red"
        return _("late"), "red"
    tone = "green" if due.state == "right" else "amber"
    return str(due.get_state_display()), tone


def _title(row: Finding) -> str:
    return book.title_of(enacted(row.adoption).measure, row.norm)


@page(INSPECT)
@once
def find(request: ActorRequest) -> HttpResponseBase:
    """Record a finding; first look at what the measure would say of it."""
    found = book.known(request.actor)
    if found is None or not book.asks_for(found[1], book.FINDING):
        raise Http404
    known = found[1]
    inspection, line, call = _about(request)
    status, looked = 200, None
    if request.method == "POST":
        form = FindingForm(request.actor, known, request.POST, inspection=inspection)
        status = 422
        if form.is_valid():
            if "look" in request.POST:
                looked, status = _look(request, known, form), 200
            else:
                try:
                    told_ = _found(form, inspection, line, call)
                    row = actions.find(request.actor, told_)
                except ValidationError as error:
                    form.add_error(None, error)
                else:
                    messages.success(request, _("Recorded."))
                    return redirect("inspections:finding", row.number)
    else:
        now = timezone.localtime(clock.now()).replace(second=0, microsecond=0)
        form = FindingForm(
            request.actor, known, inspection=inspection,
            initial={"norm": request.GET.get("norm", ""), "occurred_at": now,
                     "person": getattr(call, "person_id", None),
                     "unit": getattr(inspection, "unit_id", None),
                     "agent": getattr(inspection, "agent", ""),
                     "said": line.note if line is not None else ""},
        )  # fmt: skip
    context = {
        "tabs": tabs(request, ""),
        "form": form,
        "looked": looked,
        "inspection": inspection,
        "norm": request.GET.get("norm", ""),
        "text": book.text_of(known.measure, request.GET.get("norm", "")),
    }
    return render(request, "inspections/find.html", context, status=status)


def _about(request: ActorRequest) -> tuple[Inspection | None, Check | None, PhoneCheck | None]:
    """What a finding comes from: an inspection and a line of its checklist, or a phone call."""
    number = request.GET.get("inspection", "")
    inspection = queries.inspections(request.actor).filter(number=number).first()
    line = None
    if inspection is not None:
        line = inspection.checks.filter(norm=request.GET.get("norm", "")).first()
    phone = request.GET.get("phone", "")
    call = queries.phone_checks(request.actor).filter(pk=int(phone)) if phone.isdecimal() else None
    return inspection, line, call.first() if call is not None else None


def _found(
    form: FindingForm, inspection: Inspection | None, line: Check | None, call: PhoneCheck | None
) -> actions.Found:
    data = form.cleaned_data
    if line is not None and line.norm != data["norm"]:
        line = None
    return actions.Found(
        norm=data["norm"], occurred_at=data["occurred_at"], said=data["said"],
        evidence=data["evidence"], person=data.get("person"), unit=data.get("unit"),
        agent=data.get("agent", "").strip(), found_at=data["found_at"], own=form.own(),
        inspection=inspection, check=line, phone_check=call, same_act_as=data.get("same_act_as"),
    )  # fmt: skip


def _look(request: ActorRequest, known: Enacted, form: FindingForm) -> Judgement:
    data = form.cleaned_data
    day = timezone.localtime(data["occurred_at"]).date()
    person = data.get("person")
    unit = unit_on(person, day) if person is not None else data.get("unit")
    facts = {
        "case": "preview", "person": person.number if person is not None else None,
        "unit": unit.code if unit is not None else None, "agent": data.get("agent"),
        "department": unit.code if unit is not None and not data.get("agent") else None,
        "norm": data["norm"], "occurred": data["occurred_at"],
    }  # fmt: skip
    at = data["found_at"] or clock.now()
    return foreseen(known, {k: v for k, v in facts.items() if v}, form.own(), at)


@page(SEE_FINDINGS)
def finding(request: ActorRequest, number: str) -> HttpResponseBase:
    """One finding: what was found and how it is known, what follows, how it is put right."""
    row = _finding(request, number)
    measure = enacted(row.adoption).measure
    said, thread = judged(row)
    events = list(row.act.events.all())
    due = getattr(row, "rectification", None)
    standing = not hasattr(row, "taken_back")
    person = request.actor.person
    may_inspect = request.actor.may(INSPECT)
    hidden = row.inspection is not None and row.inspection.kind == Kind.HIDDEN
    named = not hidden or request.actor.sight(INSPECT).everything
    today = timezone.localtime(clock.now()).date()
    context = {
        "tabs": tabs(request, ""),
        "finding": row,
        "title": book.title_of(measure, row.norm),
        "text": book.text_of(measure, row.norm),
        "said": said,
        "thread": thread,
        "told": told(measure, events[0].type, row.own) if events else [],
        "same_act": Finding.objects.filter(occasion=row.occasion).exclude(pk=row.pk),
        "moved": row.person is not None and row.person.unit_id != row.unit_id,
        "posts": [(_post(measure, post), code) for post, code in row.posts],
        "clocks": Clock.objects.filter(thread=thread) if thread is not None else [],
        "due": due,
        "late": due is not None and due.state in OPEN and due.due_on < today,
        "looks": due.looks.select_related("by") if due is not None else [],
        "state": state_of(row),
        "standing": standing,
        "named": named,
        "pictures": row.pictures.all(),
        "may_order": may_inspect and standing and due is None,
        "may_report": _may_report(request, due),
        "may_look": may_inspect and due is not None and due.state in OPEN and person is not None
        and person.pk not in (due.responsible_id, row.person_id),
        "may_add": may_inspect and standing,
        "may_take_back": request.actor.may(TAKE_BACK) and standing
        and (person is None or row.person_id != person.pk),
        "order": OrderForm(initial={
            "responsible": row.person_id, "due_on": today + timedelta(days=rules().put_right_within)
        }),
        "look": LookForm(),
        "timeline": timeline(f"finding:{row.number}", named=named),
    }  # fmt: skip
    drawer = request.headers.get("X-Drawer") == "1"
    return render(request, f"inspections/finding{'_drawer' if drawer else ''}.html", context)


def _may_report(request: ActorRequest, due: Rectification | None) -> bool:
    """Whether it is for the actor to say that it is put right: responsible, or their head."""
    person = request.actor.person
    if due is None or person is None or due.state != RectificationState.ORDERED:
        return False
    return due.responsible_id == person.pk or due.unit_id in request.actor.sight(PUT_RIGHT).units


def _post(measure: Any, post: str) -> str:
    label = measure.vocabulary.posts.get(post)
    return pick(label) if label is not None else post


@page(TAKE_BACK)
@once
def change(request: ActorRequest, number: str) -> HttpResponseBase:
    """Put a finding in the place of one that was not right."""
    row = _finding(request, number)
    known = enacted(row.adoption)
    status = 200
    if request.method == "POST":
        form = FindingForm(request.actor, known, request.POST, changing=row)
        status = 422
        if form.is_valid():
            try:
                told_ = _found(form, row.inspection, row.check_line, row.phone_check)
                new = actions.replace(request.actor, row, told_, form.cleaned_data["reason"])
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("Changed; what rested on it is reckoned anew."))
                return redirect("inspections:finding", new.number)
    else:
        words = {True: "yes", False: "no"}
        initial = {f"own-{k}": words[v] if isinstance(v, bool) else v for k, v in row.own.items()}
        form = FindingForm(
            request.actor, known, changing=row,
            initial=initial | {
                "person": row.person_id, "unit": row.unit_id, "agent": row.agent, "norm": row.norm,
                "occurred_at": row.occurred_at, "said": row.said, "evidence": row.evidence,
            },
        )  # fmt: skip
    context = {"tabs": tabs(request, ""), "form": form, "changing": row}
    return render(request, "inspections/find.html", context, status=status)


@page(TAKE_BACK)
@require_POST
def take_back(request: ActorRequest, number: str) -> HttpResponseBase:
    """Take a finding back."""
    row = _finding(request, number)
    try:
        actions.take_back(request.actor, row, request.POST.get("reason", "")[:500])
        messages.success(request, _("Taken back; what rested on it is reckoned anew."))
    except ValidationError as error:
        messages.error(request, refused(error))
    return redirect("inspections:finding", number)


@page(INSPECT)
@require_POST
def photo(request: ActorRequest, number: str) -> HttpResponseBase:
    """Keep a picture of a finding."""
    row = _finding(request, number)
    keep_picture(request, row)
    return redirect("inspections:finding", number)


def _finding(request: ActorRequest, number: str) -> Finding:
    rows = queries.findings(request.actor).select_related(
        *RELATED, "rectification__responsible", "found_by", "act", "instead_of", "check_line",
        "phone_check", "person__unit", "taken_back__by", "corrected_by",
    )  # fmt: skip
    return get_object_or_404(rows, number=number)
