"""Putting the demonstration together."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import datetime

from django.db import connections, transaction

from shouwen.service.demo import (
    complaints,
    conduct,
    days,
    inspections,
    naming,
    pool,
    publication,
    routine,
    stories,
)
from shouwen.service.demo.assessing import assess
from shouwen.service.demo.houses import CODES, House, found, give_login
from shouwen.service.demo.trying import try_out
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope

DAYS = 28


def build(now: datetime, say: Callable[[str], None], only: list[str] | None = None) -> None:
    """Found the five organisations, if they are not there, and let four weeks pass until now.

    Each is founded by a process of its own, as many at once as there are processors.
    """
    there = set(Organisation.objects.values_list("code", flat=True))
    wanted = [c for c in CODES if c not in there and (only is None or c in only)]
    if not wanted:
        return
    connections.close_all()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count() or 1, context, pool.ready) as processes:
        work = {processes.submit(pool.build_one, code, now): code for code in wanted}
        for done in as_completed(work):
            done.result()
            say("  ".join(CODES[work[done]][:2]))


def build_one(code: str, now: datetime) -> None:
    """Found one organisation: all of it, or, when interrupted, nothing."""
    name, name_en, _measure, _day = CODES[code]
    with transaction.atomic():
        organisation = Organisation.objects.create(code=code, name=name, name_en=name_en)
        with scope(organisation.pk):
            house = found(code)
            _live(house, now)
            assess(house, now)
            publication.settle_figures(house, now)
            try_out(house, now, DAYS)


def _live(house: House, now: datetime) -> None:
    publication.put_up(house, now, DAYS)
    looks = [
        *inspections.looks(house, now, DAYS),
        *complaints.tales(house, now),
        *conduct.evenings(house, now, DAYS),
        *naming.namings(house, now, DAYS),
    ]
    match house.organisation.code:
        case "cable":
            days.live(house, now, DAYS, 6, looks)
        case "power" | "bureau":
            days.live(house, now, DAYS, 3, looks)
        case "bank":
            stories.tell(house, "bank", ("year-of-a-section", "service", "points"), now, 8)
            _employee(house)
            days.run(days.heap(looks), now)
            stories.ask_again(now)
        case "agent":
            stories.tell(house, "agent", ("three-years", "orders", "prices"), now, 6)
            routine.keep(house, now)
            days.run(days.heap(looks), now)
            stories.ask_again(now)


def _employee(house: House) -> None:
    """Someone whom the stories tell of may log in and see the own record."""
    told = (p for key, p in house.people.items() if key == p.number and p.user is None)
    person = next(told, None)
    if person is not None:
        give_login(house, person, "employee")
