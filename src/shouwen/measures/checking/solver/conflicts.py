"""Duties that cannot both be kept: one demands what another forbids, or their limits differ."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import z3

from shouwen.measures.checking.solver.logic import Bool, conj, formula, neg
from shouwen.measures.checking.solver.lowering import Ground
from shouwen.measures.checking.solver.oracle import Oracle
from shouwen.measures.checking.solver.situations import (
    READING,
    Rows,
    Witness,
    everyday,
    fields_of,
    followed,
    ground_of,
    optional_names,
)
from shouwen.measures.checking.solver.tables import row_conditions
from shouwen.measures.checking.solver.terms import Term, identical
from shouwen.measures.diagnostics import Report
from shouwen.measures.feel.tree import And, AnyNode, Expr, Literal, Name, Not, names
from shouwen.measures.feel.types import BOOLEAN, EnumType, Type
from shouwen.measures.language.model import Duty, DutyKind, Force, Measure, Performance
from shouwen.measures.language.strata import expressions


def check_conflicts(measure: Measure, oracle: Oracle, report: Report) -> None:
    """Report pairs of binding duties that conflict under some facts."""
    binding = [d for d in measure.duties if d.force is Force.BINDING]
    for duty in binding:
        if duty.performances and duty.kind in (DutyKind.ACHIEVE, DutyKind.PERIODIC):
            _forbidden(measure, duty, binding, oracle, report)
    for first, second in combinations(binding, 2):
        if _comparable(first, second):
            _limits(measure, first, second, oracle, report)


# --- demanded and forbidden --------------------------------------------------------------------


def _forbidden(
    measure: Measure, duty: Duty, others: list[Duty], oracle: Oracle, report: Report
) -> None:
    """Whether every way to perform a duty is forbidden, in some situation."""
    bans: list[tuple[Performance, Duty, Expr | None]] = []
    for performance in duty.performances:
        found = [
            (performance, other, _both(other.trigger.when, banned.when))
            for other in others
            if other.kind is DutyKind.NEVER and _same_person(duty, other)
            for banned in other.performances
            if banned.event == performance.event
        ]
        if not found:
            return  # this way is open
        bans += found
    ground, rows, optional = _pair(measure, [duty, *(other for _, other, _ in bans)])
    rows.fields = fields_of(measure, duty.trigger.relations or (duty.id,))
    demanded = _demanded(duty)
    closed: list[Bool] = []
    told: list[AnyNode] = list(demanded)
    for performance in duty.performances:
        event = Rows(
            measure, ground, fields_of(measure, (performance.event,)), optional=optional,
            prefix=f"{performance.event} ", outer=rows,
        )  # fmt: skip
        # What the event and the trigger both say is taken to be the same in both.
        shared = _Shared(event, duty, performance.event)
        lowered = shared.lowering
        prohibitions = [w for p, _, w in bans if p is performance]
        told += [
            n for w in prohibitions if w is not None for n in followed(measure, [w])
            if isinstance(n, Name) and shared.shares(n.name, n.type)
        ]  # fmt: skip
        escape = conj(
            lowered.holds(performance.when),
            *(neg(lowered.holds(when)) for when in prohibitions),
        )
        closed.append(_for_all(shared.own(), neg(escape)))
    wanted = [rows.holds(node) for node in demanded]
    found_ = oracle.ask(ground, *wanted, *closed, *rows.absent, wishes=everyday([rows]))
    if found_.model is None:
        return
    witness = Witness(rows, found_.model, told)
    if any(witness.evaluate(node) is not True for node in demanded):
        return
    banning = list({other.id: other for _, other, _ in bans}.values())
    verb = "forbid" if len(banning) > 1 else "forbids"
    what = " and ".join(f"'{p.event}'" for p in duty.performances)
    report.warning(
        "conflict",
        f"Duty '{duty.id}' demands {what}, which "
        f"{' and '.join(repr(b.id) for b in banning)} {verb}, for instance, when {witness}.",
        duty.span,
        hint="Except the one from the other: with `unless:`, or a narrower `when:`.",
        related=tuple((f"'{b.id}' forbids it", b.span) for b in banning),
    )


class _Shared(Rows):
    """Rows of an event that performs a duty, as far as they must be like its trigger.

    The keys of the duty are the same in both, and so is what both say by an enumeration: the
    area of a case does not change on the way. All else can differ: what is forbidden as long as
    nothing is agreed can be agreed before the act, and a new agreement has dates of its own. So
    only a ban that rests on the former, or on a reading, closes a way to perform.
    """

    def __init__(self, event: Rows, duty: Duty, name: str) -> None:
        super().__init__(
            event.measure, event.ground, event.fields, optional=event.optional,
            prefix=event.prefix, outer=event.outer,
        )  # fmt: skip
        self._keys = duty.same
        self._again = name in duty.trigger.relations

    def _term(self, name: str, type_: Type) -> Term:
        if self.outer is not None and self.shares(name, type_):
            return self.outer.term(Name(name, type=type_))
        return super()._term(name, type_)

    def shares(self, name: str, type_: Type) -> bool:
        """Whether a name means the same for the event and for its trigger."""
        if name.startswith(READING):
            return True
        if self.outer is None or not self.outer.has(name):
            return False
        return name in self._keys or (isinstance(type_, EnumType) and not self._again)

    def own(self) -> list[z3.ExprRef]:
        """The facts that only the event has."""
        found: dict[int, z3.ExprRef] = {}

        def gather(term: z3.ExprRef) -> None:
            free = z3.is_const(term) and term.decl().kind() == z3.Z3_OP_UNINTERPRETED
            if free and term.decl().name().startswith(self.prefix):
                found[term.get_id()] = term
            for child in term.children():
                gather(child)

        for term in self.terms.values():
            parts = term.value.all() if hasattr(term.value, "all") else (term.value,)
            for part in (*parts, term.known):
                if z3.is_expr(part):
                    gather(part)
        return list(found.values())


def _for_all(facts: list[z3.ExprRef], truth: Bool) -> Bool:
    if isinstance(truth, bool) or not facts:
        return truth
    return z3.ForAll(facts, formula(truth))


def _demanded(duty: Duty) -> list[Expr]:
    """When a duty binds: its trigger's condition, and no exemption by a condition alone."""
    found = [duty.trigger.when] if duty.trigger.when is not None else []
    return found + [
        Not(x.when, type=BOOLEAN) for x in duty.exemptions if x.event is None and x.when is not None
    ]


