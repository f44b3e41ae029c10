"""What someone was told."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.cases.permissions import SEE_DESK
from shouwen.service.notices import actions
from shouwen.service.notices.models import Notice

SHOWN = 100


@page(SEE_DESK)
def notices(request: ActorRequest) -> HttpResponseBase:
    """The last notices, unread ones marked."""
    rows = Notice.objects.filter(person=request.actor.person)
    rows = rows.select_related("clock__person", "clock__unit").order_by("-at", "-id")[:SHOWN]
    return render(request, "notices/notices.html", {"notices": rows})


@page(SEE_DESK)
@require_POST
def read(request: ActorRequest) -> HttpResponseBase:
    """All of them are read."""
    actions.read_all(request.actor)
    return redirect("notices:notices")


@page(SEE_DESK)
def bell(request: ActorRequest) -> HttpResponseBase:
    """How many are unread, as a part of every page; up to nine, then "9+"."""
    unread = Notice.objects.filter(person=request.actor.person, read_at__isnull=True)
    found = len(unread.values_list("pk")[:10])
    return render(request, "notices/bell.html", {"unread": "9+" if found > 9 else str(found)})
