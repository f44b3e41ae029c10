"""The one shape in which every kind of file gives its rows: chunks of columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from shouwen.measures.interchange.logs.faults import Faults
from shouwen.measures.interchange.logs.model import FileFormat

ENDINGS = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".parquet": "parquet", ".pq": "parquet",
    ".xes": "xes",
}  # fmt: skip


@dataclass(frozen=True)
class Chunk:
    """Some rows of a log.

    Attributes:
        table: columns under names that are unique; texts, or typed where the file has types.
        numbers: the numbers of the rows. In CSV the header is row 1; in Parquet the first row,
            in XES the first event is 1.
    """

    table: pa.Table
    numbers: np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class RowSource:
    """An open log: its columns, and its rows from the first on, as often as they are asked for.

    Attributes:
        columns: all columns, by unique names.
        headings: what the file itself calls them.
        chunks: gives the rows. Rows whose shape is wrong are reported and left out.
        missing: texts that stand for nothing in this kind of file, if the mapping is silent.
        seen: where columns are only known by reading: those seen so far.
    """

    columns: tuple[str, ...]
    headings: tuple[str, ...]
    chunks: Callable[[], Iterator[Chunk]]
    missing: frozenset[str] = frozenset()
    seen: set[str] | None = None


BadShape = Callable[[int, str, str], None]
"""Called with the number, the text and the reason of a row that has no columns."""


def format_of(path: Path, how: FileFormat) -> str:
    """The kind of file: as the mapping says, else by its ending; CSV if that says nothing."""
    if how.format is not None:
        return how.format
    endings = [s.lower() for s in path.suffixes if s.lower() not in (".gz", ".gzip")]
    return ENDINGS.get(endings[-1] if endings else "", "csv")


def unique_names(headings: list[str], faults: Faults) -> tuple[str, ...]:
    """Names for columns: a heading that comes again gets a number, an empty one its place."""
    names: dict[str, None] = {}
    repeated: list[str] = []
    for place, heading in enumerate(headings, 1):
        base = heading.strip() or f"column {place}"
        name, number = base, 1
        while name in names:
            number += 1
            name = f"{base}.{number}"
        if number > 1:
            repeated.append(f"'{base}' (again as '{name}')")
        names[name] = None
    if repeated:
        faults.note(
            "repeated-heading", "The header has the same name more than once: "
            + ", ".join(repeated) + ".", "The mapping can use these names.",
        )  # fmt: skip
    return tuple(names)
