"""Where the events of an assessment come from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa

from shouwen.measures.assessment.intake import store_events, store_log
from shouwen.measures.assessment.store import Store, Tell
from shouwen.measures.diagnostics import Diagnostic
from shouwen.measures.evaluation.events import Event
from shouwen.measures.interchange.logs import LogMapping
from shouwen.measures.language.model import Measure

_ENDS = 1 << 16


@dataclass(frozen=True)
class LogSource:
    """A log that a mapping reads: CSV, Parquet or XES."""

    path: Path
    mapping: LogMapping
    mapping_text: str = ""

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.path.name

    def identity(self) -> str:
        """By size, time of last change and both ends of the file; and the mapping."""
        return f"{_identity(self.path)} {self.mapping_text}"

    def store(
        self,
        connection: duckdb.DuckDBPyConnection,
        measure: Measure,
        folder: Path,
        tell: Tell | None,
    ) -> tuple[Store, tuple[Diagnostic, ...]]:
        """Read the log, a piece at a time."""
        found = Store(measure, folder, self.name)
        _, notes = store_log(self.path, self.mapping, found, tell)
        return found, notes


@dataclass(frozen=True)
class FolderSource:
    """A folder with one folder of Parquet files for each event type (see `store`).

    With `known_only`, types and facts that the measure does not have are passed over, as where
    another version of a measure is tried on the events of the one in force.
    """

    path: Path
    known_only: bool = False

    @property
    def name(self) -> str:
        """The name of the folder."""
        return self.path.name

    def identity(self) -> str:
        """By size, time of last change and both ends of every file."""
        files = sorted(self.path.glob("*/*.parquet"))
        return " ".join(f"{f.relative_to(self.path)} {_identity(f)}" for f in files)

    def store(
        self,
        connection: duckdb.DuckDBPyConnection,
        measure: Measure,
        folder: Path,
        tell: Tell | None,
    ) -> tuple[Store, tuple[Diagnostic, ...]]:
        """The folder as it stands; its values are looked at."""
        return Store.of(self.path, measure, known_only=self.known_only), ()


@dataclass(frozen=True)
class EventSource:
    """Events one by one, from wherever they are kept.

    Attributes:
        identified_by: changes when the events do.
        events: gives them, from the first on.
        known_only: pass over types and facts that the measure does not have.
        total: how many there are, if that is known.
    """

    name: str
    identified_by: str
    events: Callable[[], Iterator[Event]]
    total: int | None = None
    known_only: bool = False

    def identity(self) -> str:
        """As given."""
        return self.identified_by

    def store(
        self,
        connection: duckdb.DuckDBPyConnection,
        measure: Measure,
        folder: Path,
        tell: Tell | None,
    ) -> tuple[Store, tuple[Diagnostic, ...]]:
        """Read them, a piece at a time."""
        found = Store(measure, folder, self.name)
        events: Iterable[Event] = self.events()
        if self.known_only:
            events = (e for e in map(partial(_known, measure), events) if e is not None)
        store_events(events, found, self.total, tell)
        return found, ()


@dataclass(frozen=True)
class TableSource:
    """Events as Arrow tables by type, a piece at a time, from wherever they are kept.

    Whoever makes them answers for their columns (`schema_of`, numbers with twelve digits behind the
    point) and values.

    Attributes:
        identified_by: changes when the events do.
        tables: gives the events in the vocabulary of a measure; what it does not know is left out.
        total: how many there are, if that is known.
    """

    name: str
    identified_by: str
    tables: Callable[[Measure], Iterator[tuple[str, pa.Table]]]
    total: int | None = None

    def identity(self) -> str:
        """As given."""
        return self.identified_by

    def store(
        self,
        connection: duckdb.DuckDBPyConnection,
        measure: Measure,
        folder: Path,
        tell: Tell | None,
    ) -> tuple[Store, tuple[Diagnostic, ...]]:
        """Put them down piece by piece."""
        found, count = Store(measure, folder, self.name), 0
        for type_, table in self.tables(measure):
            found.add(type_, table)
            count += table.num_rows
            if tell is not None:
                tell("reading", count, self.total)
        return found, ()


Source = LogSource | FolderSource | EventSource | TableSource
"""Events that can be put into a store. The `identity` of a source changes when they do."""


def _known(measure: Measure, event: Event) -> Event | None:
    """An event with the facts that a measure knows; None if it does not know the type."""
    relation = measure.vocabulary.events.get(event.type)
    if relation is None:
        return None
    facts = {n: v for n, v in event.facts.items() if n in relation.fields}
    return replace(event, facts=facts)


def _identity(path: Path) -> str:
    state = path.stat()
    digest = hashlib.sha256()
    with path.open("rb") as file:
        digest.update(file.read(_ENDS))
        if state.st_size > 2 * _ENDS:
            file.seek(-_ENDS, 2)
        digest.update(file.read(_ENDS))
    return f"{path.name} {state.st_size} {state.st_mtime_ns} {digest.hexdigest()}"
