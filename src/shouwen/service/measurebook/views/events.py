"""Events of the measure: registering them, and those that were registered."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shouwen.measures.language.model import Measure
from shouwen.service import clock
from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.enactment.enacted import Enacted, NotInForce, enacted, in_force
from shouwen.service.enactment.ids import new_id
from shouwen.service.enactment.models import Event
from shouwen.service.measurebook import actions, queries
from shouwen.service.measurebook.forms import AT, WHY, EventForm
from shouwen.service.measurebook.permissions import REGISTER_EVENTS, SEE_EVENTS
from shouwen.service.measurebook.preview import preview
from shouwen.service.measurebook.words import groups, pick, told, type_name
from shouwen.service.ui.paging import page_of

OFTEN = 10


def known_to(request: ActorRequest) -> Enacted:
    """The measure in force just now. Raises Http404 when there is none."""
    try:
        return enacted(in_force(clock.now().astimezone(request.actor.zone)))
    except NotInForce as error:
        raise Http404(str(error)) from error


def chosen_rows(request: ActorRequest, measure: Measure) -> tuple[QuerySet[Event], dict[str, Any]]:
    """The events that the filters of an address leave, and what the filters are."""
    rows = queries.events(request.actor)
    type_ = request.GET.get("type", "")
    if type_ in measure.vocabulary.events:
        rows = rows.filter(type=type_)
    person, key = request.GET.get("person", "").strip(), request.GET.get("key", "").strip()
    if person:
        rows = queries.naming(rows, [f"person:{person}"])
    if key:
        # With its kind ("receipt:R1"), or as it stands: whatever kind of thing it is.
        kinds = measure.vocabulary.entities
        rows = queries.naming(rows, [key, *(f"{kind}:{key}" for kind in kinds)])
    first, last = queries.days(request.GET)
    rows = rows.filter(queries.between(request.actor.zone, first, last))
    chosen = {"type": type_, "person": person, "key": key, "first": first, "last": last}
    return rows, chosen


@page(SEE_EVENTS)
def events(request: ActorRequest) -> HttpResponseBase:
    """What was registered, the last first."""
    measure = known_to(request).measure
    rows, chosen = chosen_rows(request, measure)
    found = page_of(request, rows.select_related("by", "thread"), "at")
    shown = [(e, type_name(measure, e.type), told(measure, e.type, e.facts)) for e in found.rows]
    context = {
        "page": found,
        "shown": shown,
        "groups": [(g.label, [(r.name, pick(r.label)) for r in g.types]) for g in groups(measure)],
        **chosen,
        "may_register": request.actor.may(REGISTER_EVENTS),
    }
    return render(request, "measurebook/events.html", context)


@page(SEE_EVENTS)
def event(request: ActorRequest, uid: str) -> HttpResponseBase:
    """One event, with what corrected it."""
    found = queries.events(request.actor).select_related("by", "thread", "act").filter(uid=uid)
    row = found.first()
    if row is None:
        raise Http404
    measure = known_to(request).measure
    context = {
        "event": row,
        "name": type_name(measure, row.type),
        "told": told(measure, row.type, row.facts),
        "later": Event.objects.filter(supersedes=row.uid).select_related("by").first(),
        "may_change": request.actor.may(REGISTER_EVENTS)
        and queries.told_by_or_near(request.actor).filter(pk=row.pk).exists(),
    }
    return render(request, "measurebook/event.html", context)


@page(REGISTER_EVENTS)
def correct(request: ActorRequest, uid: str) -> HttpResponseBase:
    """Tell an event as it really was."""
    rows = queries.told_by_or_near(request.actor).select_related("thread__adoption")
    row = rows.filter(uid=uid).first()
    measure = known_to(request).measure
    relation = measure.vocabulary.events.get(row.type) if row is not None else None
    if row is None or relation is None:
        raise Http404
    status = 200
    if request.method == "POST":
        form = EventForm(measure, relation, request.POST, event=row)
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                new = actions.correct(request.actor, row, form.facts(), data[AT], data[WHY])
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("Corrected; what rested on it is reckoned anew."))
                return redirect("enactment:event", new.uid)
    else:
        form = EventForm(measure, relation, event=row)
    context = {"form": form, "name": pick(relation.label), "event": row}
    return render(request, "measurebook/correct.html", context, status=status)


@page(REGISTER_EVENTS)
@require_POST
def take_back(request: ActorRequest, uid: str) -> HttpResponseBase:
    """Say that an event did not happen."""
    row = queries.told_by_or_near(request.actor).filter(uid=uid).first()
    if row is None:
        raise Http404
    try:
        actions.take_back(request.actor, row, request.POST.get("reason", "")[:500])
        messages.success(request, _("Taken back; what rested on it is reckoned anew."))
    except ValidationError as error:
        messages.error(request, "; ".join(error.messages))
    return redirect("enactment:event", uid)


@page(REGISTER_EVENTS)
def choose(request: ActorRequest) -> HttpResponseBase:
    """Choose what happened."""
    measure = known_to(request).measure
    mine = Event.objects.filter(by=request.actor.person).order_by("-at")[:300]
    often = [t for t, _n in Counter(mine.values_list("type", flat=True)).most_common(OFTEN)]
    words = request.GET.get("q", "").strip()
    shown = [
        (g.label, [(r.name, pick(r.label)) for r in g.types if r.name not in actions.DECISIONS
                   if not words or words in pick(r.label) or words in r.name])
        for g in groups(measure)
    ]  # fmt: skip
    context = {
        "groups": [(label, types) for label, types in shown if types],
        "often": [(t, type_name(measure, t)) for t in often],
        "q": words,
    }
    return render(request, "measurebook/choose.html", context)


@page(REGISTER_EVENTS)
def register(request: ActorRequest, type_: str) -> HttpResponseBase:
    """Say what happened; first look at what the measure would say of it."""
    known = known_to(request)
    relation = known.measure.vocabulary.events.get(type_)
    if relation is None:
        raise Http404
    status, looked = 200, None
    if request.method == "POST":
        form = EventForm(known.measure, relation, request.POST)
        status = 422
        if form.is_valid():
            facts, at = form.facts(), form.cleaned_data[AT]
            if "look" in request.POST:
                looked, status = preview(known, type_, facts, at), 200
            else:
                try:
                    uid = f"form-{request.POST.get('uid', '') or new_id()}"[:60]
                    row = actions.register(request.actor, type_, facts, at, uid)
                except ValidationError as error:
                    form.add_error(None, error)
                else:
                    messages.success(request, _("Registered."))
                    return redirect("enactment:event", row.uid)
    else:
        now = timezone.localtime(clock.now()).replace(second=0, microsecond=0)
        # An address may say some of it already: which ground, of whom.
        told = {name: request.GET[name][:200] for name in relation.fields if name in request.GET}
        form = EventForm(known.measure, relation, initial={AT: now, **told})
    context = {
        "form": form,
        "name": pick(relation.label),
        "type": type_,
        "looked": looked,
        "uid": request.POST.get("uid") or new_id(),
    }
    return render(request, "measurebook/register.html", context, status=status)
