"""What other readings would change for threads that are open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from shouwen.measures.evaluation import Adoption as Adopted
from shouwen.measures.evaluation import evaluate
from shouwen.service import clock
from shouwen.service.enactment.enacted import enacted
from shouwen.service.enactment.models import OPEN_STAGES, Clock, Thread
from shouwen.service.enactment.projection import ClockState, clocks_of
from shouwen.service.enactment.threads import slice_of

MOST = 200


@dataclass(frozen=True)
class Change:
    """A clock that another reading would move; None: there would be none."""

    thread: str
    zh: str
    en: str
    norm: str
    before: datetime | None
    after: datetime | None
    before_status: str
    after_status: str


def changes(adopted: Adopted) -> tuple[list[Change], int]:
    """The clocks of open threads that an adoption would change, and how many threads were asked.

    Of the threads with open clocks, the `MOST` that were asked last are looked at.
    """
    open_ = Clock.objects.filter(stage__in=OPEN_STAGES).values("thread")
    ids = open_.annotate(last=Max("thread__asked_at")).order_by("-last")[:MOST]
    threads = Thread.objects.filter(pk__in=[row["thread"] for row in ids])
    found: list[Change] = []
    now = clock.now()
    for thread in threads.select_related("adoption"):
        known = enacted(thread.adoption)
        events, _own = slice_of(thread, known)
        before = {c.id: c for c in clocks_of(evaluate(known.adopted, events, now))}
        after = {c.id: c for c in clocks_of(evaluate(adopted, events, now))}
        for id_ in before.keys() | after.keys():
            one, two = before.get(id_), after.get(id_)
            if _shown(one) != _shown(two):
                either = one or two
                assert either is not None
                found.append(
                    Change(
                        thread.key, either.label.zh, either.label.en, either.norm,
                        one.last_instant if one else None, two.last_instant if two else None,
                        one.status if one else "", two.status if two else "",
                    )
                )  # fmt: skip
    return sorted(found, key=lambda c: (c.thread, c.norm)), len(threads)


def _shown(state: ClockState | None) -> tuple[object, ...] | None:
    return None if state is None else (state.status, state.last_instant)
