"""Sources that are wrong, and the exact messages about them.

``bad/<name>.txt`` holds sources, ``bad/<name>.messages`` what is said of them. To write the
messages anew after a change, and then read the difference::

    python -m tests.measures.feel.golden
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from shouwen.measures.diagnostics import Report, Source, SourceText, render
from shouwen.measures.feel import (
    BOOLEAN,
    DATE,
    NUMBER,
    PERIOD,
    STRING,
    RangeType,
    Type,
    parse_expression,
    parse_outcome,
    parse_table,
    parse_unary_tests,
    report_analysis,
)
from tests.measures.feel.words import AREA, FAULT, SCOPE, cells_of

BAD = Path(__file__).parent / "bad"
TYPES: dict[str, Type] = {
    "number": NUMBER,
    "string": STRING,
    "boolean": BOOLEAN,
    "date": DATE,
    "period": PERIOD,
    "area": AREA,
    "fault": FAULT,
    "amount": RangeType(NUMBER),
}


def messages(path: Path) -> str:
    """Everything that is said of the sources of a file, each under its source."""
    source = Source(f"bad/{path.name}", path.read_text("utf-8"))
    read = _tables(source) if path.stem == "tables" else _lines(source)
    return "\n".join(f"{title}\n\n{_rendered(report)}\n" for title, report in read)


def _rendered(report: Report) -> str:
    assert report.diagnostics, "a bad source about which nothing is said"
    return "\n".join(render(d) for d in report.sorted())


def _lines(source: Source) -> Iterator[tuple[str, Report]]:
    offset = 0
    for line in source.text.splitlines(keepends=True):
        if line.strip() and not line.startswith("#"):
            kind, bar, _ = line.partition("|")
            start = offset + len(kind) + len(bar)
            text = line[len(kind) + len(bar) :].rstrip("\n")
            yield f"### {line.strip()}", _read(kind.strip(), SourceText(text, source, start))
        offset += len(line)


def _read(kind: str, text: SourceText) -> Report:
    report = Report()
    text = text.strip()
    if kind == "expression":
        assert parse_expression(text, SCOPE, report) is None
    elif kind.startswith("cell "):
        type_ = TYPES[kind.removeprefix("cell ")]
        assert parse_unary_tests(text, type_, SCOPE, report) is None
    else:
        assert parse_outcome(text, SCOPE, report, TYPES[kind]) is None
    return report


def _tables(source: Source) -> Iterator[tuple[str, Report]]:
    starts = [i for i in range(len(source.text)) if source.text.startswith("\n## ", i)]
    for start, end in zip(starts, [*starts[1:], len(source.text)], strict=True):
        title = source.text[start + 1 : end].splitlines()[0]
        report = Report()
        rows = cells_of(source, start, end)
        table = parse_table(rows[0], rows[1:], SCOPE, report)
        if table is not None:
            report_analysis(table, report)
        yield title, report


if __name__ == "__main__":
    for path in sorted(BAD.glob("*.txt")):
        path.with_suffix(".messages").write_text(messages(path), "utf-8")
