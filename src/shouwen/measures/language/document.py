"""First pass: Markdown to a document of clauses, blocks and tables, each with its place.

The Markdown parser is markdown-it-py (CommonMark with tables); this module only walks its
tokens. It knows headings with anchors, norm items, fenced blocks and the table behind a block;
it knows nothing of what a block means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from shouwen.measures.diagnostics import Report, Source, SourceText, Span

ANCHOR = re.compile(r"\{#([^\s{}]+)\}")
"""The anchor of a clause: ``{#3.3.2}`` behind a heading or inside a list item."""

FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)


@dataclass(eq=False)
class ClauseText:
    """A clause as it is written: a chapter, an article, an item or a norm.

    `ordinal` is the counting word of a heading ("第三章"); together they make the citation.
    `text` is the paraphrase, `gloss` the English rendering.
    """

    id: str
    ordinal: str
    title: str
    span: Span
    parent: ClauseText | None
    text: str = ""
    gloss: str = ""
    is_item: bool = False
    children: list[ClauseText] = field(default_factory=list)
    origin: str = "own"
    """In a variant: own, restated or inherited."""
    told: bool = False
    """Whether a list or a block has begun: paragraphs after it are no part of the clause."""

    @property
    def cite(self) -> str:
        """The citation: the ordinals of the headings above, then its own."""
        above = self.parent.cite if self.parent is not None else ""
        # Decimal numbering says the whole way already: 4.1.3, not 4 4.1 4.1.3.
        if above and self.ordinal.startswith(f"{above}."):
            return self.ordinal
        return above + self.ordinal

    def within(self, other: ClauseText) -> bool:
        """Whether this clause is `other` or stands under it."""
        clause: ClauseText | None = self
        while clause is not None:
            if clause is other:
                return True
            clause = clause.parent
        return False


@dataclass
class TableText:
    """A Markdown table: header and rows of cells, each cell with its place."""

    header: list[SourceText]
    rows: list[list[SourceText]]
    row_spans: list[Span]
    span: Span


@dataclass
class BlockText:
    """A fenced block: its construct, where its lines stand, its clause and its table."""

    construct: str
    source: Source
    span: Span
    first_line: int
    """The line of the source on which the content starts, counted from 1."""
    lines: list[str]
    """The content without its indentation."""
    indent: int
    clause: ClauseText | None
    table: TableText | None = None
    inherited: bool = False
    """Whether it comes from the measure that this is a variant of."""


@dataclass
class Document:
    """One Markdown file of a measure."""

    source: Source
    front_matter: SourceText | None
    clauses: list[ClauseText]
    blocks: list[BlockText]
    open_headings: list[tuple[int, ClauseText]]
    """Headings (with their level) that are open at the end; a following file goes on under them."""


@dataclass
class _Walk:
    """What the walk over the tokens has seen so far."""

    source: Source
    report: Report
    first_line: int
    clauses: list[ClauseText] = field(default_factory=list)
    blocks: list[BlockText] = field(default_factory=list)
    open_headings: list[tuple[int, ClauseText]] = field(default_factory=list)
    items: list[ClauseText | None] = field(default_factory=list)
    """The stack of open list items; None for an item that is no norm."""
    open_block: BlockText | None = None

    @property
    def clause(self) -> ClauseText | None:
        for item in reversed(self.items):
            if item is not None:
                return item
        return self.open_headings[-1][1] if self.open_headings else None

    def line_of(self, token: Token) -> int:
        return self.first_line + (token.map[0] if token.map else 0)


def parse_document(
    source: Source, report: Report, open_headings: list[tuple[int, ClauseText]] | None = None
) -> Document:
    """Read one Markdown file. `open_headings` are those of the file before it, if any."""
    front: SourceText | None = None
    body, first_line = source.text, 1
    match = FRONT_MATTER.match(source.text)
    if match:
        front = SourceText(match.group(1), source, match.start(1))
        body = source.text[match.end() :]
        first_line = source.text.count("\n", 0, match.end()) + 1
    elif source.text.startswith("---"):
        report.error(
            "front-matter",
            "The front matter is not closed.",
            source.at_line(1),
            hint="End it with a line of three hyphens: ---",
        )
    tokens = MarkdownIt("commonmark").enable("table").parse(body)
    walk = _Walk(source, report, first_line)
    walk.open_headings = list(open_headings or ())
    _walk(tokens, walk)
    return Document(source, front, walk.clauses, walk.blocks, walk.open_headings)


def _walk(tokens: list[Token], walk: _Walk) -> None:
    index = 0
    quote_depth = 0
    while index < len(tokens):
        token = tokens[index]
        if token.type == "heading_open":
            _heading(token, tokens[index + 1], walk)
            walk.open_block = None
        elif token.type == "list_item_open":
            _told(walk)
            walk.items.append(_item(tokens, index, walk))
            walk.open_block = None
        elif token.type == "list_item_close":
            walk.items.pop()
        elif token.type == "blockquote_open":
            quote_depth += 1
        elif token.type == "blockquote_close":
            quote_depth -= 1
        elif token.type == "paragraph_open":
            _paragraph(tokens[index + 1], walk, quoted=quote_depth > 0)
            walk.open_block = None
        elif token.type == "fence":
            _told(walk)
            _fence(token, walk)
        elif token.type == "table_open":
            end = _closing(tokens, index, "table_close")
            _table(tokens[index:end], token, walk)
            index = end
        index += 1


def _told(walk: _Walk) -> None:
    if walk.clause is not None:
        walk.clause.told = True


def _closing(tokens: list[Token], index: int, kind: str) -> int:
    while tokens[index].type != kind:
        index += 1
    return index


