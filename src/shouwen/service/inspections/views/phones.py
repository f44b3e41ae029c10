"""Whether phones are answered."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shouwen.service import clock
from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.inspections import measure as book
from shouwen.service.inspections import queries
from shouwen.service.inspections.actions import phones as actions
from shouwen.service.inspections.forms import PhoneForm
from shouwen.service.inspections.models import SampleItem, SampleOf
from shouwen.service.inspections.permissions import CHECK_PHONES, INSPECT, TAKE_BACK
from shouwen.service.inspections.views.common import refused, sheet, tabs
from shouwen.service.measurebook.queries import between, days
from shouwen.service.organisations.models import Person, Unit
from shouwen.service.ui.asked import row_in
from shouwen.service.ui.once import once
from shouwen.service.ui.paging import page_of

FIGURES = 30
"""Days whose checks are added up, unless others are asked for."""
MOST = 5_000


@page(CHECK_PHONES)
@once
def phones(request: ActorRequest) -> HttpResponseBase:
    """Checks, the last first, with figures; and a form for one."""
    status = 200
    item = _item(request)
    if request.method == "POST":
        form = PhoneForm(request.actor, request.POST)
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                actions.check(
                    request.actor,
                    actions.Called(
                        reached=data["reached"] == "yes", person=data["person"],
                        unit=data.get("unit"), seconds=data["seconds"],
                        called_at=data["called_at"], note=data["note"], sample_item=item,
                    ),
                )  # fmt: skip
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("Kept."))
                return redirect("inspections:phones")
    else:
        drawn = Person.objects.filter(number=item.key).first() if item is not None else None
        form = PhoneForm(request.actor, initial={"person": drawn})
    first, last = days(request.GET)
    rows = queries.phone_checks(request.actor)
    unit = request.GET.get("unit", "")
    if unit.isdecimal():
        rows = rows.filter(unit_id=int(unit))
    within = rows.filter(between(request.actor.zone, first, last, "called_at"))
    today = timezone.localtime(clock.now()).date()
    counted = within if first or last else rows.filter(
        between(request.actor.zone, today - timedelta(days=FIGURES), today, "called_at")
    )  # fmt: skip
    within = within.select_related("person", "unit", "by")
    if request.GET.get("format") == "xlsx":
        return sheet(
            "phones", _("Phones"),
            [(_("Called at"), lambda c: c.called_at),
             (_("Whose phone"), lambda c: c.person.label if c.person else c.unit.label),
             (_("Unit"), lambda c: c.unit.label),
             (_("Reached"), lambda c: _("yes") if c.reached else _("no")),
             (_("Seconds until the answer"), lambda c: c.seconds),
             (_("Called back at"), lambda c: c.returned_at), (_("Note"), lambda c: c.note),
             (_("Taken back because"), lambda c: c.taken_back)],
            within.order_by("-called_at", "-id")[:MOST],
        )  # fmt: skip
    known = book.known(request.actor)
    context = {
        "tabs": tabs(request, "phones"),
        "page": page_of(request, within, "called_at"),
        "figures": queries.reached_rate(counted),
        "days": None if first or last else FIGURES,
        "form": form,
        "item": item,
        "first": first,
        "last": last,
        "unit": unit,
        "units": Unit.objects.filter(is_active=True),
        "tells": known is not None and book.asks_for(known[1], "phone.checked"),
        "may_find": request.actor.may(INSPECT),
        "may_take_back": request.actor.may(TAKE_BACK),
    }
    return render(request, "inspections/phones.html", context, status=status)


@page(CHECK_PHONES)
@require_POST
def change(request: ActorRequest, pk: int) -> HttpResponseBase:
    """They called back; or the check does not stand."""
    row = queries.phone_checks(request.actor).filter(pk=pk).first()
    if row is None:
        raise Http404
    try:
        if "returned" in request.POST:
            actions.returned(request.actor, row)
            messages.success(request, _("Noted."))
        else:
            actions.take_back(request.actor, row, request.POST.get("reason", ""))
            messages.success(request, _("Taken back; what rested on it is reckoned anew."))
    except ValidationError as error:
        messages.error(request, refused(error))
    return redirect("inspections:phones")


def _item(request: ActorRequest) -> SampleItem | None:
    """The one of a sample whose phone is called."""
    rows = SampleItem.objects.filter(sample__of=SampleOf.PEOPLE)
    return row_in(rows, request.GET.get("item", ""))
