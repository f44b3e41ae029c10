"""What the names of an expression are, for a row of some relation, and a model told in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import z3

from shouwen.measures.checking.solver.logic import Bool, conj, disj
from shouwen.measures.checking.solver.lowering import Ground, Lowering
from shouwen.measures.checking.solver.terms import DAY, Term, value_in
from shouwen.measures.feel.python import compile_expression
from shouwen.measures.feel.tree import AnyNode, Expr, IsKnown, Name, transform, walk
from shouwen.measures.feel.types import (
    COUNT,
    DATE,
    DATETIME,
    NUMBER,
    PERIOD,
    EnumType,
    Type,
    is_text,
)
from shouwen.measures.feel.unparse import unparse, value_text
from shouwen.measures.feel.values import FIRST_YEAR, LAST_YEAR, Unknown, Value
from shouwen.measures.language.context import CALENDAR_KEYS
from shouwen.measures.language.model import Field, Label, Measure, Take

READING = "reading."
ASKING = "asking."
START = "start"
_CALENDAR = {key.name: key for key in CALENDAR_KEYS}

LAST_DAY = date(LAST_YEAR - 100, 12, 31)
DAYS = (date(FIRST_YEAR + 100, 1, 1), LAST_DAY)
"""The dates that facts have here: a century stays free at both ends of the calendar, so that it
is no objection to ``signed + 1年 > signed`` that the calendar ends."""
INSTANTS = (date(1992, 1, 1), LAST_DAY)
"""The instants: what happened before is no row of a measure, and China has kept one offset from
Greenwich since."""


def ground_of(measure: Measure) -> Ground:
    """A ground for questions about a measure."""
    return Ground(ZoneInfo(measure.zone), DAYS, INSTANTS)


def optional_names(measure: Measure, nodes: Iterable[AnyNode]) -> frozenset[str]:
    """The facts of which some of these expressions ask whether they are known, and the names
    that such a fact is worked out from."""
    found: set[str] = set()
    for node in followed(measure, nodes):
        if isinstance(node, IsKnown):
            found |= {n.name for n in followed(measure, [node]) if isinstance(n, Name)}
    return frozenset(found)


def followed(measure: Measure, nodes: Iterable[AnyNode]) -> Iterator[AnyNode]:
    """All nodes of expressions, and those of the expressions that their facts stand for."""
    seen: set[str] = set()
    waiting = list(nodes)
    while waiting:
        for node in walk(waiting.pop()):
            yield node
            fact = measure.facts.get(node.name) if isinstance(node, Name) else None
            if fact is not None and fact.value is not None and fact.name not in seen:
                seen.add(fact.name)
                waiting.append(fact.value)


def fields_of(measure: Measure, relations: Iterable[str]) -> Mapping[str, Field] | None:
    """The fields that rows of some relations have; None where that is not on record."""
    found: dict[str, Field] = {}
    for name in relations:
        relation = measure.relations.get(name)
        if relation is None:
            return None
        found = {**relation.fields, **found}
    return found


class Rows:
    """The names that expressions about a row may use.

    All facts are taken to be known, but for those of which an expression asks whether they are
    (`optional`) and for names that rows of this kind do not have.
    """

    def __init__(
        self,
        measure: Measure,
        ground: Ground,
        fields: Mapping[str, Field] | None,
        *,
        optional: frozenset[str] = frozenset(),
        prefix: str = "",
        outer: Rows | None = None,
        asking: Rows | None = None,
    ) -> None:
        """For rows with these fields; `outer` are those whose names come second (the trigger of
        a move), `asking` those that ``asking.`` names."""
        self.measure = measure
        self.ground = ground
        self.fields = fields
        self.optional = optional
        self.prefix = prefix
        self.outer = outer
        self.asking = asking
        self.lowering = Lowering(ground, self.term)
        self.terms: dict[str, Term] = {}
        self.absent: list[Bool] = []
        """That names which such rows do not have are unknown."""

    def term(self, node: Name) -> Term:
        """The term of a name."""
        found = self.terms.get(node.name)
        if found is None:
            found = self.terms[node.name] = self._term(node.name, node.type)
        return found

    def _term(self, name: str, type_: Type) -> Term:
        if name.startswith(READING):
            return self.ground.fact(name, type_, True)
        if name.startswith(ASKING) and self.asking is not None:
            return self.asking.term(Name(name.removeprefix(ASKING), type=type_))
        own = self.fields is None or name in self.fields or name in ("at", "id", START)
        fact = self.measure.facts.get(name)
        if not own and self.outer is not None and self.outer.has(name):
            return self.outer.term(Name(name, type=type_))
        # With the fields not on record, a name may be a field, or else the fact of that name.
        if fact is not None and (self.fields is None or name not in self.fields):
            if fact.take is Take.VALUE and fact.value is not None:
                return self.lowering.lower(fact.value)
            domain = COUNT if fact.take is Take.COUNT else None
            return self.ground.fact(self._symbol(name), type_, self._bit(name), domain)
        if name == "this_day" and not (self.fields and name in self.fields):
            at = self.term(Name("at", type=DATETIME))
            return Term(DATE, at.known, self.ground.moments.date_of(at.value))
        if own or name in _CALENDAR:
            return self.ground.fact(self._symbol(name), type_, self._bit(name))
        known = z3.Bool(f"{self._symbol(name)}?")
        self.absent.append(z3.Not(known))
        return self.ground.fact(self._symbol(name), type_, known)

    def has(self, name: str) -> bool:
        """Whether a name is a field of these rows, or of those around them."""
        return (
            self.fields is None
            or name in self.fields
            or (self.outer is not None and self.outer.has(name))
        )

    def _symbol(self, name: str) -> str:
        return f"{self.prefix}{name}"

    def _bit(self, name: str) -> Bool:
        return z3.Bool(f"{self._symbol(name)}?") if name in self.optional else True

    def holds(self, node: Expr | None) -> Bool:
        """That a condition is known and true."""
        return self.lowering.holds(node)

    # --- in words --------------------------------------------------------------------------------

    def label(self, name: str) -> str:
        """What people call a name."""
        if name.startswith(READING):
            return f"释义.{name.removeprefix(READING)}"
        if name.startswith(ASKING):
            rows = self.asking or self
            return f"本行.{rows.label(name.removeprefix(ASKING))}"
        if self.fields is not None and name in self.fields:
            return self.fields[name].label.zh
        if self.outer is not None and self.outer.fields and name in self.outer.fields:
            return self.outer.label(name)
        fact = self.measure.facts.get(name)
        found: Label | None = fact.label if fact is not None else None
        if found is None and name in _CALENDAR:
            found = _CALENDAR[name].label
        if found is None:
            found = next(
                (r.fields[name].label for r in self.measure.relations.values() if name in r.fields),
                None,
            )
        return found.zh if found is not None else name

    def text(self, node: Expr) -> str:
        """An expression, with the labels of its names."""

        def labelled(inner: Expr) -> Expr:
            return replace(inner, name=self.label(inner.name)) if isinstance(inner, Name) else inner

        return unparse(transform(node, labelled))


class Witness(dict[str, Any]):
    """Facts of a row that a model gives: what Python evaluates expressions on."""

    def __init__(self, rows: Rows, model: z3.ModelRef, nodes: Iterable[AnyNode]) -> None:
        """The facts that some expressions about `rows` read."""
        super().__init__()
        self.rows = rows
        self.faithful = True
        """Whether every value of the model is one that Python has."""
        self._zone = ZoneInfo(rows.measure.zone)
        measure = rows.measure
        for node in followed(measure, nodes):
            if not isinstance(node, Name) or node.name in self or node.name == "this_day":
                continue
            fact = measure.facts.get(node.name)
            if fact is not None and fact.take is Take.VALUE:
                continue
            value = value_in(model, rows.term(node), rows.ground.texts)
            if value is None:
                self.faithful = False
                value = Unknown.of(node.name)
            elif isinstance(value, Unknown):
                value = Unknown.of(node.name)
            elif node.type == DATETIME:
                value = value.astimezone(self._zone)  # type: ignore[union-attr]
            self[node.name] = value

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a name; a fact that stands for an expression is worked out."""
        if name in self:
            return self[name]
        fact = self.rows.measure.facts.get(name)
        if fact is not None and fact.value is not None:
            return self.evaluate(fact.value)
        if name == "this_day" and "at" in self:
            return self["at"].astimezone(self._zone).date()
        return Unknown.of(name)

    def evaluate(self, node: Expr) -> Value:
        """What the reference evaluator makes of an expression."""
        return compile_expression(node, self._zone)(self)

    def __str__(self) -> str:
        parts = []
        for name, value in self.items():
            label = self.rows.label(name)
            if isinstance(value, Unknown):
                parts.append(f"{label} is unknown")
            else:
                parts.append(f"{label} = {plain_text(value)}")
        return " and ".join(parts) or "nothing in particular"


