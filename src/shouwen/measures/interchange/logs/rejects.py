"""The file of rows that were set aside, each with what is wrong with it."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shouwen.measures.interchange.logs.sources import Chunk

ROW, REASON, TEXT = "#row", "#reason", "#text"


class Rejects:
    """Writes bad rows as CSV (UTF-8 with a byte order mark, so that spreadsheets know it).

    The columns are those of the log, then ``#row`` (its number there), ``#reason`` and, for rows
    whose cells do not fit the header, ``#text`` (the row as it was). A corrected file can be read
    with the same mapping, which does not look at the added columns.

    The file appears under its name only when `keep` is called; else nothing is left behind.
    """

    def __init__(self, path: Path, headings: Sequence[str]) -> None:
        self.path = path
        self._part = path.with_name(path.name + ".part")
        self._file = self._part.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._width = len(headings)
        self._writer.writerow([*headings, ROW, REASON, TEXT])
        self._kept = False

    def text(self, number: int, text: str, reason: str) -> None:
        """Add a row that has no columns."""
        self._writer.writerow([*[""] * self._width, number, reason, text])

    def rows(self, chunk: Chunk, reasons: Mapping[int, Iterable[str]]) -> None:
        """Add rows of a chunk, by their numbers."""
        numbers = np.array(sorted(reasons), np.int64)
        places = pa.array(np.searchsorted(chunk.numbers, numbers))
        columns = [pc.cast(c, pa.string()).to_pylist() for c in chunk.table.take(places).columns]
        for i, number in enumerate(numbers.tolist()):
            cells = ["" if c[i] is None else c[i] for c in columns]
            self._writer.writerow([*cells, number, " ".join(reasons[number]), ""])

    def keep(self) -> None:
        """Let the file appear."""
        self._file.close()
        os.replace(self._part, self.path)
        self._kept = True

    def __enter__(self) -> Rejects:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if not self._kept:
            self._file.close()
            self._part.unlink(missing_ok=True)
