"""The adopted measures, ready to be asked. Each process loads one once; it takes a second."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property

from shouwen.measures.bulk.compile import facts_of, rules_of
from shouwen.measures.evaluation import Adoption as Adopted
from shouwen.measures.evaluation import adopt
from shouwen.measures.language.model import Duty, DutyKind, Ledger, Measure
from shouwen.service.enactment.dialects import Dialect, load_dialect
from shouwen.service.enactment.models import Adoption
from shouwen.service.enactment.texts import LIBRARY, base_of, measure_of

PERSON, CASE = "person", "case"
NOT_THINGS = frozenset({PERSON, "unit", "department"})
"""Kinds of entities that hold no thread together: people and parts of the organisation."""


class NotInForce(ValueError):
    """The organisation had adopted no measure on a day."""

    def __init__(self, day: date) -> None:
        super().__init__(
            f"The organisation had no measure in force on {day}. Adopt one from that day or before."
        )


@dataclass(frozen=True)
class Enacted:
    """A measure with its readings, and the dialect that acts are told in."""

    adopted: Adopted
    dialect: Dialect

    @property
    def measure(self) -> Measure:
        """The measure."""
        return self.adopted.measure

    @cached_property
    def context_types(self) -> frozenset[str]:
        """Event types that every thread must see: who held which post, and what is about no
        thing at all (special times, limits that were set)."""
        found = {"post.held", "staff.registered"} & self.measure.vocabulary.events.keys()
        for name, relation in self.measure.vocabulary.events.items():
            if not any(f.entity for f in relation.fields.values()):
                found.add(name)
        return frozenset(found - {"decision.made"})

    @cached_property
    def personal_types(self) -> frozenset[str]:
        """Event types about people and no thing (a leave note) that duties about things look at:
        to be excused, to be moved, or for a fact. A thread must see those of its own people."""
        looked: set[str] = set()
        for duty in self.measure.duties:
            if duty.kind is DutyKind.PERIODIC:
                continue
            looked |= {m.event for m in duty.moves}
            looked |= {e.event for e in duty.exemptions if e.event is not None}
            looked |= {f.relation for f in facts_of(self.measure, duty)}
        looked |= self._beneath(looked)
        events = self.measure.vocabulary.events
        return frozenset(
            name
            for name in looked & events.keys() - self.context_types - {"decision.made"}
            if PERSON in (kinds := {f.entity for f in events[name].fields.values()} - {None})
            and kinds <= NOT_THINGS
        )

    @cached_property
    def accruing_types(self) -> frozenset[str]:
        """Event types about cases that duties about something longer look at (the sales that an
        agreement must reach). The thread of the longer thing must see them."""
        events = self.measure.vocabulary.events
        cases = {n for n, e in events.items() if any(f.entity == CASE for f in e.fields.values())}
        found: set[str] = set()
        for duty in self.measure.duties:
            set_off = set(duty.trigger.relations) & events.keys()
            if duty.kind is DutyKind.PERIODIC or not set_off - cases:
                continue
            found |= {p.event for p in duty.performances}
            found |= {m.event for m in duty.moves}
            found |= {e.event for e in duty.exemptions if e.event is not None}
        return frozenset(found & cases - self.context_types)

    def _beneath(self, relations: set[str]) -> set[str]:
        """The relations that rules look at whose rows are among some relations: what sets them
        off, and what they are done by."""
        rules = rules_of(self.measure)
        found, open_ = set[str](), list(relations)
        while open_:
            rule = rules.get(open_.pop().removeprefix("breach of "))
            if rule is None or isinstance(rule, Ledger):
                continue
            here = set(rule.trigger.relations)
            if isinstance(rule, Duty):
                here |= {p.event for p in rule.performances}
            open_ += here - found
            found |= here
        return found

    @cached_property
    def periodic_types(self) -> frozenset[str]:
        """Event types that periodic duties look at, whatever thread they are in."""
        found: set[str] = set()
        for duty in self.measure.duties:
            if duty.kind is DutyKind.PERIODIC:
                found |= {p.event for p in duty.performances}
                found |= {m.event for m in duty.moves}
                found |= {e.event for e in duty.exemptions if e.event is not None}
                if duty.trigger.each is not None:
                    found.add(duty.trigger.each.relation)
                # Who bears it may be drawn from other events: the leader a day was given to.
                bearer = self.measure.facts.get(duty.who.field) if duty.who is not None else None
                if bearer is not None:
                    found.add(bearer.relation)
        return frozenset(found & self.measure.vocabulary.events.keys())

    @property
    def personal_rules(self) -> frozenset[str]:
        """The ids of duties of which no thread alone can tell (`personal_duties`)."""
        return frozenset(d.id for d in personal_duties(self.measure))

    @property
    def personal_events(self) -> frozenset[str]:
        """Event types that such duties look at (`looked_at_of_people`)."""
        return looked_at_of_people(self.measure)

    @cached_property
    def periodic_rules(self) -> frozenset[str]:
        """The ids of duties that the calendar sets off."""
        return frozenset(d.id for d in self.measure.duties if d.kind is DutyKind.PERIODIC)


def period_of(rule: str, outcome: str) -> tuple[str, date]:
    """Of whom, and of the period that begins on which day, an outcome of a periodic rule speaks, by
    its id (`measures.evaluation.periods`); an empty text where it is of nobody in particular."""
    subject, _, first = outcome.removeprefix(f"{rule}:").rpartition(":")
    return subject, date.fromisoformat(first)


def asked_of(measure: Measure, rule: str, outcome: str) -> tuple[str, str]:
    """Of whom or what a periodic duty is asked: the kind of thing, and which.

    Args:
        measure: whose duty it is.
        rule: the id of the duty.
        outcome: the id of one of its outcomes, which says of whom and of which period it is.

    Returns:
        two empty texts where it is asked of the organisation as a whole.
    """
    duty = next((d for d in measure.duties if d.id == rule), None)
    if duty is None or duty.trigger.each is None:
        return "", ""
    each = duty.trigger.each
    subject, _first = period_of(rule, outcome)
    relation = measure.relations.get(each.relation)
    field = relation.fields.get(each.column) if relation is not None else None
    return (field.entity or "" if field is not None else ""), subject


@cache
def personal_duties(measure: Measure) -> tuple[Duty, ...]:
    """Duties that hang on a person's account, or on how often they broke a norm: retraining when
    the points are used up. What happened in many threads adds up to it, so that these are asked
    about by person (`conduct`) and not by thread."""
    rules = rules_of(measure)

    def hangs_on_one(duty: Duty) -> bool:
        open_, seen = [duty.id], set[str]()
        while open_:
            name = open_.pop().removeprefix("breach of ")
            rule = rules.get(name) or rules.get(name.partition(".")[0])
            if rule is None or rule.id in seen:
                continue
            seen.add(rule.id)
            if isinstance(rule, Ledger):
                if rule.per == PERSON:
                    return True
                open_ += [s.relation for s in rule.sources]
                continue
            facts = list(facts_of(measure, rule))
            # What raises an amount changes none of the duties that hang on it.
            if isinstance(rule, Duty):
                if any(f.relation == "breach" and PERSON in f.same for f in facts):
                    return True
                open_ += [f.relation for f in facts]
            open_ += rule.trigger.relations
        return False

    return tuple(d for d in measure.duties if d.kind is not DutyKind.PERIODIC and hangs_on_one(d))


@cache
def looked_at_of_people(measure: Measure) -> frozenset[str]:
    """Event types about people that duties of `personal_duties` are set off, performed or excused
    by, or draw facts from."""
    found: set[str] = set()
    for duty in personal_duties(measure):
        found |= {*duty.trigger.relations, *(p.event for p in duty.performances)}
        found |= {m.event for m in duty.moves} | {e.event for e in duty.exemptions if e.event}
        found |= {f.relation for f in facts_of(measure, duty)}
    events = measure.vocabulary.events
    return frozenset(
        n for n in found & events.keys()
        if any(f.entity == PERSON for f in events[n].fields.values())
    ) - {"post.held"}  # fmt: skip


@cache
def _enacted(key: str, readings: tuple[tuple[str, str], ...]) -> Enacted:
    measure = measure_of(key)
    return Enacted(adopt(measure, dict(readings)), load_dialect(base_of(key), measure))


def enacted(adoption: Adoption) -> Enacted:
    """What an adoption is in this process. Raises AdoptionError for unknown readings."""
    return _enacted(adoption.measure, tuple(sorted(adoption.readings.items())))


def in_force(at: datetime) -> Adoption:
    """The adoption of the entered organisation in force at an instant. Raises NotInForce."""
    day = at.date()
    found = Adoption.objects.filter(first_day__lte=day).last()
    if found is None:
        raise NotInForce(day)
    return found


__all__ = ["LIBRARY", "Enacted", "NotInForce", "enacted", "in_force", "measure_of"]
