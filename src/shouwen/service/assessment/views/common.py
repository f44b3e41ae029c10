"""What the pages of figures share: of whom an address asks, and addresses that ask so."""

from __future__ import annotations

from datetime import date

from django.http import Http404
from django.utils.http import urlencode

from shouwen.service import clock
from shouwen.service.access.gate import ActorRequest
from shouwen.service.assessment import queries
from shouwen.service.assessment.models import Scope
from shouwen.service.assessment.permissions import SEE_FIGURES
from shouwen.service.assessment.queries import Subject
from shouwen.service.organisations.models import Person, Unit


def subject_of(request: ActorRequest) -> Subject:
    """Of whom an address asks; whoever may not see the whole starts with their own unit.

    Raises:
        Http404: when there is no such unit or person, or the actor may not see it.
    """
    asked = request.POST if request.method == "POST" else request.GET
    unit, person = asked.get("unit", ""), asked.get("person", "")
    if person.isdecimal():
        found = Person.objects.select_related("unit").filter(pk=int(person)).first()
        subject = Subject(Scope.PERSON, person=found) if found else None
    elif unit.isdecimal():
        row = Unit.objects.filter(pk=int(unit)).first()
        subject = Subject.of_unit(row) if row else None
    else:
        subject = _all_of(request)
    if subject is None or not queries.may_see(request.actor, subject):
        raise Http404
    return subject


def _all_of(request: ActorRequest) -> Subject | None:
    sight = request.actor.sight(SEE_FIGURES)
    if sight.everything:
        return Subject(Scope.ORGANISATION)
    if sight.units:
        first = Unit.objects.filter(pk__in=sight.units).order_by("parent_id", "code").first()
        return Subject.of_unit(first) if first is not None else None
    if request.actor.person is not None:
        return Subject(Scope.PERSON, person=request.actor.person)
    return None


def today(request: ActorRequest) -> date:
    """The day it is where the organisation is."""
    return clock.now().astimezone(request.actor.zone).date()


def names(subject: Subject) -> dict[str, str]:
    """What an address says to ask of a subject."""
    if subject.unit is not None:
        return {"unit": str(subject.unit.pk)}
    return {"person": str(subject.person.pk)} if subject.person is not None else {}


def address(subject: Subject, first: date, last: date, **more: str) -> str:
    """What an address says to ask of a subject and a period."""
    return urlencode({**names(subject), "from": str(first), "until": str(last), **more})
