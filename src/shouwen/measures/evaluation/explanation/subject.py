"""What explanations look up: labels of rules, tables, the outcomes an outcome comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from shouwen.measures.evaluation import wording
from shouwen.measures.evaluation.events import Event
from shouwen.measures.evaluation.outcomes import DutyOutcome, Outcome, Outcomes
from shouwen.measures.evaluation.wording import Language
from shouwen.measures.feel.types import Type
from shouwen.measures.language.model import (
    Consequence,
    Duty,
    Field,
    Label,
    Measure,
    Right,
    RowNorms,
    Rule,
)


@dataclass
class Subject:
    """An outcome with everything needed to speak about it in one language."""

    outcome: Outcome
    outcomes: Outcomes
    language: Language
    _by_id: dict[str, Outcome] = field(init=False)

    def __post_init__(self) -> None:
        self._by_id = {o.id: o for o in self.outcomes}

    @property
    def zh(self) -> bool:
        """Whether the language is Chinese."""
        return self.language == "zh"

    @property
    def measure(self) -> Measure:
        """The measure."""
        return self.outcomes.adoption.measure

    def of(self, outcome: Outcome) -> Subject:
        """The same about another outcome."""
        return Subject(outcome, self.outcomes, self.language)

    def say(self, zh: str, en: str) -> str:
        """One of two texts."""
        return zh if self.zh else en

    def pick(self, label: Label) -> str:
        """A label in the language."""
        return wording.pick(label, self.language)

    def instant(self, moment: Any) -> str:
        """An instant."""
        return wording.instant(moment, self.language)

    def clause(self, norm: str) -> str:
        """A clause by its citation."""
        return wording.clause(self.measure, norm, self.language)

    def value(self, found: Any, type_: Type | None = None) -> str:
        """A value."""
        return wording.value(self.measure, found, type_, self.language)

    def joined(self, texts: list[str]) -> str:
        """A list of words."""
        return self.say("、", ", ").join(texts)

    # --- looking up ---------------------------------------------------------------------------

    def rule(self, name: str) -> Rule | None:
        """A rule by its id; a threshold stands for its ledger."""
        measure = self.measure
        groups: tuple[tuple[Rule, ...], ...] = (
            measure.duties,
            measure.findings,
            measure.consequences,
            measure.ledgers,
            measure.grades,
            measure.rights,
        )
        for group in groups:
            for rule in group:
                if rule.id == name:
                    return rule
        for ledger in measure.ledgers:
            if any(t.id == name for t in ledger.thresholds):
                return ledger
        return None

    def label(self, name: str) -> str:
        """What a rule is called."""
        for ledger in self.measure.ledgers:
            for threshold in ledger.thresholds:
                if threshold.id == name:
                    return self.pick(threshold.label).rstrip(".")
        rule = self.rule(name)
        return name if rule is None else self.pick(rule.label).rstrip(".")

    def relation_label(self, name: str) -> str:
        """What a relation is called: an event type by its label, a rule by its own."""
        event = self.measure.vocabulary.events.get(name)
        if event is not None:
            return self.pick(event.label)
        if name == "breach":
            return self.say("违规", "breach")
        return self.label(name.removeprefix("breach of ").removesuffix(".shares"))

    def field(self, name: str) -> Field | None:
        """The field or derived fact of a name, from what triggers the rule."""
        fact = self.measure.facts.get(name)
        if fact is not None:
            return Field(name, fact.type, fact.label)
        for event in self.events():
            found = self.measure.vocabulary.events[event.type].fields.get(name)
            if found is not None:
                return found
        relation = self.measure.relations.get(self.outcome.rule)
        return relation.fields.get(name) if relation is not None else None

    def name(self, name: str) -> str:
        """What a fact is called."""
        found = self.field(name)
        if found is not None:
            return self.pick(found.label).rstrip(".")
        post, _, unit = name.partition(" of ")
        posts = self.measure.vocabulary.posts
        if unit and post in posts:
            label = self.pick(posts[post])
            return self.say(f"{unit}的{label}", f"{label} of {unit}")
        return name

    def unit(self, ledger: str) -> str:
        """The unit of what a ledger counts."""
        found = next(r for r in self.measure.ledgers if r.id == ledger)
        return self.pick(self.measure.vocabulary.quantities[found.quantity].unit)

    def events(self) -> Iterator[Event]:
        """The events the outcome rests on, in order of time."""
        known = self.outcomes.events
        found = [known[e] for e in dict.fromkeys(self.outcome.events) if e in known]
        yield from sorted(found, key=lambda e: (e.at, e.id))

    def causes(self) -> list[Outcome]:
        """The outcomes it comes from, the first of them first."""
        found: dict[str, Outcome] = {}

        def follow(outcome: Outcome) -> None:
            for id_ in outcome.because:
                cause = self._by_id.get(id_)
                if cause is not None and id_ not in found:
                    follow(cause)
                    found[id_] = cause

        follow(self.outcome)
        return list(found.values())

    def duty(self) -> DutyOutcome | None:
        """The duty it is, or was broken by missing."""
        if isinstance(self.outcome, DutyOutcome):
            return self.outcome
        for id_ in self.outcome.because if self.outcome.kind == "breach" else ():
            cause = self._by_id.get(id_)
            if isinstance(cause, DutyOutcome):
                return cause
        return None

    def norms_of_row(self, rule: Rule, row: int | None) -> str | None:
        """The norm a table row of a rule names, if the row names one."""
        if isinstance(rule, Duty | Consequence | Right) or hasattr(rule, "norms"):
            norms = rule.norms
            if isinstance(norms, RowNorms) and row is not None:
                return norms.by_row.get(row)
        return None