def _anchored(line: str, span: Span) -> tuple[str | None, Span]:
    match = ANCHOR.search(line)
    if match is None:
        return None, span
    return match.group(1), Span(span.source, span.line, match.start(1) + 1, len(match.group(1)))


def _heading(token: Token, inline: Token, walk: _Walk) -> None:
    number = walk.line_of(token)
    span = walk.source.at_line(number)
    level = int(token.tag[1])
    while walk.open_headings and walk.open_headings[-1][0] >= level:
        walk.open_headings.pop()
    anchor, place = _anchored(walk.source.line(number), span)
    if anchor is None:
        # A heading without an anchor is a title for readers, not a clause to cite.
        return
    parent = walk.open_headings[-1][1] if walk.open_headings else None
    words = ANCHOR.sub("", inline.content).strip().split(maxsplit=1)
    ordinal = words[0] if words else anchor
    title = words[1] if len(words) > 1 else ordinal
    _add_clause(ClauseText(anchor, ordinal, title, place, parent), walk)
    walk.open_headings.append((level, walk.clauses[-1]))


def _add_clause(clause: ClauseText, walk: _Walk) -> None:
    walk.clauses.append(clause)
    if clause.parent is not None:
        clause.parent.children.append(clause)


def _item(tokens: list[Token], index: int, walk: _Walk) -> ClauseText | None:
    """The norm of a list item, if its first paragraph carries an anchor."""
    inline = next((t for t in tokens[index + 1 : index + 3] if t.type == "inline"), None)
    if inline is None or ANCHOR.search(inline.content) is None:
        return None
    first = walk.line_of(inline)
    line_count = (inline.map[1] - inline.map[0]) if inline.map else 1
    place = walk.source.at_line(first)
    anchor: str | None = None
    for number in range(first, first + line_count):
        anchor, place = _anchored(walk.source.line(number), walk.source.at_line(number))
        if anchor is not None:
            break
    assert anchor is not None  # the anchor was found in the item's own text above
    title, text, gloss = _item_texts(inline)
    clause = ClauseText(
        anchor, "", title or text[:12], place, walk.clause, text, gloss, is_item=True
    )
    _add_clause(clause, walk)
    return clause


def _item_texts(inline: Token) -> tuple[str, str, str]:
    """Title (bold), paraphrase (plain) and gloss (italic) of a norm item."""
    title, text, gloss = "", "", ""
    mode: list[str] = []
    for child in inline.children or []:
        if child.type in ("strong_open", "em_open"):
            mode.append(child.type)
        elif child.type in ("strong_close", "em_close"):
            mode.pop()
        elif child.type in ("text", "code_inline", "softbreak"):
            piece = " " if child.type == "softbreak" else child.content
            if mode == ["strong_open"] and not title:
                title = piece
            elif "em_open" in mode:
                gloss += piece
            else:
                text += piece
    return title.strip(), ANCHOR.sub("", text).strip(" ：:"), gloss.strip()


def _paragraph(inline: Token, walk: _Walk, *, quoted: bool) -> None:
    clause = walk.clause
    if clause is None or (clause.is_item and ANCHOR.search(inline.content)):
        return
    content = inline.content.replace("\n", " " if quoted else "")
    if clause.told:
        return  # commentary between blocks is for readers
    if quoted:
        clause.gloss = f"{clause.gloss} {content}".strip()
    else:
        clause.text = f"{clause.text}\n{content}".strip()


def _fence(token: Token, walk: _Walk) -> None:
    words = token.info.split()
    construct = words[0] if words else ""
    number = walk.line_of(token)
    lines = token.content.split("\n")
    if lines and lines[-1] == "":
        lines.pop()
    indent = 0
    for offset, line in enumerate(lines):
        if line.strip():
            original = walk.source.line(number + 1 + offset)
            indent = len(original) - len(line)
            break
    block = BlockText(
        construct, walk.source, walk.source.at_line(number), number + 1, lines, indent, walk.clause
    )
    walk.blocks.append(block)
    walk.open_block = block


def _table(tokens: list[Token], opening: Token, walk: _Walk) -> None:
    rows = [walk.line_of(t) for t in tokens if t.type == "tr_open"]
    cells = [_split_row(walk.source, number) for number in rows]
    table = TableText(
        header=cells[0],
        rows=cells[1:],
        row_spans=[walk.source.at_line(n) for n in rows[1:]],
        span=walk.source.at_line(walk.line_of(opening)),
    )
    width = len(table.header)
    for number, row in zip(rows[1:], table.rows, strict=True):
        if len(row) != width:
            walk.report.error(
                "table-row",
                f"This row has {len(row)} cells; the header has {width}.",
                walk.source.at_line(number),
                hint="Write '-' for a cell that does not matter; write \\| for a bar in a cell.",
            )
    table.rows = [row for row in table.rows if len(row) == width]
    table.row_spans = [
        walk.source.at_line(n)
        for n, row in zip(rows[1:], cells[1:], strict=True)
        if len(row) == width
    ]
    block = walk.open_block
    # A table that follows no block is for readers only.
    if block is not None and block.table is None:
        block.table = table


def _split_row(source: Source, number: int) -> list[SourceText]:
    """The cells of a table line, with their places (a bar has a backslash)."""
    line = source.line(number)
    start_of_line = source.line_starts[number - 1]
    bars = [m.start() for m in re.finditer(r"(?<!\\)\|", line)]
    if not bars or line[: bars[0]].strip():
        bars.insert(0, -1)
    if line[bars[-1] + 1 :].strip():
        bars.append(len(line))
    return [
        SourceText(line[a + 1 : b], source, start_of_line + a + 1).strip()
        for a, b in pairwise(bars)
    ]


def iter_clauses(documents: list[Document]) -> Iterator[ClauseText]:
    """All clauses in the order of the text."""
    for document in documents:
        yield from document.clauses
