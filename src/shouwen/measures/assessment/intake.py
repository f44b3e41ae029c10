"""From logs and other sources to a store, a piece at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from shouwen.measures.assessment.store import Store
from shouwen.measures.bulk.event_table import event_table
from shouwen.measures.diagnostics import Diagnostic
from shouwen.measures.evaluation.events import Event
from shouwen.measures.interchange.logs import LogMapping
from shouwen.measures.interchange.logs.chunks import NUMBER_OF_ROW, Reader
from shouwen.measures.interchange.logs.faults import Faults
from shouwen.measures.interchange.logs.reading import (
    check_columns,
    completed,
    misshapen,
    open_rows,
)

PIECE = 500_000
"""About so many rows are in memory at once."""
Tell = Callable[[str, int, int | None], None]


def store_log(
    path: Path, mapping: LogMapping, store: Store, tell: Tell | None = None
) -> tuple[int, tuple[Diagnostic, ...]]:
    """Put the events of a log (CSV, Parquet, XES) into a store; its rows, and notes on them.

    As `read_log`, but a piece at a time: the log may be larger than memory. That ids are unique
    and corrections have what they correct is checked by `Store.check` afterwards.

    Raises:
        LogError: as `read_log`.
    """
    faults = Faults(path.name)

    def bad_shape(number: int, text: str, reason: str) -> None:
        faults.bad_rows += 1
        faults.rows("cells", "", [number], lambda _: text, lambda v: misshapen(v, reason))

    source = open_rows(path, mapping, faults, bad_shape)
    if source is None or faults.fatal:
        raise faults.error()
    check_columns(mapping, source.columns, faults)
    if faults.fatal:
        raise faults.error()
    missing = mapping.file.missing
    reader = Reader(mapping, source.missing if missing is None else missing, faults, None)
    held = 0
    for chunk in source.chunks():
        reader.read(completed(chunk, mapping))
        held += len(chunk.numbers)
        if held >= PIECE:
            _put_down(reader, store)
            held = 0
        if tell is not None:
            tell("reading", reader.rows, None)
    _put_down(reader, store)
    if source.seen is not None and not faults.fatal:
        check_columns(mapping, tuple(source.seen), faults)
        if faults.fatal:
            faults.forget_rows()
    if faults:
        raise faults.error()
    reader.say_order()
    return reader.rows, tuple(faults.notes)


def _put_down(reader: Reader, store: Store) -> None:
    """Empty the reader into the store. Where something is wrong, nothing is kept any more."""
    import pyarrow as pa

    if not reader.faults:
        by_type: dict[str, list[pa.Table]] = {}
        for part in reader.parts:
            by_type.setdefault(part.type, []).append(part.table.drop_columns([NUMBER_OF_ROW]))
        for type_, tables in by_type.items():
            store.add(type_, pa.concat_tables(tables, promote_options="permissive"))
    reader.parts.clear()
    for name in reader.expected:
        reader.expected[name] = []


def store_events(
    events: Iterable[Event], store: Store, total: int | None = None, tell: Tell | None = None
) -> int:
    """Put events into a store, checked against the vocabulary; how many there were.

    Raises:
        EventError: for events that do not fit the vocabulary.
    """
    count = 0
    for piece in _pieces(events, 50_000):
        for type_, table in event_table(store.measure, piece).tables.items():
            store.add(type_, table)
        count += len(piece)
        if tell is not None:
            tell("reading", count, total)
    return count


def _pieces(events: Iterable[Event], size: int) -> Iterator[list[Event]]:
    source = iter(events)
    while piece := list(islice(source, size)):
        yield piece