def plain_text(value: Value) -> str:
    """A value as people write it: texts without quotes."""
    return value if isinstance(value, str) else value_text(value)


_THIS_DECADE = (18_262, 21_915)  # 2020-01-01 to 2030-01-01
_HOUR = 3_600_000_000


def everyday(rows: Iterable[Rows]) -> tuple[Bool, ...]:
    """Wishes for a witness that reads easily: small whole numbers, dates of this decade."""
    found: list[Bool] = []
    for place in rows:
        for term in place.terms.values():
            value = term.value
            if isinstance(value, str | int) or value is None:
                continue
            if term.type == DATE:
                found.append(conj(value >= _THIS_DECADE[0], value < _THIS_DECADE[1]))
            elif term.type == DATETIME:
                low, high = (d * DAY for d in _THIS_DECADE)
                found.append(conj(value >= low, value < high, value % z3.IntVal(_HOUR) == 0))
            elif term.type == NUMBER and z3.is_expr(value):
                found.append(conj(z3.IsInt(value), value >= 0, value <= 1000))
            elif term.type == PERIOD:
                parts = [p for p in value.all() if z3.is_expr(p)]
                found.append(conj(*(conj(p >= 0, p <= 86_400) for p in parts)))
            elif is_text(term.type) and not isinstance(term.type, EnumType):
                known = place.ground.texts.numbers.values()
                found.append(disj(*(value == n for n in known)))
    # All at once is the usual case, and one question instead of many.
    return (conj(*found), *found) if len(found) > 1 else tuple(found)
