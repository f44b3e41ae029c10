"""The measures of the library, on all events of their scenarios as one log."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest

import shouwen.library
from shouwen.measures.bulk import lower, unlowered
from shouwen.measures.evaluation import Adoption, Event, adopt
from shouwen.measures.language import load_measure
from shouwen.measures.scenarios import find_scenario_files, load_scenarios
from tests.measures.bulk import test_cable
from tests.measures.bulk.agreement import agree, agree_on_each
from tests.measures.bulk.effort import LONG
from tests.measures.bulk.histories import TYPES

LIBRARY = Path(shouwen.library.__path__[0])
ALL = sorted(p.name for p in LIBRARY.iterdir() if (p / "measure.md").is_file())


@cache
def adoption(name: str) -> Adoption:
    return adopt(load_measure(LIBRARY / name))


def logs_of(name: str) -> dict[str, list[Event]]:
    """The events of all scenarios, each scenario with ids and keys of its own (its prefix)."""
    measure = adoption(name).measure
    fields = {(e, n): f for e, r in measure.vocabulary.events.items() for n, f in r.fields.items()}
    scenarios = [
        s for f in find_scenario_files(LIBRARY / name) for s in load_scenarios(f).scenarios
    ]
    logs: dict[str, list[Event]] = {}
    for n, scenario in enumerate(scenarios):
        own = f"s{n}."
        logs[own] = []
        for event in scenario.events:
            facts = {
                k: own + v if fields[event.type, k].entity is not None else v
                for k, v in event.facts.items()
            }
            corrected = event.supersedes and own + event.supersedes
            logs[own].append(replace(event, id=own + event.id, facts=facts, supersedes=corrected))
    return logs


def events_of(name: str, types: frozenset[str]) -> list[Event]:
    """The events of some types of all scenarios, as one log."""
    return [e for events in logs_of(name).values() for e in events if e.type in types]


def test_the_scenarios_of_repairs_and_complaints():
    events = events_of("cable", frozenset(TYPES))
    assert len(events) > 200
    agree(test_cable.plan(), events, max(e.at for e in events))


@pytest.mark.timeout(1500)
@pytest.mark.parametrize("name", ALL)
def test_all_five_measures_lower_completely(name):
    said = [str(error) for error in unlowered(adoption(name))]
    assert not said, "\n".join(said)


# Lowering a large measure and writing it out as SQL takes minutes: the others run with `make long`.
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("name", ALL if LONG else ["power"])
def test_every_scenario_of_a_measure(name):
    logs = logs_of(name)
    events = [e for own in logs.values() for e in own]
    types = {e.type for e in events}
    plan = lower(adoption(name), None, types)
    last = max(e.at for e in events)
    for as_of in (last, last - timedelta(days=200), last + timedelta(days=400)):
        agree_on_each(plan, logs, as_of)
