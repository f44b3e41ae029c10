"""Bad measures and what is said of them, side by side: ``bad/<name>.md`` and ``<name>.txt``.

After a deliberate change of messages, write the expectations anew with
``pytest tests/measures/language/test_bad_measures.py --rewrite`` and read the difference.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from shouwen.measures.diagnostics import Report, SourceError, render
from shouwen.measures.language import load_measure, read_measure

BAD = Path(__file__).parent / "bad"
CASES = sorted(p.stem for p in BAD.glob("*.md"))


def said_of(path: Path) -> str:
    """Everything that is wrong with a measure, as its author reads it."""
    report = Report()
    assert read_measure(path, report) is None, "it was accepted"
    return (
        "\n\n".join(render(d) for d in report.sorted()).replace(str(path.parent) + "/", "") + "\n"
    )


@pytest.mark.parametrize("name", CASES)
def test_a_bad_measure_is_refused_with_every_error_at_its_place(
    name: str, request: pytest.FixtureRequest
) -> None:
    expected = BAD / f"{name}.txt"
    said = said_of(BAD / f"{name}.md")
    if request.config.getoption("--rewrite", default=False):
        expected.write_text(said, "utf-8")
    assert said == expected.read_text("utf-8")


def test_every_error_points_into_the_file_and_says_what_to_do() -> None:
    for name in CASES:
        report = Report()
        read_measure(BAD / f"{name}.md", report)
        for diagnostic in report.errors:
            assert diagnostic.hint, f"{name}: {diagnostic.message} has no hint"
            span = diagnostic.span
            assert span is not None, f"{name}: {diagnostic.message} has no place"
            assert 1 <= span.line <= len(span.source.line_starts)
            assert 1 <= span.column <= len(span.source.line(span.line)) + 1


def test_a_measure_in_gbk_is_refused_and_told_so(tmp_path: Path) -> None:
    path = tmp_path / "measure.md"
    path.write_bytes((BAD / "unknown-names.md").read_text("utf-8").encode("gb18030"))
    with pytest.raises(SourceError, match=r"not UTF-8.*\n.*looks like GBK"):
        load_measure(path)


def test_a_byte_order_mark_changes_nothing(tmp_path: Path) -> None:
    good = "---\nmeasure: good\ntitle: 好\n---\n# 办法\n## 第一条 甲 {#1}\n"
    plain, marked = tmp_path / "plain.md", tmp_path / "marked.md"
    plain.write_text(good, "utf-8")
    marked.write_text(good, "utf-8-sig")
    assert load_measure(plain).clauses.keys() == load_measure(marked).clauses.keys()


def test_windows_line_ends_change_no_place(tmp_path: Path) -> None:
    text = (BAD / "wrong-types.md").read_text("utf-8")
    path = tmp_path / "wrong-types.md"
    path.write_bytes(text.replace("\n", "\r\n").encode())
    assert said_of(path) == said_of(BAD / "wrong-types.md")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        load_measure(tmp_path / "nowhere.md")
