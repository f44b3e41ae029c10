"""XES files (IEEE 1849) as chunks of text columns, read as a stream.

Attributes of a trace are columns with ``case:`` before their key, those of an event have their key
as it is; of an attribute that comes twice the first counts, attributes inside attributes and lists
are left out.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler

import numpy as np
import pyarrow as pa
from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from shouwen.measures.interchange.logs.encodings import CHUNK, is_packed, open_bytes
from shouwen.measures.interchange.logs.faults import Faults
from shouwen.measures.interchange.logs.sources import Chunk, RowSource

_ROWS = 1 << 16
_SIMPLE = frozenset({"string", "date", "int", "float", "boolean", "id"})


def open_xes(path: Path, wanted: tuple[str, ...], faults: Faults) -> RowSource:
    """A XES file, of which only the columns `wanted` are kept.

    Entities and document types are refused, as XES needs neither (defusedxml).
    """
    seen: set[str] = set()

    def chunks() -> Iterator[Chunk]:
        rows: list[dict[str, str]] = []
        first = 1
        for event in _events(path, faults):
            seen.update(event)
            rows.append(event)
            if len(rows) == _ROWS:
                yield _chunk(rows, wanted, first)
                first += len(rows)
                rows = []
        if rows:
            yield _chunk(rows, wanted, first)

    return RowSource(wanted, wanted, chunks, seen=seen)


def _chunk(rows: list[dict[str, str]], names: tuple[str, ...], first: int) -> Chunk:
    columns = {n: pa.array([row.get(n) for row in rows], pa.string()) for n in names}
    return Chunk(pa.table(columns), np.arange(first, first + len(rows), dtype=np.int64))


def _events(path: Path, faults: Faults) -> Iterator[dict[str, str]]:
    """The events one by one, each with the attributes of its trace."""
    log = _Log()
    parser = DefusedExpatParser(forbid_dtd=True)
    parser.setContentHandler(log)
    try:
        with open_bytes(path, is_packed(path)) as file:
            while piece := file.read(CHUNK):
                parser.feed(piece)
                yield from log.taken()
        parser.close()
        yield from log.taken()
    except _NotXes as wrong:
        faults.refuse("not-xes", f"The root element is <{wrong}>, not <log>.", "Is it XES?")
    except SAXParseException as error:
        place = f"{faults.file}:{error.getLineNumber()}:{(error.getColumnNumber() or 0) + 1}"
        faults.refuse(
            "broken-xml", f"The XML is broken: {error.getMessage()}.",
            "Fetch or export the log again.", place,
        )  # fmt: skip
    except DefusedXmlException:
        faults.refuse(
            "unsafe-xml", "The file has a document type or defines entities.",
            "Take the DOCTYPE out; XES needs none.",
        )  # fmt: skip
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        faults.refuse("truncated", f"The packed file breaks off: {error}.", "Fetch it again.")


class _NotXes(Exception):
    """The root element is another one."""


class _Log(ContentHandler):
    """Takes the events out of a stream of elements, without ever building a tree."""

    def __init__(self) -> None:
        super().__init__()
        self._stack: list[str] = []
        self._trace: dict[str, str] = {}
        self._event: dict[str, str] = {}
        self._waiting: list[dict[str, str]] = []
        self._done: list[dict[str, str]] = []

    def taken(self) -> list[dict[str, str]]:
        """The events that are complete, each given once."""
        found, self._done = self._done, []
        return found

    def startElement(self, name: str, attrs: Any) -> None:
        """An element begins."""
        name = name.rpartition(":")[2]
        parent = self._stack[-1] if self._stack else None
        self._stack.append(name)
        if parent is None and name != "log":
            raise _NotXes(name)
        if name in _SIMPLE and parent in ("event", "trace"):
            found = self._event if parent == "event" else self._trace
            key, value = attrs.get("key"), attrs.get("value")
            if key is not None and value is not None:
                found.setdefault(key if parent == "event" else f"case:{key}", value)

    def endElement(self, name: str) -> None:
        """An element ends."""
        name = self._stack.pop()
        if name == "event":
            if self._stack[-1:] == ["trace"]:
                # What a trace says of itself may stand behind its events.
                self._waiting.append(self._event)
            else:
                self._done.append(self._event)
            self._event = {}
        elif name == "trace":
            self._done += [self._trace | event for event in self._waiting]
            self._trace, self._waiting = {}, []
