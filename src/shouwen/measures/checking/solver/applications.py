"""Functions that the solver is told about point by point.

Adding months to a date, the offset of a zone, or whether a text contains another have no linear
meaning. For the solver they are functions of which it knows only that equal arguments give equal
results, and the bounds stated with them. A model may then be wrong about a point; `Applications`
finds the points where it is, and states what Python has there, so that the next model is better.
"Never" needs no such check: what no function at all could satisfy, the real one cannot either.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import z3

from shouwen.measures.checking.solver.logic import Bool, Number, integer, is_constant, real
from shouwen.measures.checking.solver.terms import number_in, truth_in

Raw = Any
"""A `bool`, `int` or `Fraction`."""


@dataclass(frozen=True)
class Application:
    """A function at one point of its domain."""

    function: z3.FuncDeclRef
    meaning: Callable[..., Raw]
    arguments: tuple[Any, ...]


@dataclass
class Applications:
    """The functions applied in some formulas, and what is known of them (`bounds`)."""

    made: dict[Any, Application] = field(default_factory=dict)
    bounds: list[z3.BoolRef] = field(default_factory=list)
    facts: dict[int, z3.ExprRef] = field(default_factory=dict)
    """The facts that arguments are made of."""

    def apply(
        self,
        name: str,
        meaning: Callable[..., Raw],
        *arguments: Number,
        result: Callable[[], z3.SortRef] = z3.IntSort,
        bounds: Callable[[Any], Bool] | None = None,
    ) -> Any:
        """The value of a function: worked out if the arguments are constant."""
        if all(map(is_constant, arguments)):
            return meaning(*arguments)
        terms = [integer(a) if isinstance(a, int) else a for a in arguments]
        terms = [real(t) if isinstance(t, Fraction) else t for t in terms]
        function = z3.Function(name, *(t.sort() for t in terms), result())
        value = function(*terms)
        key = (name, *(t.get_id() for t in terms))
        if key not in self.made:
            self.made[key] = Application(function, meaning, tuple(terms))
            for term in terms:
                self._gather(term)
            bound = True if bounds is None else bounds(value)
            if bound is not True:
                self.bounds.append(bound)
        return value

    def _gather(self, term: z3.ExprRef) -> None:
        if z3.is_const(term):
            if term.decl().kind() == z3.Z3_OP_UNINTERPRETED:
                self.facts[term.get_id()] = term
            return
        for child in term.children():
            self._gather(child)

    def held(self, model: z3.ModelRef) -> list[z3.BoolRef]:
        """That the facts behind all arguments are what they are in a model."""
        return [f == model.eval(f, model_completion=True) for f in self.facts.values()]

    def corrections(self, model: z3.ModelRef) -> list[z3.BoolRef] | None:
        """What the functions are where the model has them wrong; None if that cannot be said."""
        found = []
        for application in self.made.values():
            point = [number_in(model, a) for a in application.arguments]
            if any(p is None for p in point):
                return None
            values = [_value(p, a) for p, a in zip(point, application.arguments, strict=True)]
            at = application.function(*values)
            try:
                wanted = application.meaning(*point)
            except (OverflowError, ValueError):  # beyond the calendar, where nothing is known
                continue
            if isinstance(wanted, bool):
                if truth_in(model, at) != wanted:
                    found.append(at == wanted)
            elif number_in(model, at) != wanted:
                found.append(at == (real(wanted) if z3.is_real(at) else integer(wanted)))
        return found


def _value(point: int | Fraction | None, like: z3.ArithRef) -> z3.ArithRef:
    assert point is not None
    return integer(point) if z3.is_int(like) else real(point)
