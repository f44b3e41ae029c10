"""Events on disk: a folder with one folder of Parquet files for each event type.

Columns are those of `EventTable`; numbers have twelve digits behind the point. A store is larger
than memory may be; what has to be known of it as a whole (that ids are unique, that corrections
have what they correct) is asked of DuckDB, which puts down on disk what it cannot hold.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from shouwen.measures.bulk.event_table import RECORDED_AT, RETRACTS, SUPERSEDES, schema_of
from shouwen.measures.diagnostics import Diagnostic, Severity, SourceError, did_you_mean
from shouwen.measures.feel.types import NUMBER, EnumType
from shouwen.measures.language.model import Measure, Relation

SCALE = 12
SHOWN = 5
_OPTIONAL = {RECORDED_AT: "TIMESTAMPTZ", SUPERSEDES: "VARCHAR", RETRACTS: "BOOLEAN"}
Tell = Callable[[str, int, int | None], None]


def quoted(name: str) -> str:
    """A name as an identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str | Path) -> str:
    """A text as a literal."""
    return "'" + str(text).replace("'", "''") + "'"


@dataclass
class Store:
    """Events of a measure on disk.

    Attributes:
        measure: whose vocabulary they follow.
        folder: where the folders of the types are.
        name: what errors call it.
        rows: by type, how many events there are (copies too).
    """

    measure: Measure
    folder: Path
    name: str
    rows: dict[str, int] = field(default_factory=dict)
    _files: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path, measure: Measure, *, known_only: bool = False) -> Store:
        """A store that is already there. With `known_only`, types that the measure does not have
        are passed over.

        Raises:
            SourceError: when a folder is of no event type, or a file is no Parquet file.
        """
        store, wrong = cls(measure, folder, folder.name), []
        for path in sorted(p for p in folder.iterdir() if p.is_dir() and any(p.glob("*.parquet"))):
            if path.name not in measure.vocabulary.events:
                if known_only:
                    continue
                hint = did_you_mean(path.name, measure.vocabulary.events)
                wrong.append(_fault("unknown-event-type", path,
                                    f"Measure {measure.id} has no event type '{path.name}'.",
                                    hint))  # fmt: skip
                continue
            try:
                store.rows[path.name] = sum(
                    pq.read_metadata(f).num_rows for f in sorted(path.glob("*.parquet"))
                )
            except (pa.ArrowInvalid, OSError) as error:
                wrong.append(_fault("not-parquet", path, f"A file cannot be read: {error}.",
                                    "Fetch it again."))  # fmt: skip
        if wrong:
            raise SourceError(wrong)
        if not store.rows:
            hint = "Each is called as an event type and holds Parquet files."
            raise SourceError(
                [_fault("no-events", folder, "There are no folders of events in it.", hint)]
            )
        return store

    def __len__(self) -> int:
        return sum(self.rows.values())

    def add(self, type_: str, table: pa.Table) -> None:
        """Put down some events of a type (columns of `EventTable`; others are kept too)."""
        if not table.num_rows:
            return
        relation = self.measure.vocabulary.events[type_]
        scales = {n: SCALE for n, f in relation.fields.items() if f.type == NUMBER}
        wanted = {f.name: f.type for f in schema_of(relation, scales)}
        schema = pa.schema([pa.field(f.name, wanted.get(f.name, f.type)) for f in table.schema])
        number = self._files[type_] = self._files.get(type_, 0) + 1
        home = self.folder / type_
        home.mkdir(parents=True, exist_ok=True)
        pq.write_table(table.cast(schema), home / f"{number:06}.parquet", compression="zstd")
        self.rows[type_] = self.rows.get(type_, 0) + table.num_rows

    def source(self, type_: str) -> str:
        """The rows of a type, as DuckDB reads them."""
        return f"read_parquet({literal(self.folder / type_ / '*.parquet')}, union_by_name = true)"

    def columns(self, connection: duckdb.DuckDBPyConnection, type_: str) -> dict[str, str]:
        """The columns of a type, with their types in DuckDB."""
        rows = connection.execute(f"DESCRIBE SELECT * FROM {self.source(type_)}").fetchall()
        return {r[0]: r[1] for r in rows}

    def never_null(self, type_: str) -> frozenset[str]:
        """The columns of a type that every event of it has, as far as the files say so."""
        found: set[str] | None = None
        for path in sorted((self.folder / type_).glob("*.parquet")):
            about = pq.read_metadata(path)
            full: set[str] = set(about.schema.names)
            for group in range(about.num_row_groups):
                rows = about.row_group(group)
                for place in range(rows.num_columns):
                    column = rows.column(place)
                    counted = column.statistics
                    if counted is None or not counted.has_null_count or counted.null_count:
                        full.discard(column.path_in_schema)
            found = full if found is None else found & full
        return frozenset(found or ())

    def selected(
        self,
        connection: duckdb.DuckDBPyConnection,
        type_: str,
        facts: Collection[str],
        more: str = "",
    ) -> str:
        """A query for what every event has and some facts, whatever columns are there; `more` is
        SQL for further columns, with a comma before each."""
        have = self.columns(connection, type_)
        own = [f"{c} AS {c}" if c in have else f"NULL::{t} AS {c}" for c, t in _OPTIONAL.items()]
        kept = [quoted(f) for f in facts if f in have]
        return f'SELECT id, "at", {", ".join([*own, *kept])}{more} FROM {self.source(type_)}'

    def remove(self) -> None:
        """Remove it from the disk."""
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- checks ---------------------------------------------------------------------------------

    def check(
        self,
        connection: duckdb.DuckDBPyConnection,
        *,
        values: bool,
        known_only: bool = False,
        tell: Tell | None = None,
    ) -> list[Diagnostic]:
        """Hold the store as a whole to what every log is held to; gives notes.

        Args:
            connection: an embedded DuckDB.
            values: whether columns and their values are looked at too, as they must be where no
                reader of logs has done so.
            known_only: pass over columns that are no facts of the measure.
            tell: told how many types have been looked at.

        Raises:
            SourceError: for columns of another type, members that are none, ids that stand for two
                different events, corrections of nothing; all of them at once.
        """
        wrong: list[Diagnostic] = []
        for done, type_ in enumerate(self.rows):
            if values:
                wrong += _bad_values(
                    connection, self, self.measure.vocabulary.events[type_], known_only
                )
            if tell is not None:
                tell("checking", done + 1, len(self.rows) + 1)
        if wrong:
            raise SourceError(wrong)
        notes, wrong = _ids(connection, self)
        wrong += _corrections(connection, self)
        if tell is not None:
            tell("checking", len(self.rows) + 1, len(self.rows) + 1)
        if wrong:
            raise SourceError(wrong)
        return notes


