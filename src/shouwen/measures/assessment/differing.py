"""Which rules two adoptions may answer differently, so that only these are evaluated.

What a rule says hangs on its own text, on the readings and facts that it looks at, and on the rows
of the rules before it. Where all of these mean the same on both sides, the rule gives the same
outcomes for the same events, and nothing can flip. What concerns every rule (the vocabulary, time
zone, calendars, windows, the days of being in force) is compared first: where that differs,
everything is evaluated.

Meanings are compared, not texts: places in the source, words for readers and the order of files do
not count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from shouwen.measures.bulk.compile import facts_of, rests_on, rules_of
from shouwen.measures.calendars import Calendar
from shouwen.measures.diagnostics import Source, Span
from shouwen.measures.evaluation import Adoption
from shouwen.measures.feel import tree
from shouwen.measures.language.model import Label, Measure, Rule
from shouwen.measures.language.strata import expressions, names_used

READING = "reading."
"""How expressions name a reading."""


@dataclass(frozen=True)
class Differing:
    """What two adoptions may answer differently.

    Attributes:
        rules: the rules of either side that may differ, by their ids.
        wanted: these and all that they rest on, on either side: what has to be evaluated, on both
            sides the same, so that nothing is there on one side only for being left out.
        same: how many rules of both sides mean the same and rest on the same.
    """

    rules: frozenset[str]
    wanted: frozenset[str]
    same: int


def may_differ(a: Adoption, b: Adoption) -> Differing:
    """The rules that two adoptions may answer differently."""
    one, two = rules_of(a.measure), rules_of(b.measure)
    every = frozenset(one) | frozenset(two)
    if _ground(a) != _ground(b):
        return Differing(every, every, 0)
    changed = {
        r for r in every
        if r not in one or r not in two or _said(a, one[r]) != _said(b, two[r])
    }  # fmt: skip
    rests = [_rests(a.measure), _rests(b.measure)]
    found = _grown(changed, lambda now: {r for side in rests for r, on in side.items() if on & now})
    wanted = _grown(found, lambda now: {u for side in rests for r in now for u in side.get(r, ())})
    return Differing(frozenset(found), frozenset(wanted), len(every) - len(found))


@lru_cache(maxsize=4)
def _rests(measure: Measure) -> dict[str, set[str]]:
    """By rule, those that it rests on at once."""
    rules = rules_of(measure)
    return {r: rests_on(measure, rules, rule) for r, rule in rules.items()}


def _grown(begun: set[str], more: Callable[[set[str]], set[str]]) -> set[str]:
    """A set and what comes to it, until nothing does."""
    found = set(begun)
    while not (new := more(found)) <= found:
        found |= new
    return found


def _ground(adoption: Adoption) -> Any:
    """What concerns every rule of an adoption."""
    measure = adoption.measure
    words = measure.vocabulary
    return (
        measure.zone, measure.calendar, adoption.first_day, adoption.last_day,
        adoption.counted_from, meaning(words.events), meaning(words.types),
        sorted(words.entities), sorted(words.posts), sorted(words.roles),
        sorted(words.quantities), sorted(words.acts), meaning(measure.windows),
        {name: _calendar(c) for name, c in adoption.calendars.items()},
    )  # fmt: skip


def _calendar(calendar: Calendar) -> Any:
    return [(v.valid_from, _schedule(v.schedule)) for v in calendar.versions]


def _schedule(schedule: Any) -> Any:
    """What a schedule was made with; what it has worked out since is not part of it."""
    return [
        (name, meaning(value)) for name, value in sorted(vars(schedule).items())
        if not isinstance(getattr(type(schedule), name, None), cached_property)
    ]  # fmt: skip


def _said(adoption: Adoption, rule: Rule) -> Any:
    """What a rule means: its own text, its facts, and the readings chosen among what they name."""
    facts = sorted(facts_of(adoption.measure, rule), key=lambda f: f.name)
    named = set(names_used(rule)) | {n for e in expressions(rule) for n in tree.names(e)}
    for fact in facts:
        for expression in (fact.value, fact.where):
            if expression is not None:
                named |= set(tree.names(expression))
    asked = {n.removeprefix(READING) for n in named if n.startswith(READING)}
    chosen = {n: adoption.readings[n] for n in sorted(asked)}
    return meaning(rule), [meaning(f) for f in facts], chosen


def meaning(value: Any) -> Any:
    """A value without places in sources and words for readers, to be compared."""
    if isinstance(value, Span | Source | Label):
        return None
    if is_dataclass(value) and not isinstance(value, type):
        return type(value).__name__, tuple(_parts(value))
    if isinstance(value, Mapping):
        return tuple((str(k), meaning(v)) for k, v in value.items())
    if isinstance(value, frozenset | set):
        return tuple(sorted(map(repr, map(meaning, value))))
    if isinstance(value, tuple | list):
        return tuple(map(meaning, value))
    if isinstance(value, Enum):
        return str(value)
    if isinstance(value, np.ndarray):
        return value.tobytes()
    return value


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    for part in fields(value):
        yield part.name, meaning(getattr(value, part.name))
