"""Waking the threads that an event elsewhere concerns: a worker asks the measure about them.

An event is asked about at once in its own thread. Others may look at it too: cases that name the
same area failure, every open case when days are declared special, what someone still has to do when
their leave is noted. They may be many, so they are not asked in the transaction of the event; their
alarms are set to now, and workers take them up.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from django.db import connection
from django.db.models import QuerySet

from shouwen.measures.evaluation import Event as Happened
from shouwen.service import clock
from shouwen.service.enactment.enacted import PERSON, Enacted
from shouwen.service.enactment.models import (
    OPEN_STAGES,
    Alarm,
    Clock,
    Event,
    EventKey,
    Thread,
    ThreadKey,
)
from shouwen.service.enactment.threads import STANDING

SOON = timedelta(minutes=1)
"""How long the calendar's duties may wait for an event that does one."""

_SET = """
INSERT INTO {alarm} (organisation_id, thread_id, at)
SELECT %s, woken.id, %s FROM ({threads}) AS woken (id)
ON CONFLICT (organisation_id, thread_id) DO UPDATE SET at = LEAST({alarm}.at, EXCLUDED.at)
"""


def wake_others(thread: Thread, known: Enacted, event: Happened, things: list[str]) -> None:
    """Let the threads that an event elsewhere concerns be looked at now."""
    if thread.key != STANDING and event.type in known.periodic_types:
        _let_periods_run(thread, event)
    rows: QuerySet[Any]
    if event.type in known.context_types:
        rows = Clock.objects.filter(stage__in=OPEN_STAGES).exclude(thread=thread)
    elif event.type in known.personal_types:
        fields = known.measure.vocabulary.events[event.type].fields
        people = [event.facts.get(n) for n, f in fields.items() if f.entity == PERSON]
        bearing = Clock.objects.filter(bearer__in=[str(p) for p in people if p is not None])
        rows = bearing.filter(stage__in=OPEN_STAGES).exclude(thread=thread)
    elif event.type in known.accruing_types:
        longer = [k for k in things if not k.startswith("case:")]
        rows = ThreadKey.objects.filter(key__in=longer).exclude(thread=thread)
        rows = rows.exclude(thread__key__startswith="case:")
    elif things and not things[0].startswith("case:"):
        naming = EventKey.objects.filter(key__in=things)
        rows = Event.objects.filter(pk__in=naming.values("event")).exclude(thread=thread)
    else:
        return
    sql, values = rows.order_by().values("thread").distinct().query.sql_with_params()
    table = connection.ops.quote_name(Alarm._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            _SET.format(alarm=table, threads=sql),
            [thread.organisation_id, clock.now(), *values],
        )


def _let_periods_run(thread: Thread, event: Happened) -> None:
    """What the calendar sets off is reckoned in the standing thread: at once where nothing may have
    happened yet that belongs to no thing; else soon, so that of many events of a minute the measure
    is asked once."""
    begun = {"opened_at": event.at, "adoption": thread.adoption}
    standing, made = Thread.objects.get_or_create(key=STANDING, defaults=begun)
    if made:
        Alarm.objects.create(
            organisation_id=cast(int, standing.organisation_id),
            thread_id=standing.pk,
            at=clock.now(),
        )
    else:
        soon = clock.now() + SOON
        # Told by the condition that there is nothing to do, nobody waits for the row.
        Alarm.objects.filter(thread_id=standing.pk, at__gt=soon).update(at=soon)
