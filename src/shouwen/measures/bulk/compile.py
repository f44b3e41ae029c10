"""From an adoption to a plan, and from a plan and events to outcomes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import pyarrow as pa

from shouwen.measures.bulk.consequences import lower_consequence
from shouwen.measures.bulk.duties import lower_duty
from shouwen.measures.bulk.engine import Engine
from shouwen.measures.bulk.errors import NotLoweredYet
from shouwen.measures.bulk.event_table import EventTable
from shouwen.measures.bulk.findings import lower_finding
from shouwen.measures.bulk.grades import lower_grade
from shouwen.measures.bulk.inputs import event_rows, first_event, in_utc, superseded
from shouwen.measures.bulk.ledgers import lower_ledger
from shouwen.measures.bulk.liveness import named_by
from shouwen.measures.bulk.lowering import BREACH, SUPERSEDED, Lowering
from shouwen.measures.bulk.outcomes import KINDS
from shouwen.measures.bulk.prohibitions import lower_prohibition
from shouwen.measures.bulk.pruning import Statement, pruned
from shouwen.measures.bulk.rights import lower_right
from shouwen.measures.bulk.sqltypes import stacked
from shouwen.measures.bulk.steps import FIRST_EVENT, NOW, Steps, event_name, uncollected
from shouwen.measures.diagnostics import did_you_mean
from shouwen.measures.evaluation import Adoption
from shouwen.measures.feel import tree
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
)
from shouwen.measures.language.strata import expressions


@dataclass(eq=False, repr=False)
class BulkPlan:
    """The rules of an adopted measure as a sequence of tables.

    Make one with `lower`. Nothing in it depends on data; it can be run over many logs.

    Attributes:
        adoption: the measure with its readings and calendars.
        rules: the ids of the rules it evaluates, in order.
        steps: the tables, each an Ibis expression over those before it.
        outcomes: by kind (`KINDS`), the name of the table of all outcomes of that kind.
        events: the event types that a log may have.
        known: by event type, the facts that no event of a log may leave out.
    """

    adoption: Adoption
    rules: tuple[str, ...]
    steps: Steps
    outcomes: Mapping[str, str]
    events: frozenset[str]
    known: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<BulkPlan of {self.adoption.measure.id}: {len(self.rules)} rules>"

    @cached_property
    def statements(self) -> list[Statement]:
        """The statements for DuckDB that work out all outcomes."""
        return pruned(self.steps, dict.fromkeys(self.outcomes.values()))


def lower(
    adoption: Adoption,
    only: Collection[str] | None = None,
    events: Collection[str] | None = None,
    known: Mapping[str, Collection[str]] | None = None,
    kinds: Collection[str] = KINDS,
) -> BulkPlan:
    """Lower the rules of an adoption to a plan.

    Args:
        adoption: a measure with its readings and calendars.
        only: ids of rules; these and all that they rest on are lowered. None: all rules.
        events: the event types that the logs have; what hangs on others is left out of the plan.
            None: any may occur.
        known: by event type, facts that no event of the logs leaves out; nothing is then asked
            about their being unknown. None: any may be.
        kinds: the kinds of outcomes that are wanted.

    Raises:
        NotLoweredYet: when a rule uses what the bulk engine cannot say yet.
        KeyError: when `only` names no rule, or `events` no event type.
    """
    rules = rules_of(adoption.measure)
    wanted = _closure(adoption.measure, rules, only)
    for type_ in events or ():
        _known(adoption.measure, type_)
    lowering = Lowering(adoption, [rules[r] for r in sorted(wanted)], events, known)
    done = []
    with uncollected():
        for rule in _in_order(adoption.measure):
            if rule in wanted:
                _lower_rule(lowering, rules[rule])
                done.append(rule)
    outcomes = {}
    for kind in KINDS:
        tables = lowering.outcomes.get(kind)
        if tables and kind in kinds:
            whole = stacked(tables)
            lowering.steps.add(kind, whole)
            outcomes[kind] = kind
    types = frozenset(adoption.measure.vocabulary.events if events is None else events)
    certain = {type_: frozenset(facts) for type_, facts in (known or {}).items()}
    return BulkPlan(adoption, tuple(done), lowering.steps, outcomes, types, certain)


def unlowered(adoption: Adoption) -> list[NotLoweredYet]:
    """What keeps the rules of an adoption from being lowered, one error for each such rule.

    Rules that only rest on such a rule are not listed.
    """
    return [error for error in _survey(adoption).values() if error is not None]


def lowerable(adoption: Adoption) -> tuple[str, ...]:
    """The ids of the rules that a plan can evaluate, in their order: neither they nor what they
    rest on use what is not lowered yet."""
    failed = _survey(adoption).keys()
    return tuple(r for r in _in_order(adoption.measure) if r not in failed)


def _survey(adoption: Adoption) -> dict[str, NotLoweredYet | None]:
    """The rules that cannot be lowered, with the error; None for those that rest on one."""
    rules = rules_of(adoption.measure)
    lowering = Lowering(adoption, rules.values())
    failed: dict[str, NotLoweredYet | None] = {}
    for rule in _in_order(adoption.measure):
        if rests_on(adoption.measure, rules, rules[rule]) & failed.keys():
            failed[rule] = None
            continue
        try:
            _lower_rule(lowering, rules[rule])
        except NotLoweredYet as error:
            failed[rule] = error
    return failed


def run(plan: BulkPlan, events: Mapping[str, pa.Table], as_of: datetime) -> dict[str, pa.Table]:
    """What a plan says of events at an instant, in an embedded DuckDB.

    Args:
        plan: see `lower`.
        events: an `EventTable`; or by event type, tables with the columns `id`, `at` (an instant)
            and the facts of the type by name; `recorded_at`, `supersedes` and `retracts` where
            there are any. Types that are left out have no events.
        as_of: an aware instant.

    Returns:
        By kind (see `outcomes`), a table of outcomes; instants are in UTC.

    Raises:
        ValueError: when `as_of` has no zone, events of a type contradict each other, or the plan
            was made for logs without a type or for facts that are always known.
        KeyError: when there is no such event type.
    """
    if isinstance(events, EventTable):
        events = events.tables
    if as_of.tzinfo is None:
        raise ValueError(f"as_of ({as_of.isoformat()}) has no time zone; give an aware datetime.")
    for type_ in events:
        _known(plan.adoption.measure, type_)
        if type_ not in plan.events and len(events[type_]):
            raise ValueError(
                f"The plan was made for logs without '{type_}'. Lower it with these events too."
            )
    now = as_of.astimezone(UTC)
    with Engine(plan.steps, [s.create for s in plan.statements]) as engine:
        engine.given()
        gone = superseded(events, now)
        engine.register(NOW, _one_instant("as_of", now))
        engine.register(SUPERSEDED, gone)
        engine.register(FIRST_EVENT, _one_instant("at", first_event(events, gone, now)))
        for type_, schema in plan.steps.inputs.items():
            rows = event_rows(type_, schema, events.get(type_), plan.known.get(type_, ()))
            engine.register(event_name(type_), rows)
        engine.run()
        return {kind: in_utc(engine.table(name)) for kind, name in plan.outcomes.items()}


def _one_instant(name: str, instant: datetime) -> pa.Table:
    """A table of one row and column."""
    utc = pa.array([instant], pa.timestamp("us", "UTC"))
    return pa.table({name: utc.cast(pa.timestamp("us"))})


def _known(measure: Measure, type_: str) -> None:
    if type_ not in measure.vocabulary.events:
        hint = did_you_mean(type_, measure.vocabulary.events) or ""
        raise KeyError(f"Measure {measure.id} has no event type '{type_}'. {hint}".strip())


# --- rules --------------------------------------------------------------------------------------


def rules_of(measure: Measure) -> dict[str, Rule]:
    """All rules that have outcomes, by id."""
    groups = (measure.duties, measure.findings, measure.consequences, measure.ledgers,
              measure.grades, measure.rights)  # fmt: skip
    return {rule.id: rule for group in groups for rule in group}


def _in_order(measure: Measure) -> Iterator[str]:
    return (rule for stratum in measure.strata for rule in stratum)


def _lower_duty(lowering: Lowering, duty: Duty) -> None:
    if duty.kind in (DutyKind.NEVER, DutyKind.MAINTAIN):
        lower_prohibition(lowering, duty)
    else:
        lower_duty(lowering, duty)


_LOWERED: dict[type, Callable[[Lowering, Any], None]] = {
    Duty: _lower_duty,
    Finding: lower_finding,
    Consequence: lower_consequence,
    Ledger: lower_ledger,
    Grade: lower_grade,
    Right: lower_right,
}


def _lower_rule(lowering: Lowering, rule: Rule) -> None:
    lower_one = _LOWERED[type(rule)]
    try:
        lower_one(lowering, rule)
    except NotLoweredYet as error:
        if error.clause is not None:
            raise
        norm = rule.norm if isinstance(rule, Finding | Ledger) else rule.norms.default
        raise NotLoweredYet(error.construct, norm, error.span or rule.span) from error


def _closure(measure: Measure, rules: Mapping[str, Rule], only: Collection[str] | None) -> set[str]:
    if only is None:
        return set(rules)
    found: set[str] = set()
    stack = list(only)
    while stack:
        rule = stack.pop()
        if rule not in found:
            found.add(rule)
            stack += rests_on(measure, rules, rules[rule])
    return found


def rests_on(measure: Measure, rules: Mapping[str, Rule], rule: Rule) -> set[str]:
    """The rules whose rows a rule is triggered by or looks at."""
    relations: list[tuple[str, frozenset[str]]] = []
    trigger = getattr(rule, "trigger", None)
    if trigger is not None:
        relations += [(name, trigger.clauses) for name in trigger.relations]
        if trigger.each is not None:
            relations.append((trigger.each.relation, frozenset()))
    for source in getattr(rule, "sources", ()):
        relations.append((source.relation, frozenset()))
    for fact in facts_of(measure, rule):
        relations.append((fact.relation, fact.clauses))
    found: set[str] = set()
    for name, clauses in relations:
        if name == BREACH:
            found |= {r.id for r in rules.values() if _may_breach(r, clauses)}
        else:
            owner = name.removeprefix("breach of ")
            owner = owner if owner in rules else owner.rpartition(".")[0]
            found |= {owner} & rules.keys()
    # What comes later in the order has no rows yet when a rule looks.
    place = {r: i for i, r in enumerate(_in_order(measure))}
    return {r for r in found if place[r] < place[rule.id]}


def _may_breach(rule: Rule, clauses: frozenset[str]) -> bool:
    if isinstance(rule, Finding):
        return True
    if not isinstance(rule, Duty):
        return False
    norms = {rule.norms.default, *rule.norms.by_row.values()}
    norms |= {m.cites for m in rule.moves if m.cites is not None}
    norms |= {p.norm for p in rule.performances if p.norm is not None}
    return not clauses or bool(norms & clauses)


def facts_of(measure: Measure, rule: Rule) -> Iterator[Fact]:
    """The facts that a rule reads, and those that these read."""
    stack = [*named_by(rule), *(n for e in expressions(rule) for n in tree.names(e))]
    seen: set[str] = set()
    while stack:
        name = stack.pop().removeprefix("asking.")
        fact = measure.facts.get(name)
        if fact is None or name in seen:
            continue
        seen.add(name)
        yield fact
        stack += [*fact.same, *fact.distinct]
        stack += [fact.holder.field] if fact.holder is not None else []
        for expr in (fact.value, fact.where):
            if expr is not None:
                stack += tree.names(expr)
