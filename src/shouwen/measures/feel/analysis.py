"""Static analysis of decision tables without a solver: overlaps, gaps, rows that never apply.

A cell whose operands are constants is a set over its column, a row is a box, and all answers
follow by set algebra, each with an input that shows it. The answers are exact when all cells are
constant and every column is a fact of its own (or the time between two). A cell that depends on
other facts, or a column that is computed, cannot be decided here; such findings are left to the
solver (`Analysis.undecided`, `Analysis.exact`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from itertools import combinations
from types import MappingProxyType

from shouwen.measures.diagnostics import Report
from shouwen.measures.feel.cell_sets import cell_set, domain_of, sample, set_text
from shouwen.measures.feel.python import SHANGHAI
from shouwen.measures.feel.sets import Box, CellSet, common_box, meet, subtract
from shouwen.measures.feel.tables import DecisionTable, HitPolicy
from shouwen.measures.feel.tree import Arithmetic, Expr, Name, names
from shouwen.measures.feel.types import DATE, DATETIME
from shouwen.measures.feel.unparse import value_text
from shouwen.measures.feel.values import Value

MOST_BOXES = 20_000
"""Where a table falls into more boxes than this, gaps are not looked for further."""
MOST_GAPS = 3
"""How many gaps of a table are reported; filling one often fills others."""


@dataclass(frozen=True)
class Witness:
    """An input that shows a finding: the value of every column, by its label."""

    values: tuple[tuple[str, Value], ...]
    facts: Mapping[str, Value]
    """The same by canonical name, for the columns that are plain facts."""

    def __str__(self) -> str:
        return " and ".join(f"{label} = {value_text(v)}" for label, v in self.values)


@dataclass(frozen=True)
class Overlap:
    """Two rows (indexes) that both apply to `witness`."""

    first: int
    second: int
    witness: Witness


@dataclass(frozen=True)
class Gap:
    """Inputs that no row applies to: one of them, and all of this gap as a condition."""

    witness: Witness
    region: str


@dataclass(frozen=True)
class Analysis:
    """What is known of a table without running it.

    Attributes:
        overlaps: pairs of rows that both apply to some input.
        gaps: inputs that no row applies to, at most `MOST_GAPS`.
        unreachable: rows (indexes) that never apply: they contradict themselves or their column's
            domain or, under F, rows before them take all.
        undecided: rows with a cell that is not constant; nothing is said about these, except
            that they do not fill gaps for certain.
        exact: whether all findings hold. If not (a column is computed, or two columns read the
            same fact), the witness of an overlap or gap may be impossible.
        complete: whether all gaps were looked for.
    """

    overlaps: tuple[Overlap, ...] = ()
    gaps: tuple[Gap, ...] = ()
    unreachable: tuple[int, ...] = ()
    undecided: tuple[int, ...] = ()
    exact: bool = True
    complete: bool = True


def analyse(table: DecisionTable, zone: tzinfo = SHANGHAI) -> Analysis:
    """Find overlaps, gaps and rows that never apply.

    `zone` is that of the evaluation, for constants such as ``start of day(@"2013-09-01")``.
    """
    domain = tuple(domain_of(column, zone) for column in table.inputs)
    boxes = [_box(table, r, domain, zone) for r in range(len(table.rows))]
    decided = [r for r, box in enumerate(boxes) if box is not None]
    known: dict[int, Box] = {r: box for r, box in enumerate(boxes) if box is not None}
    overlaps = []
    for first, second in combinations(decided, 2):
        shared = common_box(known[first], known[second])
        if shared is not None:
            overlaps.append(Overlap(first, second, _witness(table, shared)))
    remaining, complete = [domain] if all(domain) else [], True
    unreachable = [r for r in decided if not all(known[r])]
    for r in decided:
        left = [b for box in remaining for b in subtract(box, known[r])]
        if len(left) > MOST_BOXES:
            complete = False
            break
        if table.policy is HitPolicy.FIRST and left == remaining and r not in unreachable:
            unreachable.append(r)
        remaining = left
    gaps = (
        tuple(Gap(_witness(table, b), _region(table, b, domain)) for b in remaining[:MOST_GAPS])
        if complete
        else ()
    )
    undecided = tuple(r for r, box in enumerate(boxes) if box is None)
    return Analysis(
        tuple(overlaps), gaps, tuple(sorted(unreachable)), undecided, _exact(table), complete
    )


def report_analysis(table: DecisionTable, report: Report, zone: tzinfo = SHANGHAI) -> Analysis:
    """Analyse a table and report what is wrong with it under its hit policy.

    Overlaps are errors under U, and under A where the rows have different outputs; warnings if the
    analysis is not exact. Gaps are warnings where the table has no defaults. Rows that never
    apply are warnings.
    """
    analysis = analyse(table, zone)
    for overlap in analysis.overlaps:
        _report_overlap(table, overlap, analysis.exact, report)
    if not table.has_default and not analysis.undecided:
        for gap in analysis.gaps:
            report.warning(
                "gap",
                f"No row applies, for instance, when {gap.witness}.",
                table.span,
                hint=f"Add a row for: {gap.region}; or a row * for all other cases.",
            )
    for r in analysis.unreachable:
        row = table.rows[r]
        report.warning(
            "unreachable",
            f"Row {row.number} never applies.",
            row.span,
            hint="The rows before it take all of its cases."
            if table.policy is HitPolicy.FIRST
            else "Its tests exclude every value that its columns can have.",
        )
    return analysis


def _report_overlap(table: DecisionTable, overlap: Overlap, exact: bool, report: Report) -> None:
    first, second = table.rows[overlap.first], table.rows[overlap.second]
    if table.policy not in (HitPolicy.UNIQUE, HitPolicy.ANY):
        return
    if table.policy is HitPolicy.ANY and first.outputs == second.outputs:
        return
    if table.policy is HitPolicy.UNIQUE:
        hint = "Make their tests exclude each other, or choose F: the first row that applies."
    else:
        hint = "Give both the same outputs, or make their tests exclude each other."
    (report.error if exact else report.warning)(
        "overlap",
        f"Rows {first.number} and {second.number} both apply when {overlap.witness}.",
        second.span,
        hint=hint,
        related=((f"row {first.number}", first.span),),
    )


def _box(table: DecisionTable, row: int, domain: Box, zone: tzinfo) -> Box | None:
    """The inputs a row applies to, or None if a cell depends on other facts."""
    sets: list[CellSet] = []
    for cell, column, values in zip(table.rows[row].cells, table.inputs, domain, strict=True):
        found = cell_set(cell, column.type, zone)
        if found is None:
            return None
        sets.append(meet(found, values))
    return tuple(sets)


def _exact(table: DecisionTable) -> bool:
    """Whether every combination of values of the columns can really occur."""
    read = [name for column in table.inputs for name in names(column.expression)]
    return len(read) == len(set(read)) and all(_free(c.expression) for c in table.inputs)


def _free(node: Expr) -> bool:
    """Whether an expression takes every value of its type: a fact, or the time between two."""
    if isinstance(node, Arithmetic) and node.op == "-":
        sides = (node.left, node.right)
        return all(isinstance(s, Name) and s.type in (DATE, DATETIME) for s in sides)
    return isinstance(node, Name)


# --- showing -------------------------------------------------------------------------------------


def _witness(table: DecisionTable, box: Box) -> Witness:
    values = [sample(s, c.type) for s, c in zip(box, table.inputs, strict=True)]
    return Witness(
        tuple((c.label, v) for c, v in zip(table.inputs, values, strict=True)),
        MappingProxyType(
            {
                c.expression.name: v
                for c, v in zip(table.inputs, values, strict=True)
                if isinstance(c.expression, Name)
            }
        ),
    )


def _region(table: DecisionTable, box: Box, domain: Box) -> str:
    """A box as a condition on the columns it restricts."""
    parts = [
        f"{column.label} {set_text(values, column.type, full)}"
        for column, values, full in zip(table.inputs, box, domain, strict=True)
        if values != full
    ]
    return " and ".join(parts) or "anything"
