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
from xml.etree.ElementTree import Element, ParseError

import numpy as np
import pyarrow as pa
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from shouwen.measures.interchange.logs.encodings import is_packed, open_bytes
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
    try:
        with open_bytes(path, is_packed(path)) as file:
            yield from _walk(ElementTree.iterparse(file, events=("start", "end")), faults)
    except ParseError as error:
        line, column = error.position
        faults.refuse(
            "broken-xml", f"The XML is broken: {error.msg}.",
            "Fetch or export the log again.", f"{faults.file}:{line}:{column + 1}",
        )  # fmt: skip
    except DefusedXmlException as error:
        faults.refuse(
            "unsafe-xml", f"The file defines entities or a document type ({error}).",
            "Take the DOCTYPE out; XES needs none.",
        )  # fmt: skip
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        faults.refuse("truncated", f"The packed file breaks off: {error}.", "Fetch it again.")


def _walk(parser: Any, faults: Faults) -> Iterator[dict[str, str]]:
    stack: list[Element] = []
    waiting: list[dict[str, str]] = []
    for what, element in parser:
        name = _local(element)
        if what == "start":
            if not stack and name != "log":
                faults.refuse("not-xes", f"The root element is <{name}>, not <log>.", "Is it XES?")
                return
            stack.append(element)
            continue
        stack.pop()
        parent = _local(stack[-1]) if stack else None
        if name == "event":
            waiting.append(_attributes(element, ""))
            element.clear()
            if parent == "log":  # an event outside every trace
                yield waiting.pop()
                stack[-1].clear()
        elif name == "trace":
            shared = _attributes(element, "case:")
            for event in waiting:
                yield shared | event
            waiting = []
            stack[-1].clear()


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _attributes(element: Element, prefix: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for child in element:
        key, value = child.get("key"), child.get("value")
        if key is not None and value is not None and _local(child) in _SIMPLE:
            found.setdefault(prefix + key, value)
    return found
