"""The worker: looks at clocks that turn amber or expire, as soon as they do, asks about people for
whom something changed, and counts each day how promises were kept.

Any number of workers may run, on any number of machines. One that is killed loses nothing: what it
was at is rolled back and taken up by the next (`shouwen.service.enactment.alarms`).
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from types import FrameType

from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError, close_old_connections, connection

from shouwen.service.assessment.counting import count_all
from shouwen.service.conduct.keeping import keep
from shouwen.service.demo.timemachine import moved
from shouwen.service.enactment.alarms import ring, warm
from shouwen.service.limits.buckets import sweep
from shouwen.service.publication.shares import count_due

log = logging.getLogger(__name__)
PAUSE = 0.5
"""Seconds between two looks when nothing was due."""
FIGURES = 20.0
"""Seconds between two looks at what figures have changed."""
PROPOSALS = 5
"""So many people are asked about before clocks are looked at again."""
TIDY = 3600.0
"""Seconds between two times of tidying up."""
COUNT = 120.0
"""Seconds between two looks at whether a new day has begun somewhere, so that there is to count."""


def tidy() -> None:
    """Remove what has run out: sessions, and what was counted of limits."""
    SessionStore.clear_expired()
    sweep()


def work() -> None:
    """Work until told to stop (SIGTERM, SIGINT)."""
    stop = threading.Event()

    def told(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, told)
    signal.signal(signal.SIGINT, told)
    tidied = counted = -TIDY
    warmed = False
    looked = -COUNT
    while not stop.is_set():
        try:
            close_old_connections()
            if time.monotonic() - tidied >= TIDY:
                tidy()
                tidied = time.monotonic()
            if not warmed:
                warm()
                warmed = True
            with moved():
                if time.monotonic() - looked >= COUNT:
                    count_due()
                    looked = time.monotonic()
                if time.monotonic() - counted >= FIGURES:
                    count_all()
                    counted = time.monotonic()
                # Clocks go first: proposals are asked about a few at a time, so that no turn of a
                # clock waits long for them.
                if ring() + keep(PROPOSALS) == 0:
                    stop.wait(PAUSE)
        except OperationalError:
            # The server restarts, or the network is away: nothing is lost, so try again.
            log.warning("The database does not answer; trying again in five seconds.")
            connection.close()
            stop.wait(5)
