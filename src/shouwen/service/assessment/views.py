"""Pages of figures and sheets."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shouwen.service import clock
from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.assessment import actions, export, queries
from shouwen.service.assessment.figures import FIGURES, Span, figure
from shouwen.service.assessment.models import Scope, Sheet
from shouwen.service.assessment.periods import asked_for, last_months
from shouwen.service.assessment.permissions import ISSUE_SHEETS, SEE_FIGURES
from shouwen.service.assessment.queries import Subject
from shouwen.service.organisations.models import Person, Unit
from shouwen.service.ui.paging import page_of
from shouwen.service.ui.workbooks import download

DRILLED = 300
SHOWN = ("kept", "arrival", "first-time", "closed", "content", "complaints", "breaches")
"""The figures by which parts are set beside each other."""


def _subject(request: ActorRequest) -> Subject:
    """Of whom an address asks; whoever may not see the whole starts with their own unit.

    Raises:
        Http404: when there is no such unit or person, or the actor may not see it.
    """
    asked = request.POST if request.method == "POST" else request.GET
    unit, person = asked.get("unit", ""), asked.get("person", "")
    if person.isdigit():
        found = Person.objects.select_related("unit").filter(pk=int(person)).first()
        subject = Subject(Scope.PERSON, person=found) if found else None
    elif unit.isdigit():
        row = Unit.objects.filter(pk=int(unit)).first()
        subject = Subject.of_unit(row) if row else None
    else:
        subject = _all_of(request)
    if subject is None or not queries.may_see(request.actor, subject):
        raise Http404
    return subject


def _all_of(request: ActorRequest) -> Subject | None:
    sight = request.actor.sight(SEE_FIGURES)
    if sight.everything:
        return Subject(Scope.ORGANISATION)
    if sight.units:
        first = Unit.objects.filter(pk__in=sight.units).order_by("parent_id", "code").first()
        return Subject.of_unit(first) if first is not None else None
    if request.actor.person is not None:
        return Subject(Scope.PERSON, person=request.actor.person)
    return None


def _today(request: ActorRequest) -> date:
    return clock.now().astimezone(request.actor.zone).date()


def _names(subject: Subject) -> dict[str, str]:
    if subject.unit is not None:
        return {"unit": str(subject.unit.pk)}
    return {"person": str(subject.person.pk)} if subject.person is not None else {}


def _address(subject: Subject, first: date, last: date, **more: str) -> str:
    return urlencode({**_names(subject), "from": str(first), "until": str(last), **more})


@page(SEE_FIGURES)
def figures(request: ActorRequest) -> HttpResponseBase:
    """The figures of a period, beside the period before, and the parts of the subject."""
    subject = _subject(request)
    first, last = asked_for(request.GET, _today(request))
    rows = queries.rows_of(subject, first, last)
    chosen = figure(request.GET.get("figure", "kept")) or FIGURES["kept"]
    if chosen not in subject.figures():
        chosen = subject.figures()[0]
    points = queries.series(subject, chosen, first, last)
    sight = request.actor.sight(SEE_FIGURES)
    units = Unit.objects.filter(is_active=True)
    parts = [
        (part.label, _address(part, first, last), values)
        for part, values in queries.parts_of(subject, first, last, SHOWN)
    ]
    context = {
        "subject": subject,
        "names": _names(subject),
        "first": first,
        "last": last,
        "rows": [(r, _address(subject, first, last, norm=r.norm)) for r in rows],
        "here": _address(subject, first, last),
        "chosen": chosen,
        "points": points,
        "plot": json.dumps([[str(d), None if v is None else float(v)] for d, v in points]),
        "shown": [FIGURES[k] for k in SHOWN],
        "parts": parts,
        "months": last_months(_today(request)),
        "units": units if sight.everything else units.filter(pk__in=sight.units),
        "everything": sight.everything,
        "sheet": actions.latest(subject, first, last),
        "may_issue": request.actor.may(ISSUE_SHEETS) and last < _today(request),
    }
    return render(request, "assessment/figures.html", context)


@page(SEE_FIGURES)
def drill(request: ActorRequest, key: str) -> HttpResponseBase:
    """What stands behind a figure: those that were not good first."""
    found = figure(key)
    if found is None:
        raise Http404
    subject = _subject(request)
    first, last = asked_for(request.GET, _today(request))
    norm = request.GET.get("norm", "")
    rows = found.source(Span(first, last, request.actor.zone))
    rows = subject.keep(rows, "unit_of", "person_of")
    if norm:
        rows = rows.filter(norm_of=norm)
    rows = rows.order_by("good_of" if found.higher else "-good_of", "-pk")
    lines = [(row.good_of, *found.describe(row)) for row in rows[:DRILLED]]
    context = {
        "figure": found, "norm": norm, "subject": subject, "first": first, "last": last,
        "lines": lines, "most": DRILLED, "here": _address(subject, first, last),
    }  # fmt: skip
    return render(request, "assessment/drill.html", context)


def _visible(request: ActorRequest) -> Any:
    rows = Sheet.objects.select_related("unit", "person__unit", "issued_by", "organisation")
    sight = request.actor.sight(SEE_FIGURES)
    if sight.everything:
        return rows
    seen = rows.filter(unit__in=sight.units) | rows.filter(person__unit__in=sight.units)
    return seen | rows.filter(person=request.actor.person) if sight.own else seen


@page(SEE_FIGURES)
def sheets(request: ActorRequest) -> HttpResponseBase:
    """The sheets that were issued, the last first."""
    context = {"page": page_of(request, _visible(request), "issued_at")}
    return render(request, "assessment/sheets.html", context)


@page(ISSUE_SHEETS)
@require_POST
def issue(request: ActorRequest) -> HttpResponseBase:
    """Issue the sheet of a period, or a new version of it."""
    subject = _subject(request)
    first, last = asked_for(request.POST, _today(request))
    try:
        sheet = actions.issue(
            request.actor, subject, first, last, request.POST.get("reason", "")[:500]
        )
    except ValidationError as error:
        messages.error(request, "; ".join(error.messages))
        return redirect(f"{reverse('assessment:figures')}?{_address(subject, first, last)}")
    messages.success(request, _("Issued: %(number)s, version %(version)d.")
                     % {"number": sheet.number, "version": sheet.version})  # fmt: skip
    return redirect("assessment:sheet", sheet.number, sheet.version)


@page(SEE_FIGURES)
def sheet(request: ActorRequest, number: str, version: int) -> HttpResponseBase:
    """A sheet as it was issued, and what changed since the version before."""
    found = get_object_or_404(_visible(request), number=number, version=version)
    versions = list(_visible(request).filter(number=number).order_by("version"))
    before = next((v for v in versions if v.version == version - 1), None)
    context = {
        "sheet": found,
        "versions": versions,
        "head": export.head(found),
        "rows": [(r, export.said(r["label"]), export.value(r), export.said(r["formula"]))
                 for r in found.figures["rows"]],
        "standing": [(r, export.said(r["label"])) for r in found.figures["standing"]],
        "changes": [(c, export.said(c.row["label"])) for c in actions.changes(before, found)]
        if before is not None else [],
    }  # fmt: skip
    return render(request, "assessment/sheet.html", context)


@page(SEE_FIGURES)
def sheet_xlsx(request: ActorRequest, number: str, version: int) -> HttpResponseBase:
    """The sheet as Excel."""
    found = get_object_or_404(_visible(request), number=number, version=version)
    return download(export.workbook(found), f"{number}-{version}")


@page(SEE_FIGURES)
def sheet_pdf(request: ActorRequest, number: str, version: int) -> HttpResponseBase:
    """The sheet as PDF."""
    found = get_object_or_404(_visible(request), number=number, version=version)
    answer = HttpResponse(export.pdf(found), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{number}-{version}.pdf"'
    return answer
