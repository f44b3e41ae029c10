"""What comes round of itself: reports are filed, plans are checked, hardly ever too late.

Stories tell of what is out of the ordinary. Who looks at an organisation of three years wants to
see that the ordinary has been done too.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any
from zlib import crc32

from django.db import transaction

from shouwen.measures.feel import tree
from shouwen.measures.language.model import Duty
from shouwen.service import clock
from shouwen.service.demo.houses import ZONE, House
from shouwen.service.demo.stories import ask_again
from shouwen.service.enactment.bridge import register, together
from shouwen.service.enactment.enacted import enacted, period_of
from shouwen.service.enactment.models import Clock, Stage, Thread
from shouwen.service.enactment.threads import STANDING

LATELY = timedelta(days=60)
ONE_IN = 6
"""Of what was due lately, so much was forgotten; of what was due before, nothing."""


def keep(house: House, until: datetime) -> None:
    """Do in time what the calendar asked of an organisation and what its stories leave undone."""
    ask_again(until)
    standing = Thread.objects.select_related("adoption").get(key=STANDING)
    known = enacted(standing.adoption)
    duties = {d.id: d for d in known.measure.duties}
    events = known.measure.vocabulary.events
    done: set[tuple[str, str]] = set()
    with clock.frozen_at(until), transaction.atomic(), together():
        for row in Clock.objects.filter(thread=standing, stage=Stage.RED).order_by("deadline"):
            duty = duties.get(row.rule)
            if duty is None or row.deadline is None or _forgotten(row, until):
                continue
            type_, facts = _done_by(duty, row, events)
            # What is done for all at once is done once.
            if (type_, key := repr(sorted(facts.items(), key=str))) in done:
                continue
            done.add((type_, key))
            day = row.deadline.astimezone(ZONE).date()
            with clock.frozen_at(datetime.combine(day, time(10), ZONE)):
                register(house.system, type_, facts)


def _forgotten(row: Clock, until: datetime) -> bool:
    assert row.deadline is not None
    lately = until - row.deadline < LATELY
    return lately and crc32(row.outcome.encode()) % ONE_IN == 0


def _done_by(duty: Duty, row: Clock, events: Any) -> tuple[str, dict[str, Any]]:
    """The event that does a duty of a period, with the facts that it must have."""
    assert duty.trigger.each is not None
    performance = duty.performances[0]
    subject, first = period_of(duty.id, row.outcome)
    said = {duty.trigger.each.key: subject, "about": first}
    said |= dict(_asked(performance.when)) if performance.when is not None else {}
    said["case"] = f"{duty.id}-{subject}-{first}"
    fields = events[performance.event].fields
    return performance.event, {name: value for name, value in said.items() if name in fields}


def _asked(condition: tree.Expr) -> Iterator[tuple[str, Any]]:
    """The facts that a condition names: ``kind = 月报 and written``."""
    match condition:
        case tree.And(left=left, right=right):
            yield from _asked(left)
            yield from _asked(right)
        case tree.Compare(op="=", left=tree.Name(name=name), right=tree.Literal(value=value)):
            yield name, value
        case tree.Name(name=name):
            yield name, True
