"""Samples: drawn, looked at, drawn again."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwen.service import clock
from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.inspections import queries
from shouwen.service.inspections.actions import sampling
from shouwen.service.inspections.forms import SampleForm
from shouwen.service.inspections.models import Sample, SampleOf
from shouwen.service.inspections.permissions import DRAW, INSPECT
from shouwen.service.inspections.views.common import sheet, tabs
from shouwen.service.organisations.models import Person
from shouwen.service.ui.once import once
from shouwen.service.ui.paging import page_of


@page(DRAW)
@once
def samples(request: ActorRequest) -> HttpResponseBase:
    """Samples that were drawn, the last first, and a form to draw one."""
    status = 200
    today = timezone.localtime(clock.now()).date()
    if request.method == "POST":
        form = SampleForm(request.POST)
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            asked = sampling.Asked(
                SampleOf(data["of"]), data["first"], data["last"], data["size"], data["purpose"],
                data["unit"], data["each_unit"],
            )  # fmt: skip
            try:
                row = sampling.draw(request.actor, asked)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                return redirect("inspections:sample", row.number)
    else:
        first, _last = queries.month_of(today)
        form = SampleForm(initial={"of": "cases", "first": first, "last": today})
    rows = Sample.objects.select_related("unit", "drawn_by")
    context = {
        "tabs": tabs(request, "samples"),
        "page": page_of(request, rows, "drawn_at"),
        "form": form,
    }
    return render(request, "inspections/samples.html", context, status=status)


@page(DRAW)
def sample(request: ActorRequest, number: str) -> HttpResponseBase:
    """One sample: what was drawn, from what, with which seed; and whether it comes out again."""
    row = get_object_or_404(Sample.objects.select_related("unit", "drawn_by"), number=number)
    items = list(row.items.select_related("unit").prefetch_related("inspections", "phone_checks"))
    names = {}
    if row.of == SampleOf.PEOPLE:
        people = Person.objects.filter(number__in=[i.key for i in items])
        names = {p.number: p.label for p in people}
    if request.GET.get("format") == "xlsx":
        return sheet(
            row.number, _("Sample"),
            [(_("No."), lambda i: i.position), (_("Key"), lambda i: i.key),
             (_("Person"), lambda i: names.get(i.key, "")), (_("Unit"), lambda i: i.unit.label)],
            items,
        )  # fmt: skip
    earlier = Sample.objects.filter(
        of=row.of, first=row.first, last=row.last, unit=row.unit, pk__lt=row.pk
    )
    context = {
        "tabs": tabs(request, ""),
        "sample": row,
        "items": [(i, names.get(i.key, "")) for i in items],
        "looked": sum(bool(i.inspections.all() or i.phone_checks.all()) for i in items),
        "earlier": earlier[:20],
        "again": sampling.draw_again(request.actor, row) if "again" in request.GET else None,
        "may_inspect": request.actor.may(INSPECT),
    }
    return render(request, "inspections/sample.html", context)
