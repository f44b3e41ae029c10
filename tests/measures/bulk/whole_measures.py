"""What is tested of every measure of the library; each has a file of its own, to run beside the
others: making the plan of a whole measure takes longest."""

from __future__ import annotations

from datetime import timedelta

from shouwen.measures.evaluation import Event
from tests.measures.bulk.agreement import agree_on_each
from tests.measures.bulk.chronicle import random_log
from tests.measures.bulk.effort import LONG
from tests.measures.bulk.library import (
    adoption,
    choices,
    logs_of,
    packed,
    plan,
    plan_under,
    scenarios,
)
from tests.measures.bulk.words import Words

Logs = dict[str, list[Event]]


def scenarios_agree(name: str) -> None:
    """All scenarios as one log, under the default readings, at several instants."""
    logs = logs_of(name)
    last = max(e.known_from for own in logs.values() for e in own)
    for as_of in (last - timedelta(days=200), last + timedelta(days=400)):
        agree_on_each(plan(name), logs, as_of)
    if LONG:
        agree_on_each(plan(name), logs, last)
        for as_of, own in _by_instant(name).items():
            agree_on_each(plan(name), own, as_of)


def _by_instant(name: str) -> dict:
    found: dict = {}
    for (prefix, events), scenario in zip(logs_of(name).items(), scenarios(name), strict=True):
        found.setdefault(scenario.as_of, {})[prefix] = events
    return found


def readings_agree(name: str) -> None:
    """Every alternative that a scenario chooses: many of them at once, and in a long run alone."""
    logs = logs_of(name)
    found = choices(name)
    parts: list[tuple[dict[str, str], Logs]] = [(pack, logs) for pack in packed(found)]
    assert all(any(pack.items() >= dict(c).items() for pack, _ in parts) for c in found)
    if LONG:
        parts += [(dict(c), {p: logs[p] for p in own}) for c, own in found.items()]
    for readings, own in parts:
        events = [e for log in own.values() for e in log]
        made = plan_under(name, readings, {e.type for e in events})
        last = max(e.known_from for e in events)
        for as_of in (last, last + timedelta(days=400)):
            agree_on_each(made, own, as_of)


def histories_agree(name: str, seed: int, count: int) -> None:
    """Random histories in the words of the measure."""
    logs, as_of = random_log(Words(adoption(name)), seed, count)
    agree_on_each(plan(name), logs, as_of)
