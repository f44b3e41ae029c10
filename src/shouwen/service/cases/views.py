"""Pages of cases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.audit.actions import looked_at
from shouwen.service.cases import actions
from shouwen.service.cases.export import workbook
from shouwen.service.cases.forms import DueForm, HandOverForm, NoteForm, SettleForm
from shouwen.service.cases.links import elsewhere, links_of
from shouwen.service.cases.models import Case, CaseState, Channel, Topic
from shouwen.service.cases.permissions import (
    CLOSE_ANYWAY,
    OPEN_CASES,
    SEE_CASES,
    SEE_PERSONAL,
    WORK_CASES,
)
from shouwen.service.cases.queries import cases_of, clocks_of_case, filtered, timeline
from shouwen.service.organisations.models import Person, Unit
from shouwen.service.ui.asked import row_in
from shouwen.service.ui.paging import page_of
from shouwen.service.ui.workbooks import download

FILTERS = ("q", "topic", "state", "unit", "mine")
EXPORTED = 10_000


@page(SEE_CASES)
def cases(request: ActorRequest) -> HttpResponseBase:
    """The list."""
    chosen = {f: request.GET.get(f, "") for f in FILTERS}
    rows = filtered(cases_of(request.actor), request.actor, chosen)
    rows = rows.select_related("owner", "unit", "territory")
    if request.GET.get("format") == "xlsx":
        personal = request.actor.may(SEE_PERSONAL)
        taken = workbook(list(rows.order_by("-opened_at", "-id")[:EXPORTED]), personal=personal)
        if personal:
            looked_at(request.actor, "cases", "export")
        return download(taken, "cases")
    context = {
        "page": page_of(request, rows, "opened_at", sortable=["number"]),
        "chosen": chosen,
        "topics": Topic.choices,
        "states": CaseState.choices,
        "units": Unit.objects.filter(is_active=True),
        "people": Person.objects.filter(is_active=True) if request.actor.may(WORK_CASES) else [],
    }
    return render(request, "cases/cases.html", context)


@page(SEE_CASES)
def case(request: ActorRequest, number: str) -> HttpResponseBase:
    """One case: what is asked for, what was done, what is due."""
    other = elsewhere(request.actor, number)
    if other is not None:
        if request.headers.get("X-Drawer"):
            return render(request, "cases/elsewhere.html", {"link": other, "number": number})
        return redirect(other.href)
    found = _case(request, number)
    works = list(found.work_orders.select_related("technician", "receipt").order_by("id"))
    keys = [found.number, *(w.key for w in works if w.key != found.number)]
    full = request.actor.may(SEE_PERSONAL) and request.GET.get("full") == "1"
    if full:
        looked_at(request.actor, f"case:{found.number}", "name, phone, address")
    context = {
        "case": found,
        "works": works,
        "clocks": clocks_of_case(keys),
        "timeline": timeline(keys),
        "full": full,
        "may_see_full": request.actor.may(SEE_PERSONAL),
        "may_work": request.actor.may(WORK_CASES) and found.state != CaseState.CLOSED,
        "may_open": request.actor.may(OPEN_CASES),
        "may_close_anyway": request.actor.may(CLOSE_ANYWAY),
        "hand_over": HandOverForm(),
        "note": NoteForm(),
        "due": DueForm(),
        "settle": SettleForm(),
        "links": links_of(request.actor, found),
    }
    drawer = request.headers.get("X-Drawer")
    return render(request, "cases/case_body.html" if drawer else "cases/case.html", context)


Doing = Callable[[ActorRequest, Case], str]


def _case(request: ActorRequest, number: str) -> Case:
    rows = cases_of(request.actor).select_related(
        "customer",
        "territory",
        "unit",
        "owner",
        "first_owner",
        "handed_to",
        "follows",
        "fault_group",
    )
    found = rows.filter(number=number).first()
    if found is None:
        raise Http404
    return found


@page(WORK_CASES)
@require_POST
def act(request: ActorRequest, number: str, verb: str) -> HttpResponseBase:
    """Do something with a case, and return to it with what came of it."""
    found = _case(request, number)
    doing = VERBS.get(verb)
    if doing is None:
        raise Http404
    try:
        messages.success(request, doing(request, found))
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
    return redirect("cases:case", number)


def _clean(form: Any) -> dict[str, Any]:
    if not form.is_valid():
        raise ValidationError(
            [f"{form[f].label}: {e}" for f, es in form.errors.items() for e in es]
        )
    cleaned: dict[str, Any] = form.cleaned_data
    return cleaned


def _hand_over(request: ActorRequest, found: Case) -> str:
    said = _clean(HandOverForm(request.POST))
    actions.hand_over(request.actor, found, said["to"], said["reason"])
    return _("Offered to %(who)s; it stays with you until it is accepted.") % {"who": said["to"]}


def _accept(request: ActorRequest, found: Case) -> str:
    actions.accept(request.actor, found)
    return _("The case is yours now.")


def _note(request: ActorRequest, found: Case) -> str:
    actions.note(request.actor, found, _clean(NoteForm(request.POST))["text"])
    return _("Noted.")


def _due(request: ActorRequest, found: Case) -> str:
    actions.set_due(request.actor, found, _clean(DueForm(request.POST))["due_at"])
    return _("The agreed time was kept.")


def _escalate(request: ActorRequest, found: Case) -> str:
    actions.escalate(request.actor, found, explained=request.POST.get("explained") == "on")
    return _("Your superior was asked.")


def _again(request: ActorRequest, found: Case) -> str:
    channel = request.POST.get("channel") or Channel.PHONE
    if channel not in Channel.values:
        raise ValidationError(_("Say in which way the customer came."))
    actions.came_again(request.actor, found, Channel(channel), request.POST.get("said", "")[:2000])
    return _("It was noted that the customer had to come again.")


def _held_up(request: ActorRequest, found: Case) -> str:
    minutes = request.POST.get("minutes", "")
    actions.held_up(
        request.actor, found, long=request.POST.get("outage") == "long",
        minutes=int(minutes) if minutes.isdecimal() else None,
        explained=request.POST.get("explained") == "on",
        apologised=request.POST.get("apologised") == "on",
    )  # fmt: skip
    return _("The customer will be called when the system is back.")


def _contacted(request: ActorRequest, found: Case) -> str:
    actions.contacted_again(request.actor, found)
    return _("Noted.")


def _settle(request: ActorRequest, found: Case) -> str:
    actions.settle(request.actor, found, _clean(SettleForm(request.POST))["result"])
    return _("Settled.")


def _close(request: ActorRequest, found: Case) -> str:
    actions.close(request.actor, found, request.POST.get("reason", "")[:500])
    return _("Closed.")


VERBS: dict[str, Doing] = {
    "hand-over": _hand_over,
    "accept": _accept,
    "note": _note,
    "due": _due,
    "escalate": _escalate,
    "again": _again,
    "held-up": _held_up,
    "contacted": _contacted,
    "settle": _settle,
    "close": _close,
}


@page(WORK_CASES)
@require_POST
def bulk(request: ActorRequest) -> HttpResponseBase:
    """Offer several cases to one person; each says for itself what came of it."""
    to = row_in(Person.objects.filter(is_active=True), request.POST.get("to", ""))
    numbers = request.POST.getlist("case")[:200]
    if to is None or not numbers:
        messages.error(request, _("Choose cases and the person they are offered to."))
        return redirect("cases:cases")
    done = 0
    for found in cases_of(request.actor).filter(number__in=numbers):
        try:
            actions.hand_over(request.actor, found, to)
            done += 1
        except ValidationError as error:
            messages.error(request, f"{found.number}: {'; '.join(error.messages)}")
    messages.success(request, _("%(n)d cases were offered to %(who)s.") % {"n": done, "who": to})
    return redirect("cases:cases")
