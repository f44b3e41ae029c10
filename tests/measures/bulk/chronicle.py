"""Random histories of any measure, in its own vocabulary, where its rules are most easily misread.

An episode follows one rule: an event that sets it off, with values that the rule asks about, and
events that have a part in it. Then the reference evaluator is asked what is due, and what was
promised is done a second before the deadline, on it or a second after it; what is proposed is
decided at the ends of its range, inside or outside. At last some of it turns out to be wrong: it
is corrected, taken back, or had been told late.

Every history has people, cases and things of its own (its prefix), so that many make one log. All
choices come from one `random.Random`, whose seed hypothesis chooses: it could not draw thousands of
events for one example itself. Small histories are found afterwards (`smallest`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from shouwen.measures.calendars import Period
from shouwen.measures.evaluation import Event, Outcomes, evaluate
from shouwen.measures.evaluation.outcomes import ConsequenceOutcome, DutyOutcome
from shouwen.measures.feel.types import (
    BOOLEAN,
    DATE,
    DATETIME,
    NUMBER,
    PERIOD,
    TIME,
    EnumType,
)
from shouwen.measures.feel.values import Amount
from shouwen.measures.language.model import Duty, Field, Relation
from tests.measures.bulk.words import Words

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
PRELUDE = ("post.held", "special-time.declared", "decision.made")


def random_log(words: Words, seed: int, count: int) -> tuple[dict[str, list[Event]], datetime]:
    """So many histories by their prefix, and the instant at which to ask about all of them."""
    rng = Random(seed)
    logs = {f"h{n}.": Chronicle(words, rng, f"h{n}.").written() for n in range(count)}
    for n, own in enumerate(logs.values()):
        # Days declared special are so for everybody: one such event in few logs.
        if n == 0 and rng.random() < 0.3 and "special-time.declared" in words.types:
            first = rng.choice(words.moments).date()
            facts = {"from": first, "to": first + DAY * rng.choice([0, 0, 2])}
            own.append(Event("special", "special-time.declared", rng.choice(words.moments), facts))
    known = sorted(e.known_from for own in logs.values() for e in own)
    later = rng.choice(known[len(known) // 2 :])
    as_of = rng.choice([known[-1] + DAY, known[-1] + 400 * DAY, later, later + DAY])
    return logs, as_of


@dataclass
class Chronicle:
    """One history while it is written."""

    words: Words
    rng: Random
    prefix: str
    events: list[Event] = field(default_factory=list)

    def written(self) -> list[Event]:
        """The whole history."""
        self._posts()
        for _ in range(self.rng.choice([1, 1, 1, 2, 2, 3])):
            self._episode(self.rng.choice(self.words.starters))
        for _ in range(self.rng.choice([1, 1, 2])):
            self._answered()
        self._found_wrong()
        return self.events

    # --- episodes ---------------------------------------------------------------------------------

    def _episode(self, rule: str) -> None:
        """What sets a rule off, and events that have a part in it."""
        first, *others = self.words.beside[rule]
        at = self.rng.choice(self.words.moments)
        began = self._happen(first, at, {})
        shared = {k: v for k, v in began.facts.items() if self.rng.random() < 0.9}
        for type_ in (*others, first):
            while self.rng.random() < 0.4:
                self._happen(type_, self._moment(at), shared)

    def _moment(self, at: datetime) -> datetime:
        """An instant that lies a length of the measure after another, or before it."""
        way = self.rng.choice([1, 1, 1, -1])
        return at + way * self.rng.choice(self.words.lengths)

    def _happen(self, type_: str, at: datetime, shared: dict[str, Any]) -> Event:
        """Add an event; keys it has in common with another are most often the same."""
        relation = self.words.adoption.measure.vocabulary.events[type_]
        facts = self._facts(relation, at)
        for name, value in shared.items():
            if relation.fields.get(name) and self.rng.random() < 0.9:
                facts[name] = value
        late = None
        if self.rng.random() < 0.06:
            late = at + self.rng.choice([SECOND, DAY, 30 * DAY, 300 * DAY])
        event = Event(f"{self.prefix}{len(self.events):02}", type_, at, facts, late)
        self.events.append(event)
        return event

    def _posts(self) -> None:
        """Who holds which post of which unit, with changes of hands."""
        for unit in self._keys("unit"):
            for post in self.words.adoption.measure.vocabulary.posts:
                while self.rng.random() < 0.6:
                    begins = self.rng.choice(self.words.moments)
                    if self.rng.random() < 0.6:
                        begins -= 500 * DAY
                    facts = {
                        "unit": unit,
                        "post": post,
                        "person": self.rng.choice([*self._keys("person"), self.prefix + post]),
                        "from": self.rng.choice([None, None, begins, begins + SECOND]),
                        "to": self.rng.choice([None, None, self.rng.choice(self.words.moments)]),
                    }
                    if self.rng.random() < 0.1:
                        facts["person"] = None
                    known = {k: v for k, v in facts.items() if v is not None}
                    id_ = f"{self.prefix}{len(self.events):02}"
                    self.events.append(Event(id_, "post.held", begins, known))

    # --- values -----------------------------------------------------------------------------------

    def _keys(self, entity: str) -> list[str]:
        return [f"{self.prefix}{entity[:1]}{n}" for n in (1, 2)]

    def _facts(self, relation: Relation, at: datetime) -> dict[str, Any]:
        found = {}
        for name, fact in relation.fields.items():
            if name in ("id", "at") or self.rng.random() < 0.07:
                continue
            value = self._value(fact, at)
            if value is not None:
                found[name] = value
        return found

    def _value(self, fact: Field, at: datetime) -> Any:
        rng, type_ = self.rng, fact.type
        near = self.words.near.get(fact.name, ())
        if fact.entity is not None:
            return rng.choice([*self._keys(fact.entity), self._keys(fact.entity)[0]])
        if isinstance(type_, EnumType):
            if type_.name == "norm":
                return rng.choice(self.words.norms)
            asked = [m for m in type_.members if m in near]
            return rng.choice([*type_.members, *asked, *asked])
        if type_ == NUMBER:
            numbers = [n for n in near if isinstance(n, Decimal)]
            by = Decimal(rng.choice(["0", "0", "0.01", "-0.01", "1", "-1"]))
            if numbers and rng.random() < 0.8:
                return rng.choice(numbers) + by
            return Decimal(rng.choice(["0", "1", "2", "10", "33.33", "100", "1000", "12345.67"]))
        if type_ == BOOLEAN:
            return rng.random() < 0.65
        if type_ == DATE:
            day: date = self._moment(at).date()
            return rng.choice([day, at.date(), at.date() + DAY])
        if type_ == DATETIME:
            return rng.choice([self._moment(at), self._moment(at), rng.choice(self.words.moments)])
        if type_ == TIME:
            return rng.choice([n for n in near if isinstance(n, time)] or [time(9), time(18, 30)])
        if type_ == PERIOD:
            return rng.choice([Period(days=1), Period(months=1), Period(seconds=3600)])
        texts = [n for n in near if isinstance(n, str)]
        return rng.choice([*texts, "甲", "x y: z"])

    # --- what follows -----------------------------------------------------------------------------

    def _answered(self) -> None:
        """Do what is due, around its deadline; decide what is proposed."""
        last = max((e.known_from for e in self.events), default=None)
        if last is None:
            return
        said = evaluate(self.words.adoption, self.events, last + self.rng.choice([DAY, 60 * DAY]))
        duties = [d for d in said.of(DutyOutcome) if d.deadline is not None and d.events]
        for duty in self.rng.sample(duties, min(4, len(duties))):
            self._around(duty, said)
        proposed = [c for c in said.of(ConsequenceOutcome) if c.status == "proposed"]
        for proposal in self.rng.sample(proposed, min(3, len(proposed))):
            if "decision.made" in self.words.types and self.rng.random() < 0.6:
                self._decide(proposal)

    def _around(self, duty: DutyOutcome, said: Outcomes) -> None:
        rule = self.words.rules[duty.rule]
        assert isinstance(rule, Duty)
        assert duty.deadline is not None
        shared: dict[str, Any] = {}
        for id_ in reversed(duty.events):
            shared |= said.events[id_].facts
        doing = [p.event for p in rule.performances]
        moving = [m.event for m in rule.moves] + [x.event for x in rule.exemptions if x.event]
        for type_ in (*doing, *moving):
            if type_ in self.words.types and self.rng.random() < (0.6 if type_ in doing else 0.4):
                by = self.rng.choice([-SECOND, 0 * SECOND, SECOND, -DAY, DAY])
                self._happen(type_, duty.deadline.at + by, shared)

    def _decide(self, proposal: ConsequenceOutcome) -> None:
        fields = self.words.adoption.measure.vocabulary.events["decision.made"].fields
        facts: dict[str, Any] = {"proposal": proposal.id}
        for name, amount in proposal.amounts.items():
            if name in fields and self.rng.random() < 0.8:
                facts[name] = self.rng.choice(list(_amounts(amount)))
        if self.rng.random() < 0.15:
            facts["outcome"] = self.rng.choice(["waived", "不予处理"])
        at = proposal.at + self.rng.choice([0 * SECOND, SECOND, DAY, 40 * DAY])
        self.events.append(Event(f"{self.prefix}{len(self.events):02}", "decision.made", at, facts))

    def _found_wrong(self) -> None:
        """Corrections, corrections of corrections, and what is taken back."""
        while self.events and self.rng.random() < 0.25:
            target = self.rng.choice(self.events)
            id_ = f"{self.prefix}{len(self.events):02}"
            relation = self.words.adoption.measure.vocabulary.events[target.type]
            facts, at = dict(target.facts), target.at
            if self.rng.random() < 0.6:
                facts |= self._facts(relation, at)
                if "proposal" in target.facts:
                    facts["proposal"] = target.facts["proposal"]
            else:
                at += self.rng.choice([SECOND, -SECOND, DAY, -DAY])
            known = self.rng.choice(
                [None, target.known_from + SECOND, target.known_from + 50 * DAY]
            )
            back = self.rng.random() < 0.3
            self.events.append(Event(id_, target.type, at, facts, known, target.id, back))


def _amounts(amount: Decimal | Amount) -> Iterable[Decimal]:
    """The ends of a range, one inside, those just outside."""
    low = amount.lo if isinstance(amount, Amount) else amount
    high = amount.hi if isinstance(amount, Amount) else amount
    fen = Decimal("0.01")
    yield from (low, low, low + fen, low - fen)
    if high is not None:
        yield from (high, high, high + fen)
    yield low * 2 + fen
