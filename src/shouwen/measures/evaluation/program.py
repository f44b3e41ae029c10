"""The expressions and tables of a measure as Python functions, compiled once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from shouwen.measures.feel.decide import compile_table
from shouwen.measures.feel.decisions import Decision
from shouwen.measures.feel.python import compile_expression
from shouwen.measures.feel.tables import DecisionTable
from shouwen.measures.feel.tree import Expr
from shouwen.measures.language.model import Measure

Compiled = Callable[[Mapping[str, Any]], Any]
Decide = Callable[[Mapping[str, Any]], Decision]


class Program:
    """Compiles each expression and table of a measure when it is first needed."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        # By identity: two equal expressions at two places are rare, hashing whole trees is slow.
        self._expressions: dict[int, tuple[Expr, Compiled]] = {}
        self._tables: dict[int, tuple[DecisionTable, Decide]] = {}

    def expression(self, tree: Expr | None) -> Compiled:
        """The function of an expression."""
        assert tree is not None
        found = self._expressions.get(id(tree))
        if found is None:
            found = (tree, compile_expression(tree, self._zone))
            self._expressions[id(tree)] = found
        return found[1]

    def condition(self, tree: Expr | None) -> Compiled | None:
        """The function of a condition, or None where there is none."""
        return None if tree is None else self.expression(tree)

    def table(self, table: DecisionTable) -> Decide:
        """The function of a decision table."""
        found = self._tables.get(id(table))
        if found is None:
            found = (table, compile_table(table, self._zone))
            self._tables[id(table)] = found
        return found[1]


_PROGRAMS: WeakKeyDictionary[Measure, Program] = WeakKeyDictionary()


def program_of(measure: Measure) -> Program:
    """The compiled program of a measure, made at most once."""
    found = _PROGRAMS.get(measure)
    if found is None:
        found = Program(ZoneInfo(measure.zone))
        _PROGRAMS[measure] = found
    return found
