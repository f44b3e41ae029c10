"""Reads decision tables from the cells of a Markdown table."""

from __future__ import annotations

import re
from collections.abc import Sequence

from shouwen.measures.diagnostics import Report, SourceText, Span, did_you_mean
from shouwen.measures.feel.hints import common
from shouwen.measures.feel.outcomes import is_amount, parse_outcome
from shouwen.measures.feel.parse import parse_expression, parse_unary_tests
from shouwen.measures.feel.tables import (
    IN_MEASURES,
    DecisionTable,
    HitPolicy,
    Input,
    Output,
    Row,
    check_policy,
)
from shouwen.measures.feel.tree import Expr, Name, UnaryTests
from shouwen.measures.feel.types import ANY, NUMBER, ListType, RangeType, Scope, Type

_NOTES = ("note", "notes", "备注", "说明", "注", "依据")
_OTHERWISE = ("*", "else", "otherwise", "否则", "其他", "其它", "其余", "默认")
_ARROW = re.compile(r"\s*(?:→|->|=>|➔|⇒)\s*")
_FULL_WIDTH = str.maketrans("＋＜＞＃＊", "+<>#*")


def parse_table(
    header: Sequence[SourceText],
    rows: Sequence[Sequence[SourceText]],
    scope: Scope,
    report: Report,
    *,
    outputs: Scope | None = None,
    name: str = "",
) -> DecisionTable | None:
    """Read a decision table from the cells of a table.

    The first header cell is the hit policy, below it stand the numbers of the rows. A header cell
    that starts with an arrow names an output, ``note`` or ``备注`` an annotation, every other one
    is the expression that its column tests. A row numbered ``*`` or ``否则`` states the outputs
    for when no other row applies. ``-`` in an output cell: this row says nothing of that output.

    `outputs` gives the outputs their names (with aliases) and types; without it the types are those
    of the cells. None if anything was wrong; then `report` says what.
    """
    before = len(report.errors)
    table = _Reader(header, rows, scope, report, outputs, name).read()
    return table if len(report.errors) == before else None


