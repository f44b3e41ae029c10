"""Which events have to be looked at together, told from the rules alone.

A rule looks at other rows by keys (`same: case`, `once per: person`), so events that share no key
of a kind that some rule looks by cannot change each other's outcomes. `links` finds these kinds of
keys; whoever parts a log then keeps events together that share one, directly or through others.

What is looked at by no key at all (special days, the chart of posts) concerns everything and goes
into every part; such events are few. Where rows that rules make are looked at so, nothing can be
parted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from shouwen.measures.bulk.compile import facts_of, rules_of
from shouwen.measures.language.model import (
    Bearer,
    Consequence,
    Duty,
    DutyKind,
    Exemption,
    Finding,
    Grade,
    Ledger,
    Measure,
    Move,
    Performance,
    Rule,
)

POSTS = "post.held"
ALWAYS_COMMON = (POSTS, "special-time.declared", "decision.made")
"""Event types that the evaluation itself reads, whatever their keys."""


@dataclass(frozen=True)
class Lookup:
    """A rule looks at rows of a relation that agree with its own in some keys."""

    rule: str
    relation: str
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Links:
    """How the events of a log hang together under some rules.

    Attributes:
        kinds: kinds of things ("case", "person"): events that share a key of one belong together.
        fields: by event type, its fields that are keys of these kinds, with the kind.
        common: event types that concern every part.
        tied: those of `common` that may be looked at from anywhere, so that all their events (and
            what shares a key with one) must be in one part.
        suspect: rules that an event of `common`, or the calendar, may set off.
        whole: why a log cannot be parted; empty if it can.
    """

    kinds: frozenset[str]
    fields: Mapping[str, Mapping[str, str]]
    common: frozenset[str]
    tied: frozenset[str]
    suspect: frozenset[str]
    whole: tuple[str, ...]


def links(
    measure: Measure,
    rules: Collection[str],
    types: Collection[str],
    distinct: Callable[[str, str], int],
) -> Links:
    """How events of some types hang together under some rules.

    Args:
        measure: whose rules they are.
        rules: ids of the rules that are evaluated (with all that they rest on).
        types: the event types that occur.
        distinct: how many keys there are (about) in a field of an event type. Where a rule looks
            by several keys at once, the kind with the most is chosen: it parts best.
    """
    own = rules_of(measure)
    chosen = [own[r] for r in rules]
    kinds: set[str] = set()
    tied: set[str] = set()
    whole: list[str] = []
    size: dict[str, int] = {}

    def rank(kind: str) -> tuple[int, str]:
        if kind not in size:
            size[kind] = sum(
                distinct(t, n) for t in types for n, k in _keys(measure, t).items() if k == kind
            )
        return size[kind], kind

    for lookup in sorted(
        {found for rule in chosen for found in _lookups(measure, rule)},
        key=lambda found: (found.rule, found.relation, found.keys),
    ):
        event = measure.vocabulary.events.get(lookup.relation)
        if event is not None and lookup.relation not in types:
            continue
        possible = {k for n in lookup.keys if (k := _kind(measure, lookup.relation, n)) is not None}
        if possible:
            kinds.add(max(possible, key=rank))
        elif event is not None:
            tied.add(lookup.relation)
        else:
            whole.append(
                f"rule '{lookup.rule}' looks at '{lookup.relation}' whomever and whatever it is "
                "about"
            )
    posts = POSTS in types
    if posts and kinds & {"person", "unit"}:
        # Whose unit and who heads it is found by the chart of posts.
        kinds |= {"person", "unit"}
        whole += [
            f"rule '{rule.id}' means the holder of a post that there is once ({bearer.post})"
            for rule in chosen
            for bearer in _bearers(measure, rule)
            if bearer.post is not None and not bearer.field
        ]
    common = ({t for t in ALWAYS_COMMON if t in types} | tied) & set(types)
    fields = {
        t: {n: k for n, k in _keys(measure, t).items() if k in kinds}
        for t in types
        # Decisions are found by the proposal they are about, which says whose it is.
        if t != "decision.made" or _sets_off(chosen, t)
    }
    return Links(
        frozenset(kinds), fields, frozenset(common), frozenset(tied),
        frozenset(_suspect(chosen, common)), tuple(whole),
    )  # fmt: skip


def compares(measure: Measure, rule: str) -> bool:
    """Whether what a rule says of someone hangs on others: it looks at rows that rules made,
    whomever and whatever they are about ("more points than the average"), or at a grade that does.

    What is looked at by a thing (an instruction, a case) is not meant, nor are events that concern
    everything: whoever asks with what weighs for one has these too.
    """
    own = rules_of(measure)
    open_, seen = [rule], set[str]()
    while open_:
        name = open_.pop()
        seen.add(name)
        for lookup in _lookups(measure, own[name]):
            if lookup.relation in measure.vocabulary.events:
                continue
            if not any(_kind(measure, lookup.relation, n) for n in lookup.keys):
                return True
            if isinstance(own.get(lookup.relation), Grade) and lookup.relation not in seen:
                open_.append(lookup.relation)
    return False


def _keys(measure: Measure, type_: str) -> dict[str, str]:
    """The fields of an event type that are keys, with the kind of thing they point at."""
    fields = measure.vocabulary.events[type_].fields.values()
    return {f.name: f.entity for f in fields if f.entity is not None}


def _kind(measure: Measure, relation: str, name: str) -> str | None:
    """The kind of thing that a key of a relation points at; None if that is not certain."""
    if name == "occasion":
        # The case of a breach, or the event it began with: its own part either way.
        return "case" if "case" in measure.vocabulary.entities else None
    event = measure.vocabulary.events.get(relation)
    if event is not None:
        return event.fields[name].entity if name in event.fields else None
    kinds = {
        f.entity
        for r in measure.vocabulary.events.values()
        for f in r.fields.values()
        if f.name == name
    }
    return kinds.pop() if len(kinds) == 1 else None


def _lookups(measure: Measure, rule: Rule) -> Iterator[Lookup]:
    for fact in facts_of(measure, rule):
        if fact.relation:
            yield Lookup(rule.id, fact.relation, fact.same)
    trigger = getattr(rule, "trigger", None)
    if trigger is not None and trigger.each is not None:
        yield Lookup(rule.id, trigger.each.relation, (trigger.each.column,))
    match rule:
        case Duty():
            acts: list[Performance | Move | Exemption] = [*rule.moves, *rule.exemptions]
            # What must never be done is judged act by act: the act itself sets the rule off.
            if rule.kind in (DutyKind.ACHIEVE, DutyKind.PERIODIC):
                acts += rule.performances
            for act in acts:
                if act.event is not None:
                    yield Lookup(rule.id, act.event, rule.same)
        case Consequence() if rule.once_per:
            yield Lookup(rule.id, rule.id, rule.once_per)
        case Ledger():
            for source in rule.sources:
                yield Lookup(rule.id, source.relation, (rule.per,))
        case Grade():
            yield Lookup(rule.id, rule.id, (rule.subject,))


def _bearers(measure: Measure, rule: Rule) -> Iterator[Bearer]:
    for fact in facts_of(measure, rule):
        if fact.holder is not None:
            yield fact.holder
    match rule:
        case Duty() if rule.who is not None:
            yield rule.who
        case Finding():
            yield rule.who
        case Consequence():
            yield rule.to
            yield from (share.to for share in rule.shares)


def _sets_off(rules: Collection[Rule], relation: str) -> bool:
    return any(relation in t.relations for r in rules if (t := getattr(r, "trigger", None)))


def _suspect(rules: Collection[Rule], common: Collection[str]) -> set[str]:
    """The rules that a common event or the calendar may set off, through others too."""
    found: set[str] = set()
    relations = set(common)
    grown = True
    while grown:
        grown = False
        for rule in rules:
            trigger = getattr(rule, "trigger", None)
            if rule.id in found:
                continue
            # A ledger has no trigger: its entries are rows of others.
            sources = {s.relation for s in getattr(rule, "sources", ())}
            hit = trigger is not None and (
                trigger.every is not None or bool(relations & set(trigger.relations))
            )
            if hit or relations & sources or (trigger is None and isinstance(rule, Ledger)):
                found.add(rule.id)
                relations |= {rule.id, f"breach of {rule.id}", f"{rule.id}.shares", "breach"}
                grown = True
    return found
