"""Where in a source something is wrong, and what to do about it.

Every reader of a source (a measure, a scenario file, an event log, a DMN model) collects
`Diagnostic`s in a `Report` and goes on reading; at the end the source is accepted whole or
refused whole, with all of its errors. A diagnostic always answers three questions: *what* is
wrong (`message`), *where* (`span`), and *what to do* (`hint`).
"""

from shouwen.measures.diagnostics.model import Diagnostic, Report, Severity, SourceError
from shouwen.measures.diagnostics.rendering import render, to_json
from shouwen.measures.diagnostics.source import Source, SourceText, Span
from shouwen.measures.diagnostics.suggest import did_you_mean

__all__ = [
    "Diagnostic",
    "Report",
    "Severity",
    "Source",
    "SourceError",
    "SourceText",
    "Span",
    "did_you_mean",
    "render",
    "to_json",
]
