"""What a complaint is in the adopted measure, read from its vocabulary; no measure by name here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shouwen.measures.evaluation import EventError
from shouwen.measures.feel.types import EnumType
from shouwen.measures.language.model import Field, Measure
from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.enactment.bridge import Refused
from shouwen.service.enactment.dialects import ActError
from shouwen.service.enactment.enacted import Enacted, NotInForce, enacted, in_force
from shouwen.service.measurebook.words import facts_of, language, pick

VERIFIED = "complaint.verified"
PERSON, AGENT, DEPARTMENT = "person", "agent", "department"


def known(actor: Actor, at: datetime | None = None) -> Enacted | None:
    """The measure in force at an instant (now, if not given); None where there was none."""
    try:
        return enacted(in_force((at or clock.now()).astimezone(actor.zone)))
    except NotInForce:
        return None


@contextmanager
def said_plainly() -> Iterator[None]:
    """What the measure or the bridge refuses is told to people. Raises ValidationError."""
    try:
        yield
    except EventError as error:
        raise ValidationError([d.message for d in error.diagnostics] or [str(error)]) from error
    except NotInForce as error:
        raise ValidationError(_("There was no measure in force then.")) from error
    except (ActError, Refused) as error:
        raise ValidationError(str(error)) from error


def asks_for(found: Enacted | None, act: str) -> bool:
    """Whether an act means anything to the measure."""
    return found is not None and bool(found.dialect.templates.get(act))


def carries(found: Enacted | None, act: str, fact: str) -> bool:
    """Whether an event that an act is takes a fact of it."""
    if found is None:
        return False
    return any(fact in t.facts.values() for t in found.dialect.templates.get(act, ()))


@dataclass(frozen=True)
class Shape:
    """What a verified complaint is in the measure.

    Attributes:
        subjects: who may be found to have broken a norm: person, agent, department.
        own: the facts that the measure asks for and no complaint tells by itself.
        norms: the clauses that may be named.
    """

    subjects: frozenset[str]
    own: tuple[Field, ...]
    norms: EnumType | None


NOTHING = Shape(frozenset(), (), None)


def shape_of(found: Enacted | None) -> Shape:
    """What a verified complaint is in a measure; one that speaks of none has no subjects."""
    if found is None:
        return NOTHING
    subjects: set[str] = set()
    own: dict[str, Field] = {}
    norms: EnumType | None = None
    for template in found.dialect.templates.get(VERIFIED, ()):
        relation = found.measure.vocabulary.events[template.event]
        told = set(template.facts) | set(template.const)
        subjects |= {PERSON, AGENT, DEPARTMENT} & set(template.facts.values())
        own |= {f.name: f for f in facts_of(relation) if f.name not in told and not f.entity}
        for name, source in template.facts.items():
            type_ = relation.fields[name].type
            if source == "norm" and isinstance(type_, EnumType):
                norms = type_
    return Shape(frozenset(subjects), tuple(own.values()), norms)


def norms_of(found: Enacted | None) -> list[tuple[str, list[tuple[str, str]]]]:
    """The clauses that may be found broken: standards of conduct first, then by chapter."""
    norms = shape_of(found).norms
    if found is None or norms is None:
        return []
    measure = found.measure
    named = [m for m in norms.members if m in measure.clauses]
    of_conduct = {n for c in measure.conducts for n in c.norms}
    groups = [
        (pick(c.label), [_titled(measure, n) for n in c.norms if n in named])
        for c in measure.conducts
    ]
    rest: dict[str, list[tuple[str, str]]] = {}
    for norm in named:
        if norm in of_conduct or measure.clauses[norm].children:
            continue
        top = measure.clauses[norm]
        while top.parent is not None:
            top = measure.clauses[top.parent]
        rest.setdefault(f"{top.id} {top.title}", []).append(_titled(measure, norm))
    return [(label, shown) for label, shown in [*groups, *rest.items()] if shown]


def _titled(measure: Measure, norm: str) -> tuple[str, str]:
    """A norm with what it is called: in English its gloss, since titles are those of the text."""
    clause = measure.clauses[norm]
    name = clause.gloss[:LONGEST] if language() == "en" and clause.gloss else clause.title
    return norm, f"{norm} {name}"


LONGEST = 80