def _fault(code: str, where: object, message: str, hint: str | None = None) -> Diagnostic:
    return Diagnostic(code, message, None, hint, where=str(where))


def _bad_values(
    connection: duckdb.DuckDBPyConnection, store: Store, relation: Relation, known_only: bool
) -> Iterator[Diagnostic]:
    """What is wrong with the columns of a type."""
    have = store.columns(connection, relation.name)
    where = store.folder / relation.name
    fits = {"id": "VARCHAR", "at": "TIMESTAMP WITH TIME ZONE", SUPERSEDES: "VARCHAR",
            RECORDED_AT: "TIMESTAMP WITH TIME ZONE", RETRACTS: "BOOLEAN"}  # fmt: skip
    for column, type_ in fits.items():
        if column in have and have[column] != type_:
            hint = "Write instants as timestamp[us, UTC]." if "TIME" in type_ else None
            message = f"Column '{column}' is {have[column]}, not {type_}."
            yield _fault("wrong-type", where, message, hint)
    for column in ("id", "at"):
        if column not in have:
            yield _fault("missing-column", where, f"There is no column '{column}'.")
            continue
        count = _scalar(connection, f"SELECT count(*) FROM {store.source(relation.name)} "
                                    f"WHERE {quoted(column)} IS NULL")  # fmt: skip
        if count:
            yield _fault("missing-value", where, f"{count:,} events have no '{column}'.")
    for column in have:
        if column not in relation.fields and column not in fits:
            if known_only:
                continue
            yield _fault("unknown-fact", where, f"'{relation.name}' has no fact '{column}'.",
                         did_you_mean(column, relation.fields))  # fmt: skip
            continue
        item = relation.fields.get(column)
        if item is not None and isinstance(item.type, EnumType) and have[column] == "VARCHAR":
            members = ", ".join(literal(m) for m in item.type.members)
            found = connection.execute(
                f"SELECT {quoted(column)}, count(*) FROM {store.source(relation.name)} "
                f"WHERE {quoted(column)} NOT IN ({members}) "
                f"GROUP BY 1 ORDER BY 2 DESC LIMIT {SHOWN}"
            ).fetchall()
            for value, count in found:
                yield _fault(
                    "wrong-type", where,
                    f"'{value}' ({count:,} times) is no {item.type.name} in column '{column}'.",
                    did_you_mean(value, item.type.members),
                )  # fmt: skip


