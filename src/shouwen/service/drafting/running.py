"""Working out a trial, in a process of its own.

While it runs, the process holds a lock of the database session that bears the trial's number: when
it dies, however it does, the lock is gone, and the next worker takes the trial up. What was done
before lies in the trial's folder and is found there again; on another machine it begins anew. A
trial that breaks off again and again is given up, so that it does not keep a worker busy for ever.
"""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from django.db import connection, transaction

from shouwen.measures.assessment import (
    AssessmentStopped,
    Limits,
    Period,
    Terms,
    TooManyRows,
    compare_to,
)
from shouwen.measures.assessment.comparing import tried_on
from shouwen.measures.bulk import NotLoweredYet
from shouwen.measures.diagnostics import Diagnostic, SourceError, render
from shouwen.measures.evaluation import AdoptionError, EventError
from shouwen.service.drafting import documents, limits
from shouwen.service.drafting.keeping import keep
from shouwen.service.drafting.models import Failure, State, Trial, Waiting
from shouwen.service.enactment.extract import source_of
from shouwen.service.enactment.history import history_until
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope

log = logging.getLogger(__name__)
TOLD = 0.5
"""Seconds between two times at which the page is told how far it is."""
SHOWN = 50
"""So many faults of events are shown."""


class Gone(Exception):
    """The trial was taken away while it was worked out."""


class TooLarge(Exception):
    """It would put down more than it may."""


def next_free() -> tuple[int, int] | None:
    """The trial that waits longest and that nobody works out: organisation and number."""
    for row in Waiting.objects.order_by("at"):
        with _held(row.trial_id) as mine:
            if mine:
                return row.organisation_id, row.trial_id
    return None


def work_out(organisation_id: int, trial_id: int) -> bool:
    """Work a trial out and keep what came of it; whether it was this process that did.

    What is wrong with it is kept as well. An interruption (Ctrl-C, SIGTERM) leaves it waiting.
    """
    with _held(trial_id) as mine, scope(organisation_id):
        if not mine:
            return False
        trial = _begun(organisation_id, trial_id)
        if trial is None:
            return False
        home = limits.folder_of(organisation_id, trial_id)
        try:
            found = _compared(trial, home)
        except Gone:
            shutil.rmtree(home, ignore_errors=True)
            return True
        except Exception as error:
            if isinstance(error.__cause__, KeyboardInterrupt):
                raise KeyboardInterrupt from error
            failure, said = _told(error)
            if failure == Failure.OTHER:
                log.exception("Trial %s of organisation %s stopped.", trial_id, organisation_id)
            _failed(trial, failure, said)
            if failure == Failure.LIMITS:
                shutil.rmtree(home, ignore_errors=True)
            return True
        with transaction.atomic():
            keep(trial, found)
            _no_longer_waiting(trial)
        shutil.rmtree(home, ignore_errors=True)
        return True


@contextmanager
def _held(trial_id: int) -> Iterator[bool]:
    """Hold the lock of a trial, if nobody else does."""
    name = f"drafting.trial:{trial_id}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        # Without a connection the lock is gone already.
        if mine and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])


def _begun(organisation_id: int, trial_id: int) -> Trial | None:
    """The trial, marked as running; None when there is nothing to do."""
    waits = Waiting.objects.filter(organisation_id=organisation_id, trial_id=trial_id)
    trial = Trial.objects.select_related("adoption").filter(pk=trial_id).first()
    if trial is None or trial.state not in (State.WAITING, State.RUNNING):
        waits.delete()
        return None
    if not waits.exists():
        return None
    if trial.attempts >= limits.MOST_ATTEMPTS:
        _failed(trial, Failure.DIED, "")
        return None
    trial.state, trial.attempts = State.RUNNING, trial.attempts + 1
    trial.side, trial.stage, trial.done, trial.total = "a", "", 0, 0
    trial.save(update_fields=["state", "attempts", "side", "stage", "done", "total"])
    return trial


