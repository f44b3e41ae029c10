"""Which norms of a measure are enacted, as what, by which rule, on which readings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shouwen.measures.language.model import (
    Clause,
    Consequence,
    Duty,
    DutyKind,
    Finding,
    Force,
    Grade,
    Ledger,
    Measure,
    Right,
    RowNorms,
    Rule,
)
from shouwen.measures.language.strata import names_used


@dataclass(frozen=True)
class Enactment:
    """One way in which a norm is enacted: the kind ("duty", "share", ...) and the rule."""

    kind: str
    rule: str


@dataclass(frozen=True)
class NormCoverage:
    """A norm with everything that enacts it; `readings` are those its text leaves open."""

    clause: Clause
    enactments: tuple[Enactment, ...]
    readings: tuple[str, ...]

    @property
    def prose_only(self) -> bool:
        """Whether the measure says, with a reason, that there is nothing to enact."""
        return bool(self.enactments) and all(e.kind == "prose" for e in self.enactments)


@dataclass(frozen=True)
class Coverage:
    """All norms of a measure, in the order of the text."""

    measure: str
    norms: tuple[NormCoverage, ...]

    @property
    def missing(self) -> tuple[NormCoverage, ...]:
        """The norms that nothing enacts."""
        return tuple(n for n in self.norms if not n.enactments)


def coverage(measure: Measure) -> Coverage:
    """Go through all rules and collect what each norm is enacted by."""
    found: dict[str, dict[Enactment, None]] = {c: {} for c in measure.clauses}

    def cite(norm: str | None, kind: str, rule: str) -> None:
        if norm is not None:
            found[norm][Enactment(kind, rule)] = None

    for rule in rules(measure):
        for norm, kind in _cited(rule):
            cite(norm, kind, rule.id)
    for window in measure.windows.values():
        cite(window.norm, "window", window.id)
    for fact in measure.facts.values():
        cite(fact.norm, "fact", fact.name)
    for conduct in measure.conducts:
        for norm in conduct.norms:
            cite(norm, "prohibition" if norm in conduct.prohibited else "conduct", conduct.id)
    for publication in measure.publications:
        for norm in publication.norms:
            cite(norm, "publication", publication.id)
    for roster in measure.rosters:
        for norm in roster.norms:
            cite(norm, "roster", roster.id)
    for prose in measure.prose:
        for norm in prose.norms:
            cite(norm, "prose", norm)
    open_points: dict[str, list[str]] = {}
    for reading in measure.readings.values():
        open_points.setdefault(reading.norm, []).append(reading.id)
    return Coverage(
        measure.id,
        tuple(
            NormCoverage(clause, tuple(found[clause.id]), tuple(open_points.get(clause.id, ())))
            for clause in measure.norms
        ),
    )


def rules(measure: Measure) -> Iterator[Rule]:
    """Every rule that has outcomes, in the order of the constructs."""
    yield from measure.duties
    yield from measure.findings
    yield from measure.consequences
    yield from measure.ledgers
    yield from measure.grades
    yield from measure.rights


def readings_used(measure: Measure) -> dict[str, list[str]]:
    """For every reading, the rules (and facts) whose expressions look at it."""
    used: dict[str, list[str]] = {r: [] for r in measure.readings}
    through = _through_facts(measure)
    for rule in rules(measure):
        names = set(names_used(rule))
        for name in list(names):
            names |= through.get(name, set())
        for name in names:
            if name.startswith("reading."):
                used[name.removeprefix("reading.")].append(rule.id)
    return used


def _through_facts(measure: Measure) -> dict[str, set[str]]:
    """For every fact, all names that its own expressions read, other facts followed."""
    from shouwen.measures.feel.tree import names

    direct = {
        fact.name: {n for tree in (fact.value, fact.where) if tree is not None for n in names(tree)}
        for fact in measure.facts.values()
    }
    changed = True
    while changed:
        changed = False
        for read in direct.values():
            more = set().union(*(direct.get(n, set()) for n in read)) - read
            if more:
                read |= more
                changed = True
    return direct


def _rows(norms: RowNorms) -> list[str]:
    return list(norms.by_row.values()) or [norms.default]


def _cited(rule: Rule) -> Iterator[tuple[str | None, str]]:
    match rule:
        case Duty():
            kind = {
                DutyKind.NEVER: "prohibition",
                DutyKind.MAINTAIN: "maintained",
                DutyKind.PERIODIC: "periodic",
            }.get(rule.kind, "duty")
            kind = "aim" if rule.force is Force.AIM else kind
            for norm in _rows(rule.norms):
                yield norm, kind
            yield from ((p.norm, "performance") for p in rule.performances)
            yield from ((s.norm, "start") for s in rule.starts)
            yield from ((m.norm, "move") for m in rule.moves)
            yield from ((m.cites, "duty") for m in rule.moves)
            yield from ((x.norm, "exemption") for x in rule.exemptions)
        case Finding():
            yield rule.norm, "finding"
        case Consequence():
            for norm in _rows(rule.norms):
                yield norm, "consequence"
            yield from ((m.norm, "modifier") for m in rule.modifiers)
            yield from ((s.norm, "share") for s in rule.shares)
        case Ledger():
            yield rule.norm, "ledger"
            yield from ((t.norm, "threshold") for t in rule.thresholds)
        case Grade():
            for norm in _rows(rule.norms):
                yield norm, "grade"
        case Right():
            for norm in _rows(rule.norms):
                yield norm, "right"