def _same_person(duty: Duty, other: Duty) -> bool:
    if duty.who is None or other.who is None:
        return duty.who is other.who
    return (duty.who.field, duty.who.post) == (other.who.field, other.who.post)


def _both(a: Expr | None, b: Expr | None) -> Expr | None:
    if a is None or b is None or a == b:
        return a if b is None else b
    return And(a, b, type=BOOLEAN)


# --- different limits ---------------------------------------------------------------------------


def _comparable(a: Duty, b: Duty) -> bool:
    """Whether two duties are about the same act after the same trigger, under a common norm."""
    return (
        a.kind is b.kind is DutyKind.ACHIEVE
        and a.trigger.relations == b.trigger.relations
        and a.trigger.clauses == b.trigger.clauses
        and bool(_norms(a) & _norms(b))
        and _same_person(a, b)
        and {(p.event, p.when) for p in a.performances} == {(p.event, p.when)
                                                            for p in b.performances}
        and [(s.when, s.opening, s.at) for s in a.starts]
        == [(s.when, s.opening, s.at) for s in b.starts]
        and a.counting == b.counting
        and a.at_least == b.at_least
    )  # fmt: skip


def _norms(duty: Duty) -> set[str]:
    rows = [r.number for r in duty.table.rows] if duty.table is not None else [None]
    return {duty.norms.of(row) for row in rows}


def _cases(duty: Duty) -> Iterator[tuple[str, Expr | None, Expr, str]]:
    """The limits of a duty: what kind, under which condition, how long, and by which norm."""
    table = duty.table
    for kind, limit in (("within", duty.within), ("by", duty.by), ("ahead", duty.ahead)):
        if limit is not None:
            yield kind, None, limit, duty.norms.default
    if table is None:
        return
    for row, condition in zip(table.rows, row_conditions(table), strict=True):
        for column, outcome in zip(table.outputs, row.outputs, strict=True):
            if outcome is not None and column.name in ("within", "by"):
                yield column.name, condition, outcome, duty.norms.of(row.number)


def _limits(measure: Measure, a: Duty, b: Duty, oracle: Oracle, report: Report) -> None:
    for kind_a, row_a, limit_a, norm_a in _cases(a):
        for kind_b, row_b, limit_b, norm_b in _cases(b):
            if (kind_a, norm_a) != (kind_b, norm_b) or limit_a == limit_b:
                continue
            if limit_a.type != limit_b.type:
                continue
            conditions = [*_demanded(a), *_demanded(b), *(r for r in (row_a, row_b) if r)]
            witness = _differ(measure, (a, b), conditions, (limit_a, limit_b), oracle)
            if witness is not None:
                _report_limits(measure, (a, b), norm_a, witness, (limit_a, limit_b), report)
                return


def _differ(
    measure: Measure,
    duties: tuple[Duty, Duty],
    conditions: list[Expr],
    limits: tuple[Expr, Expr],
    oracle: Oracle,
) -> Witness | None:
    ground, rows, _ = _pair(measure, list(duties))
    one, two = (rows.lowering.lower(limit) for limit in limits)
    apart = conj(one.known, two.known, neg(identical(one, two, ground.texts)))
    holds = [rows.holds(c) for c in conditions]
    found = oracle.ask(ground, *holds, apart, *rows.absent, wishes=everyday([rows]))
    if found.model is None:
        return None
    witness = Witness(rows, found.model, [*conditions, *limits])
    agreed = all(witness.evaluate(c) is True for c in conditions)
    return (
        witness if agreed and witness.evaluate(limits[0]) != witness.evaluate(limits[1]) else None
    )


def _report_limits(
    measure: Measure,
    duties: tuple[Duty, Duty],
    norm: str,
    witness: Witness,
    limits: tuple[Expr, Expr],
    report: Report,
) -> None:
    first, second = duties
    long = [
        witness.rows.text(x) if isinstance(x, Literal) or not names(x) else
        f"{witness.rows.text(x)} = {witness.evaluate(x)}" for x in limits
    ]  # fmt: skip
    when = f" when {witness}" if witness else ""
    report.warning(
        "two-limits",
        f"Duties '{first.id}' and '{second.id}' set two time limits for the same act by "
        f"{measure.cite(norm)}: {long[0]} and {long[1]}, for instance,{when or ' always'}.",
        second.span,
        hint="Make their conditions exclude each other, or cite the norm that each one enacts.",
        related=((f"'{first.id}'", first.span),),
    )


def _pair(measure: Measure, duties: list[Duty]) -> tuple[Ground, Rows, frozenset[str]]:
    ground = ground_of(measure)
    optional = optional_names(measure, [e for d in duties for e in expressions(d)])
    trigger = duties[0].trigger.relations or (duties[0].id,)
    return ground, Rows(measure, ground, fields_of(measure, trigger), optional=optional), optional
