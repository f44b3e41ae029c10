"""The numbers that stand in a measure: time limits, amounts, thresholds, each with its place.

A number is a cell of a decision table or a value of a rule in which a digit stands. It is changed
in the text itself, where it stands, so that what is tried is a text that could be adopted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from shouwen.measures.diagnostics import Report, Source, SourceText
from shouwen.measures.language.blocks import Value, read_block
from shouwen.measures.language.document import BlockText, ClauseText, parse_document

DIGIT = re.compile(r"\d")
_CITED = re.compile(r'"[^"]*"|\b\d+(\.\d+)+(bis|[a-z])?\b|\b\d+[a-z]\b')
"""What is a norm's number, or a name in quotes, and no number of the rule."""
WORDS = frozenset({
    "id", "norm", "norms", "reason", "question", "label", "zh", "en", "of", "never", "name",
    "where", "title", "options", "who", "role", "place", "event", "on", "do", "same", "each",
    "relation",
})  # fmt: skip
"""Keys below which stand names and words."""
PLACES = frozenset({"term", "terms", "vocabulary", "reading", "readings", "conduct", "roster"})
"""Blocks in which no number is set."""


@dataclass(frozen=True)
class Number:
    """A number as it stands.

    Attributes:
        file: the file it stands in; `start`, the offset of its first character.
        text: what stands there.
        label: the column or the key; `beside`, the other cells of its row, or the rule's name.
        clause, title: where it stands in the document.
    """

    file: str
    start: int
    text: str
    label: str
    beside: str
    clause: str
    title: str

    @property
    def key(self) -> str:
        """Its name in a form."""
        return f"n:{self.file}:{self.start}"


def numbers_in(texts: Mapping[str, str]) -> list[Number]:
    """The numbers of a measure in the order of its text.

    A text that cannot be read gives none; it was checked before it was taken.
    """
    found: list[Number] = []
    for name, text in texts.items():
        if not name.endswith(".md"):
            continue
        report = Report()
        document = parse_document(Source(name, text), report)
        for block in document.blocks:
            if block.construct not in PLACES:
                found += _in_block(name, block, report)
    return found


def _in_block(name: str, block: BlockText, report: Report) -> Iterator[Number]:
    value = read_block(block, report)
    rule = ""
    if value is not None and value.is_mapping:
        pairs = {key: item for key, _, item in value.pairs()}
        rule = pairs["id"].word() if "id" in pairs else block.construct
        for key, item in pairs.items():
            for piece in _scalars(key, item):
                yield _number(name, piece, key, rule, block.clause)
    if block.table is not None:
        heads = [h.text for h in block.table.header]
        for row in block.table.rows:
            for column, (head, cell) in enumerate(zip(heads, row, strict=True)):
                # The first column of a table of decisions counts its rows.
                if _is_number(cell.text) and not (column == 0 and cell.text.isdecimal()):
                    others = [c.text for c in row if c is not cell and c.text not in ("", "-")]
                    yield _number(name, cell, head, " · ".join(others), block.clause)


def _scalars(key: str, value: Value) -> Iterator[SourceText]:
    """The values with a digit below a key, as they stand."""
    if key in WORDS:
        return
    if value.is_mapping:
        for inner, _, item in value.pairs():
            yield from _scalars(inner, item)
    elif value.is_list:
        for item in value.items():
            yield from _scalars("", item)
    elif _is_number(value.source_text.text):
        yield value.source_text


def _is_number(text: str) -> bool:
    return "\n" not in text and bool(DIGIT.search(_CITED.sub("", text)))


def _number(
    name: str, piece: SourceText, label: str, beside: str, clause: ClauseText | None
) -> Number:
    where, title = (clause.id, clause.title) if clause is not None else ("", "")
    return Number(name, piece.start, piece.text, label, beside, where, title)


def with_changes(
    texts: Mapping[str, str], numbers: list[Number], chosen: Mapping[str, str]
) -> dict[str, str]:
    """The texts that change when some numbers do.

    Args:
        texts: all texts, by file.
        numbers: the numbers in them.
        chosen: by `Number.key`, what is to stand there; the same text changes nothing.
    """
    changed: dict[str, list[tuple[Number, str]]] = {}
    for number in numbers:
        text = chosen.get(number.key, number.text).strip()
        if text and text != number.text:
            changed.setdefault(number.file, []).append((number, text.replace("\n", " ")))
    found = {}
    for file, edits in changed.items():
        text = texts[file]
        # From the end, so that places before stay what they are.
        for number, new in sorted(edits, key=lambda e: -e[0].start):
            end = number.start + len(number.text)
            text = text[: number.start] + new + text[end:]
        found[file] = text
    return found


def mark_of(texts: Mapping[str, str]) -> str:
    """Which texts a form was made from."""
    digest = sha256()
    for name, text in sorted(texts.items()):
        digest.update(f"{name}:{len(text)}:{text}".encode())
    return digest.hexdigest()[:20]
