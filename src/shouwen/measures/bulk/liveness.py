"""Which fields of each relation anybody reads.

Rows of rules carry the fields of what triggered them, and those of what triggered that. A plan
keeps only those that a later rule or fact looks at, which makes its tables narrow.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from shouwen.measures.feel import tree
from shouwen.measures.language.model import (
    Consequence,
    Duty,
    Fact,
    Finding,
    Grade,
    Ledger,
    Measure,
    Right,
    Rule,
)
from shouwen.measures.language.strata import expressions

BREACH = "breach"
ALWAYS = frozenset({"case", "occasion", "norm", "person", "unit", "status"})
"""Fields that outcomes are made of whether or not an expression reads them."""
WHOLE = ("post.held", "special-time.declared", "decision.made")
"""Event types that the evaluation itself reads."""


def names_read(
    measure: Measure, trees: Iterable[tree.AnyNode | None], also: Iterable[str] = ()
) -> set[str]:
    """The names that expressions (and `also`) read of the row that asks, through derived facts
    too."""
    found: set[str] = set()
    stack = [*also, *(n for t in trees if t is not None for n in tree.names(t))]
    while stack:
        name = stack.pop()
        if name in found:
            continue
        found.add(name)
        fact = measure.facts.get(name)
        if fact is not None:
            stack += _asked(fact)
    return found


def _asked(fact: Fact) -> list[str]:
    """The names of the asking row that a fact reads."""
    found = [*fact.same, *fact.distinct]
    if fact.value is not None:
        found += tree.names(fact.value)
    if fact.where is not None:
        found += [
            n.removeprefix("asking.") for n in tree.names(fact.where) if n.startswith("asking.")
        ]
    if fact.holder is not None:
        found += [fact.holder.field, "unit", "person"]
    return found


def live_fields(measure: Measure, rules: Iterable[Rule]) -> dict[str, frozenset[str]]:
    """For every relation, the fields that some of the rules read of its rows."""
    live: dict[str, set[str]] = defaultdict(set)
    flows: set[tuple[str, str]] = set()
    """(from, to): what is read of `to` must be carried by `from`."""
    for rule in rules:
        read = names_read(measure, expressions(rule), named_by(rule))
        trigger = getattr(rule, "trigger", None)
        for relation in trigger.relations if trigger is not None else ():
            live[relation] |= read
            for made in (rule.id, f"breach of {rule.id}", f"{rule.id}.shares", BREACH):
                flows.add((relation, made))
        each = trigger.each if trigger is not None else None
        if each is not None:
            live[each.relation] |= names_read(measure, [each.start, each.until], [each.column])
        if isinstance(rule, Duty):
            for p in rule.performances:
                live[p.event] |= {p.period_of} if p.period_of is not None else set()
            parts = [(p.event, [p.when]) for p in rule.performances]
            parts += [(m.event, [m.when, m.value]) for m in rule.moves]
            parts += [(x.event, [x.when]) for x in rule.exemptions if x.event is not None]
            for event, trees in parts:
                live[event] |= names_read(measure, trees, rule.same)
        if isinstance(rule, Ledger):
            for source in rule.sources:
                live[source.relation] |= {source.column, rule.per}
            for made in (rule.id, *(t.id for t in rule.thresholds)):
                live[made] |= {rule.per, "amount", "balance"}
        flows.add((f"breach of {rule.id}", BREACH))
    for fact in measure.facts.values():
        if fact.relation:
            inner = names_read(measure, [fact.where], [*fact.same, *fact.distinct])
            live[fact.relation] |= inner | ({fact.column} if fact.column else set())
    changed = True
    while changed:
        changed = False
        for origin, target in flows:
            if not live[target] <= live[origin]:
                live[origin] |= live[target]
                changed = True
    return {name: frozenset(fields) for name, fields in live.items()}


def named_by(rule: Rule) -> set[str]:
    """The fields that a rule names outside its expressions."""
    found: set[str] = set()
    match rule:
        case Duty():
            found |= set(rule.same)
            found |= {rule.who.field} if rule.who is not None else set()
        case Finding():
            found |= {rule.who.field}
            found |= {f for f in (rule.norm_field, rule.at_field) if f is not None}
        case Consequence():
            found |= {*rule.once_per, rule.to.field, *(s.to.field for s in rule.shares)}
        case Grade():
            found.add(rule.subject)
        case Right():
            found.add(rule.who)
    return found