def _compared(trial: Trial, home: Path) -> Path:
    """Both sides over the organisation's events; gives the folder of the result."""
    home.mkdir(parents=True, exist_ok=True)
    a = documents.side_a(trial)
    b = documents.adopted_in(home / "texts", trial.measure, trial.files, trial.readings)
    code = Organisation.objects.values_list("code", flat=True).get(pk=trial.house)
    source = source_of(history_until(trial.house, code, trial.last_event))
    terms = Terms(a, trial.as_of, Period(trial.first, trial.last), trails=False)
    result = home / "result"
    bounds = Limits(limits.memory(), home / "spill", None, limits.disk())
    both = (terms, replace(terms, adoption=tried_on(b, a)))
    compare_to(result, (source, source), both, bounds, _teller(trial, home))
    return result


def _teller(trial: Trial, home: Path) -> Callable[[str, int, int | None], None]:
    """Tells the page how far it is, and looks after what it may take."""
    last = 0.0
    side, before = "a", ""

    def tell(stage: str, done: int, total: int | None) -> None:
        nonlocal last, side, before
        if before == "judging" and stage != "judging":
            # Side A is through.
            side = "b"
        new, before = stage != before, stage
        if not new and time.monotonic() - last < TOLD:
            return
        last = time.monotonic()
        said = {"side": side, "stage": stage, "done": done, "total": total or 0}
        if not Trial.objects.filter(pk=trial.pk, state=State.RUNNING).update(**said):
            raise Gone
        _within_bounds(home)

    return tell


def _within_bounds(home: Path) -> None:
    """Raises TooLarge."""
    used = sum(map(_size, home.rglob("*")))
    if used > limits.disk():
        raise TooLarge(f"{used >> 20:,} MB are on disk; {limits.disk() >> 20:,} MB are allowed.")
    free = shutil.disk_usage(home).free
    if free < limits.FREE:
        raise TooLarge(f"Only {free >> 20:,} MB of the disk are free.")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except FileNotFoundError:
        # What is put down for a while may be gone by now.
        return 0


def _told(error: Exception) -> tuple[Failure, str]:
    """What stopped a trial, in kind and in words."""
    match error:
        case SourceError() | EventError() | AdoptionError():
            return Failure.EVENTS, _all_of(list(error.diagnostics))
        case NotLoweredYet():
            return Failure.RULES, str(error)
        case TooLarge() | TooManyRows():
            return Failure.LIMITS, str(error)
        case AssessmentStopped():
            full = "Memory or disk did not suffice" in str(error) or "No space left" in str(error)
            return (Failure.LIMITS if full else Failure.OTHER), str(error)
    return Failure.OTHER, f"{type(error).__name__}: {error}"


def _all_of(faults: list[Diagnostic]) -> str:
    shown = [render(d) for d in faults[:SHOWN]]
    if len(faults) > SHOWN:
        shown.append(f"… {len(faults) - SHOWN:,} more")
    return "\n".join(shown)


@transaction.atomic
def _failed(trial: Trial, failure: Failure, said: str) -> None:
    rows = Trial.objects.filter(pk=trial.pk)
    rows.update(state=State.FAILED, failure=failure, error=said[:20_000])
    _no_longer_waiting(trial)


def _no_longer_waiting(trial: Trial) -> None:
    Waiting.objects.filter(organisation_id=trial.house, trial_id=trial.pk).delete()


def sweep() -> None:
    """Remove the folders of trials on this machine that nobody will go on with."""
    for house in limits.folder().glob("*"):
        if not house.name.isdecimal():
            continue
        with scope(int(house.name)):
            alive = (State.WAITING, State.RUNNING, State.FAILED)
            rows = Trial.objects.filter(state__in=alive).values_list("pk", flat=True)
            known = {str(pk) for pk in rows}
        for home in house.iterdir():
            if home.name not in known:
                shutil.rmtree(home, ignore_errors=True)