def _all_ids(store: Store, columns: str) -> str:
    return " UNION ALL ".join(
        f"SELECT {columns.replace('#type', literal(t))} FROM {store.source(t)}" for t in store.rows
    )


def _ids(
    connection: duckdb.DuckDBPyConnection, store: Store
) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """Ids that stand for more than one event: a note on copies, errors on others."""
    # Hashes are short; only ids whose hash comes twice are looked at in full.
    twice = connection.execute(
        f"CREATE OR REPLACE TEMP TABLE twice AS SELECT h FROM ({_all_ids(store, 'hash(id) AS h')}) "
        "GROUP BY h HAVING count(*) > 1"
    )
    if not _scalar(connection, "SELECT count(*) FROM twice"):
        return [], []
    del twice
    parts = [
        f"SELECT id, {literal(t)} AS type, {_row_hash(connection, store, t)} AS content "
        f"FROM {store.source(t)} WHERE hash(id) IN (FROM twice)"
        for t in store.rows
    ]
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE again AS SELECT id, count(*) AS n, "
        "count(DISTINCT (type, content)) AS different, min(type) AS type FROM "
        f"({' UNION ALL '.join(parts)}) GROUP BY id HAVING count(*) > 1"
    )
    clashes = connection.execute(
        f"SELECT id, type FROM again WHERE different > 1 ORDER BY id LIMIT {SHOWN}"
    ).fetchall()
    count = _scalar(connection, "SELECT count(*) FROM again WHERE different > 1")
    wrong = [
        _fault(
            "contradictory-event", f"{store.name}, {type_}",
            f"The id '{id_}' stands for two different events.",
            "Make ids of more columns, or let one event supersede the other.",
        )
        for id_, type_ in clashes
    ]  # fmt: skip
    if count > len(clashes):
        wrong.append(_fault("contradictory-event", store.name, f"{count:,} such ids in all."))
    copies = _scalar(connection, "SELECT coalesce(sum(n - 1), 0) FROM again WHERE different = 1")
    notes = []
    if copies:
        notes.append(
            Diagnostic("copies", f"{copies:,} events were left out: the same one had come before.",
                       severity=Severity.NOTE, where=store.name)
        )  # fmt: skip
    return notes, wrong


def _row_hash(connection: duckdb.DuckDBPyConnection, store: Store, type_: str) -> str:
    names = [quoted(c) for c in store.columns(connection, type_) if c != "#row"]
    return f"hash(struct_pack({', '.join(f'{n} := {n}' for n in names)}))"


def _corrections(connection: duckdb.DuckDBPyConnection, store: Store) -> list[Diagnostic]:
    """Events that supersede one that is not there."""
    some = [t for t in store.rows if SUPERSEDES in store.columns(connection, t)]
    if not some:
        return []
    targets = " UNION ALL ".join(
        f"SELECT id, {SUPERSEDES} AS target FROM {store.source(t)} WHERE {SUPERSEDES} IS NOT NULL"
        for t in some
    )
    lost = connection.execute(
        f"SELECT id, target FROM ({targets}) ANTI JOIN ({_all_ids(store, 'id')}) known "
        f"ON target = known.id ORDER BY id LIMIT {SHOWN}"
    ).fetchall()
    return [
        _fault("unknown-event", store.name, f"Event '{id_}' supersedes '{target}', which is not "
               "there.", "Correct the id, or add the event that is superseded.")
        for id_, target in lost
    ]  # fmt: skip


def _scalar(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = connection.execute(sql).fetchone()
    return int(row[0]) if row is not None else 0
