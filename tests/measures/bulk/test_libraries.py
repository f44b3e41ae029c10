"""The measures of the library, on all events of their scenarios as one log."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

import shouwen.library
from shouwen.measures.bulk import lower, lowerable
from shouwen.measures.evaluation import Adoption, Event, adopt
from shouwen.measures.language import load_measure
from shouwen.measures.scenarios import find_scenario_files, load_scenarios
from tests.measures.bulk import test_cable
from tests.measures.bulk.agreement import agree
from tests.measures.bulk.effort import LONG
from tests.measures.bulk.histories import TYPES

LIBRARY = Path(shouwen.library.__path__[0])
ALL = sorted(p.name for p in LIBRARY.iterdir() if (p / "measure.md").is_file())


@cache
def adoption(name: str) -> Adoption:
    return adopt(load_measure(LIBRARY / name))


def events_of(name: str, types: frozenset[str]) -> list[Event]:
    """The events of all scenarios, each scenario with ids and keys of its own."""
    measure = adoption(name).measure
    fields = {(e, n): f for e, r in measure.vocabulary.events.items() for n, f in r.fields.items()}
    found = []
    scenarios = [
        s for f in find_scenario_files(LIBRARY / name) for s in load_scenarios(f).scenarios
    ]
    for n, scenario in enumerate(scenarios):
        own = f"s{n}."
        for event in scenario.events:
            if event.type not in types:
                continue
            facts = {
                k: own + v if fields[event.type, k].entity is not None else v
                for k, v in event.facts.items()
            }
            corrected = event.supersedes and own + event.supersedes
            found.append(replace(event, id=own + event.id, facts=facts, supersedes=corrected))
    return found


def test_the_scenarios_of_repairs_and_complaints():
    events = events_of("cable", frozenset(TYPES))
    assert len(events) > 200
    agree(test_cable.plan(), events, max(e.at for e in events))


if LONG:

    @pytest.mark.parametrize("name", ALL)
    def test_every_rule_that_is_lowered_on_the_scenarios_of_its_measure(name):
        events = events_of(name, frozenset(adoption(name).measure.vocabulary.events))
        plan = lower(adoption(name), lowerable(adoption(name)), {e.type for e in events})
        agree(plan, events, max(e.at for e in events))
