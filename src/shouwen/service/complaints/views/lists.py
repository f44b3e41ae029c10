"""Lists of complaints, and taking one down."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from shouwen.service import clock
from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.audit.actions import log
from shouwen.service.complaints import queries
from shouwen.service.complaints.actions.common import identity
from shouwen.service.complaints.actions.receiving import receive
from shouwen.service.complaints.export import workbook
from shouwen.service.complaints.forms import ComplaintForm
from shouwen.service.complaints.measure import AGENT, carries, known, shape_of
from shouwen.service.complaints.models import Complaint, State, Verdict, Way
from shouwen.service.complaints.permissions import COMPLAIN, HANDLE, SEE
from shouwen.service.complaints.standing import found
from shouwen.service.organisations.models import Unit
from shouwen.service.ui.once import once
from shouwen.service.ui.paging import page_of
from shouwen.service.ui.workbooks import download

FILTERS = ("view", "q", "way", "state", "verdict", "unit")
EXPORTED = 10_000


@page(SEE)
def complaints(request: ActorRequest) -> HttpResponseBase:
    """The list of those who look into complaints; for others, what they have to do with."""
    actor = request.actor
    if not actor.may(HANDLE):
        return own(request)
    chosen = {f: request.GET.get(f, "") for f in FILTERS}
    chosen["view"] = chosen["view"] if chosen["view"] in ("open", "mine", "all") else "open"
    rows = queries.listed(actor, chosen)
    if request.GET.get("format") == "xlsx":
        taken = workbook(rows.order_by("-received_at", "-id")[:EXPORTED])
        log(actor, "complaints.take-out", "complaints", chosen)
        return download(taken, "complaints")
    urgent = chosen["view"] == "open"
    context = {
        "page": page_of(
            _sorted(request, "urgent_at") if urgent else request, rows,
            "urgent_at" if urgent else "received_at",
        ),
        "chosen": chosen,
        "ways": Way.choices,
        "states": State.choices,
        "verdicts": [c for c in Verdict.choices if c[0]],
        "units": Unit.objects.filter(is_active=True),
        "now": clock.now(),
    }  # fmt: skip
    return render(request, "complaints/complaints.html", context)


def _sorted(request: HttpRequest, field: str) -> HttpRequest:
    """The request as if it asked for the most urgent first, unless it says otherwise."""
    if "sort" not in request.GET:
        asked = request.GET.copy()
        asked["sort"] = field
        request.GET = asked  # type: ignore[assignment]
    return request


@page(SEE)
def own(request: ActorRequest) -> HttpResponseBase:
    """What someone took down, told, or was asked about."""
    return render(request, "complaints/own.html", {"own": queries.own(request.actor)})


@page(COMPLAIN)
@once
def new(request: ActorRequest) -> HttpResponseBase:
    """Take a complaint down."""
    agents = AGENT in shape_of(known(request.actor)).subjects or carries(
        known(request.actor), "complaint.received", "agent"
    )
    about = request.GET.get("case", "")[:40]
    initial = {"about": about, "way": request.GET.get("way") or _usual(request)}
    form = ComplaintForm(request.actor, agents, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            complaint = receive(request.actor, form.held())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _taken(request, complaint)
    status = 422 if form.is_bound else 200
    context = {"form": form, "about": about or form["about"].value()}
    return render(request, "complaints/new.html", context, status=status)


def _usual(request: ActorRequest) -> str:
    """How complaints mostly come to someone with these roles."""
    roles = {r.value for r in request.actor.roles}
    if roles & {"operator", "dispatcher"}:
        return Way.HOTLINE
    if "clerk" in roles:
        return Way.COUNTER
    if roles & {"quality", "executive"}:
        return Way.LINE
    return Way.STAFF


def _taken(request: ActorRequest, complaint: Complaint) -> HttpResponseBase:
    messages.success(
        request,
        _("Complaint %(number)s was taken down; report it to the leader at once.")
        % {"number": complaint.number},
    )
    row = identity(complaint)
    since = clock.now() - timedelta(days=366)
    times = queries.known_before(row.customer, row.phone, since)
    if times > 1:
        messages.warning(
            request,
            _("It is complaint number %(n)d of this customer within a year.") % {"n": times},
        )
    if found(request.actor, complaint.number) is None:
        return redirect("complaints:own")
    return redirect("complaints:complaint", complaint.number)
