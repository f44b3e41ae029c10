"""Reads a log by a mapping: every row is looked at, then all of it is taken or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from shouwen.measures.bulk.event_table import EventTable
from shouwen.measures.diagnostics import Diagnostic, did_you_mean
from shouwen.measures.evaluation.events import Event
from shouwen.measures.interchange.logs.assembly import Assembly
from shouwen.measures.interchange.logs.chunks import Reader
from shouwen.measures.interchange.logs.csv_source import open_csv
from shouwen.measures.interchange.logs.faults import Faults, listed
from shouwen.measures.interchange.logs.model import LogMapping
from shouwen.measures.interchange.logs.parquet_source import open_parquet
from shouwen.measures.interchange.logs.rejects import Rejects
from shouwen.measures.interchange.logs.sources import BadShape, Chunk, RowSource, format_of
from shouwen.measures.interchange.logs.xes_source import open_xes


@dataclass(frozen=True, eq=False)
class EventLog:
    """A log that was read.

    Attributes:
        file: the name of the file.
        mapping: what it was read by.
        table: its events as columns.
        expected: for each comparison of the mapping a table with the columns ``event`` (the id of
            the event) and ``expected`` (text, or timestamp[us, UTC]).
        rows: how many rows it has, whatever became of them.
        passed_over: how many of them `where` leaves out.
        set_aside: how many bad rows are in the file of rejects.
        copies: how many events were left out because the same one had come before.
        notes: what the reader should know although nothing is wrong.
        faults: what is wrong with the rows that were set aside.
    """

    file: str
    mapping: LogMapping
    table: EventTable
    expected: Mapping[str, pa.Table]
    rows: int
    passed_over: int
    set_aside: int
    copies: int
    notes: tuple[Diagnostic, ...]
    faults: tuple[Diagnostic, ...]

    def events(self) -> Iterator[Event]:
        """The events one by one, for the reference evaluator."""
        return self.table.events()


def read_log(
    path: Path,
    mapping: LogMapping,
    *,
    rejects: Path | None = None,
    progress: Callable[[int], None] | None = None,
) -> EventLog:
    """Read the events of a log.

    Args:
        path: a CSV (also packed by gzip), Parquet or XES file.
        mapping: what its columns mean; see `read_mapping`.
        rejects: None: one bad row refuses the log. A path: bad rows are set aside in this file
            (CSV; see `Rejects`), and all the others are taken. A row that gives several events
            is taken or set aside as a whole. The file is only written if there are bad rows.
        progress: called now and then with the number of rows read so far.

    Raises:
        LogError: when the file cannot be read, or rows are bad and `rejects` is not given. It
            tells some errors of each kind and counts all; nothing is taken, nothing written.
        FileNotFoundError: when there is no such file.
    """
    if not path.is_file():
        raise FileNotFoundError(f"There is no event log at {path}.")
    faults = Faults(path.name)
    aside: Rejects | None = None
    looking_again = False

    def bad_shape(number: int, text: str, reason: str) -> None:
        if looking_again:
            return
        faults.bad_rows += 1
        faults.rows("cells", "", [number], lambda _: text, lambda v: misshapen(v, reason))
        if aside is not None:
            aside.text(number, text, reason)

    source = open_rows(path, mapping, faults, bad_shape)
    if source is None or faults.fatal:
        raise faults.error()
    check_columns(mapping, source.columns, faults)
    if faults.fatal:
        raise faults.error()
    with ExitStack() as stack:
        if rejects is not None:
            aside = stack.enter_context(Rejects(rejects, source.headings))
        missing = mapping.file.missing
        reader = Reader(mapping, source.missing if missing is None else missing, faults, aside)
        for chunk in source.chunks():
            reader.read(completed(chunk, mapping))
            if progress is not None:
                progress(reader.rows + faults.counts["cells", ""])
        if source.seen is not None and not faults.fatal:
            check_columns(mapping, tuple(source.seen), faults)
            if faults.fatal:
                faults.forget_rows()
        if faults.fatal:
            raise faults.error()
        assembly = Assembly(mapping.measure, faults)
        tables = assembly.tables(reader.parts)
        late = assembly.bad
        if faults and aside is None:
            raise faults.error()
        if late and aside is not None:
            looking_again = True
            for chunk in source.chunks():
                found = {n: late[n] for n in chunk.numbers.tolist() if n in late}
                if found:
                    aside.rows(chunk, found)
        if faults and aside is not None:
            aside.keep()
        expected = assembly.expected(mapping, reader.expected)
    rows = reader.rows + faults.counts["cells", ""]
    if not rows:
        faults.note("no-rows", "The log has no rows.")
    reader.say_order()
    return EventLog(
        path.name, mapping, EventTable(mapping.measure, tables), expected, rows,
        reader.passed_over, faults.bad_rows, assembly.copies, tuple(faults.notes),
        tuple(faults.diagnostics()),
    )  # fmt: skip


def misshapen(text: str, reason: str) -> tuple[str, str]:
    """What is said of a row whose cells do not fit the header."""
    return (
        f"{reason} It reads: {text}",
        "Put texts that hold the delimiter or a line break in quotation marks.",
    )


def completed(chunk: Chunk, mapping: LogMapping) -> Chunk:
    """A chunk with the columns that a mapping may do without."""
    table = chunk.table
    for name in mapping.columns if not mapping.complete else ():
        if name not in table.column_names:
            table = table.append_column(name, pa.nulls(table.num_rows, pa.string()))
    return Chunk(table, chunk.numbers)


def open_rows(
    path: Path, mapping: LogMapping, faults: Faults, bad_shape: BadShape
) -> RowSource | None:
    """Open a log of any kind; None, with an error, when it is none of that kind."""
    match format_of(path, mapping.file):
        case "parquet":
            return open_parquet(path, faults)
        case "xes":
            return open_xes(path, mapping.columns, faults)
        case _:
            return open_csv(path, mapping.file, faults, bad_shape)


def check_columns(mapping: LogMapping, columns: tuple[str, ...], faults: Faults) -> None:
    """Report the columns that a mapping looks at and a file does not have."""
    for name in mapping.columns if mapping.complete else ():
        if name not in columns:
            faults.refuse(
                "missing-column",
                f"There is no column '{name}', which the mapping {mapping.name} looks at.",
                did_you_mean(name, columns) or f"The columns are: {listed(columns)}.",
            )
