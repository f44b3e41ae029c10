"""Where the conditions of a measure stand, and what already holds when each is asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from shouwen.measures.checking.coverage import rules
from shouwen.measures.checking.solver.logic import Bool
from shouwen.measures.checking.solver.lowering import Ground
from shouwen.measures.checking.solver.situations import Rows, fields_of, ground_of, optional_names
from shouwen.measures.feel.tables import DecisionTable
from shouwen.measures.feel.tree import And, AnyNode, Expr
from shouwen.measures.language.model import (
    Consequence,
    Duty,
    DutyKind,
    Fact,
    Ledger,
    Measure,
    Right,
    Rule,
    Take,
)
from shouwen.measures.language.strata import expressions


@dataclass
class Place:
    """A rule (or a fact), with the rows it is about."""

    measure: Measure
    rule: Rule | Fact

    @cached_property
    def optional(self) -> frozenset[str]:
        """The facts of which the rule asks whether they are known."""
        return optional_names(self.measure, self.nodes)

    @cached_property
    def nodes(self) -> list[AnyNode]:
        """Every expression of it."""
        if isinstance(self.rule, Fact):
            return [e for e in (self.rule.value, self.rule.where) if e is not None]
        return list(expressions(self.rule))

    @cached_property
    def ground(self) -> Ground:
        """What all of its expressions share."""
        return ground_of(self.measure)

    @cached_property
    def rows(self) -> Rows:
        """The rows that trigger it (for a fact: that it looks at)."""
        measure, rule = self.measure, self.rule
        if isinstance(rule, Fact):
            asking = Rows(measure, self.ground, None, optional=self.optional, prefix="asking ")
            if rule.take is Take.VALUE:
                return asking
            fields = fields_of(measure, (rule.relation,))
            return Rows(measure, self.ground, fields, optional=self.optional, asking=asking)
        if isinstance(rule, Ledger):
            relations: tuple[str, ...] = (rule.id,)
        else:
            relations = rule.trigger.relations or (rule.id,)
        return Rows(measure, self.ground, fields_of(measure, relations), optional=self.optional)

    def event(self, name: str) -> Rows:
        """The rows of an event that meets the trigger: its fields come first."""
        rule = self.rule
        if isinstance(rule, Duty) and rule.kind in (DutyKind.NEVER, DutyKind.MAINTAIN):
            return self.rows  # a prohibition has no trigger but the event
        found = self._events.get(name)
        if found is None:
            fields = fields_of(self.measure, (name,))
            found = Rows(self.measure, self.ground, fields, optional=self.optional,
                         prefix=f"{name} ", outer=self.rows)  # fmt: skip
            self._events[name] = found
        return found

    _events: dict[str, Rows] = field(default_factory=dict)

    @property
    def when(self) -> Expr | None:
        """The condition of the trigger."""
        return None if isinstance(self.rule, Ledger | Fact) else self.rule.trigger.when

    @property
    def table(self) -> DecisionTable | None:
        """The decision table of the rule."""
        rule = self.rule
        return None if isinstance(rule, Fact | Ledger) else getattr(rule, "table", None)

    @property
    def name(self) -> str:
        """The rule, for people."""
        if isinstance(self.rule, Fact):
            return f"fact '{self.rule.name}'"
        return f"{type(self.rule).__name__.lower()} '{self.rule.id}'"


@dataclass(frozen=True)
class Site:
    """A condition: what it is the condition of, the rows it is about, and what holds before.

    `given` are conditions that are true whenever this one is asked; `past` are those of earlier
    alternatives, which are then not true.
    """

    what: str
    node: Expr
    rows: Rows
    given: tuple[tuple[Expr, Rows], ...] = ()
    past: tuple[Expr, ...] = ()
    excuses: bool = False
    """Whether it excuses by itself, with no event."""

    def before(self) -> list[Bool]:
        """What holds when the condition is asked."""
        return [rows.holds(node) for node, rows in self.given]


def places(measure: Measure) -> list[Place]:
    """Every rule and every fact that has expressions."""
    found: list[Place] = [Place(measure, rule) for rule in rules(measure)]
    return [p for p in found + [Place(measure, f) for f in measure.facts.values()] if p.nodes]


def conditions(place: Place) -> Iterator[Site]:
    """Every condition of a rule or fact, that of its trigger first."""
    rule, rows, when = place.rule, place.rows, place.when
    if isinstance(rule, Fact):
        if rule.where is not None:
            yield Site("where", rule.where, rows)
        return
    if isinstance(rule, Ledger):
        for threshold in rule.thresholds:
            yield Site(f"threshold '{threshold.id}'", threshold.when, rows)
        return
    given: tuple[tuple[Expr, Rows], ...] = ()
    if when is not None:
        yield Site("trigger", when, rows)
        given = ((when, rows),)
    if isinstance(rule, Duty):
        yield from _of_duty(place, rule, given)
    elif isinstance(rule, Consequence):
        for modifier in rule.modifiers:
            yield Site(f"modifier '{modifier.label.zh}'", modifier.when, rows, given)
        for share in rule.shares:
            if share.when is not None:
                yield Site(f"share '{share.label.zh}'", share.when, rows, given)


def _of_duty(place: Place, duty: Duty, given: tuple[tuple[Expr, Rows], ...]) -> Iterator[Site]:
    rows = place.rows
    for performance in duty.performances:
        if performance.when is not None:
            event = place.event(performance.event)
            yield Site(f"performance by '{performance.event}'", performance.when, event, given)
    past: list[Expr] = []
    for start in duty.starts:
        if start.when is not None:
            yield Site("start", start.when, rows, given, tuple(past))
            past.append(start.when)
    for move in duty.moves:
        if move.when is not None:
            yield Site(f"move by '{move.event}'", move.when, place.event(move.event), given)
    for exemption in duty.exemptions:
        if exemption.when is None:
            continue
        event = rows if exemption.event is None else place.event(exemption.event)
        what = "exemption" if exemption.event is None else f"exemption by '{exemption.event}'"
        yield Site(what, exemption.when, event, given, excuses=exemption.event is None)


def values(place: Place) -> Iterator[tuple[Expr, Rows]]:
    """Every other expression of a rule or fact, with its rows: limits, amounts, outcomes."""
    rule, rows = place.rule, place.rows
    if isinstance(rule, Fact):
        if rule.value is not None:
            yield rule.value, rows
        return
    if isinstance(rule, Duty):
        yield from ((e, rows) for e in (rule.within, rule.by, rule.ahead) if e is not None)
        yield from ((s.at, rows) for s in rule.starts if s.at is not None)
        yield from ((m.value, place.event(m.event)) for m in rule.moves)
    elif isinstance(rule, Consequence):
        yield from ((e, rows) for e in rule.give.values())
        for modifier in rule.modifiers:
            if modifier.times is not None:
                yield modifier.times, rows
            yield from ((e, rows) for e in modifier.plus.values())
        yield from ((s.percent, rows) for s in rule.shares)
    elif isinstance(rule, Right) and rule.until is not None:
        yield rule.until, rows
    table = place.table
    if table is not None:
        for row in table.rows:
            yield from ((o, rows) for o in row.outputs if o is not None)
        yield from ((o.default, rows) for o in table.outputs if o.default is not None)


def conjuncts(node: Expr) -> list[Expr]:
    """The parts of a conjunction."""
    if isinstance(node, And):
        return conjuncts(node.left) + conjuncts(node.right)
    return [node]
