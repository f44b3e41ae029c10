"""The measures of the library and all events of their scenarios, as logs and as plans."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import shouwen.library
from shouwen.measures.bulk import BulkPlan, lower
from shouwen.measures.evaluation import Adoption, Event, adopt, evaluate
from shouwen.measures.feel import tree
from shouwen.measures.language import load_measure
from shouwen.measures.language.strata import expressions
from shouwen.measures.scenarios import Scenario, find_scenario_files, load_scenarios, run_scenario
from tests.measures.bulk.words import Words

LIBRARY = Path(shouwen.library.__path__[0])
ALL = sorted(p.name for p in LIBRARY.iterdir() if (p / "measure.md").is_file())
Choice = tuple[tuple[str, str], ...]
"""Readings other than the defaults, with what is chosen."""


@cache
def adoption(name: str) -> Adoption:
    return adopt(load_measure(LIBRARY / name))


@cache
def plan(name: str) -> BulkPlan:
    """All rules under the default readings, for any events."""
    return lower(adoption(name))


@cache
def scenarios(name: str) -> tuple[Scenario, ...]:
    files = find_scenario_files(LIBRARY / name)
    return tuple(s for f in files for s in load_scenarios(f).scenarios)


@cache
def logs_of(name: str) -> dict[str, list[Event]]:
    """The events of all scenarios, each scenario with ids and keys of its own (its prefix)."""
    return {f"s{n}.": _own(s, f"s{n}.") for n, s in enumerate(scenarios(name))}


def events_of(name: str, types: Collection[str]) -> list[Event]:
    """The events of some types of all scenarios, as one log."""
    return [e for events in logs_of(name).values() for e in events if e.type in types]


def _own(scenario: Scenario, own: str) -> list[Event]:
    vocabulary = scenario.adoption.measure.vocabulary
    events = []
    for event in run_scenario(scenario).events.values():
        fields = vocabulary.events[event.type].fields
        facts = {k: own + v if fields[k].entity is not None else v for k, v in event.facts.items()}
        corrected = own + event.supersedes if event.supersedes is not None else None
        events.append(replace(event, id=own + event.id, facts=facts, supersedes=corrected))
    waiting = [e for e in events if "proposal" in e.facts]
    settled = [e for e in events if "proposal" not in e.facts]
    for event in sorted(waiting, key=lambda e: e.known_from):
        # What is decided goes by another id too, as its people and cases do.
        said = evaluate(scenario.adoption, settled, max(event.known_from, event.at))
        meant = [o.id for o in said if o.id.replace(own, "") == event.facts["proposal"]]
        proposal = meant[0] if meant else event.facts["proposal"]
        settled.append(replace(event, facts={**event.facts, "proposal": proposal}))
    return settled


def choices(name: str) -> dict[Choice, list[str]]:
    """The alternative readings that scenarios choose, with the prefixes of these scenarios."""
    default = adoption(name).readings
    found: dict[Choice, list[str]] = {}
    for n, scenario in enumerate(scenarios(name)):
        chosen = sorted(scenario.adoption.readings.items())
        choice = tuple((k, v) for k, v in chosen if default[k] != v)
        if choice:
            found.setdefault(choice, []).append(f"s{n}.")
    return found


def packed(found: Iterable[Choice]) -> list[dict[str, str]]:
    """As few sets of readings as hold every choice, each choice in one of them."""
    packs: list[dict[str, str]] = []
    for choice in sorted(found, key=lambda c: (-len(c), c)):
        for pack in packs:
            if all(pack.get(k, v) == v for k, v in choice):
                pack.update(choice)
                break
        else:
            packs.append(dict(choice))
    return packs


def rules_that_read(name: str, readings: Mapping[str, str]) -> frozenset[str]:
    """The rules that look at one of some readings, themselves or through a fact."""
    words = Words(adoption(name))
    named = {f"reading.{r}" for r in readings}
    return frozenset(
        id_
        for id_, rule in words.rules.items()
        if named & {n for e in expressions(rule) for n in tree.names(e)}
        or any(
            named & tree.names(e)
            for f in words.facts(rule)
            for e in (f.where, f.value)
            if e is not None
        )
    )


def plan_under(name: str, readings: Mapping[str, str], types: Iterable[str]) -> BulkPlan:
    """What hangs on some readings, with these chosen, for logs of some event types."""
    chosen = adopt(adoption(name).measure, readings, adoption(name).calendars)
    return lower(chosen, rules_that_read(name, readings), set(types))
