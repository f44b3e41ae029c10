"""CSV files as chunks of text columns."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from shouwen.measures.interchange.logs.encodings import Text, look_at
from shouwen.measures.interchange.logs.faults import Faults, clipped
from shouwen.measures.interchange.logs.model import FileFormat
from shouwen.measures.interchange.logs.sources import BadShape, Chunk, RowSource, unique_names

BLOCK = 4 << 20
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


def open_csv(path: Path, how: FileFormat, faults: Faults, bad_shape: BadShape) -> RowSource | None:
    """Open a CSV file; None, with errors, when it cannot be read at all.

    The encoding is checked to the last byte first, so that a file that breaks off is refused
    before anything is made of it. Rows are read by Arrow in blocks of 4 MB.
    """
    text = look_at(path, how.encoding, faults)
    if text is None:
        return None
    first = _first_lines(text)
    delimiter = how.delimiter or _delimiter(first, how, faults)
    header = _first_record(first, delimiter, how.quote)
    if header is None:
        faults.refuse("empty-file", "The file has no rows.", "Check where it came from.")
        return None
    headings = list(how.columns) if how.columns is not None else header
    names = unique_names(headings, faults)

    def chunks() -> Iterator[Chunk]:
        return _chunks(text, names, delimiter, how, faults, bad_shape)

    return RowSource(names, tuple(headings), chunks, frozenset({""}))


def _first_lines(text: Text) -> str:
    decoder = codecs.getincrementaldecoder(text.encoding)(errors="ignore")
    with text.open() as file:
        return decoder.decode(file.read(1 << 18))


def _first_record(first: str, delimiter: str, quote: str | None) -> list[str] | None:
    rows = csv.reader(
        io.StringIO(first, newline=""), delimiter=delimiter, quotechar=quote,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
    )  # fmt: skip
    try:
        return next(rows, None)
    except csv.Error:
        return None


def _delimiter(first: str, how: FileFormat, faults: Faults) -> str:
    """The delimiter that cuts the first record into the most cells."""
    cells = {d: len(_first_record(first, d, how.quote) or ()) for d in _DELIMITERS}
    best = max(cells, key=lambda d: cells[d])
    if best != "," and cells[best] > 1:
        faults.note(
            "delimiter", f"Cells were found to be separated by {_DELIMITERS[best]}s.",
            "Say 'delimiter:' in the mapping to be sure.",
        )  # fmt: skip
        return best
    return ","


def _chunks(
    text: Text,
    names: tuple[str, ...],
    delimiter: str,
    how: FileFormat,
    faults: Faults,
    bad_shape: BadShape,
) -> Iterator[Chunk]:
    left_out: list[int] = []

    def on_bad_row(row: arrow_csv.InvalidRow) -> str:
        left_out.append(row.number)
        if _holds_rows(row.text, delimiter, len(names)):
            _refuse_quote(row.number, row.text, faults)
            return "error"
        bad_shape(
            row.number,
            row.text,
            f"the row has {row.actual_columns} cells, the header {row.expected_columns}.",
        )
        return "skip"

    has_header = how.columns is None
    next_number = 2 if has_header else 1
    try:
        with text.open() as file:
            reader = arrow_csv.open_csv(
                file,
                # One thread: only then are the rows that do not fit numbered.
                read_options=arrow_csv.ReadOptions(
                    use_threads=False, block_size=BLOCK, column_names=list(names),
                    skip_rows_after_names=1 if has_header else 0, encoding=text.encoding,
                ),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=delimiter, quote_char=how.quote or False, newlines_in_values=True,
                    ignore_empty_lines=False, invalid_row_handler=on_bad_row,
                ),
                convert_options=arrow_csv.ConvertOptions(
                    column_types={n: pa.string() for n in names}, strings_can_be_null=False,
                    check_utf8=False,
                ),
            )  # fmt: skip
            for batch in reader:
                numbers = _numbers(next_number, batch.num_rows, left_out)
                if batch.num_rows:
                    next_number = int(numbers[-1]) + 1
                table = pa.Table.from_batches([batch])
                if _swallowed(table, numbers, delimiter, faults):
                    return
                yield from _without_blanks(table, numbers)
    except pa.ArrowInvalid as error:
        if "Empty CSV file" in str(error) or faults.fatal:
            return
        faults.refuse(
            "not-csv", f"After row {next_number - 1} the file cannot be read as CSV: {error}.",
            "Look for a quotation mark that is never closed, or say 'quote: none' in the mapping.",
        )  # fmt: skip


def _swallowed(
    table: pa.Table,
    numbers: np.ndarray[tuple[int], np.dtype[np.int64]],
    delimiter: str,
    faults: Faults,
) -> bool:
    """Whether a cell holds what were rows: then a quotation mark is open, and nothing is sure."""
    if table.num_columns < 3:
        return False
    for column in table.columns:
        broken = pc.match_substring(column, "\n")
        if not pc.any(broken).as_py():
            continue
        for place in np.nonzero(broken.to_numpy())[0].tolist():
            text = column[place].as_py()
            if _holds_rows(text, delimiter, table.num_columns):
                _refuse_quote(int(numbers[place]), text, faults)
                return True
    return False


def _holds_rows(text: str, delimiter: str, width: int) -> bool:
    """Whether a line behind the first could be a row of the file."""
    return width >= 3 and any(line.count(delimiter) >= width - 1 for line in text.split("\n")[1:])


def _refuse_quote(number: int, text: str, faults: Faults) -> None:
    faults.refuse(
        "open-quote",
        "A quotation mark is opened here and not closed in its row: what was taken for a part of "
        f"the cell looks like further rows. It reads: {clipped(text)}",
        "Close it (or double it, if it belongs to the text), or say 'quote: none' in the mapping.",
        f"{faults.file}, row {number}",
    )


def _numbers(
    first: int, count: int, left_out: list[int]
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The numbers of `count` rows from `first` on, those left out not counted."""
    gone = np.array([n for n in left_out if n >= first], np.int64)
    left_out.clear()
    left_out.extend(gone.tolist())
    found = np.arange(first, first + count + len(gone), dtype=np.int64)
    if len(gone):
        found = np.setdiff1d(found, gone)
    return found[:count]


def _without_blanks(
    table: pa.Table, numbers: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> Iterator[Chunk]:
    """The rows that have something in them: empty lines are no rows."""
    blank = None
    for column in table.columns:
        empty = pc.equal(column, "")
        blank = empty if blank is None else pc.and_(blank, empty)
        if not pc.any(blank).as_py():
            yield Chunk(table, numbers)
            return
    keep = pc.invert(blank)
    yield Chunk(table.filter(keep), numbers[keep.to_numpy()])