class _Reader:
    def __init__(
        self,
        header: Sequence[SourceText],
        rows: Sequence[Sequence[SourceText]],
        scope: Scope,
        report: Report,
        outputs: Scope | None,
        name: str,
    ) -> None:
        self.header = [cell.strip() for cell in header]
        self.rows = [[cell.strip() for cell in row] for row in rows]
        self.scope, self.report, self.declared, self.name = scope, report, outputs, name

    def read(self) -> DecisionTable | None:
        if not self.header:
            self.report.error("table", "This table has no header.")
            return None
        policy = self._policy(self.header[0])
        kinds = [self._kind(cell) for cell in self.header[1:]]
        self._columns(kinds)
        rows, otherwise = self._number(self._full_rows())
        inputs = [self._input(c) for c, k in zip(self.header[1:], kinds, strict=True) if k == "in"]
        cells = self._select(rows, kinds, "in")
        tested = [
            tuple(self._tests(cell, column) for cell, column in zip(row, inputs, strict=True))
            for row in cells
        ]
        for row in self._select(otherwise, kinds, "in"):
            self._only_dashes(row)
        columns = self._outputs(kinds, rows, otherwise)
        notes = self._select(rows, kinds, "note")
        table = DecisionTable(
            policy or HitPolicy.UNIQUE,
            tuple(inputs),
            tuple(output for output, _ in columns),
            tuple(
                Row(
                    number,
                    tested[i],
                    tuple(outcomes[i] for _, outcomes in columns),
                    tuple(note.text for note in notes[i]),
                    _span_of(row),
                )
                for i, (number, row) in enumerate(rows)
            ),
            self.name,
            tuple(c.text for c, k in zip(self.header[1:], kinds, strict=True) if k == "note"),
            _span_of(self.header),
        )
        check_policy(table, self.report)
        return table

    # --- the header --------------------------------------------------------------------------

    def _policy(self, cell: SourceText) -> HitPolicy | None:
        text = cell.text.translate(_FULL_WIDTH).replace(" ", "").upper()
        try:
            policy = HitPolicy(text)
        except ValueError:
            policy = None
        if policy is None or policy not in IN_MEASURES:
            letters = ", ".join(p.value for p in IN_MEASURES)
            self.report.error(
                "hit-policy",
                f"'{cell.text}' is not a hit policy."
                if cell.text
                else "The hit policy is missing in the first cell of the header.",
                cell.span(),
                hint=f"Write one of {letters}. U: at most one row applies.",
            )
            return None
        return policy

    @staticmethod
    def _kind(cell: SourceText) -> str:
        if _ARROW.match(cell.text):
            return "out"
        return "note" if cell.text.lower() in _NOTES else "in"

    def _columns(self, kinds: list[str]) -> None:
        if "out" not in kinds:
            self.report.error(
                "table",
                "This table decides nothing: no column is an output.",
                _span_of(self.header),
                hint="Put an arrow before the name of an output: → arrive.",
            )
        if "in" not in kinds:
            self.report.error(
                "table", "This table tests nothing: no column is an input.", _span_of(self.header)
            )
        if not self.rows:
            self.report.error("table", "This table has no rows.", _span_of(self.header))

    def _input(self, cell: SourceText) -> Input:
        before = len(self.report.errors)
        expression = parse_expression(cell, self.scope, self.report)
        if expression is None:
            return Input(Name("", span=cell.span()), cell.text, span=cell.span())
        if isinstance(expression.type, ListType | RangeType) and before == len(self.report.errors):
            self.report.error(
                "type",
                f"A {expression.type} cannot be tested in cells.",
                cell.span(),
                hint="Test something of it: count(list), list contains(list, item).",
            )
        domain = self.scope.domains.get(expression.name) if isinstance(expression, Name) else None
        return Input(expression, cell.text, domain, span=cell.span())

    def _tests(self, cell: SourceText, column: Input) -> UnaryTests:
        if column.type == ANY:
            return UnaryTests()  # the header is wrong; its cells would only repeat that
        return parse_unary_tests(cell, column.type, self.scope, self.report) or UnaryTests()

    # --- the rows ----------------------------------------------------------------------------

    def _full_rows(self) -> list[list[SourceText]]:
        """Rows with as many cells as the header; others are reported and left out."""
        full = []
        for row in self.rows:
            if len(row) == len(self.header):
                full.append(row)
            else:
                self.report.error(
                    "table",
                    f"This row has {len(row)} cells, the header has {len(self.header)}.",
                    _span_of(row) if row else None,
                    hint="Write - where the value does not matter.",
                )
        return full

    def _number(
        self, rows: list[list[SourceText]]
    ) -> tuple[list[tuple[int, list[SourceText]]], list[tuple[int, list[SourceText]]]]:
        """Rows with their numbers, and apart from them the row for all other cases."""
        numbered: list[tuple[int, list[SourceText]]] = []
        otherwise: list[tuple[int, list[SourceText]]] = []
        seen: dict[int, Span] = {}
        for i, row in enumerate(rows, 1):
            cell, number = row[0], i
            if cell.text.lower() in _OTHERWISE:
                if otherwise:
                    self.report.error(
                        "table", "There is already a row for all other cases.", cell.span()
                    )
                otherwise.append((i, row[1:]))
                continue
            if re.fullmatch(r"[0-9]{1,6}", cell.text):
                number = int(cell.text)
            elif cell.text:
                self.report.error(
                    "row-number",
                    f"'{cell.text}' is not the number of a row.",
                    cell.span(),
                    hint="Write a number, nothing, or * for all other cases.",
                )
            if number in seen:
                self.report.error(
                    "row-number",
                    f"There are two rows {number}.",
                    cell.span(),
                    related=(("the other one", seen[number]),),
                )
            seen.setdefault(number, cell.span())
            numbered.append((number, row[1:]))
        return numbered, otherwise

    @staticmethod
    def _select(
        rows: list[tuple[int, list[SourceText]]], kinds: list[str], kind: str
    ) -> list[list[SourceText]]:
        return [[c for c, k in zip(row, kinds, strict=True) if k == kind] for _, row in rows]

    def _only_dashes(self, row: list[SourceText]) -> None:
        for cell in row:
            if cell.text not in ("-", "—", "－", "–"):
                self.report.error(
                    "table",
                    "The row for all other cases tests nothing.",
                    cell.span(),
                    hint="Write -, or give the row a number.",
                )

    # --- the outputs -------------------------------------------------------------------------

    def _outputs(
        self,
        kinds: list[str],
        rows: list[tuple[int, list[SourceText]]],
        otherwise: list[tuple[int, list[SourceText]]],
    ) -> list[tuple[Output, list[Expr | None]]]:
        columns = []
        header = [c for c, k in zip(self.header[1:], kinds, strict=True) if k == "out"]
        cells = self._select(rows, kinds, "out")
        defaults = self._select(otherwise, kinds, "out")
        seen: dict[str, Span] = {}
        for j, cell in enumerate(header):
            arrow = _ARROW.match(cell.text)
            label = cell.slice(arrow.end() if arrow else 0, len(cell.text)).strip()
            name, declared = self._output_name(label, cell)
            if name in seen:
                self.report.error(
                    "table",
                    f"The output '{label.text}' comes twice.",
                    cell.span(),
                    related=(("the other one", seen[name]),),
                )
            seen.setdefault(name, cell.span())
            column = [row[j] for row in [*cells, *defaults]]
            type_, outcomes = self._outcomes(column, declared)
            default = outcomes[len(cells)] if defaults else None
            output = Output(name, type_, label.text, default, span=cell.span())
            columns.append((output, outcomes[: len(cells)]))
        return columns

    def _output_name(self, label: SourceText, cell: SourceText) -> tuple[str, Type | None]:
        if not label.text:
            self.report.error("table", "Behind the arrow an output is missing.", cell.span())
            return "", ANY
        if self.declared is None:
            return label.text, None
        name = self.declared.resolve(label.text)
        if name is None:
            self.report.error(
                "unknown-name",
                f"There is no output '{label.text}'.",
                label.span(),
                hint=did_you_mean(label.text, self.declared.spellings()),
            )
            return label.text, ANY
        return name, self.declared.types[name]

    def _outcomes(
        self, column: list[SourceText], declared: Type | None
    ) -> tuple[Type, list[Expr | None]]:
        if declared == ANY:
            return ANY, [None] * len(column)  # the header is wrong
        if declared is None and any(map(is_amount, column)):
            declared = RangeType(NUMBER)
        parsed = [parse_outcome(cell, self.scope, self.report, declared) for cell in column]
        if declared is not None:
            return declared, parsed
        type_: Type = ANY
        for cell, outcome in zip(column, parsed, strict=True):
            if outcome is None:
                continue
            shared = common(type_, outcome.type)
            if shared is None:
                self.report.error(
                    "type",
                    f"The cells of a column are of one type, not {type_} and {outcome.type}.",
                    cell.span(),
                )
                break
            type_ = shared
        return type_, parsed


def _span_of(cells: Sequence[SourceText]) -> Span:
    """From the first cell to the last, if they stand on one line of one source."""
    first, last = cells[0], cells[-1]
    start, end = first.span(), last.span()
    if start.source != end.source or start.line != end.line:
        return start
    return first.source.span(first.start, last.start + len(last.text))
