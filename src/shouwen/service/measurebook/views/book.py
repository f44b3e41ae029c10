"""The measure itself: its norms, its readings, what was broken."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shouwen.measures.checking.coverage import coverage
from shouwen.measures.evaluation import adopt as adopt_measure
from shouwen.service import clock
from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.enactment.models import Adoption
from shouwen.service.measurebook import actions, queries, texts
from shouwen.service.measurebook.changes import MOST, changes
from shouwen.service.measurebook.permissions import ADOPT, READ_MEASURE, SEE_BREACHES
from shouwen.service.measurebook.views.events import known_to
from shouwen.service.measurebook.words import KINDS, language, pick
from shouwen.service.organisations.models import Unit
from shouwen.service.ui.asked import day_in
from shouwen.service.ui.paging import page_of
from shouwen.service.ui.words import listed


@page(READ_MEASURE)
def measure(request: ActorRequest) -> HttpResponseBase:
    """Every clause in the order of the document, each norm with what enacts it."""
    book = known_to(request).measure
    how = {n.clause.id: n for n in coverage(book).norms}
    words = request.GET.get("q", "").strip().lower()
    english = language() == "en"
    shown: list[dict[str, Any]] = []
    for clause in book.clauses.values():
        text = (clause.gloss if english else clause.text) or clause.text
        norm = how.get(clause.id)
        if words and (norm is None or words not in f"{clause.id} {clause.title} {text}".lower()):
            continue
        names = sorted({e.kind for e in norm.enactments}) if norm is not None else []
        kinds = [KINDS.get(name, name) for name in names]
        shown.append({"clause": clause, "text": text, "norm": norm, "kinds": kinds})
    context = {"book": book, "title": pick(book.title), "shown": shown, "q": words}
    return render(request, "measurebook/measure.html", context)


@page(READ_MEASURE)
def checklists(request: ActorRequest) -> HttpResponseBase:
    """Standards of conduct by place and role, to be ticked off; made to be printed."""
    book = known_to(request).measure
    english = language() == "en"
    shown = [
        {
            "label": pick(conduct.label),
            "roles": listed(pick(book.vocabulary.roles[r]) for r in conduct.roles),
            "places": listed(conduct.places),
            "norms": [
                (n, (c.gloss if english else c.text) or c.text, n in conduct.prohibited)
                for n in conduct.norms
                for c in [book.clauses[n]]
            ],
        }
        for conduct in book.conducts
    ]
    return render(request, "measurebook/checklists.html", {"shown": shown})


@page(SEE_BREACHES)
def breaches(request: ActorRequest) -> HttpResponseBase:
    """What was broken, the last first."""
    rows = queries.breaches(request.actor).select_related("person", "unit")
    norm, unit = request.GET.get("norm", "").strip(), request.GET.get("unit", "")
    if norm:
        rows = rows.filter(norm=norm)
    if unit.isdecimal():
        rows = rows.filter(unit_id=int(unit))
    person = request.GET.get("person", "").strip()
    if person:
        rows = rows.filter(bearer=person)
    first, last = queries.days(request.GET)
    rows = rows.filter(queries.between(request.actor.zone, first, last))
    context = {
        "page": page_of(request, rows, "at"),
        "norm": norm,
        "unit": unit,
        "person": person,
        "first": first,
        "last": last,
        "units": Unit.objects.filter(is_active=True),
    }
    return render(request, "measurebook/breaches.html", context)


@page(ADOPT)
def adoption(request: ActorRequest) -> HttpResponseBase:
    """A text and its readings, as they are chosen, and what other choices would change."""
    known = known_to(request)
    key = (request.POST or request.GET).get("measure") or texts.current()
    book = texts.book_or_404(key)
    kept = known.adopted.readings
    chosen = {r.id: kept[r.id] if kept.get(r.id) in r.options else r.default
              for r in book.readings.values()}  # fmt: skip
    status, found, asked = 200, None, 0
    day: date | None = None
    if request.method == "POST":
        chosen |= {r: request.POST[r] for r in book.readings
                   if request.POST.get(r) in book.readings[r].options}  # fmt: skip
        different = {r: o for r, o in chosen.items() if o != book.readings[r].default}
        day = day_in(request.POST.get("first_day", ""))
        if "look" in request.POST:
            found, asked = changes(adopt_measure(book, different))
        elif day is None:
            messages.error(request, _("Say from which day on."))
            status = 422
        else:
            try:
                actions.adopt(
                    request.actor, different, day, request.POST.get("reason", "")[:500], key
                )
            except ValidationError as error:
                messages.error(request, "; ".join(error.messages))
                status = 422
            else:
                messages.success(request, _("Adopted. Open cases keep the readings they have."))
                return redirect("enactment:adoption")
    readings = [
        {
            "id": r.id,
            "norm": r.norm,
            "question": pick(r.question),
            "reason": pick(r.reason),
            "options": [(o, pick(v), o == r.default, o == chosen[r.id])
                        for o, v in r.options.items()],
        }
        for r in book.readings.values()
    ]  # fmt: skip
    context = {
        "readings": readings,
        "title": texts.name_of(key),
        "key": key,
        "choices": [(k, texts.name_of(k), k == texts.current()) for k in texts.adoptable()],
        "changes": found,
        "asked": asked,
        "most": MOST,
        "day": day or clock.now().astimezone(request.actor.zone).date(),
        "history": _history(request.actor.zone),
    }
    return render(request, "measurebook/adoption.html", context, status=status)


def _history(zone: ZoneInfo) -> list[tuple[Adoption, str, bool, bool]]:
    """What was adopted, its title, whether something else took its place before its day came, and
    whether it may still be withdrawn."""
    today = clock.now().astimezone(zone).date()
    rows = list(Adoption.objects.select_related("adopted_by").order_by("-first_day", "-id")[:20])
    valid: dict[date, int] = {}
    for row in rows:
        valid.setdefault(row.first_day, row.pk)
    return [
        (a, texts.name_of(a.measure), valid[a.first_day] != a.pk,
         valid[a.first_day] == a.pk and a.first_day > today and a != rows[-1])
        for a in rows
    ]  # fmt: skip


@page(ADOPT)
@require_POST
def withdraw(request: ActorRequest, pk: int) -> HttpResponseBase:
    """Withdraw an adoption whose day has not come."""
    row = Adoption.objects.filter(pk=pk).first()
    if row is None:
        raise Http404
    try:
        actions.withdraw(request.actor, row, request.POST.get("reason", "")[:500])
        messages.success(request, _("Withdrawn. What applies the day before goes on."))
    except ValidationError as error:
        messages.error(request, "; ".join(error.messages))
    return redirect("enactment:adoption")
