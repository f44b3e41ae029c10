"""What might have been different, read off the rules an outcome comes from.

Only rules that had a part in the outcome are looked at, and of those only what they look at: the
acts that perform a duty, what moves or excuses it, the facts of conditions and tables, earlier
matters that are counted. So the number of candidates is bounded by the size of those rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from shouwen.measures.calendars import CalendarError, PeriodError, within
from shouwen.measures.evaluation.adoption import Adoption
from shouwen.measures.evaluation.counterfactual.guesses import facts_for, other_values, shifted
from shouwen.measures.evaluation.counterfactual.model import Change, Changes
from shouwen.measures.evaluation.events import Event
from shouwen.measures.evaluation.limits import Limit
from shouwen.measures.evaluation.outcomes import Breach, DutyOutcome, Outcome, Outcomes
from shouwen.measures.feel.tree import AnyNode, Expr, Name, walk
from shouwen.measures.language.model import (
    Consequence,
    Duty,
    DutyKind,
    Fact,
    Finding,
    Grade,
    Ledger,
    Measure,
    Right,
    Rule,
    Take,
)

DEPTH = 5
"""How far back the outcomes an outcome comes from are followed."""
FARTHEST = 400
"""How many days an earlier matter is moved at most."""
HYPOTHETICAL = "hypothetical"


@dataclass
class Candidates:
    """Finds what might have been different about one history."""

    adoption: Adoption
    outcomes: Outcomes
    _seen: set[str] = field(default_factory=set)

    @property
    def measure(self) -> Measure:
        """The measure."""
        return self.adoption.measure

    @property
    def events(self) -> Mapping[str, Event]:
        """The history as it was."""
        return self.outcomes.events

    def of(self, outcome: Outcome, depth: int = 0) -> Iterator[Changes]:
        """Changes that might keep an outcome from coming about, in no order."""
        if depth > DEPTH or outcome.id in self._seen:
            return
        self._seen.add(outcome.id)
        rule = self.rule(outcome.rule)
        if isinstance(rule, Duty):
            yield from self._of_duty(rule, outcome)
        elif isinstance(rule, Finding):
            yield from self._asked(outcome, [rule.trigger.when])
            yield from self._absent(outcome)
        elif isinstance(rule, Consequence | Grade | Right):
            yield from self._asked(outcome, list(trees_of(rule)))
        yield from self._causes(outcome, depth)

    def rule(self, name: str) -> Rule | None:
        """A rule by its id; a threshold stands for its ledger."""
        measure = self.measure
        rules: Iterable[Rule] = (
            *measure.duties,
            *measure.findings,
            *measure.consequences,
            *measure.grades,
            *measure.rights,
            *measure.ledgers,
        )
        for rule in rules:
            thresholds = rule.thresholds if isinstance(rule, Ledger) else ()
            if rule.id == name or any(t.id == name for t in thresholds):
                return rule
        return None

    def _causes(self, outcome: Outcome, depth: int) -> Iterator[Changes]:
        for id_ in outcome.because:
            cause = self.outcome(id_)
            if cause is not None:
                yield from self.of(cause, depth + 1)
            elif isinstance(self.rule(outcome.rule), Consequence | Grade):
                yield from self._absent(outcome)

    def outcome(self, id_: str) -> Outcome | None:
        """An outcome by its id."""
        return next((o for o in self.outcomes if o.id == id_), None)

    # --- duties ---------------------------------------------------------------------------------

    def _of_duty(self, rule: Duty, outcome: Outcome) -> Iterator[Changes]:
        if rule.kind in (DutyKind.NEVER, DutyKind.MAINTAIN):
            yield from self._forbidden(rule, outcome)
            return
        duty = outcome
        for id_ in outcome.because if isinstance(outcome, Breach) else ():
            duty = self.outcome(id_) or outcome
        if not isinstance(duty, DutyOutcome) or duty.deadline is None:
            return
        yield from self._performed(rule, duty, duty.deadline)
        yield from self._moved_or_excused(rule, duty, duty.deadline)
        yield from self._asked(duty, list(trees_of(rule)))

    def _performed(self, rule: Duty, duty: DutyOutcome, limit: Limit) -> Iterator[Changes]:
        """The duty done in time: the late act earlier, or another act that performs it."""
        types = {p.event for p in rule.performances}
        late = [e for e in self.resting_on(duty) if e.type in types and e.at == duty.performed_at]
        for event in late:
            sooner = replace(event, at=limit.last_instant, recorded_at=None)
            yield (Change("moved", (event,), (sooner,), by=limit),)
        for performance in rule.performances:
            if any(e.type == performance.event for e in late):
                continue
            fills = {}
            if performance.period_of is not None:
                fills[performance.period_of] = duty.facts.get("period_start")
            for change in self._added(duty, performance.event, limit, performance.when, (), fills):
                yield tuple(_numbered(change, n) for n in range(rule.at_least))

    def _moved_or_excused(self, rule: Duty, duty: DutyOutcome, limit: Limit) -> Iterator[Changes]:
        for move in rule.moves:
            fields = self.measure.vocabulary.events[move.event].fields
            wanted = [n for n in names_in([move.value]) if n in fields and n != "at"]
            for change in self._added(duty, move.event, limit, move.when, wanted, {}):
                yield (change,)
        for exemption in rule.exemptions:
            if exemption.event is not None:
                for change in self._added(duty, exemption.event, limit, exemption.when, (), {}):
                    yield (change,)
            else:
                yield from self._asked(duty, [exemption.when])

    def _forbidden(self, rule: Duty, outcome: Outcome) -> Iterator[Changes]:
        at = Limit(outcome.at, inclusive=True)
        for exemption in rule.exemptions:
            if exemption.event is not None:
                for change in self._added(outcome, exemption.event, at, exemption.when, (), {}):
                    yield (change,)
        yield from self._asked(outcome, list(trees_of(rule)))
        yield from self._absent(outcome)

    def _added(
        self,
        outcome: Outcome,
        type_: str,
        by: Limit,
        when: Expr | None,
        open_: Sequence[str],
        fills: Mapping[str, Any],
    ) -> Iterator[Change]:
        """An event of a type in the same matter, at the last moment that is in time."""
        fields = self.measure.vocabulary.events[type_].fields
        moment = self.outcomes.as_of
        if isinstance(outcome, DutyOutcome):
            moment = max(outcome.performed_at or moment, by.at)
        known = self.known(outcome) | {k: v for k, v in fills.items() if v is not None}
        for facts, chosen in facts_for(self.adoption, fields, known, when, open_, moment):
            event = Event(f"{HYPOTHETICAL}:{type_}", type_, by.last_instant, facts)
            yield Change("added", (), (event,), by=by, facts=chosen)

    def known(self, outcome: Outcome) -> dict[str, Any]:
        """What is known about a matter: the facts of its events and of the outcome."""
        found: dict[str, Any] = {}
        for event in self.resting_on(outcome):
            if event.type != "post.held":
                found = {**event.facts, **found}
        found |= outcome.facts
        person = outcome.columns().get("person")
        if person is not None:
            found.setdefault("person", person)
        return found

    def resting_on(self, outcome: Outcome) -> list[Event]:
        """The events an outcome rests on, what set it off first."""
        order = [*outcome.because, *outcome.events]
        return [self.events[e] for e in dict.fromkeys(order) if e in self.events]

    # --- facts ----------------------------------------------------------------------------------

    def _asked(self, outcome: Outcome, trees: Sequence[AnyNode | None]) -> Iterator[Changes]:
        """Other values of what conditions and tables look at."""
        for name in names_in(trees):
            yield from self._fact_named(outcome, name, trees, set())

    def _fact_named(
        self, outcome: Outcome, name: str, trees: Sequence[AnyNode | None], seen: set[str]
    ) -> Iterator[Changes]:
        fact = self.measure.facts.get(name)
        if fact is None:
            yield from self._altered(outcome, name, trees, self.resting_on(outcome))
            return
        if name in seen:
            return
        seen.add(name)
        if fact.take is Take.VALUE:
            for inner in names_in([fact.value]):
                yield from self._fact_named(outcome, inner, [*trees, fact.value], seen)
        elif fact.relation in self.measure.vocabulary.events:
            yield from self._drawn_from_events(outcome, fact, trees)
        elif fact.take is not Take.HOLDER:
            yield from self._drawn_from_outcomes(outcome, fact, trees)

    def _altered(
        self,
        outcome: Outcome,
        name: str,
        trees: Sequence[AnyNode | None],
        carriers: Iterable[Event],
    ) -> Iterator[Changes]:
        for event in carriers:
            item = self.measure.vocabulary.events[event.type].fields.get(name)
            if item is None or name not in event.facts or item.entity is not None:
                continue
            for value in other_values(item, event.facts[name], trees, event.at):
                altered = replace(event, facts={**event.facts, name: value})
                yield (Change("altered", (event,), (altered,), facts=(name,)),)

    def _drawn_from_events(
        self, outcome: Outcome, fact: Fact, trees: Sequence[AnyNode | None]
    ) -> Iterator[Changes]:
        drawn = [e for e in self.resting_on(outcome) if e.type == fact.relation]
        if fact.column is not None:
            yield from self._altered(outcome, fact.column, [*trees, fact.where], drawn)
        for name in names_in([fact.where]):
            yield from self._altered(outcome, name, [fact.where], drawn)
        if fact.take in (Take.ANY, Take.COUNT, Take.SUM):
            for event in drawn:
                yield (Change("absent", (event,), ()),)
        for event in drawn:
            yield from self._earlier(outcome, fact, None, event.at, [event])
        if not drawn:
            by = Limit(outcome.at, inclusive=True)
            columns = () if fact.column in (None, "at") else (str(fact.column),)
            for change in self._added(outcome, fact.relation, by, fact.where, columns, {}):
                yield (change,)

    def _drawn_from_outcomes(
        self, outcome: Outcome, fact: Fact, trees: Sequence[AnyNode | None]
    ) -> Iterator[Changes]:
        """Earlier matters that are counted: older, or never; other facts of what is looked at."""
        for name in dict.fromkeys([fact.column, *names_in([fact.where])]):
            if name is not None and name not in self.measure.facts:
                everything = [*trees, fact.where]
                yield from self._altered(outcome, name, everything, self.resting_on(outcome))
        own = {outcome.id, *(o.id for o in self.chain(outcome))}
        used = {e for o in self.chain(outcome) for e in o.events} if outcome.because else set()
        for counted in self.outcomes:
            if counted.id in own or not set(counted.events) <= set(outcome.events):
                continue
            if not _is_row_of(counted, fact.relation) or counted.at > outcome.at:
                continue
            mine = [self.events[e] for e in counted.events if e in self.events]
            mine = [e for e in mine if e.type != "post.held"]
            if not {e.id for e in mine} & used:
                yield from self._earlier(outcome, fact, counted, counted.at, mine)
            yield from self.of(counted, DEPTH - 1)

    def chain(self, outcome: Outcome) -> list[Outcome]:
        """The outcomes an outcome comes from."""
        found: dict[str, Outcome] = {}
        waiting = list(outcome.because)
        while waiting:
            cause = self.outcome(waiting.pop())
            if cause is not None and cause.id not in found:
                found[cause.id] = cause
                waiting += cause.because
        return list(found.values())

    def _earlier(
        self,
        outcome: Outcome,
        fact: Fact,
        counted: Outcome | None,
        at: datetime,
        events: Sequence[Event],
    ) -> Iterator[Changes]:
        """Something older by as few days as take it out of the window of a fact."""
        if fact.within is None or not events:
            return
        for days in range(1, FARTHEST):
            by = timedelta(days=days)
            try:
                inside = within(at - by, outcome.at, fact.within, self.adoption.zone)
            except (CalendarError, PeriodError):
                return
            if not inside:
                older = tuple(
                    replace(e, at=e.at - by, recorded_at=None, facts=shifted(e.facts, -by))
                    for e in events
                )
                yield (Change("earlier", tuple(events), older, of=counted),)
                return

    def _absent(self, outcome: Outcome) -> Iterator[Changes]:
        """What set a rule off, not having happened."""
        for id_ in outcome.because:
            event = self.events.get(id_)
            if event is not None:
                yield (Change("absent", (event,), ()),)


def _numbered(change: Change, number: int) -> Change:
    """One of several events of a kind, with an id of its own."""
    (event,) = change.after
    apart = event.at - timedelta(seconds=number)
    return replace(change, after=(replace(event, id=f"{event.id}:{number}", at=apart),))


def _is_row_of(outcome: Outcome, relation: str) -> bool:
    if relation == "breach":
        return isinstance(outcome, Breach)
    if relation.startswith("breach of "):
        return isinstance(outcome, Breach) and outcome.rule == relation.removeprefix("breach of ")
    name = relation.removesuffix(".shares")
    return outcome.rule == name and not isinstance(outcome, Breach)


def names_in(trees: Iterable[AnyNode | None]) -> list[str]:
    """The names that expressions read, readings and the asking row's left out."""
    found = {
        node.name: None
        for tree in trees
        if tree is not None
        for node in walk(tree)
        if isinstance(node, Name) and not node.name.startswith(("reading.", "asking.", "this_"))
    }
    return [n for n in found if n not in ("at", "start", "day_kind")]


def trees_of(rule: Rule) -> Iterator[AnyNode | None]:
    """The expressions and cells of a rule that look at facts."""
    if isinstance(rule, Ledger):
        return
    yield rule.trigger.when
    table = getattr(rule, "table", None)
    if table is not None:
        yield from (c.expression for c in table.inputs)
        yield from (cell for row in table.rows for cell in row.cells)
    if isinstance(rule, Duty):
        yield from (rule.within, rule.by, rule.ahead)
        if rule.kind is not DutyKind.ACHIEVE:
            yield from (p.when for p in rule.performances)
    if isinstance(rule, Consequence):
        yield from rule.give.values()
        yield from (m.when for m in rule.modifiers)
        yield from (s.when for s in rule.shares)
