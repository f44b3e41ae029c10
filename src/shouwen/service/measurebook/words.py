"""The words of a measure, in the language of the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _

from shouwen.measures.evaluation import wording
from shouwen.measures.evaluation.events import convert
from shouwen.measures.evaluation.wording import Language
from shouwen.measures.feel.types import EnumType
from shouwen.measures.language.model import (
    Consequence,
    Field,
    Grade,
    Label,
    Measure,
    Relation,
    Right,
)

KINDS = {
    "aim": pgettext_lazy("kind of rule", "aim"),
    "conduct": pgettext_lazy("kind of rule", "conduct"),
    "consequence": pgettext_lazy("kind of rule", "consequence"),
    "duty": pgettext_lazy("kind of rule", "duty"),
    "exemption": pgettext_lazy("kind of rule", "exemption"),
    "fact": pgettext_lazy("kind of rule", "fact"),
    "finding": pgettext_lazy("kind of rule", "finding"),
    "grade": pgettext_lazy("kind of rule", "grade"),
    "ledger": pgettext_lazy("kind of rule", "ledger"),
    "maintained": pgettext_lazy("kind of rule", "maintained"),
    "modifier": pgettext_lazy("kind of rule", "modifier"),
    "move": pgettext_lazy("kind of rule", "move"),
    "performance": pgettext_lazy("kind of rule", "performance"),
    "periodic": pgettext_lazy("kind of rule", "periodic"),
    "prohibition": pgettext_lazy("kind of rule", "prohibition"),
    "prose": pgettext_lazy("kind of rule", "prose"),
    "publication": pgettext_lazy("kind of rule", "publication"),
    "right": pgettext_lazy("kind of rule", "right"),
    "roster": pgettext_lazy("kind of rule", "roster"),
    "share": pgettext_lazy("kind of rule", "share"),
    "start": pgettext_lazy("kind of rule", "start"),
    "threshold": pgettext_lazy("kind of rule", "threshold"),
    "window": pgettext_lazy("kind of rule", "window"),
}
"""What the ways in which a norm is enacted (`coverage.Enactment.kind`) are called."""

OUTSIDE = frozenset({"id", "at"})
"""Fields that every row has and no form asks for as a fact."""


def language() -> Language:
    """The language of the page, as the measure names it."""
    return "en" if (get_language() or "zh").startswith("en") else "zh"


def pick(label: Label) -> str:
    """A label in the language of the page."""
    return wording.pick(label, language())


def facts_of(relation: Relation) -> list[Field]:
    """What an event of a type carries, in the order of the vocabulary."""
    return [f for n, f in relation.fields.items() if n not in OUTSIDE]


def type_name(measure: Measure, type_: str) -> str:
    """What an event type is called; its name when another version of the measure knew it."""
    relation = measure.vocabulary.events.get(type_)
    return type_ if relation is None else pick(relation.label)


def told(measure: Measure, type_: str, facts: dict[str, Any]) -> list[tuple[str, str]]:
    """The facts of a stored event, as (label, value) in the language of the page."""
    relation = measure.vocabulary.events.get(type_)
    if relation is None:
        return [(name, str(value)) for name, value in facts.items()]
    zone = ZoneInfo(measure.zone)
    found = []
    for field in facts_of(relation):
        value = facts.get(field.name)
        if value is None:
            continue
        typed = convert(value, field.type, zone)
        said = (
            str(value) if typed is None else wording.value(measure, typed, field.type, language())
        )
        found.append((pick(field.label), said))
    return found


def members(measure: Measure, type_: EnumType) -> list[tuple[str, str]]:
    """The members of an enumeration with what they are called; norms with their number."""
    found = []
    for name in type_.members:
        if type_.name == "norm" and name in measure.clauses:
            found.append((name, f"{name} {measure.clauses[name].title}"))
        else:
            found.append((name, wording.member(measure, type_, name, language())))
    return found


@dataclass(frozen=True)
class Group:
    """Event types that rules under one heading look at; `key` is the clause of the heading."""

    key: str
    label: str
    types: tuple[Relation, ...]


def groups(measure: Measure) -> list[Group]:
    """All event types of a measure by the chapter that first speaks of them, in its order.

    What no rule looks at stands at the end.
    """
    first = _first_norms(measure)
    order = list(measure.clauses)
    found: dict[str, list[Relation]] = {}
    for name, relation in measure.vocabulary.events.items():
        norm = first.get(name)
        found.setdefault(_heading(measure, norm) if norm else "", []).append(relation)
    keys = sorted(found, key=lambda k: order.index(k) if k else len(order))
    return [
        Group(key, f"{key} {measure.clauses[key].title}" if key else _("Other"), tuple(found[key]))
        for key in keys
    ]


def _heading(measure: Measure, norm: str) -> str:
    """The chapter of a norm; in a measure of one chapter, the level below it."""
    chain = [norm]
    while (parent := measure.clauses[chain[-1]].parent) is not None:
        chain.append(parent)
    tops = [c for c in measure.clauses.values() if c.parent is None]
    return chain[-1] if len(tops) > 1 or len(chain) == 1 else chain[-2]


@cache
def _first_norms(measure: Measure) -> dict[str, str]:
    """For every event type that a rule looks at, the norm of the first such rule."""
    order = {c: n for n, c in enumerate(measure.clauses)}
    found: dict[str, str] = {}
    for name, norm in _uses(measure):
        if name not in found or order[norm] < order[found[name]]:
            found[name] = norm
    return {n: c for n, c in found.items() if n in measure.vocabulary.events}


def _uses(measure: Measure) -> Iterator[tuple[str, str]]:
    for duty in measure.duties:
        norm = duty.norms.default
        yield from ((r, norm) for r in duty.trigger.relations)
        yield from ((p.event, norm) for p in duty.performances)
        yield from ((m.event, norm) for m in duty.moves)
        yield from ((x.event, norm) for x in duty.exemptions if x.event is not None)
    for finding in measure.findings:
        yield from ((r, finding.norm) for r in finding.trigger.relations)
    rules: list[Consequence | Grade | Right] = [
        *measure.consequences, *measure.grades, *measure.rights
    ]  # fmt: skip
    for rule in rules:
        yield from ((r, rule.norms.default) for r in rule.trigger.relations)
    for fact in measure.facts.values():
        if fact.norm is not None:
            yield fact.relation, fact.norm
