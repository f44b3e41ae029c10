"""Compiles decision tables to Python functions.

The usual case is fast: all facts are known and, under U and F, one row is chosen. Everything else
(a missing fact, no row, a conflict, the other policies) goes through `decisions.settle`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import tzinfo
from types import MappingProxyType
from typing import cast

from shouwen.measures.feel.decisions import EMPTY, Decision, Outcome, settle
from shouwen.measures.feel.lowering import Code, Lowering, call, load
from shouwen.measures.feel.python import SHANGHAI, build_function
from shouwen.measures.feel.tables import DecisionTable, HitPolicy
from shouwen.measures.feel.tree import And, Expr, Literal, Name, RangeNode, names
from shouwen.measures.feel.types import BOOLEAN
from shouwen.measures.feel.values import Facts, Unknown


def compile_table(table: DecisionTable, zone: tzinfo = SHANGHAI) -> Callable[[Facts], Decision]:
    """Compile a decision table.

    The function takes facts by canonical name and gives a `Decision` with its trace; what it does
    about missing facts is told in `decisions`. It never raises for facts of the right types.
    """
    return cast(
        Callable[[Facts], Decision],
        build_function(facts_of(table), lambda lowering: _body(table, lowering), zone),
    )


def facts_of(table: DecisionTable) -> list[str]:
    """The canonical names of all facts that a table reads, sorted."""
    nodes: list[Expr] = [column.expression for column in table.inputs]
    found: set[str] = set()
    for row in table.rows:
        for cell in row.cells:
            found |= names(cell)
        nodes += [o for o in row.outputs if o is not None]
    nodes += [o.default for o in table.outputs if o.default is not None]
    return sorted(found.union(*map(names, nodes)))


def row_condition(table: DecisionTable, index: int, subjects: list[Expr]) -> Expr:
    """The condition under which a row applies, on subjects that stand for the inputs."""
    condition: Expr | None = None
    for cell, subject in zip(table.rows[index].cells, subjects, strict=True):
        if cell.dash:
            continue
        test = cell.condition(subject)
        condition = test if condition is None else And(condition, test, type=BOOLEAN)
    return condition or Literal(True, type=BOOLEAN)


def _body(table: DecisionTable, lowering: Lowering) -> list[ast.stmt]:
    lowering.namespace.update(
        Decision=Decision, MATCHED=Outcome.MATCHED, TABLE=table, settle=settle
    )
    statements: list[ast.stmt] = []
    subjects: list[Expr] = []
    for i, column in enumerate(table.inputs):
        computed = lowering.lower(column.expression)
        statements.append(_assign(f"i{i}", computed.syntax))
        subject = Name(f"\0i{i}", type=column.type)
        lowering.variables[subject.name] = Code(load(f"i{i}"), computed.maybe)
        subjects.append(subject)
    inputs = ast.Tuple([load(f"i{i}") for i in range(len(subjects))], ast.Load())
    conditions = [lowering.lower(row_condition(table, r, subjects)) for r in range(len(table.rows))]
    outputs = [_outputs(table, lowering, table.rows[r].outputs) for r in range(len(table.rows))]
    if not any(c.maybe for c in conditions):
        if table.policy is HitPolicy.FIRST:
            statements += _first(lowering, conditions, inputs, outputs)
        elif table.policy is HitPolicy.UNIQUE:
            statements += _unique(lowering, conditions, inputs, outputs)
    defaults = _outputs(table, lowering, tuple(o.default for o in table.outputs))
    settled = call(
        "settle",
        load("TABLE"),
        ast.Tuple([c.syntax for c in conditions], ast.Load()),
        inputs,
        ast.Tuple([_thunk(o) for o in outputs], ast.Load()),
        _thunk(defaults),
    )
    return [*statements, ast.Return(settled)]


def _first(
    lowering: Lowering, conditions: list[Code], inputs: ast.expr, outputs: list[ast.expr]
) -> list[ast.stmt]:
    """``if <row 0>: return Decision(...)``, and so on."""
    return [
        ast.If(condition.syntax, [_matched(lowering, r, inputs, outputs[r])], [])
        for r, condition in enumerate(conditions)
    ]


def _unique(
    lowering: Lowering, conditions: list[Code], inputs: ast.expr, outputs: list[ast.expr]
) -> list[ast.stmt]:
    """Count the rows that apply; return the only one."""
    statements: list[ast.stmt] = [_assign("hits", ast.Constant(0))]
    for r, condition in enumerate(conditions):
        hit = [_assign("row", ast.Constant(r)), _assign("hits", _plus_one("hits"))]
        statements.append(ast.If(condition.syntax, hit, []))
    chosen: list[ast.stmt] = []
    for r in range(len(conditions)):
        this = ast.Compare(load("row"), [ast.Eq()], [ast.Constant(r)])
        chosen.append(ast.If(this, [_matched(lowering, r, inputs, outputs[r])], []))
    one = ast.Compare(load("hits"), [ast.Eq()], [ast.Constant(1)])
    return [*statements, ast.If(one, chosen, [])]


def _matched(lowering: Lowering, row: int, inputs: ast.expr, outputs: ast.expr) -> ast.stmt:
    rows = lowering.shared((row,))
    return ast.Return(call("Decision", load("TABLE"), load("MATCHED"), rows, inputs, outputs))


def _outputs(table: DecisionTable, lowering: Lowering, cells: tuple[Expr | None, ...]) -> ast.expr:
    """The outputs of a row as a mapping: a shared one if all are constants."""
    pairs = [(o.name, c) for o, c in zip(table.outputs, cells, strict=True) if c is not None]
    lowered = [(name, cell, lowering.lower(cell)) for name, cell in pairs]
    if not lowered:
        return lowering.shared(EMPTY)
    if all(_constant(cell) for _, cell, _ in lowered):
        namespace = lowering.namespace
        values = {
            name: code.syntax.value
            if isinstance(code.syntax, ast.Constant)
            else namespace[cast(ast.Name, code.syntax).id]
            for name, _, code in lowered
        }
        return lowering.shared(MappingProxyType(values))
    return ast.Dict(
        [ast.Constant(name) for name, _, _ in lowered], [code.syntax for _, _, code in lowered]
    )


def _constant(cell: Expr) -> bool:
    if isinstance(cell, RangeNode):
        return isinstance(cell.low, Literal) and isinstance(cell.high, Literal | None)
    return isinstance(cell, Literal) and not isinstance(cell.value, Unknown)


def _thunk(syntax: ast.expr) -> ast.expr:
    arguments = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
    return ast.Lambda(arguments, syntax)


def _assign(variable: str, value: ast.expr) -> ast.stmt:
    return ast.Assign([ast.Name(variable, ast.Store())], value)


def _plus_one(variable: str) -> ast.expr:
    return ast.BinOp(load(variable), ast.Add(), ast.Constant(1))
