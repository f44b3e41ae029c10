"""What of an expression is decided before any event is seen.

An adoption chooses an option for every reading, so a condition on readings is a constant. Folding
it away keeps the SQL of alternatives that were not chosen out of the plan.
"""

from __future__ import annotations

from collections.abc import Mapping

from shouwen.measures.feel import tree
from shouwen.measures.feel.types import BOOLEAN, STRING, is_text

_TRUE = tree.Literal(True, type=BOOLEAN)
_FALSE = tree.Literal(False, type=BOOLEAN)


def fold(expr: tree.Expr, readings: Mapping[str, str]) -> tree.Expr:
    """An equal expression without readings and without conditions on constants."""

    def change(node: tree.Expr) -> tree.Expr:
        return _folded(node, readings)

    return tree.transform(expr, change)


def _folded(node: tree.Expr, readings: Mapping[str, str]) -> tree.Expr:
    match node:
        case tree.Name() if node.name.startswith("reading."):
            return tree.Literal(readings[node.name.removeprefix("reading.")], type=node.type)
        case tree.IsKnown() if isinstance(node.operand, tree.Literal):
            return _TRUE
        case tree.InTests() if isinstance(node.value, tree.Literal):
            return fold(node.condition(), readings)
        case tree.Compare() if _constants(node):
            return _TRUE if _decided(node) else _FALSE
        case tree.Not() if _is_bool(node.operand):
            return _FALSE if node.operand == _TRUE else _TRUE
        case tree.And() | tree.Or():
            return _logic(node)
        case tree.If() if _is_bool(node.condition):
            return node.then if node.condition == _TRUE else node.otherwise
    return node


def _constants(node: tree.Compare) -> bool:
    return (
        node.op in ("=", "!=")
        and all(
            isinstance(side, tree.Literal) and (is_text(side.type) or side.type == STRING)
            for side in (node.left, node.right)
        )
    )  # fmt: skip


def _decided(node: tree.Compare) -> bool:
    assert isinstance(node.left, tree.Literal)
    assert isinstance(node.right, tree.Literal)
    return (node.left.value == node.right.value) is (node.op == "=")


def _logic(node: tree.And | tree.Or) -> tree.Expr:
    """Kleene: one side decides alone, or leaves it to the other."""
    decisive = isinstance(node, tree.Or)
    for side, other in ((node.left, node.right), (node.right, node.left)):
        if isinstance(side, tree.Literal) and isinstance(side.value, bool):
            return side if side.value is decisive else other
    return node


def _is_bool(node: tree.Expr) -> bool:
    return isinstance(node, tree.Literal) and isinstance(node.value, bool)
