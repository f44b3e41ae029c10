"""Rows that can never apply under the rule's own condition, and gaps under it."""

from __future__ import annotations

from shouwen.measures.checking.solver.conditions import excluded
from shouwen.measures.checking.solver.logic import Bool, neg
from shouwen.measures.checking.solver.oracle import Answer, Oracle
from shouwen.measures.checking.solver.sites import Place, conjuncts
from shouwen.measures.checking.solver.situations import Witness, everyday
from shouwen.measures.diagnostics import Report
from shouwen.measures.feel.analysis import analyse
from shouwen.measures.feel.decide import row_condition
from shouwen.measures.feel.tables import DecisionTable, HitPolicy
from shouwen.measures.feel.tree import AnyNode, Expr
from shouwen.measures.language.model import Duty, Grade


def check_table(place: Place, oracle: Oracle, report: Report) -> None:
    """Report them, but for what the analysis of the table alone has already told."""
    table = place.table
    if table is None:
        return
    rows = row_conditions(table)
    before = [place.rows.holds(place.when)]
    first = table.policy is HitPolicy.FIRST
    dead = [r for r in range(len(rows)) if _never(place, rows, r, before, oracle, first=first)]
    told = analyse(table) if dead or isinstance(place.rule, Duty | Grade) else None
    for r in dead:
        if told is not None and r not in told.unreachable:
            _report_row(place, table, rows, r, oracle, report)
    if isinstance(place.rule, Duty | Grade) and not table.has_default:
        already = told is not None and bool(told.gaps) and not told.undecided
        if not already:
            _gap(place, table, rows, before, oracle, report)


def row_conditions(table: DecisionTable) -> list[Expr]:
    """The condition of every row, on the expressions of the columns."""
    subjects = [column.expression for column in table.inputs]
    return [row_condition(table, r, subjects) for r in range(len(table.rows))]


def _earlier(place: Place, rows: list[Expr], row: int) -> list[Bool]:
    return [neg(place.rows.holds(condition)) for condition in rows[:row]]


def _never(
    place: Place, rows: list[Expr], row: int, before: list[Bool], oracle: Oracle, *, first: bool
) -> bool:
    past = _earlier(place, rows, row) if first else []
    asked = oracle.ask(place.ground, *before, *past, place.rows.holds(rows[row]))
    return asked.answer is Answer.NEVER


def _report_row(
    place: Place, table: DecisionTable, rows: list[Expr], row: int, oracle: Oracle, report: Report
) -> None:
    when = conjuncts(place.when) if place.when is not None else []
    parts = [*conjuncts(rows[row]), *when]
    truths = [place.rows.holds(p) for p in parts]
    texts = [f"`{place.rows.text(p)}`" for p in parts]
    if table.policy is HitPolicy.FIRST:
        truths += _earlier(place, rows, row)
        texts += [f"that row {table.rows[r].number} does not apply" for r in range(row)]
    core = oracle.core(place.ground, truths)
    report.warning(
        "unreachable",
        f"Row {table.rows[row].number} never applies in the {place.name}.",
        table.rows[row].span,
        hint=excluded([texts[i] for i in core]),
    )


def _gap(
    place: Place,
    table: DecisionTable,
    rows: list[Expr],
    before: list[Bool],
    oracle: Oracle,
    report: Report,
) -> None:
    none = [place.rows.lowering.fails(condition) for condition in rows]
    wishes = everyday([place.rows])
    asked = oracle.ask(place.ground, *before, *none, *place.rows.absent, wishes=wishes)
    if asked.model is None:
        return
    nodes: list[AnyNode] = [*rows, *([place.when] if place.when is not None else [])]
    witness = Witness(place.rows, asked.model, nodes)
    triggered = place.when is None or witness.evaluate(place.when) is True
    if not triggered or any(witness.evaluate(row) is not False for row in rows):
        return  # Python does not agree: rounding, or a value that it does not have
    report.warning(
        "gap",
        f"No row of the {place.name} applies, for instance, when {witness}.",
        table.span,
        hint="Add a row for such cases, or a row * for all others.",
    )
