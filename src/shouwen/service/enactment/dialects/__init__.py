"""How acts are told in the vocabulary of a measure. Data, not code.

`acts.yaml` is the catalogue of what people do, in the service's own words. One file a measure says
what each of them is there: a list of events with their facts, or `none` with the reason, so that no
act is forgotten. A dialect is checked against the measure's vocabulary when it is loaded; every
fault is told at once.

The package is pure: no web framework and no database, so that a dialect can be tried on a story
without either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from shouwen.measures.diagnostics import did_you_mean
from shouwen.measures.evaluation import Event
from shouwen.measures.feel.types import EnumType
from shouwen.measures.language.model import Label, Measure

HERE = Path(__file__).parent
GIVEN = "given"
OTHERWISE = "otherwise"


class DialectError(ValueError):
    """A dialect does not fit its measure or the catalogue; the message lists every fault."""


class ActError(ValueError):
    """An act is not in the catalogue or carries what it may not; the message lists every fault."""


@dataclass(frozen=True)
class ActType:
    """An act of the catalogue."""

    name: str
    label: Label
    facts: frozenset[str]
    group: str


@dataclass(frozen=True)
class Act:
    """Something that someone did at an instant (aware), with what it carries."""

    id: str
    name: str
    at: datetime
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Template:
    """An event that an act is.

    Attributes:
        event: the event type of the measure.
        when: for which acts: values of a fact, or that it is given at all.
        facts: the measure's fact, and the act's fact it comes from.
        values: by the measure's fact, what the act's values are in the measure; a value that is
            not listed is kept, or is what stands under `otherwise`.
        const: facts that are always so.
    """

    event: str
    when: Mapping[str, Any]
    facts: Mapping[str, str]
    values: Mapping[str, Mapping[Any, Any]]
    const: Mapping[str, Any]

    def applies(self, facts: Mapping[str, Any]) -> bool:
        """Whether an act with these facts is this event."""
        return all(
            name in facts if wanted == GIVEN else facts.get(name) in wanted
            for name, wanted in self.when.items()
        )

    def told(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """The facts of the event."""
        found = dict(self.const)
        for name, source in self.facts.items():
            value = facts.get(source)
            if value is None:
                continue
            meanings = self.values.get(name, {})
            found[name] = meanings.get(value, meanings.get(OTHERWISE, value))
        return found


@dataclass(frozen=True)
class Dialect:
    """What the acts of the catalogue are in a measure. `reasons`: why some are nothing there."""

    measure: str
    templates: Mapping[str, tuple[Template, ...]]
    reasons: Mapping[str, str]

    def translate(self, act: Act) -> tuple[Event, ...]:
        """The events an act is, in order; their ids are made of its own.

        Raises:
            ActError: for an unknown act or facts that it does not carry.
        """
        known = catalogue().get(act.name)
        if known is None:
            raise ActError(
                f"There is no act '{act.name}'. {did_you_mean(act.name, catalogue()) or ''}".strip()
            )
        strange = sorted(set(act.facts) - known.facts)
        if strange:
            raise ActError(
                f"'{act.name}' carries no {', '.join(strange)}. It carries: "
                f"{', '.join(sorted(known.facts))}."
            )
        fitting = [t for t in self.templates.get(act.name, ()) if t.applies(act.facts)]
        return tuple(
            Event(act.id if n == 0 else f"{act.id}.{n}", t.event, act.at, t.told(act.facts))
            for n, t in enumerate(fitting)
        )


@cache
def catalogue() -> Mapping[str, ActType]:
    """Every act there is, by name, in the order of the file."""
    groups = yaml.safe_load((HERE / "acts.yaml").read_text("utf-8"))
    return {
        name: ActType(name, Label(said["zh"], said["en"]), frozenset(said["facts"]), group)
        for group, acts in groups.items()
        for name, said in acts.items()
    }


def load_dialect(key: str, measure: Measure) -> Dialect:
    """The dialect of a measure; an empty one where there is no file.

    Raises:
        DialectError: when it does not fit the catalogue or the measure's vocabulary.
    """
    path = HERE / f"{key}.yaml"
    if not path.is_file():
        return Dialect(key, {}, {})
    return read_dialect(path.read_text("utf-8"), path.name, key, measure)


def read_dialect(text: str, name: str, key: str, measure: Measure) -> Dialect:
    """A dialect from its text. Raises DialectError."""
    written = yaml.safe_load(text) or {}
    faults: list[str] = []
    templates: dict[str, tuple[Template, ...]] = {}
    reasons: dict[str, str] = {}
    for act, said in written.items():
        if act not in catalogue():
            faults.append(f"{act}: no such act. {did_you_mean(act, catalogue()) or ''}".strip())
        elif isinstance(said, str):
            reasons[act] = said
        else:
            found = [_template(t) for t in said]
            templates[act] = tuple(found)
            for template in found:
                faults += [f"{act}: {f}" for f in _faults(template, catalogue()[act], measure)]
    faults += [f"{act}: not mentioned; give its events, or 'none' and why"
               for act in catalogue() if act not in written]  # fmt: skip
    if faults:
        raise DialectError("\n".join(f"{name}: {f}" for f in faults))
    return Dialect(key, templates, reasons)


def _template(said: Mapping[str, Any]) -> Template:
    facts = said.get("facts", {})
    return Template(
        said["event"],
        said.get("when", {}),
        {f: f for f in facts} if isinstance(facts, list) else facts,
        said.get("values", {}),
        said.get("const", {}),
    )


def _faults(template: Template, act: ActType, measure: Measure) -> list[str]:
    relation = measure.vocabulary.events.get(template.event)
    if relation is None:
        near = did_you_mean(template.event, measure.vocabulary.events) or ""
        return [f"measure {measure.id} has no event '{template.event}'. {near}".strip()]
    found = []
    for name in (*template.facts, *template.const):
        if name not in relation.fields:
            near = did_you_mean(name, relation.fields) or ""
            found.append(f"'{template.event}' has no fact '{name}'. {near}".strip())
    for source in (*template.facts.values(), *template.when):
        if source not in act.facts:
            found.append(f"the act carries no '{source}'")
    for name, meanings in template.values.items():
        type_ = relation.fields[name].type if name in relation.fields else None
        if isinstance(type_, EnumType):
            strange = [v for v in meanings.values() if type_.member(str(v)) is None]
            found += [f"'{v}' is no {type_.name} of '{template.event}'" for v in strange]
    return found
