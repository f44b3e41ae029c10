"""Pages of the records of customers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.audit.actions import looked_at
from shouwen.service.contacts.models import Customer
from shouwen.service.customers import actions, sheets
from shouwen.service.customers.permissions import KEEP_CUSTOMERS, SEE_CUSTOMERS
from shouwen.service.search.words import found
from shouwen.service.ui.workbooks import download
from shouwen.service.ui.xlsx import Fault

SHOWN, EXPORTED, FAULTS = 100, 20_000, 200


@page(SEE_CUSTOMERS)
def customers(request: ActorRequest) -> HttpResponseBase:
    """The records, masked; found by number, name, phone or address."""
    text = request.GET.get("q", "").strip()[:100]
    rows = Customer.objects.select_related("territory")
    if text:
        seen = [
            c.pk
            for exact in ({"number": text}, {"phone": text}, {"other_phone": text})
            for c in Customer.objects.filter(**exact).only("pk")[:SHOWN]
        ]
        ids = found("customers_found", text, SHOWN)
        if ids is not None:
            seen += Customer.objects.filter(pk__in=ids).values_list("pk", flat=True)
        rows = rows.filter(pk__in=seen)
    context = {
        "q": text,
        "customers": rows.order_by("number")[:SHOWN],
        "may_keep": request.actor.may(KEEP_CUSTOMERS),
    }
    return render(request, "customers/customers.html", context)


@page(KEEP_CUSTOMERS)
def take_out(request: ActorRequest) -> HttpResponseBase:
    """All records as a sheet, or the template: a sheet with titles only."""
    template = request.GET.get("template") == "1"
    rows = Customer.objects.none() if template else Customer.objects.select_related("territory")
    if not template:
        looked_at(request.actor, "customers", "export")
    return download(sheets.workbook(rows.order_by("number")[:EXPORTED]), "customers")


@page(KEEP_CUSTOMERS)
@require_POST
def bring_in(request: ActorRequest) -> HttpResponseBase:
    """Customers from a sheet: all of them, or none and the reasons."""
    file = request.FILES.get("file")
    if file is None:
        messages.error(request, _("Choose a file."))
        return redirect("customers:customers")
    rows, faults = sheets.read(file, file.size or 0)
    if not faults and not rows:
        faults = [Fault(0, "", _("The file is empty."))]
    if faults:
        context = {"faults": faults[:FAULTS], "many": len(faults), "name": file.name}
        return render(request, "customers/refused.html", context, status=422)
    added, changed = actions.bring_in(request.actor, rows)
    messages.success(
        request, _("%(added)d customers were added, %(changed)d changed.")
        % {"added": added, "changed": changed},
    )  # fmt: skip
    return redirect("customers:customers")
