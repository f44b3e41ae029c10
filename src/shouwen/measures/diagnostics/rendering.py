"""Diagnostics as text with a caret, and as data."""

from __future__ import annotations

import unicodedata
from typing import Any

from shouwen.measures.diagnostics.model import Diagnostic
from shouwen.measures.diagnostics.source import Span


def display_width(text: str) -> int:
    """The columns a text takes on a terminal: Chinese characters take two."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def _excerpt(span: Span) -> list[str]:
    line = span.source.line(span.line).replace("\t", " ")
    number = str(span.line)
    before = line[: span.column - 1]
    marked = line[span.column - 1 : span.column - 1 + span.length] or " "
    gutter = " " * len(number)
    return [
        f"  {number} | {line}",
        f"  {gutter} | {' ' * display_width(before)}{'^' * max(1, display_width(marked))}",
    ]


def render(diagnostic: Diagnostic) -> str:
    """A diagnostic as plain text: place, message, the line with a caret, and what to do.

    >>> from shouwen.measures.diagnostics import Diagnostic, SourceText
    >>> piece = SourceText.alone("faukt = 3")
    >>> print(render(Diagnostic("unknown-name", "There is no name 'faukt'.", piece.span(0, 5),
    ...                         "Did you mean 'fault'?")))
    <expression>:1:1: error[unknown-name]: There is no name 'faukt'.
      1 | faukt = 3
        | ^^^^^
      = Did you mean 'fault'?
    """
    place = str(diagnostic.span) if diagnostic.span else diagnostic.where
    head = f"{place}: " if place else ""
    lines = [f"{head}{diagnostic.severity.value}[{diagnostic.code}]: {diagnostic.message}"]
    if diagnostic.span is not None:
        lines += _excerpt(diagnostic.span)
    for reason, span in diagnostic.related:
        lines.append(f"  {span}: {reason}")
        lines += _excerpt(span)
    if diagnostic.hint:
        lines.append(f"  = {diagnostic.hint}")
    return "\n".join(lines)


def to_json(diagnostic: Diagnostic) -> dict[str, Any]:
    """A diagnostic as plain data, for `--json` and editors."""
    data: dict[str, Any] = {
        "severity": diagnostic.severity.value,
        "code": diagnostic.code,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
    }
    if diagnostic.span is not None:
        data |= {
            "file": diagnostic.span.source.name,
            "line": diagnostic.span.line,
            "column": diagnostic.span.column,
            "length": diagnostic.span.length,
        }
    if diagnostic.where is not None:
        data["where"] = diagnostic.where
    return data
