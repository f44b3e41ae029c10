"""Sheets: issuing them, looking at them, taking them out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.assessment import actions, export
from shouwen.service.assessment.models import Sheet
from shouwen.service.assessment.periods import asked_for
from shouwen.service.assessment.permissions import ISSUE_SHEETS, MY_SHEET, SEE_FIGURES
from shouwen.service.assessment.views.common import address, subject_of, today
from shouwen.service.measurebook.grades import grade_words
from shouwen.service.ui.paging import page_of
from shouwen.service.ui.workbooks import download


def _visible(request: ActorRequest) -> Any:
    rows = Sheet.objects.select_related("unit", "person__unit", "issued_by", "organisation")
    sight = request.actor.sight(SEE_FIGURES)
    if sight.everything:
        return rows
    seen = rows.filter(unit__in=sight.units) | rows.filter(person__unit__in=sight.units)
    # One's own sheet is seen by everyone, with or without the right to see figures.
    me = request.actor.person
    return seen | rows.filter(person=me) if me is not None else seen


@page(SEE_FIGURES)
def sheets(request: ActorRequest) -> HttpResponseBase:
    """The sheets that were issued, the last first."""
    context = {"page": page_of(request, _visible(request), "issued_at")}
    return render(request, "assessment/sheets.html", context)


@page(ISSUE_SHEETS)
@require_POST
def issue(request: ActorRequest) -> HttpResponseBase:
    """Issue the sheet of a period, or a new version of it."""
    subject = subject_of(request)
    period = asked_for(request.POST, today(request))
    first, last = period.first, period.last
    try:
        sheet = actions.issue(
            request.actor, subject, first, last, request.POST.get("reason", "")[:500]
        )
    except ValidationError as error:
        messages.error(request, "; ".join(error.messages))
        return redirect(f"{reverse('assessment:figures')}?{address(subject, first, last)}")
    messages.success(request, _("Issued: %(number)s, version %(version)d.")
                     % {"number": sheet.number, "version": sheet.version})  # fmt: skip
    return redirect("assessment:sheet", sheet.number, sheet.version)


@page(MY_SHEET)
def sheet(request: ActorRequest, number: str, version: int) -> HttpResponseBase:
    """A sheet as it was issued, and what changed since the version before."""
    found = get_object_or_404(_visible(request), number=number, version=version)
    versions = list(_visible(request).filter(number=number).order_by("version"))
    before = next((v for v in versions if v.version == version - 1), None)
    words = grade_words()
    context = {
        "sheet": found,
        "versions": versions,
        "head": export.head(found),
        "rows": [(r, export.said(r["label"]), export.value(r), export.said(r["formula"]))
                 for r in found.figures["rows"]],
        "standing": [
            (r, export.said(r["label"]), words(r["value"])) for r in found.figures["standing"]
        ],
        "changes": [(c, export.said(c.row["label"])) for c in actions.changes(before, found)]
        if before is not None else [],
    }  # fmt: skip
    return render(request, "assessment/sheet.html", context)


@page(MY_SHEET)
def sheet_xlsx(request: ActorRequest, number: str, version: int) -> HttpResponseBase:
    """The sheet as Excel."""
    found = get_object_or_404(_visible(request), number=number, version=version)
    return download(export.workbook(found), f"{number}-{version}")


@page(MY_SHEET)
def sheet_pdf(request: ActorRequest, number: str, version: int) -> HttpResponseBase:
    """The sheet as PDF."""
    found = get_object_or_404(_visible(request), number=number, version=version)
    answer = HttpResponse(export.pdf(found), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{number}-{version}.pdf"'
    return answer
