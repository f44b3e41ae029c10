"""Decision tables of rules: the FEEL table, and the norm that each row enacts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from shouwen.measures.calendars import Period, PeriodError
from shouwen.measures.diagnostics import Report, SourceText
from shouwen.measures.feel.analysis import report_analysis
from shouwen.measures.feel.table_reader import parse_table
from shouwen.measures.feel.tables import DecisionTable
from shouwen.measures.feel.tree import AnyNode
from shouwen.measures.feel.types import PERIOD, Scope, Type
from shouwen.measures.language.context import Context
from shouwen.measures.language.document import BlockText, TableText
from shouwen.measures.language.model import RowNorms
from shouwen.measures.language.relations import ACT

NORM_HEADERS = ("norm", "条款")


@dataclass
class RuleTable:
    """A table with the norms of its rows."""

    table: DecisionTable | None
    norms: RowNorms


def read_table(
    context: Context,
    block: BlockText,
    norm: str,
    scope: Scope,
    outputs: dict[str, Type],
    *,
    gaps: bool = True,
) -> RuleTable:
    """The table behind a block. `outputs` gives the types its output columns may have; `gaps`
    says whether inputs that no row covers deserve a warning."""
    written = block.table
    if written is None:
        return RuleTable(None, RowNorms({}, norm))
    norm_column = _norm_column(written)
    header = [c for i, c in enumerate(written.header) if i != norm_column]
    rows = [[c for i, c in enumerate(row) if i != norm_column] for row in written.rows]
    aliases = {q.label.zh: q.name for q in context.vocabulary.quantities.values()}
    aliases |= {label.zh: name for name, label in context.vocabulary.acts.items()}
    aliases = {a: n for a, n in aliases.items() if n in outputs and a not in outputs}
    rows = _norms_quoted(context, header, rows, scope)
    outputs = _with_periods(outputs, aliases, header, rows)
    table = parse_table(header, rows, scope, context.report, outputs=Scope(outputs, aliases))
    if table is not None:
        table = _widened(context, table)
        _analyse(context, table, gaps=gaps)
    by_row: dict[int, str] = {}
    if norm_column is not None:
        numbered = [r for r in written.rows if r[0].text not in ("*", "否则")]
        for number, row in enumerate(numbered, start=1):
            cell = row[norm_column]
            if cell.text in ("", "-"):
                continue
            found = context.norm(cell.text, cell.span())
            if found is not None:
                by_row[number] = found
    return RuleTable(table, RowNorms(by_row, norm))


def _norms_quoted(
    context: Context, header: list[SourceText], rows: list[list[SourceText]], scope: Scope
) -> list[list[SourceText]]:
    """Rows in which the ids of clauses, written bare in a column of type norm, are quoted."""
    columns = []
    for index, cell in enumerate(header):
        name = scope.resolve(cell.text)
        if name is not None and scope.types[name] == context.vocabulary.norms:
            columns.append(index)
    if not columns:
        return rows
    found = [list(row) for row in rows]
    for row in found:
        for index in columns:
            cell = row[index]
            text = re.sub(r'(?<![\w."“])[\w.\-]*\d[\w.\-]*(?![\w."”])', r'"\g<0>"', cell.text)
            row[index] = replace(cell, text=text)
    return found


def _analyse(context: Context, table: DecisionTable, *, gaps: bool) -> None:
    found = Report()
    report_analysis(table, found)
    for diagnostic in found:
        if gaps or diagnostic.code != "gap":
            context.report.add(diagnostic)


def _with_periods(
    outputs: dict[str, Type],
    aliases: dict[str, str],
    header: list[SourceText],
    rows: list[list[SourceText]],
) -> dict[str, Type]:
    """Acts that are given for a period in some row ("2年") are periods in all rows."""
    found = dict(outputs)
    for index, cell in enumerate(header):
        if not cell.text.startswith(("→", "->")):
            continue
        name = cell.text.lstrip("→->").strip()
        name = aliases.get(name, name)
        if found.get(name) == ACT and any(_is_period(row[index].text) for row in rows):
            found[name] = PERIOD
    return found


def _is_period(text: str) -> bool:
    try:
        Period.parse(text)
    except PeriodError:
        return False
    return True


def _widened(context: Context, table: DecisionTable) -> DecisionTable:
    """The table with every clause in a cell standing for the norms under it."""
    norms = context.vocabulary.norms
    rows = tuple(
        replace(
            row,
            cells=tuple(
                context.widened_tests(cell) if column.type == norms else cell
                for column, cell in zip(table.inputs, row.cells, strict=True)
            ),
        )
        for row in table.rows
    )
    return replace(table, rows=rows)


def table_expressions(table: DecisionTable) -> Iterator[AnyNode]:
    """Every expression and cell of a table."""
    for column in table.inputs:
        yield column.expression
    for row in table.rows:
        yield from row.cells
        yield from (o for o in row.outputs if o is not None)
    for output in table.outputs:
        if output.default is not None:
            yield output.default


def _norm_column(table: TableText) -> int | None:
    """The column that says which norm a row enacts: it stands behind the outputs. A column of
    that name before them is an input like any other."""
    behind = False
    for index, cell in enumerate(table.header):
        behind = behind or cell.text.startswith(("→", "->"))
        if behind and cell.text in NORM_HEADERS:
            return index
    return None


def table_norms(table: TableText | None) -> list[SourceText]:
    """The cells of the norm column, before anything is checked."""
    column = _norm_column(table) if table is not None else None
    if table is None or column is None:
        return []
    return [row[column] for row in table.rows if row[column].text not in ("", "-")]
