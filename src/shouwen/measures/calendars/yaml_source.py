"""YAML with places: every value knows where it stands, every error says so.

Scalars stay text as written (`01-01` is not 1 minus 1, `08:30` is not 510); whoever reads a field
decides what it is and reports what does not fit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import yaml

from shouwen.measures.diagnostics import Report, Source, Span, did_you_mean

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Entry:
    """A value of a YAML document: a mapping, a list or a scalar, and its place."""

    source: Source
    node: yaml.Node
    report: Report
    path: str

    @property
    def span(self) -> Span:
        """Where the value stands; of a mapping or a list, its beginning."""
        start, end = self.node.start_mark, self.node.end_mark
        offset = self.source.line_starts[start.line] + start.column
        if not isinstance(self.node, yaml.ScalarNode):
            return self.source.span(offset)
        return self.source.span(offset, self.source.line_starts[end.line] + end.column)

    def error(self, code: str, message: str, hint: str | None = None) -> None:
        """Report an error at this value, naming its path in the document."""
        self.report.error(code, f"{self.path}: {message}", self.span, hint=hint)

    @property
    def is_list(self) -> bool:
        """Whether the value is a list."""
        return isinstance(self.node, yaml.SequenceNode)

    @property
    def is_mapping(self) -> bool:
        """Whether the value is a mapping."""
        return isinstance(self.node, yaml.MappingNode)

    def text(self) -> str | None:
        """The scalar as written, or None (reported) where the value is none."""
        if isinstance(self.node, yaml.ScalarNode):
            if value := str(self.node.value).strip():
                return value
            self.error("missing-value", "a value is missing.")
            return None
        self.error("wrong-kind", "a single value is needed here, not a list or a mapping.")
        return None

    def fields(self, known: Iterable[str] = (), required: Iterable[str] = ()) -> dict[str, Entry]:
        """The mapping, keys as text. Unknown, repeated and missing keys are reported.

        Without `known` every key is allowed.
        """
        if not isinstance(self.node, yaml.MappingNode):
            self.error("wrong-kind", "a mapping (name: value) is needed here.")
            return {}
        known, found = tuple(known), {}
        for key_node, value_node in self.node.value:
            key = str(key_node.value)
            entry = Entry(self.source, value_node, self.report, f"{self.path}.{key}".lstrip("."))
            at_key = Entry(self.source, key_node, self.report, entry.path)
            if known and key not in known:
                at_key.error("unknown-field", "there is no such field.", did_you_mean(key, known))
            elif key in found:
                at_key.error("repeated-field", "this field is given twice.", "Keep one of them.")
            else:
                found[key] = entry
        for key in required:
            if key not in found:
                self.error("missing-field", f"the field '{key}' is missing.")
        return found

    def items(self) -> list[Entry]:
        """The entries of a list; a value that is no list counts as a list of one."""
        if not isinstance(self.node, yaml.SequenceNode):
            return [self]
        return [
            Entry(self.source, node, self.report, f"{self.path}[{i}]")
            for i, node in enumerate(self.node.value)
        ]

    def date(self) -> dt.date | None:
        """The scalar as a date (2026-10-01), or None (reported)."""
        if (value := self.text()) is None:
            return None
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            self.error("not-a-date", f"'{value}' is not a date.", "Write it as 2026-10-01.")
            return None

    def dates(self) -> Iterator[dt.date]:
        """The dates of a date, a run (2026-10-01/2026-10-07) or a list of these."""
        for entry in self.items():
            value = entry.text()
            if value is None:
                continue
            try:
                ends = [dt.date.fromisoformat(part) for part in value.split("/")]
            except ValueError:
                ends = []
            if not 1 <= len(ends) <= 2:
                entry.error(
                    "not-a-date",
                    f"'{value}' is neither a date nor a run of dates.",
                    "Write 2026-10-01 or 2026-10-01/2026-10-07.",
                )
            elif ends[-1] < ends[0]:
                entry.error("backward-run", f"the run '{value}' ends before it begins.")
            elif (ends[-1] - ends[0]).days > 366:
                entry.error("long-run", f"the run '{value}' is longer than a year.")
            else:
                for n in range((ends[-1] - ends[0]).days + 1):
                    yield ends[0] + dt.timedelta(days=n)


def compose(text: str, name: str, report: Report) -> Entry | None:
    """The document's root, or None (reported) where the text is not YAML or is empty."""
    source = Source(name, text)
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = min(mark.line, len(source.line_starts) - 1) if mark else 0
        span = source.span(source.line_starts[line] + (mark.column if mark else 0))
        report.error("not-yaml", f"This is not YAML: {error.problem}.", span)
        return None
    except yaml.YAMLError as error:
        report.error("not-yaml", f"This is not YAML: {error}.", source.span(0))
        return None
    if node is None:
        report.error("empty-source", "The file is empty.", source.span(0))
        return None
    return Entry(source, node, report, "")
