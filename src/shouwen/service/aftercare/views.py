"""The list of the morning."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shouwen.service import clock
from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.aftercare import actions
from shouwen.service.aftercare.models import Answer, CallBack
from shouwen.service.aftercare.permissions import CALL_BACK
from shouwen.service.audit.actions import looked_at

SHOWN = 100


@page(CALL_BACK)
def call_backs(request: ActorRequest) -> HttpResponseBase:
    """Whom to call today: what was done up to yesterday and nobody has called about."""
    today = clock.now().astimezone(request.actor.zone).date()
    # Whoever calls back calls for the whole organisation: the list is one.
    rows = CallBack.objects.all()
    pending = rows.filter(answer=Answer.PENDING, due_on__lte=today)
    pending = pending.select_related("case", "work_order__technician", "work_order__receipt")
    start = datetime.combine(today, time(), request.actor.zone)
    done = rows.filter(called_at__gte=start, called_at__lt=start + timedelta(days=1))
    done = done.select_related("case", "person")
    context = {
        "pending": pending.order_by("due_on", "id")[:SHOWN],
        "done": done.order_by("-called_at")[:20],
        "today": today,
    }
    return render(request, "aftercare/call_backs.html", context)


@page(CALL_BACK)
def call(request: ActorRequest, pk: int) -> HttpResponseBase:
    """One call: whom, about what, what to ask."""
    found = _call(request, pk)
    looked_at(request.actor, f"case:{found.case.number}", "name, phone")
    return render(request, "aftercare/call.html", {"call": found})


@page(CALL_BACK)
@require_POST
def answer(request: ActorRequest, pk: int) -> HttpResponseBase:
    """Write down what came of it."""
    found = _call(request, pk)
    said = request.POST.get("answer", "")
    try:
        if said in ("again", "give-up"):
            actions.not_reached(request.actor, found, give_up=said == "give-up")
            messages.success(request, _("Not reached; it is noted."))
        elif said in Answer.values:
            found = actions.answered(
                request.actor, found, Answer(said), said=request.POST.get("said", "")[:2000],
                verified=request.POST.get("verified") == "on",
                heard=request.POST.get("heard") == "on",
            )  # fmt: skip
            messages.success(request, _("Kept."))
            if found.reopened is not None:
                messages.warning(
                    request,
                    _("The matter was taken up again as %(number)s; it is yours.")
                    % {"number": found.reopened.number},
                )
        else:
            messages.error(request, _("Say what the customer answered."))
    except ValidationError as error:
        messages.error(request, "; ".join(error.messages))
    return redirect("aftercare:call-backs")


def _call(request: ActorRequest, pk: int) -> CallBack:
    rows = CallBack.objects.select_related("case", "work_order__technician", "unit")
    return get_object_or_404(rows, pk=pk)
