"""XML elements with their places, parsed without entities and external references."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from shouwen.measures.diagnostics import Report, Source, SourceText, Span


@dataclass
class Element:
    """An element: its local name, attributes and children, and where its start tag begins."""

    tag: str
    attributes: dict[str, str]
    span: Span
    children: list[Element] = field(default_factory=list)
    text: str = ""
    end: int = 0
    """The offset of its end tag in the source."""

    def all(self, tag: str) -> Iterator[Element]:
        """The children of a name."""
        return (c for c in self.children if c.tag == tag)

    def first(self, tag: str) -> Element | None:
        """The first child of a name."""
        return next(self.all(tag), None)

    def get(self, attribute: str) -> str | None:
        """An attribute, by its name without a namespace."""
        return self.attributes.get(attribute)

    @property
    def source_text(self) -> SourceText:
        """The text of the element as a piece of the file.

        Where the text is escaped in the file (``&lt;``), it stands for itself under the name
        file:line, since places in it cannot be found by counting.
        """
        source = self.span.source
        start = source.text.find(">", self.span.offset) + 1
        if source.text[start : self.end] == self.text:
            return SourceText(self.text, source, start)
        return SourceText.alone(self.text, f"{source.name}:{self.span.line}")


class _Builder:
    """Builds `Element`s while the parser tells where it is."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.parser: Any = None
        self.stack: list[Element] = []
        self.root: Element | None = None

    def _offset(self) -> int:
        # expat counts columns in characters from 0, lines from 1.
        expat = self.parser.parser
        return int(self.source.line_starts[expat.CurrentLineNumber - 1] + expat.CurrentColumnNumber)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        names = {key.rpartition("}")[2]: value for key, value in attributes.items()}
        element = Element(tag.rpartition("}")[2], names, self.source.span(self._offset()))
        if self.stack:
            self.stack[-1].children.append(element)
        else:
            self.root = element
        self.stack.append(element)

    def end(self, tag: str) -> None:
        self.stack.pop().end = self._offset()

    def data(self, text: str) -> None:
        if self.stack:
            self.stack[-1].text += text

    def close(self) -> None:
        """The parser asks for this."""


def read_xml(text: str, name: str, report: Report) -> Element | None:
    """Parse a document. None, with an error in `report`, if it is not well-formed XML.

    Document type definitions are refused: they can make a small file huge or read other files.
    """
    # Line ends are normalised as XML does, so that places can be counted.
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    source = Source(name, text)
    builder = _Builder(source)
    parser: Any = DefusedXMLParser(target=builder, forbid_dtd=True)
    builder.parser = parser
    try:
        parser.feed(text)
        parser.close()
    except ParseError as error:
        line, column = error.position
        span = source.span(source.line_starts[min(line, len(source.line_starts)) - 1] + column)
        report.error("xml", f"This is not well-formed XML: {error.msg}.", span)
        return None
    except DefusedXmlException:
        report.error(
            "xml",
            "This document has a document type definition, which is not read.",
            source.span(0),
            hint="Take <!DOCTYPE ...> out.",
        )
        return None
    return builder.root
