"""The board of those who give out work."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shouwen.service import clock
from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.cases.models import Case
from shouwen.service.cases.permissions import OPEN_CASES
from shouwen.service.cases.queries import cases_of
from shouwen.service.organisations.models import Person
from shouwen.service.ui.asked import row_in
from shouwen.service.workorders import actions, exchanges
from shouwen.service.workorders.models import Receipt
from shouwen.service.workorders.permissions import DISPATCH, KEEP_RECEIPTS
from shouwen.service.workorders.queries import (
    OVERDUE,
    board,
    lane_of,
    slips,
    technicians,
    work_of,
)


@page(DISPATCH)
def dispatch(request: ActorRequest) -> HttpResponseBase:
    """Open jobs by technician; or all jobs of one (`of`)."""
    people = technicians()
    one = row_in(Person.objects.all(), request.GET.get("of", ""))
    lanes = [lane_of(request.actor, one)] if one is not None else board(request.actor, people)
    # Said once, since every job has the same list.
    give = format_html_join("", '<option value="{}">{}</option>', ((p.pk, p.label) for p in people))
    context = {"lanes": lanes, "give": give, "one": one}
    return render(request, "workorders/dispatch.html", context)


@page(DISPATCH)
@require_POST
def assign(request: ActorRequest, key: str) -> HttpResponseBase:
    """Give a job to a technician."""
    work = work_of(request.actor).filter(key=key).first()
    if work is None:
        raise Http404
    person = row_in(Person.objects.all(), request.POST.get("technician", ""))
    if person is None:
        messages.error(request, _("Choose a technician."))
        return redirect("workorders:dispatch")
    try:
        actions.assign(request.actor, work, person)
        messages.success(
            request, _("%(key)s is with %(who)s now.") % {"key": work.key, "who": person}
        )
    except ValidationError as error:
        messages.error(request, "; ".join(error.messages))
    return redirect("workorders:dispatch")


@page(KEEP_RECEIPTS)
def receipts(request: ActorRequest) -> HttpResponseBase:
    """Slips: out, missing, back, on file."""
    context = {"slips": slips(request.actor), "limit": clock.now() - OVERDUE}
    return render(request, "workorders/receipts.html", context)


@page(KEEP_RECEIPTS)
@require_POST
def take_in(request: ActorRequest) -> HttpResponseBase:
    """Take in or file the chosen slips; each says for itself what came of it."""
    seen = Receipt.objects.filter(work_order__in=work_of(request.actor))
    chosen = list(seen.filter(number__in=request.POST.getlist("slip")[:300]))
    doing = actions.file if request.POST.get("do") == "file" else actions.take_in
    done = 0
    for slip in chosen:
        try:
            doing(request.actor, slip)
            done += 1
        except ValidationError as error:
            messages.error(request, f"{slip.number}: {'; '.join(error.messages)}")
    messages.success(request, _("%(n)d slips were taken in or filed.") % {"n": done})
    return redirect("workorders:receipts")


@page(OPEN_CASES)
def exchange(request: ActorRequest, number: str) -> HttpResponseBase:
    """An exchange for which the customer has come to the hall."""
    case = cases_of(request.actor).select_related("fault_group").filter(number=number).first()
    if case is None or not exchanges.asked_at_the_hall(case):
        raise Http404
    if request.method == "POST":
        try:
            messages.success(request, _exchange(request, case))
        except ValidationError as error:
            messages.error(request, "; ".join(error.messages))
        return redirect("cases:case", number)
    context = {
        "case": case,
        "sent": exchanges.said_sent(case),
        "technicians": technicians(),
    }
    return render(request, "workorders/exchange.html", context)


def _exchange(request: ActorRequest, case: Case) -> str:
    verb = request.POST.get("do")
    if verb == "explained":
        exchanges.explain_exchange(request.actor, case)
        return _("Noted.")
    if verb == "reported":
        exchanges.report_exchange(request.actor, case)
        return _("Noted.")
    technician = row_in(Person.objects.all(), request.POST.get("technician", ""))
    sent = request.POST.get("sent") == "yes"
    exchanges.register_exchange(request.actor, case, technician, sent=sent)
    return _("The exchange is registered.")
