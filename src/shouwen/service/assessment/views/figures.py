"""The page of figures, and the cases behind each."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render

from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.assessment import actions, queries
from shouwen.service.assessment.figures import FIGURES, Figure, Span, figure
from shouwen.service.assessment.periods import Period, asked_for, choices
from shouwen.service.assessment.permissions import ISSUE_SHEETS, SEE_FIGURES
from shouwen.service.assessment.queries import Subject
from shouwen.service.assessment.views.common import address, names, subject_of, today
from shouwen.service.organisations.models import Unit

DRILLED = 300
SHOWN = ("kept", "on-time", "arrival", "first-time", "closed", "content", "complaints", "breaches")
"""The figures by which parts are set beside each other."""


@page(SEE_FIGURES)
def figures(request: ActorRequest) -> HttpResponseBase:
    """The figures of a period, beside the period before, and the parts of the subject."""
    subject = subject_of(request)
    period = asked_for(request.GET, today(request))
    first, last = period.first, period.last
    rows = queries.rows_of(subject, first, last)
    chosen = figure(request.GET.get("figure", "kept")) or FIGURES["kept"]
    if chosen not in subject.figures():
        chosen = subject.figures()[0]
    points = queries.series(subject, chosen, first, last)
    sight = request.actor.sight(SEE_FIGURES)
    units = Unit.objects.filter(is_active=True)
    parts = [
        (part.label, address(part, first, last), values)
        for part, values in queries.parts_of(subject, first, last, SHOWN)
    ]
    context = {
        "subject": subject,
        "names": names(subject),
        "first": first,
        "last": last,
        "rows": [(r, address(subject, first, last, norm=r.norm)) for r in rows],
        "here": address(subject, first, last),
        "chosen": chosen,
        "points": points,
        "plot": json.dumps([[str(d), None if v is None else float(v)] for d, v in points]),
        "shown": [FIGURES[k] for k in SHOWN],
        "parts": parts,
        "period": period,
        "choices": choices(today(request)),
        "units": units if sight.everything else units.filter(pk__in=sight.units),
        "everything": sight.everything,
        "sheet": actions.latest(subject, first, last),
        "may_issue": request.actor.may(ISSUE_SHEETS) and last < today(request),
    }
    return render(request, "assessment/figures.html", context)


@page(SEE_FIGURES)
def drill(request: ActorRequest, key: str) -> HttpResponseBase:
    """What stands behind a figure: those that were not good first."""
    found = figure(key)
    if found is None:
        raise Http404
    subject = subject_of(request)
    context = drilled(request, found, subject, asked_for(request.GET, today(request)))
    return render(request, "assessment/drill.html", context | {"linked": True})


def drilled(
    request: ActorRequest, found: Figure, subject: Subject, period: Period
) -> dict[str, Any]:
    """The rows of a figure: those that count against it first."""
    norm = request.GET.get("norm", "")
    rows = found.source(Span(period.first, period.last, request.actor.zone))
    rows = subject.keep(rows, "unit_of", "person_of")
    if norm:
        rows = rows.filter(norm_of=norm)
    rows = rows.order_by("good_of" if found.higher else "-good_of", "-pk")
    lines = [(row.good_of, *found.describe(row)) for row in rows[:DRILLED]]
    return {
        "figure": found, "norm": norm, "subject": subject, "first": period.first,
        "last": period.last, "lines": lines, "most": DRILLED,
        "here": address(subject, period.first, period.last),
    }  # fmt: skip
