"""Second pass: the content of a block as keys and values that know their places.

A block is YAML, read only as far as nodes: nothing is converted, so that ``21:00`` stays a time
of day, ``no`` stays a word and every value can be handed on as the piece of source it is.
Keys may be written in English or Chinese (``within`` or ``时限``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from shouwen.measures.diagnostics import Report, Source, SourceText, Span, did_you_mean
from shouwen.measures.language.document import BlockText
from shouwen.measures.language.words import KEYS_ZH

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Lines:
    """Maps places of a YAML text to places of the file it stands in."""

    source: Source
    first_line: int
    indent: int

    def offset(self, mark: yaml.Mark) -> int:
        """The offset in the file of a mark of the YAML parser (which counts from 0)."""
        number = min(self.first_line + mark.line, len(self.source.line_starts))
        return self.source.line_starts[number - 1] + self.indent + mark.column


@dataclass
class Value:
    """One node of a block."""

    node: yaml.Node
    lines: Lines
    report: Report

    @property
    def source_text(self) -> SourceText:
        """The value exactly as it stands in the file, quotes and all."""
        start, end = self.lines.offset(self.node.start_mark), self.lines.offset(self.node.end_mark)
        text = self.lines.source.text[start:end]
        piece = SourceText(text, self.lines.source, start)
        if isinstance(self.node, yaml.ScalarNode) and self.node.style in ("|", ">"):
            body = text.find("\n") + 1
            return piece.slice(body, len(text)).strip()
        return piece.strip()

    @property
    def span(self) -> Span:
        """Its place; a value of several lines is marked on its first."""
        piece = self.source_text
        first = piece.text.split("\n", 1)[0]
        return piece.span(0, max(1, len(first)))

    @property
    def is_mapping(self) -> bool:
        """Whether it is a mapping of keys to values."""
        return isinstance(self.node, yaml.MappingNode)

    @property
    def is_list(self) -> bool:
        """Whether it is a list."""
        return isinstance(self.node, yaml.SequenceNode)

    @property
    def is_quoted(self) -> bool:
        """Whether it is written in YAML quotes."""
        return isinstance(self.node, yaml.ScalarNode) and self.node.style in ("'", '"')

    @property
    def is_null(self) -> bool:
        """Whether nothing is written."""
        return isinstance(self.node, yaml.ScalarNode) and self.node.value == ""

    def word(self) -> str:
        """A plain value without its quotes; an error and "" where it is not a plain value."""
        if isinstance(self.node, yaml.ScalarNode):
            return str(self.node.value).strip()
        self.report.error(
            "shape", "A single value is expected here.", self.span, hint="Write it on one line."
        )
        return ""

    def flag(self) -> bool:
        """yes or no (是 or 否)."""
        word = self.word().lower()
        if word in ("yes", "true", "是"):
            return True
        if word not in ("no", "false", "否"):
            self.report.error(
                "shape", f"'{word}' is neither yes nor no.", self.span, hint="Write yes or no."
            )
        return False

    def items(self) -> list[Value]:
        """The items of a list; a single value counts as a list of one."""
        if isinstance(self.node, yaml.SequenceNode):
            return [Value(n, self.lines, self.report) for n in self.node.value]
        return [] if self.is_null else [self]

    def words(self) -> list[tuple[str, Span]]:
        """A list of plain values with their places."""
        return [(v.word(), v.span) for v in self.items()]

    def pairs(self) -> Iterator[tuple[str, Value, Value]]:
        """Keys as words, as values (which know their places), and values, in order."""
        if not isinstance(self.node, yaml.MappingNode):
            self.report.error(
                "shape", "A mapping of names to values is expected here.", self.span,
                hint="Write one 'name: value' a line.",
            )  # fmt: skip
            return
        seen: dict[str, Value] = {}
        for key, value in self.node.value:
            entry = Value(key, self.lines, self.report)
            name = entry.word()
            if name in seen:
                self.report.error(
                    "duplicate-key", f"'{name}' is written twice.", entry.span,
                    related=(("the first is here", seen[name].span),), hint="Keep one of them.",
                )  # fmt: skip
                continue
            seen[name] = entry
            yield name, entry, Value(value, self.lines, self.report)

    def fields(self, construct: str, known: tuple[str, ...]) -> Fields:
        """The mapping as named fields; unknown keys are errors with a suggestion."""
        return Fields.of(self, construct, known)


@dataclass
class Fields:
    """The keys of one mapping, canonical names, each looked up once."""

    values: dict[str, Value]
    keys: dict[str, Value]
    whole: Value
    construct: str
    report: Report

    @property
    def span(self) -> Span:
        """The place of the mapping."""
        return self.whole.span

    @classmethod
    def of(cls, value: Value, construct: str, known: tuple[str, ...]) -> Fields:
        """Read a mapping; `known` are the canonical keys that may stand in it."""
        values: dict[str, Value] = {}
        keys: dict[str, Value] = {}
        for written, place, item in value.pairs():
            key = KEYS_ZH.get(written, written)
            if key not in known:
                if item.is_null and place.span.line == value.span.line:
                    value.report.error(
                        "comma",
                        f"The comma before '{written}' begins a new key.",
                        place.span,
                        hint="Inside {...}, put a text with a comma in quotes.",
                    )
                    continue
                zh = [z for z, en in KEYS_ZH.items() if en in known]
                value.report.error(
                    "unknown-key",
                    f"A {construct} has no key '{written}'.",
                    place.span,
                    hint=did_you_mean(written, [*known, *zh])
                    or "It may have: " + ", ".join(known) + ".",
                )
                continue
            if key in values:
                value.report.error(
                    "duplicate-key", f"'{written}' says the same as a key before it.", place.span,
                    related=(("the first is here", keys[key].span),), hint="Keep one of them.",
                )  # fmt: skip
                continue
            values[key], keys[key] = item, place
        return cls(values, keys, value, construct, value.report)

    def get(self, key: str) -> Value | None:
        """The value of a key, or None when it is not written."""
        return self.values.get(key)

    def need(self, key: str, why: str) -> Value | None:
        """The value of a key that must be written; an error that says what it is for if not."""
        found = self.values.get(key)
        if found is None:
            self.report.error(
                "missing-key",
                f"This {self.construct} does not say '{key}'.",
                self.span,
                hint=f"Add '{key}:' — {why}.",
            )
        return found

    def word(self, key: str, default: str = "") -> str:
        """A plain value, or the default."""
        found = self.values.get(key)
        return default if found is None else found.word()

    def __contains__(self, key: str) -> bool:
        return key in self.values


def read_block(block: BlockText, report: Report) -> Value | None:
    """The content of a fenced block, or None (with an error) where it is no YAML."""
    return read_yaml("\n".join(block.lines), block.source, block.first_line, block.indent, report)


def _code(error: yaml.reader.ReaderError) -> int:
    """The character that a reader refused, as a number."""
    return error.character if isinstance(error.character, int) else ord(error.character)


def read_yaml(
    text: str, source: Source, first_line: int, indent: int, report: Report
) -> Value | None:
    """YAML text that stands at `first_line` of a source, indented by `indent`."""
    lines = Lines(source, first_line, indent)
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        span = source.at_line(first_line)
        if mark is not None:
            span = source.span(lines.offset(mark))
        report.error(
            "block-syntax",
            f"This block cannot be read: {error.problem or error.context}.",
            span,
            hint="One 'key: value' a line. A value that begins with a quote, '[', '{', '>', '|', "
            "'*', '&', '!', '%' or '@' goes on a line of its own under 'key: |'.",
        )
        return None
    except yaml.reader.ReaderError as error:
        at = text[: error.position].count("\n")
        report.error(
            "control-character",
            f"This block has a character that cannot be shown (U+{_code(error):04X}).",
            source.at_line(first_line + at),
            hint="Take it out; it came with a copy from elsewhere.",
        )
        return None
    if node is None:
        report.error(
            "block-empty", "This block is empty.", source.at_line(max(1, first_line - 1)),
            hint="Write its keys, or take the block away.",
        )  # fmt: skip
        return None
    return Value(node, lines, report)
