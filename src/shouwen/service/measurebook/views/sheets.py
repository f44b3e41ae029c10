"""Events in spreadsheets."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from shouwen.measures.language.model import Relation
from shouwen.service import clock
from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.measurebook import actions, sheets
from shouwen.service.measurebook.permissions import REGISTER_EVENTS, SEE_EVENTS
from shouwen.service.measurebook.views.events import chosen_rows, known_to
from shouwen.service.measurebook.words import pick
from shouwen.service.ui.workbooks import download
from shouwen.service.ui.xlsx import Fault

MOST_FAULTS = 200


def _relation(request: ActorRequest, type_: str) -> Relation:
    found = known_to(request).measure.vocabulary.events.get(type_)
    if found is None:
        raise Http404
    return found


@page(REGISTER_EVENTS)
def template(request: ActorRequest, type_: str) -> HttpResponseBase:
    """An empty sheet for an event type."""
    relation = _relation(request, type_)
    content = sheets.template(known_to(request).measure, relation)
    return download(content, pick(relation.label))


@page(REGISTER_EVENTS)
def bring_in(request: ActorRequest, type_: str) -> HttpResponseBase:
    """Register the events of a sheet: all of them, or none and every fault named."""
    relation = _relation(request, type_)
    faults: list[Fault] = []
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None:
            faults = [Fault(0, "", _("Choose a file."))]
        else:
            measure = known_to(request).measure
            rows, faults = sheets.read(measure, relation, file, file.size or 0, clock.now())
            if not faults:
                try:
                    count = actions.bring_in(request.actor, type_, rows)
                except ValidationError as error:
                    faults = [Fault(0, "", said) for said in error.messages]
                else:
                    messages.success(request, _("%(n)d events registered.") % {"n": count})
                    return redirect("enactment:events")
    context = {"name": pick(relation.label), "type": type_, "faults": faults[:MOST_FAULTS],
               "more": max(len(faults) - MOST_FAULTS, 0)}  # fmt: skip
    return render(request, "measurebook/bring_in.html", context, status=422 if faults else 200)


@page(SEE_EVENTS)
def take_out(request: ActorRequest) -> HttpResponseBase:
    """The events of the list as a sheet, the last 10,000 at most."""
    measure = known_to(request).measure
    rows, _chosen = chosen_rows(request, measure)
    found = rows.select_related("by").order_by("-at", "-pk")[: sheets.MOST_OUT]
    actions.taken_out(request.actor, request.GET.dict())
    return download(sheets.taken_out(measure, found), _("Events"))
