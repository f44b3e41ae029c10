"""Conditions that plainly can be true and can be false, so that no solver need be asked.

Most conditions of a measure test each fact once, and against a constant: ``区域 = 城区 and
consent``. If every test can go both ways, and no two are about the same fact, then so can the
whole, and the whole depends on each of them.
"""

from __future__ import annotations

from collections.abc import Collection

from shouwen.measures.feel.tree import And, Compare, Expr, InTests, IsKnown, Literal, Name, Not, Or
from shouwen.measures.feel.types import (
    BOOLEAN,
    DATE,
    DATETIME,
    NUMBER,
    STRING,
    EnumType,
)
from shouwen.measures.feel.values import Unknown
from shouwen.measures.language.model import Measure, Take

_LINKED = ("at", "this_day", "start")
"""Names whose values depend on one another."""


def contingent(node: Expr, measure: Measure, taken: Collection[str] = ()) -> set[str] | None:
    """The facts that a condition tests, if it plainly can go both ways whatever the facts
    `taken` are; None if that is not plain."""
    found = _tests(node, measure)
    if found is None or len(found) != len(set(found)) or not set(found).isdisjoint(taken):
        return None
    return set(found)


def _tests(node: Expr, measure: Measure) -> list[str] | None:
    if isinstance(node, And | Or):
        left, right = _tests(node.left, measure), _tests(node.right, measure)
        return None if left is None or right is None else left + right
    if isinstance(node, Not):
        return _tests(node.operand, measure)
    name: Expr = node
    if isinstance(node, IsKnown):
        name = node.operand
        fact = measure.facts.get(name.name)
        return [name.name] if fact is None else None
    if isinstance(node, Compare):
        name = node.left
        if not (isinstance(name, Name) and isinstance(node.right, Literal)):
            return None
        if not _both_ways(name, node.op, node.right, measure):
            return None
    elif isinstance(node, InTests):
        name = node.value
        if not (isinstance(name, Name) and _some_members(node, name)):
            return None
    elif not (isinstance(node, Name) and node.type == BOOLEAN):
        return None
    assert isinstance(name, Name)
    fact = measure.facts.get(name.name)
    if name.name in _LINKED or (fact is not None and fact.take is Take.VALUE):
        return None
    return [name.name]


def _both_ways(name: Name, op: str, constant: Literal, measure: Measure) -> bool:
    value = constant.value
    if isinstance(value, Unknown):
        return False
    if isinstance(name.type, EnumType):
        return len(name.type.members) > 1 and value in name.type.members
    if name.type == NUMBER:
        # A number may be a count, which is never below 0 nor between two whole numbers.
        low = op in (">=", "<") and value <= 0  # type: ignore[operator]
        return not low and value >= 0 and value == int(value)  # type: ignore[operator,arg-type]
    return name.type in (STRING, BOOLEAN, DATE, DATETIME) and not isinstance(value, bool)


def _some_members(node: InTests, name: Name) -> bool:
    if not isinstance(name.type, EnumType) or node.tests.dash:
        return False
    members = set()
    for test in node.tests.tests:
        if test.op != "=" or not isinstance(test.operand, Literal):
            return False
        members.add(test.operand.value)
    return 0 < len(members) < len(name.type.members)
