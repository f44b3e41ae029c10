"""The workbench, all clocks, the search."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import redirect, render

from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.cases.permissions import OPEN_CASES, SEE_CASES, SEE_DESK
from shouwen.service.desk.queries import clock_rows, desk_of, search, told
from shouwen.service.enactment.models import Stage
from shouwen.service.organisations.models import Unit

CLOCKS = 200


@page(SEE_DESK)
def home(request: ActorRequest) -> HttpResponseBase:
    """The workbench."""
    context = {"desk": desk_of(request.actor), "may_open": request.actor.may(OPEN_CASES)}
    return render(request, "desk/home.html", context)


@page(SEE_DESK)
def clocks(request: ActorRequest) -> HttpResponseBase:
    """All open clocks, the most pressing first."""
    chosen = {f: request.GET.get(f, "") for f in ("stage", "unit", "mine")}
    context = {
        "clocks": told(clock_rows(request.actor, chosen)[:CLOCKS]),
        "chosen": chosen,
        "stages": [(s.value, s.label) for s in (Stage.RED, Stage.AMBER, Stage.GREEN)],
        "units": Unit.objects.filter(is_active=True),
        "most": CLOCKS,
    }
    return render(request, "desk/clocks.html", context)


@page(SEE_DESK)
def find(request: ActorRequest) -> HttpResponseBase:
    """The search; one case found by its number is shown at once."""
    text = request.GET.get("q", "").strip()[:200]
    if not request.actor.may(SEE_CASES) or not text:
        return render(request, "desk/search.html", {"q": text, "found": None})
    found = search(request.actor, text)
    if len(found.cases) == 1 and found.cases[0].number.lower() == text.lower():
        return redirect("cases:case", found.cases[0].number)
    return render(request, "desk/search.html", {"q": text, "found": found})


@page(SEE_DESK)
def help_page(request: ActorRequest) -> HttpResponseBase:
    """How to work here, by what one wants to do."""
    return render(request, "desk/help.html")
