"""Putting the demonstration together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from shouwen.service.demo import days, stories
from shouwen.service.demo.houses import CODES, House, found, give_login
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope

DAYS = 28


def build(now: datetime, say: Callable[[str], None], only: list[str] | None = None) -> None:
    """Found the five organisations, if they are not there, and let four weeks pass until now."""
    for code, (name, name_en, _measure, _day) in CODES.items():
        if only is not None and code not in only:
            continue
        if Organisation.objects.filter(code=code).exists():
            continue
        say(f"{name} {name_en}")
        # All of an organisation, or nothing: an interrupted start leaves no half of one.
        with transaction.atomic():
            organisation = Organisation.objects.create(code=code, name=name, name_en=name_en)
            with scope(organisation.pk):
                _live(found(code), now)


def _live(house: House, now: datetime) -> None:
    match house.organisation.code:
        case "cable":
            days.live(house, now, DAYS, 7)
        case "power" | "bureau":
            days.live(house, now, DAYS, 4)
        case "bank":
            stories.tell(house, "bank", ("year-of-a-section", "service", "points"), now, 8)
            _employee(house)
        case "agent":
            stories.tell(house, "agent", ("three-years", "orders", "prices"), now, 6)


def _employee(house: House) -> None:
    """Someone whom the stories tell of may log in and see the own record."""
    person = next((p for p in house.people.values() if p.user is None), None)
    if person is not None:
        give_login(house, person, "employee")
