"""Who was where, and who held which post, on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from shouwen.service.house.models import Move
from shouwen.service.organisations.models import Holding, Person, Unit


def unit_on(person: Person, day: date) -> Unit:
    """The unit that someone worked in on a day; see `units_on`."""
    return Unit.objects.get(pk=units_on([person.pk], day)[person.pk])


def units_on(people: Iterable[int], day: date) -> dict[int, int]:
    """The units, by primary key, that people worked in on a day.

    It is the unit they left with their first move after that day. Where no move is on record but a
    post that has ended since, it is the unit of that post; otherwise the unit they are in now.
    """
    wanted = set(people)
    found = dict(Person.objects.filter(pk__in=wanted).values_list("pk", "unit_id"))
    moves = Move.objects.filter(person__in=wanted)
    moved = set(moves.values_list("person_id", flat=True))
    ended = Holding.objects.filter(person__in=wanted - moved, since__lte=day, until__gte=day)
    found |= dict(ended.order_by("since").values_list("person_id", "unit_id"))
    later = moves.filter(on__gt=day).order_by("-on", "-pk")
    return found | dict(later.values_list("person_id", "left_id"))


def posts_on(person: Person, day: date) -> list[Holding]:
    """The posts of the measure that someone held on a day."""
    held = Holding.objects.filter(person=person, since__lte=day)
    return list(held.filter(Q(until=None) | Q(until__gte=day)).select_related("unit"))
