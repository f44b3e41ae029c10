"""Waking up when a clock turns amber or expires, without an event.

Any number of workers may run `ring`. A worker claims an alarm that no other has, and the row of its
thread, the same lock that an act takes. The alarm moves only when the transaction that looked at it
is kept: a worker that dies loses nothing, and nobody does it twice. A thread that an act holds is
passed over; the act looks at it anyway. One that the measure cannot be asked about, by a fault of
ours, is put off and said so in the log, so that it does not keep the others waiting.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import OperationalError, transaction

from shouwen.service import clock
from shouwen.service.enactment.bridge import refresh
from shouwen.service.enactment.enacted import enacted
from shouwen.service.enactment.models import Adoption, Alarm, Thread
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope

log = logging.getLogger(__name__)
PUT_OFF = timedelta(minutes=5)
"""How long a thread waits that could not be looked at."""


def ring(limit: int = 100) -> int:
    """Look at the threads whose alarms are due, each in a transaction of its own.

    Returns:
        how many were looked at.

    Raises:
        OperationalError: when the database is away; nothing is lost.
    """
    passed: set[int] = set()
    rung = 0
    for _ in range(limit):
        found = _ring_next(passed)
        if found is None:
            break
        rung += found
    return rung


def _ring_next(passed: set[int]) -> bool | None:
    """Look at the thread whose alarm is due longest; whether it could be, None: none is due."""
    alarm: Alarm | None = None
    try:
        with transaction.atomic():
            # Its lock is held over nothing that waits, so that it can be part of no circle.
            due = Alarm.objects.select_for_update(skip_locked=True).exclude(pk__in=passed)
            alarm = due.filter(at__lte=clock.now()).order_by("at").first()
            if alarm is None:
                return None
            with scope(alarm.organisation_id):
                threads = Thread.objects.select_for_update(skip_locked=True, of=("self",))
                thread = threads.select_related("adoption").filter(pk=alarm.thread_id).first()
                if thread is None:
                    passed.add(alarm.pk)
                    return False
                refresh(thread)
        return True
    except OperationalError:
        raise
    except Exception:
        if alarm is None:
            raise
        log.exception(
            "Thread %s of organisation %s could not be looked at; it is tried again in %s.",
            alarm.thread_id, alarm.organisation_id, PUT_OFF,
        )  # fmt: skip
        Alarm.objects.filter(pk=alarm.pk, at=alarm.at).update(at=clock.now() + PUT_OFF)
        return False


def warm() -> None:
    """Load every measure that is adopted, so that the first alarm need not wait for it."""
    for organisation in Organisation.objects.filter(is_active=True):
        with scope(organisation.pk):
            for adoption in Adoption.objects.all():
                try:
                    enacted(adoption)
                except (KeyError, ValueError):
                    log.exception("The measure of organisation %s cannot be read.", organisation.pk)


def next_alarm() -> datetime | None:
    """When the next alarm is due."""
    return Alarm.objects.order_by("at").values_list("at", flat=True).first()
