"""Waking up when a clock turns amber or expires, without an event.

Any number of workers may run `ring`. A thread is claimed by locking its row, the same lock that
an act takes, and its alarm moves only when the transaction that looked at it is kept: a worker
that dies loses nothing, and nobody does it twice. A thread that an act holds is passed over; the
act looks at it anyway. One that the measure cannot be asked about, by a fault of ours, is put off
and said so in the log, so that it does not keep the others waiting.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import OperationalError, transaction

from shouwen.service import clock
from shouwen.service.enactment.bridge import refresh
from shouwen.service.enactment.models import Alarm, Thread
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
    due = Alarm.objects.filter(at__lte=clock.now()).order_by("at")
    rung = 0
    for alarm in list(due[:limit]):
        try:
            rung += _ring_one(alarm)
        except OperationalError:
            raise
        except Exception:
            log.exception(
                "Thread %s of organisation %s could not be looked at; it is tried again in %s.",
                alarm.thread_id, alarm.organisation_id, PUT_OFF,
            )  # fmt: skip
            Alarm.objects.filter(pk=alarm.pk, at=alarm.at).update(at=clock.now() + PUT_OFF)
    return rung


def _ring_one(alarm: Alarm) -> bool:
    with scope(alarm.organisation_id), transaction.atomic():
        threads = Thread.objects.select_for_update(skip_locked=True, of=("self",))
        thread = threads.select_related("adoption").filter(pk=alarm.thread_id).first()
        if thread is None:
            return False
        # Another worker may have been here since the alarm was read.
        if not Alarm.objects.filter(pk=alarm.pk, at__lte=clock.now()).exists():
            return False
        refresh(thread)
    return True


def next_alarm() -> datetime | None:
    """When the next alarm is due."""
    return Alarm.objects.order_by("at").values_list("at", flat=True).first()
