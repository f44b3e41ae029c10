"""The worker: looks at clocks that turn amber or expire, as soon as they do, asks about people for
whom something changed, and counts anew the days whose figures did. Trials of other measures run
beside it, in a process of their own (`trying`).

Any number of workers may run, on any number of machines. One that is killed loses nothing: what it
was at is rolled back and taken up by the next (`shouwen.service.enactment.alarms`).
"""

from __future__ import annotations

import logging
import signal
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from types import FrameType
from zoneinfo import ZoneInfo

from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError, close_old_connections, connection

from shouwen.service import clock
from shouwen.service.assessment.counting import count_all
from shouwen.service.conduct import years
from shouwen.service.conduct.keeping import keep
from shouwen.service.config.trying import Bench
from shouwen.service.demo.timemachine import moved
from shouwen.service.drafting.running import sweep as sweep_trials
from shouwen.service.enactment.alarms import ring, warm
from shouwen.service.inspections import reminding as inspections
from shouwen.service.limits.buckets import sweep
from shouwen.service.publication import reminding as publication
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope

log = logging.getLogger(__name__)
PAUSE = 0.5
"""Seconds between two looks when nothing was due."""
FIGURES = 20.0
"""Seconds between two looks at what figures have changed."""
PROPOSALS = 5
"""So many people are asked about before figures are looked at again."""
TIDY = 3600.0
"""Seconds between two times of tidying up."""
REMIND = 900.0
"""Seconds between two looks for days of ours that are near or past."""
TRIALS = 2.0
"""Seconds between two looks at whether a trial of another measure waits."""


class Every:
    """Something done at once, and again when so many seconds have passed since it was done."""

    def __init__(self, seconds: float, doing: Callable[[], object]) -> None:
        self._seconds, self._doing = seconds, doing
        self._next = float("-inf")

    def turn(self) -> None:
        """Do it if it is time."""
        if time.monotonic() >= self._next:
            self._doing()
            self._next = time.monotonic() + self._seconds


def tidy() -> None:
    """Remove what has run out: sessions, what was counted of limits, folders of trials."""
    SessionStore.clear_expired()
    sweep()
    sweep_trials()


def remind() -> int:
    """Tell of days that no measure sets, and see to a year that has ended, in every organisation;
    how many were told."""
    told = 0
    for organisation in Organisation.objects.filter(is_active=True):
        with scope(organisation.pk):
            today = clock.now().astimezone(ZoneInfo(organisation.zone)).date()
            told += inspections.remind(today) + publication.remind(today)
            years.after_the_year(organisation)
    return told


class Clocks:
    """Clocks that turn."""

    def __init__(self) -> None:
        self._warming = Every(float("inf"), warm)

    def __call__(self) -> bool:
        """Look at the clocks that are due; whether there were any."""
        self._warming.turn()
        with moved():
            return ring() > 0


class Chores:
    """Everything else, which may take its time."""

    def __init__(self, bench: Bench) -> None:
        self._tidying, self._figures = Every(TIDY, tidy), Every(FIGURES, count_all)
        self._reminding, self._trying = Every(REMIND, remind), Every(TRIALS, bench.turn)

    def __call__(self) -> bool:
        """Do what it is time for; whether there may be more."""
        self._tidying.turn()
        with moved():
            self._figures.turn()
            self._reminding.turn()
            self._trying.turn()
            return keep(PROPOSALS) > 0


def work() -> None:
    """Work until told to stop (SIGTERM, SIGINT).

    Clocks have a thread of their own: no count and no question about a person makes them wait.
    """
    stop = threading.Event()

    def told(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, told)
    signal.signal(signal.SIGINT, told)
    # A clock that waits for the other thread waits so many seconds at the most, many times a turn.
    sys.setswitchinterval(0.0005)
    bench = Bench()
    try:
        with ThreadPoolExecutor() as pool:
            running = [
                pool.submit(_again_and_again, one, stop) for one in (Clocks(), Chores(bench))
            ]
            wait(running, return_when=FIRST_EXCEPTION)
            stop.set()
    finally:
        bench.close()
    for one in running:
        one.result()


def _again_and_again(doing: Callable[[], bool], stop: threading.Event) -> None:
    """Do something until told to stop, with a pause whenever there was nothing to do."""
    try:
        while not stop.is_set():
            try:
                close_old_connections()
                if not doing():
                    stop.wait(PAUSE)
            except OperationalError:
                # The server restarts, or the network is away: nothing is lost, so try again.
                log.warning("The database does not answer; trying again in five seconds.")
                connection.close()
                stop.wait(5)
    finally:
        connection.close()
