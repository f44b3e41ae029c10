"""The names that the tests of the language speak of, and short ways to read texts."""

from __future__ import annotations

from collections.abc import Sequence

from shouwen.measures.diagnostics import Report, Source, SourceText
from shouwen.measures.feel import (
    BOOLEAN,
    COUNT,
    DATE,
    DATETIME,
    NUMBER,
    PERIOD,
    STRING,
    TIME,
    DecisionTable,
    EnumType,
    Expr,
    ListType,
    Scope,
    Type,
    UnaryTests,
    parse_expression,
    parse_table,
    parse_unary_tests,
)

AREA = EnumType("区域", ("城区", "农村"))
FAULT = EnumType("故障等级", ("大", "中", "小"), (("large", "大"), ("small", "小")))

SCOPE = Scope(
    {
        "area": AREA,
        "fault": FAULT,
        "salary": NUMBER,
        "wage": NUMBER,
        "repeats": NUMBER,
        "outage": PERIOD,
        "reported": DATETIME,
        "repair.arrived": DATETIME,
        "signed": DATE,
        "closes": TIME,
        "vip": BOOLEAN,
        "holiday": BOOLEAN,
        "remark": STRING,
        "fines": ListType(NUMBER),
        "tags": ListType(STRING),
        "areas": ListType(AREA),
    },
    {
        "区域": "area",
        "故障等级": "fault",
        "Monthly Salary": "salary",
        "月薪": "salary",
        "重复次数": "repeats",
        "停电时长": "outage",
        "报修时间": "reported",
        "到场时间": "repair.arrived",
        "签约日期": "signed",
        "大客户": "vip",
        "罚款": "fines",
    },
    {"repeats": COUNT},
)


def expression(text: str, expected: Type | None = None, scope: Scope = SCOPE) -> Expr:
    """A text that must be right."""
    report = Report()
    tree = parse_expression(SourceText.alone(text), scope, report, expected)
    report.raise_if_errors()
    assert tree is not None
    return tree


def cell(text: str, type_: Type, scope: Scope = SCOPE) -> UnaryTests:
    """A cell that must be right."""
    report = Report()
    tests = parse_unary_tests(SourceText.alone(text), type_, scope, report)
    report.raise_if_errors()
    assert tests is not None
    return tests


def codes(text: str, expected: Type | None = None, scope: Scope = SCOPE) -> list[str]:
    """The codes of what is wrong with an expression."""
    report = Report()
    tree = parse_expression(SourceText.alone(text), scope, report, expected)
    assert (tree is None) == bool(report.errors)
    return [d.code for d in report.sorted()]


def cells(markdown: str, name: str = "table.md") -> list[list[SourceText]]:
    """The cells of a Markdown table, with their places."""
    return cells_of(Source(name, markdown), 0, len(markdown))


def cells_of(source: Source, start: int, end: int) -> list[list[SourceText]]:
    """The cells of the table that stands between two offsets of a source."""
    rows: list[list[SourceText]] = []
    position = start
    for line in source.text[start:end].split("\n"):
        stripped = line.strip()
        if stripped.startswith("|") and set(stripped) - set("|-: "):
            at = position + line.index("|") + 1
            row = []
            for text in stripped[1:].removesuffix("|").split("|"):
                row.append(SourceText(text, source, at))
                at += len(text) + 1
            rows.append(row)
        position += len(line) + 1
    return rows


def read_table(
    markdown: str, report: Report, scope: Scope = SCOPE, outputs: Scope | None = None
) -> DecisionTable | None:
    """Read a table; what is wrong goes to the report."""
    rows: Sequence[Sequence[SourceText]] = cells(markdown)
    return parse_table(rows[0], rows[1:], scope, report, outputs=outputs)


def table(markdown: str, scope: Scope = SCOPE, outputs: Scope | None = None) -> DecisionTable:
    """A table that must be right."""
    report = Report()
    read = read_table(markdown, report, scope, outputs)
    report.raise_if_errors()
    assert read is not None
    return read
