"""What the adopted measure says of inspecting, read from its vocabulary; no measure by name here.

A *checklist* is made of the standards of conduct for places and roles. What a *finding* is in the
measure is said by the dialect; what else the measure wants to know of one are the facts of that
event that no finding tells by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shouwen.measures.feel.types import EnumType
from shouwen.measures.language.model import Conduct, Field, Measure
from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.enactment.enacted import Enacted, NotInForce, enacted, in_force
from shouwen.service.enactment.models import Adoption
from shouwen.service.measurebook.words import facts_of, language, members, pick

FINDING = "finding.made"
"""The act; its events are the measure's."""
PERSON, AGENT, DEPARTMENT = "person", "agent", "department"


def known(actor: Actor, at: datetime | None = None) -> tuple[Adoption, Enacted] | None:
    """The measure in force at an instant (now, if not given); None where there was none."""
    try:
        adoption = in_force((at or clock.now()).astimezone(actor.zone))
    except NotInForce:
        return None
    return adoption, enacted(adoption)


@dataclass(frozen=True)
class Line:
    """A norm to be looked at."""

    conduct: str
    norm: str
    prohibited: bool


@dataclass(frozen=True)
class Standard:
    """A standard of conduct with its norms in words, as a checklist shows it."""

    id: str
    label: str
    where: str
    norms: tuple[tuple[str, str, bool], ...]


def places(measure: Measure) -> list[str]:
    """The places that standards of conduct are for, in the order of the measure."""
    return list(dict.fromkeys(p for c in measure.conducts for p in c.places))


def roles(measure: Measure) -> list[tuple[str, str]]:
    """The roles that standards of conduct are for, with what they are called."""
    found = dict.fromkeys(r for c in measure.conducts for r in c.roles)
    return [(r, pick(measure.vocabulary.roles[r])) for r in found]


def chosen(
    measure: Measure, at_places: Iterable[str], for_roles: Iterable[str]
) -> tuple[Conduct, ...]:
    """The standards for some places and roles; those that name no place are for every one.

    Nothing chosen leaves it open, so that no place and no role mean all of them.
    """
    where, who = set(at_places), set(for_roles)
    return tuple(
        c
        for c in measure.conducts
        if (not where or not c.places or where & set(c.places)) and (not who or who & set(c.roles))
    )


def checklist(conducts: Iterable[Conduct]) -> list[Line]:
    """The norms of some standards, each once."""
    found: dict[str, Line] = {}
    for conduct in conducts:
        for norm in conduct.norms:
            found.setdefault(norm, Line(conduct.id, norm, norm in conduct.prohibited))
    return list(found.values())


def text_of(measure: Measure, norm: str) -> str:
    """What a norm asks, in the language of the page; nothing for one the measure does not have."""
    clause = measure.clauses.get(norm)
    if clause is None:
        return ""
    return (clause.gloss if language() == "en" else clause.text) or clause.text or clause.title


def title_of(measure: Measure, norm: str) -> str:
    """What a norm is called."""
    clause = measure.clauses.get(norm)
    return clause.title if clause is not None else ""


def standards(measure: Measure, conducts: Iterable[Conduct]) -> list[Standard]:
    """Standards of conduct, as a checklist shows them."""
    labels = measure.vocabulary.roles
    return [
        Standard(
            c.id,
            pick(c.label),
            " · ".join([*c.places, *(pick(labels[r]) for r in c.roles)]),
            tuple((n, text_of(measure, n), n in c.prohibited) for n in c.norms),
        )
        for c in conducts
    ]


@dataclass(frozen=True)
class Shape:
    """What a finding is in the measure: of whom, and which facts it asks for besides."""

    subjects: frozenset[str]
    own: tuple[Field, ...]
    norms: EnumType | None


def shape_of(known: Enacted) -> Shape:
    """What a finding is in a measure; a measure without findings has no subjects."""
    subjects: set[str] = set()
    own: dict[str, Field] = {}
    norms: EnumType | None = None
    for template in known.dialect.templates.get(FINDING, ()):
        relation = known.measure.vocabulary.events[template.event]
        told = set(template.facts) | set(template.const)
        subjects |= {PERSON, AGENT, DEPARTMENT} & set(template.facts.values())
        own |= {f.name: f for f in facts_of(relation) if f.name not in told}
        for name, source in template.facts.items():
            type_ = relation.fields[name].type
            if source == "norm" and isinstance(type_, EnumType):
                norms = type_
    return Shape(frozenset(subjects), tuple(own.values()), norms)


def findable(known: Enacted) -> list[tuple[str, list[tuple[str, str]]]]:
    """The norms that a finding may name: standards of conduct first, then the others by chapter."""
    measure, norms = known.measure, shape_of(known).norms
    if norms is None:
        return []

    def said(norm: str) -> tuple[str, str]:
        return norm, f"{norm} {title_of(measure, norm)}"

    named = [m for m in norms.members if m in measure.clauses]
    of_conduct = {n for c in measure.conducts for n in c.norms}
    groups = [(pick(c.label), [said(n) for n in c.norms if n in named]) for c in measure.conducts]
    rest: dict[str, list[tuple[str, str]]] = {}
    for norm in named:
        if norm not in of_conduct:
            top = measure.clauses[norm]
            while top.parent is not None:
                top = measure.clauses[top.parent]
            rest.setdefault(f"{top.id} {top.title}", []).append(said(norm))
    return [(label, shown) for label, shown in [*groups, *rest.items()] if shown]


def asks_for(known: Enacted, act: str) -> bool:
    """Whether an act means anything to the measure."""
    return bool(known.dialect.templates.get(act))


def choice_of(known: Enacted, act: str) -> tuple[Field, list[tuple[str, str]]] | None:
    """The one fact of an act's event that is chosen from a list and that the act does not tell:
    the kind of place an executive went to."""
    for template in known.dialect.templates.get(act, ()):
        relation = known.measure.vocabulary.events[template.event]
        for field in facts_of(relation):
            if field.name not in template.facts and isinstance(field.type, EnumType):
                return field, members(known.measure, field.type)
    return None
