"""Fourth pass: the order in which rules are evaluated.

A rule depends on the rules whose rows trigger it and on those its facts look at. The order must
have no circle; where it has one, the measure is refused with the circle named.
"""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from shouwen.measures.diagnostics import Report, Span
from shouwen.measures.feel.tables import DecisionTable
from shouwen.measures.feel.tree import AnyNode, Expr, names
from shouwen.measures.language.model import (
    Consequence,
    Duty,
    Fact,
    Finding,
    Ledger,
    Right,
    Rule,
)
from shouwen.measures.language.relations import BREACH
from shouwen.measures.language.tables import table_expressions


def expressions(rule: Rule) -> Iterator[AnyNode]:
    """Every expression of a rule."""
    found: list[Expr | None] = []
    if not isinstance(rule, Ledger):
        found.append(rule.trigger.when)
    if isinstance(rule, Duty):
        found += [rule.within, rule.by, rule.ahead]
        if rule.trigger.each is not None:
            found += [rule.trigger.each.start, rule.trigger.each.until]
        found += [p.when for p in rule.performances]
        found += [e for s in rule.starts for e in (s.when, s.at)]
        found += [e for m in rule.moves for e in (m.when, m.value)]
        found += [x.when for x in rule.exemptions]
    elif isinstance(rule, Consequence):
        found += rule.give.values()
        for modifier in rule.modifiers:
            found += [modifier.when, modifier.times, *modifier.plus.values()]
        found += [e for s in rule.shares for e in (s.when, s.percent)]
    elif isinstance(rule, Ledger):
        found += [t.when for t in rule.thresholds]
    elif isinstance(rule, Right):
        found.append(rule.until)
    yield from (e for e in found if e is not None)
    table = getattr(rule, "table", None)
    if isinstance(table, DecisionTable):
        yield from table_expressions(table)


def names_used(rule: Rule) -> frozenset[str]:
    """Every name the expressions of a rule read: facts, fields, readings."""
    found = {n for e in expressions(rule) for n in names(e)}
    # Facts may also stand where a key or a person is named.
    if isinstance(rule, Consequence):
        found |= {*rule.once_per, rule.to.field, *(s.to.field for s in rule.shares)}
    elif isinstance(rule, Duty | Finding) and rule.who is not None:
        found.add(rule.who.field)
    return frozenset(found)


def order(
    rules: list[Rule], facts: dict[str, Fact], norms: dict[str, frozenset[str]], report: Report
) -> tuple[tuple[str, ...], ...]:
    """The strata: ids of rules, each group depending only on groups before it.

    `norms` gives the clauses each duty may cite.
    """
    by_id = {rule.id: rule for rule in rules}
    graph: dict[str, set[str]] = {}
    parts = {f"{r.id}.shares": {r.id} for r in rules if isinstance(r, Consequence)}
    parts |= {t.id: {r.id} for r in rules if isinstance(r, Ledger) for t in r.thresholds}

    def resolve(relation: str, clauses: frozenset[str]) -> set[str]:
        if relation == BREACH:
            return {
                r.id
                for r in rules
                if isinstance(r, Finding)
                or (isinstance(r, Duty) and (not clauses or norms.get(r.id, frozenset()) & clauses))
            }
        name = relation.removeprefix("breach of ")
        return {name} if name in by_id else parts.get(name, set())

    read_by = {
        fact.name: {n for tree in (fact.value, fact.where) if tree is not None for n in names(tree)}
        for fact in facts.values()
    }

    def of_name(name: str, seen: set[str]) -> set[str]:
        fact = facts.get(name)
        if fact is None or name in seen:
            return set()
        seen.add(name)
        wanted = resolve(fact.relation, fact.clauses)
        for used in read_by[name]:
            wanted |= of_name(used, seen)
        return wanted

    for rule in rules:
        wanted: set[str] = set()
        if isinstance(rule, Ledger):
            for source in rule.sources:
                wanted |= resolve(source.relation, frozenset())
        else:
            for relation in rule.trigger.relations:
                wanted |= resolve(relation, rule.trigger.clauses)
            if rule.trigger.each is not None:
                wanted |= resolve(rule.trigger.each.relation, frozenset())
        for name in names_used(rule):
            wanted |= of_name(name, set())
        graph[rule.id] = wanted & by_id.keys()
    sorter = TopologicalSorter(graph)
    try:
        sorter.prepare()
    except CycleError as error:
        circle: list[str] = list(reversed(error.args[1]))
        spans: list[tuple[str, Span]] = [
            (f"{name} is here", by_id[name].span) for name in dict.fromkeys(circle)
        ]
        report.error(
            "cycle",
            "These rules depend on each other in a circle: " + " → ".join(circle) + ".",
            by_id[circle[0]].span,
            hint="A rule can only look at rules before it. Narrow `on: breach` with `of:`, or let "
            "a fact look at events instead of outcomes.",
            related=tuple(spans),
        )
        return ()
    strata = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=lambda r: list(by_id).index(r))
        strata.append(tuple(ready))
        sorter.done(*ready)
    return tuple(strata)
