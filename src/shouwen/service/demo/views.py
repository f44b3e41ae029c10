"""The time machine's page."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from shouwen.service import clock
from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.cases.permissions import SEE_DESK
from shouwen.service.demo import timemachine

STEPS = {"10": timedelta(minutes=10), "30": timedelta(minutes=30), "60": timedelta(hours=1),
         "240": timedelta(hours=4), "1440": timedelta(days=1)}  # fmt: skip


@page(SEE_DESK)
def time_machine(request: ActorRequest) -> HttpResponseBase:
    """Move the clock forward."""
    if not settings.DEMO:
        raise Http404
    if request.method == "POST":
        step = request.POST.get("step", "")
        by = _to_morning(request) if step == "morning" else STEPS.get(step)
        if by is not None:
            timemachine.move(by)
            messages.success(request, _("The clock was moved."))
        return redirect("demo:time")
    return render(request, "demo/time.html", {"steps": STEPS})


def _to_morning(request: ActorRequest) -> timedelta:
    now = clock.now().astimezone(request.actor.zone)
    morning = datetime.combine(now.date() + timedelta(days=1), time(8, 30), request.actor.zone)
    return morning - now
