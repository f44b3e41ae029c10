"""Fines as the measure hears of them: announced, paid, withdrawn."""

from __future__ import annotations

from datetime import date

from shouwen.service.access.actor import Actor
from shouwen.service.conduct.models import Decision
from shouwen.service.enactment.bridge import perform, take_back
from shouwen.service.enactment.models import Act, Clock, Event

FINE = "fine"
MOST_TIMES = 9


def announce(actor: Actor, decision: Decision) -> date | None:
    """Tell the measure that a fine was announced; until when it says to pay, if it says so."""
    key = _fresh_key(decision)
    facts = {"notice": key, "person": decision.subject.name}
    if decision.unit is not None:
        facts["unit"] = decision.unit.code
    told = perform(actor, "fine.announced", facts, uid=_uid(key))
    if not told.events:
        return None
    clocks = Clock.objects.filter(thread=told.events[0].thread, deadline__isnull=False)
    first = clocks.order_by("deadline").first()
    if first is None or first.deadline is None:
        return None
    return first.deadline.astimezone(actor.zone).date()


def paid(actor: Actor, decision: Decision) -> None:
    """Tell the measure that a fine was paid in full."""
    act = _announced(decision)
    if act is None:
        return
    facts = {"notice": act.facts["notice"], "person": decision.subject.name}
    if decision.unit is not None:
        facts["unit"] = decision.unit.code
    perform(actor, "fine.paid", facts, uid=f"paid-{act.facts['notice']}")


def withdrawn(actor: Actor, decision: Decision) -> None:
    """Another decision took the place of this one, or an appeal suspends it: nothing is due by
    it, so that what was announced counts no longer."""
    act = _announced(decision)
    for event in act.events.all() if act is not None else ():
        if not Event.objects.filter(supersedes=event.uid).exists():
            take_back(actor, event)


def _uid(key: str) -> str:
    return f"announced-{key}"


def _keys(decision: Decision) -> list[str]:
    """The keys of a notice: a fine that was suspended is announced anew under another."""
    more = [f"{decision.number}.{n}" for n in range(2, MOST_TIMES)]
    return [decision.number, *more]


def _announced(decision: Decision) -> Act | None:
    """The last announcement."""
    return Act.objects.filter(uid__in=[_uid(k) for k in _keys(decision)]).order_by("-id").first()


def _fresh_key(decision: Decision) -> str:
    used = set(
        Act.objects.filter(uid__in=[_uid(k) for k in _keys(decision)]).values_list("uid", flat=True)
    )
    return next(k for k in _keys(decision) if _uid(k) not in used)
