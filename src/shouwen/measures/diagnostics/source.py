"""Sources and places in them."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Source:
    """A text and the name it is known by (a path, or "<expression>")."""

    name: str
    text: str

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """The offset of the first character of every line."""
        starts = [0]
        position = self.text.find("\n")
        while position != -1:
            starts.append(position + 1)
            position = self.text.find("\n", position + 1)
        return tuple(starts)

    def line(self, number: int) -> str:
        """The text of a line (counted from 1), without its line ending."""
        starts = self.line_starts
        if not 1 <= number <= len(starts):
            return ""
        end = starts[number] - 1 if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r")

    def span(self, start: int, end: int | None = None) -> Span:
        """The place between two offsets of `text` (`end` excluded; one character if left out)."""
        start = max(0, min(start, len(self.text)))
        row = bisect_right(self.line_starts, start)
        column = start - self.line_starts[row - 1] + 1
        length = 1 if end is None else max(1, end - start)
        return Span(self, row, column, length)

    def at_line(self, number: int) -> Span:
        """The whole of a line, without leading and trailing blanks."""
        text = self.line(number)
        stripped = text.strip()
        indent = len(text) - len(text.lstrip())
        return Span(self, number, indent + 1, max(1, len(stripped)))


@dataclass(frozen=True)
class Span:
    """A place in a source: line and column are counted from 1, in characters."""

    source: Source
    line: int
    column: int
    length: int = 1

    @property
    def offset(self) -> int:
        """The offset of the first character in `source.text`."""
        return self.source.line_starts[self.line - 1] + self.column - 1

    def __str__(self) -> str:
        return f"{self.source.name}:{self.line}:{self.column}"


@dataclass(frozen=True)
class SourceText:
    """A piece of text that stands as it is, from `start` on, in a larger source.

    A cell of a table or the value of a key is parsed on its own but must point its errors at
    the document: `span(i, j)` maps offsets of the piece to places of the source.

    >>> piece = SourceText.alone("fault = 'large'")
    >>> str(piece.span(8))
    '<expression>:1:9'
    """

    text: str
    source: Source
    start: int

    @classmethod
    def alone(cls, text: str, name: str = "<expression>") -> SourceText:
        """A text that is its own source."""
        return cls(text, Source(name, text), 0)

    def span(self, start: int = 0, end: int | None = None) -> Span:
        """The place of ``text[start:end]``; the whole piece when called without arguments."""
        if start == 0 and end is None:
            end = len(self.text)
        return self.source.span(self.start + start, None if end is None else self.start + end)

    def slice(self, start: int, end: int) -> SourceText:
        """The piece between two offsets."""
        return SourceText(self.text[start:end], self.source, self.start + start)

    def strip(self) -> SourceText:
        """The piece without blanks at both ends."""
        left = len(self.text) - len(self.text.lstrip())
        right = len(self.text.rstrip())
        return self.slice(left, max(left, right))
