"""Logs of a measure: as tables in memory, or part by part in Parquet files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.operation import cable, others
from benchmarks.operation.batch import Batch
from benchmarks.operation.world import World, world
from shouwen import library
from shouwen.measures.bulk.event_table import EventTable
from shouwen.measures.language import Measure, load_measure

CASES_A_PART = 250_000
SHAPES: dict[str, tuple[Callable[[Batch], None], float]] = {
    "cable": (cable.part, cable.EVENTS_A_CASE),
    "power": (others.electricity, 3.0),
    "bureau": (others.electricity, 3.0),
    "bank": (others.bank, 3.4),
    "agent": (others.agent, 2.5),
}
"""By measure: what happens in a part, and about how many events a case has."""


@cache
def measure_of(key: str) -> Measure:
    """A measure of the library."""
    return load_measure(library.path_of(key))


def parts(
    key: str, events: int, seed: int = 1, cases_a_part: int = CASES_A_PART
) -> Iterator[dict[str, pa.Table]]:
    """A log of about so many events, part by part, each a table by event type."""
    shape, each = SHAPES[key]
    measure = measure_of(key)
    count = max(1, round(events / each))
    size = min(cases_a_part, max(1, -(-count // 5)))
    home = _home(count, seed)
    for part, first in enumerate(range(0, count, size)):
        batch = Batch(measure, home, part, first, min(size, count - first))
        shape(batch)
        yield batch.finished()


def _home(cases: int, seed: int) -> World:
    """An organisation of a size that fits: about 8,000 cases a year for each station."""
    return world(seed, max(3, min(4_000, cases // 8_000)))


def log(key: str, events: int, seed: int = 1) -> EventTable:
    """A log in memory."""
    tables: dict[str, list[pa.Table]] = {}
    for part in parts(key, events, seed):
        for type_, table in part.items():
            tables.setdefault(type_, []).append(table)
    return EventTable(
        measure_of(key),
        {t: pa.concat_tables(found, promote_options="permissive") for t, found in tables.items()},
    )


def write(folder: Path, key: str, events: int, seed: int = 1) -> int:
    """Write a log as a folder of events (one folder a type, one file a part); how many it has."""
    total = 0
    for number, part in enumerate(parts(key, events, seed)):
        for type_, table in part.items():
            home = folder / type_
            home.mkdir(parents=True, exist_ok=True)
            pq.write_table(table, home / f"part-{number:05}.parquet", compression="zstd")
            total += table.num_rows
    return total
