"""The page of the counter."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.counter import actions
from shouwen.service.counter.models import Need, Ticket, TicketState
from shouwen.service.counter.permissions import SERVE


@page(SERVE)
def counter(request: ActorRequest) -> HttpResponseBase:
    """Who waits, and whom I serve."""
    assert request.actor.person is not None
    unit = request.actor.person.unit
    line = actions.waiting(unit)
    mine = Ticket.objects.filter(clerk=request.actor.person, state=TicketState.CALLED)
    context = {
        "unit": unit,
        "line": list(enumerate(line)),
        "mine": mine.order_by("called_at"),
        "needs": Need.choices,
    }
    return render(request, "counter/counter.html", context)


@page(SERVE)
@require_POST
def draw(request: ActorRequest) -> HttpResponseBase:
    """Draw a number for a customer."""
    assert request.actor.person is not None
    need = request.POST.get("need", "")
    need = Need(need) if need in Need.values else Need.NONE
    ticket = actions.draw(request.actor, request.actor.person.unit, need)
    messages.success(request, _("Number %(number)s.") % {"number": ticket.number})
    return redirect("counter:counter")


@page(SERVE)
@require_POST
def call_next(request: ActorRequest) -> HttpResponseBase:
    """Call the next customer."""
    assert request.actor.person is not None
    if actions.call_next(request.actor, request.actor.person.unit) is None:
        messages.warning(request, _("Nobody is waiting."))
    return redirect("counter:counter")


@page(SERVE)
@require_POST
def act(request: ActorRequest, pk: int, verb: str) -> HttpResponseBase:
    """Do something with a number."""
    assert request.actor.person is not None
    ticket = get_object_or_404(Ticket, pk=pk, unit=request.actor.person.unit)
    told = request.POST
    try:
        if verb == "first":
            ticket = actions.let_go_first(
                request.actor, ticket, _number(told.get("asked")), _number(told.get("agreed"))
            )
            said = _("They go first.") if ticket.first else _("Not everyone agreed.")
            messages.success(request, said)
        elif verb == "served":
            actions.served(
                request.actor, ticket, too_long=told.get("too_long") == "on",
                apologised=told.get("apologised") == "on",
            )  # fmt: skip
            if "take-up" in told:
                return redirect("/intake/?channel=counter")
        elif verb == "gone":
            actions.gone(request.actor, ticket)
        else:
            raise Http404
    except ValidationError as error:
        messages.error(request, "; ".join(error.messages))
    return redirect("counter:counter")


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else -1
