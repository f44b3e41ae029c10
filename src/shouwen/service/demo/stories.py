"""The stories that a measure's scenarios tell, moved to the present and lived by made-up people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from shouwen.measures.evaluation import Event
from shouwen.measures.scenarios import load_scenarios
from shouwen.service import clock
from shouwen.service.demo.houses import House
from shouwen.service.enactment.bridge import refresh, write
from shouwen.service.enactment.enacted import LIBRARY, measure_of
from shouwen.service.enactment.models import Thread
from shouwen.service.enactment.threads import locked
from shouwen.service.organisations.models import Person, Reach, Role, RoleGrant, Unit, UnitKind

PLACES = ("江州", "临海", "云和", "青山", "白沙", "东阳", "南屏", "北固", "西湖", "长桥", "金水")


def tell(house: House, measure: str, files: Iterable[str], until: datetime, most: int) -> None:
    """Write the events of the scenarios of some files, so that each story ends just now."""
    vocabulary = measure_of(measure).vocabulary
    for file in files:
        loaded = load_scenarios(LIBRARY / measure / "scenarios" / f"{file}.yaml")
        for number, scenario in enumerate(loaded.scenarios[:most]):
            events = list(scenario.events)
            if not events:
                continue
            last = max(e.at for e in events)
            # Whole weeks, so that a Monday stays one.
            by = timedelta(weeks=(until - last) // timedelta(weeks=1))
            own = f"{file[:6]}{number}-"
            told = [_moved(e, by, own, vocabulary.events) for e in events]
            told = [e for e in told if e.at <= until]
            _people(house, told, vocabulary.events)
            for event in sorted(told, key=lambda e: e.at):
                with clock.frozen_at(event.at):
                    write(house.system, [event])


def ask_again(now: datetime) -> None:
    """Let the measure be asked about every thread as it is now.

    Stories are told to their ends before the days are lived on which other things happen: whoever
    asked about a thread on one of those days did not know how it ends.
    """
    with clock.frozen_at(now):
        for thread in Thread.objects.select_related("adoption").order_by("pk"):
            with transaction.atomic():
                refresh(locked(thread))


def _moved(event: Event, by: timedelta, own: str, relations: Any) -> Event:
    fields = relations[event.type].fields
    facts: dict[str, Any] = {}
    for name, value in event.facts.items():
        if isinstance(value, datetime | date):
            value = value + by
        elif fields[name].entity == "agent":
            value = f"{PLACES[sum(map(ord, own)) % len(PLACES)]}{value}商行"
        elif fields[name].entity not in (None, "person", "unit", "department"):
            value = own + str(value)
        facts[name] = value
    supersedes = own + event.supersedes if event.supersedes else None
    return replace(
        event, id=own + event.id, at=event.at + by, facts=facts, recorded_at=None,
        supersedes=supersedes,
    )  # fmt: skip


def _people(house: House, events: Iterable[Event], relations: Any) -> None:
    """The people and units that events name are there, as the measure calls them."""
    for event in events:
        named = {"unit": event.facts.get("unit")}
        code = named["unit"] or "总部"
        if code not in house.units:
            house.units[code] = Unit.objects.create(
                code=code, name=code, kind=UnitKind.BRANCH, parent=house.units["总部"]
            )
        for name, value in event.facts.items():
            field = relations[event.type].fields[name]
            if field.entity == "person" and value not in house.people:
                person = Person.objects.create(
                    number=str(value)[:40], name=str(value), unit=house.units[code]
                )
                RoleGrant.objects.create(person=person, role=Role.EMPLOYEE, reach=Reach.OWN)
                house.people[str(value)] = person
