"""Diagnostics and the report that collects them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from shouwen.measures.diagnostics.source import Span


class Severity(Enum):
    """Errors refuse the source; warnings and notes do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Diagnostic:
    """One thing that is wrong, in words that its reader can act on.

    `code` is stable ("unknown-name"); `message` says what is wrong in one sentence; `hint` says
    what to do; `related` are other places that belong to the matter, each with a word on why.
    `where` stands in for `span` where the source has no lines (a Parquet row, a field).
    """

    code: str
    message: str
    span: Span | None = None
    hint: str | None = None
    severity: Severity = Severity.ERROR
    related: tuple[tuple[str, Span], ...] = ()
    where: str | None = None


@dataclass
class Report:
    """Collects diagnostics while a source is read to its end."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    _seen: set[Diagnostic] = field(default_factory=set, repr=False)

    def error(
        self,
        code: str,
        message: str,
        span: Span | None = None,
        *,
        hint: str | None = None,
        related: tuple[tuple[str, Span], ...] = (),
        where: str | None = None,
    ) -> None:
        """Add an error."""
        self.add(Diagnostic(code, message, span, hint, Severity.ERROR, related, where))

    def warning(
        self,
        code: str,
        message: str,
        span: Span | None = None,
        *,
        hint: str | None = None,
        related: tuple[tuple[str, Span], ...] = (),
        where: str | None = None,
    ) -> None:
        """Add a warning."""
        self.add(Diagnostic(code, message, span, hint, Severity.WARNING, related, where))

    def add(self, diagnostic: Diagnostic) -> None:
        """Add a diagnostic once; the same one from a second pass is dropped."""
        if diagnostic not in self._seen:
            self._seen.add(diagnostic)
            self.diagnostics.append(diagnostic)

    @property
    def errors(self) -> list[Diagnostic]:
        """The diagnostics that refuse the source."""
        return [d for d in self.diagnostics if d.severity is Severity.ERROR]

    def sorted(self) -> list[Diagnostic]:
        """All diagnostics in the order of the source."""

        def key(d: Diagnostic) -> tuple[str, int, int]:
            if d.span is None:
                return ("", 0, 0)
            return (d.span.source.name, d.span.line, d.span.column)

        return sorted(self.diagnostics, key=key)

    def raise_if_errors(self) -> None:
        """Raise `SourceError` with everything found, if anything refuses the source."""
        if self.errors:
            raise SourceError(self.sorted())

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self.diagnostics)


class SourceError(Exception):
    """A source was refused. `diagnostics` lists everything that is wrong with it."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        from shouwen.measures.diagnostics.rendering import render

        self.diagnostics = diagnostics
        super().__init__("\n\n".join(render(d) for d in diagnostics))
