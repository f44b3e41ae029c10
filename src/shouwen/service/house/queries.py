"""Who was where, and who held which post, on a day."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from shouwen.service.house.models import Move
from shouwen.service.organisations.models import Holding, Person, Unit


def unit_on(person: Person, day: date) -> Unit:
    """The unit that someone worked in on a day.

    It is the unit they left with their first move after that day. Where no move is on record but a
    post that has ended since, it is the unit of that post; otherwise the unit they are in now.
    """
    later = Move.objects.filter(person=person, on__gt=day).select_related("left").first()
    if later is not None:
        return later.left
    if not Move.objects.filter(person=person).exists():
        ended = Holding.objects.filter(person=person, since__lte=day, until__gte=day)
        post = ended.select_related("unit").order_by("-since").first()
        if post is not None:
            return post.unit
    return person.unit


def posts_on(person: Person, day: date) -> list[Holding]:
    """The posts of the measure that someone held on a day."""
    held = Holding.objects.filter(person=person, since__lte=day)
    return list(held.filter(Q(until=None) | Q(until__gte=day)).select_related("unit"))
