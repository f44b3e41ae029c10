"""What the measure says of a person, for the person and for those who answer for them."""

from __future__ import annotations

from django.http import Http404, HttpResponseBase
from django.shortcuts import render

from shouwen.service.access.gate import ActorRequest, page, visible
from shouwen.service.audit.actions import looked_at
from shouwen.service.measurebook.permissions import MY_RECORD, SEE_RECORDS
from shouwen.service.measurebook.record import record_of
from shouwen.service.measurebook.views.events import known_to
from shouwen.service.organisations.models import Person


@page(MY_RECORD)
def mine(request: ActorRequest) -> HttpResponseBase:
    """My own record."""
    person = request.actor.person
    assert person is not None
    context = {"person": person, "record": record_of(person, known_to(request)), "own": True}
    return render(request, "measurebook/record.html", context)


@page(SEE_RECORDS)
def people(request: ActorRequest) -> HttpResponseBase:
    """Whose records may be looked at."""
    rows = visible(request.actor, SEE_RECORDS, Person.objects.filter(is_active=True))
    text = request.GET.get("q", "").strip()
    if text:
        rows = rows.filter(name__contains=text)
    context = {"people": rows.select_related("unit").order_by("unit__code", "number")[:300],
               "q": text}  # fmt: skip
    return render(request, "measurebook/people.html", context)


@page(SEE_RECORDS)
def record(request: ActorRequest, pk: int) -> HttpResponseBase:
    """The record of someone one answers for; that it was looked at is kept."""
    rows = visible(request.actor, SEE_RECORDS, Person.objects.select_related("unit"))
    person = rows.filter(pk=pk).first()
    if person is None:
        raise Http404
    looked_at(request.actor, f"person:{person.number}", "record")
    context = {"person": person, "record": record_of(person, known_to(request)), "own": False}
    return render(request, "measurebook/record.html", context)
