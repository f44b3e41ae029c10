"""Events of an organisation out of PostgreSQL, as columns and in bounded memory.

`COPY` sends the rows of one event type after the other, far faster than row by row through objects;
they become Arrow tables of the measure's own types, a piece at a time. Each piece is a statement of
its own, found by the index of types: between two of them the connection is free for other things,
and no transaction stays open for as long as a large log takes. What a measure does not know (types
and facts of another version) is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
from django.db import DatabaseError, connection
from psycopg import sql
from pyarrow import csv

from shouwen.measures.assessment import AssessmentStopped, TableSource
from shouwen.measures.bulk.event_table import OWN_FIELDS, period_parts, schema_of
from shouwen.measures.diagnostics import Diagnostic, SourceError
from shouwen.measures.evaluation.events import convert
from shouwen.measures.feel.types import NUMBER, PERIOD, STRING
from shouwen.measures.language.model import Field, Measure, Relation
from shouwen.service.enactment.history import History
from shouwen.service.enactment.models import Event
from shouwen.service.tenancy.scope import scope

ROWS = 50_000
"""So many rows are in memory at once."""
SCALE = 12
"""Digits behind the point of numbers, as in a store."""
SHOWN = 5
_QUERY = sql.SQL(
    "COPY (SELECT id, uid, {at}, CASE WHEN recorded_at > at THEN {recorded} END, supersedes, "
    "retracts{facts} FROM {table} WHERE type = {type} AND id <= {last} {beyond} "
    "ORDER BY at, id LIMIT {rows}) TO STDOUT (FORMAT csv)"
)
_BEYOND = sql.SQL(
    "AND at >= to_timestamp(0) + {} * interval '1 microsecond' "
    "AND (at, id) > (to_timestamp(0) + {} * interval '1 microsecond', {})"
)
NUMBER_OF_ROW = "#id"
_MICROSECONDS = "(extract(epoch FROM {}) * 1000000)::bigint"


class Changed(AssessmentStopped):
    """The log is not the one that was asked about: something older was written meanwhile."""


class Broken(AssessmentStopped):
    """The database did not give all of the events."""

    def __init__(self, history: History, type_: str, error: Exception) -> None:
        said = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
        super().__init__(
            f"The events of {history.code} could not be read beyond those of type '{type_}': "
            f"{said}. Nothing half written is left; ask again when the database answers."
        )


def source_of(history: History) -> TableSource:
    """The events of an organisation, as something that can be assessed."""
    return TableSource(
        f"events of {history.code}",
        f"{history.code} {history.count} {history.last}",
        lambda measure: tables(history, measure),
        history.count,
    )


def tables(history: History, measure: Measure) -> Iterator[tuple[str, pa.Table]]:
    """The events up to the last of a history, by type, a piece at a time.

    Raises:
        SourceError: when a fact is not of the type that the measure gives it; all that a piece
            holds at once, with the ids of the events.
        Changed: when there are not as many as there were.
        Broken: when the database goes away meanwhile.
    """
    read, type_ = 0, ""
    try:
        with scope(history.organisation):
            rows = Event.objects.filter(id__lte=history.last).order_by()
            for type_ in sorted(rows.values_list("type", flat=True).distinct()):
                relation = measure.vocabulary.events.get(type_)
                if relation is None:
                    read += rows.filter(type=type_).count()
                    continue
                for piece in _copied(relation, history):
                    table = _typed(piece, relation, measure)
                    read += table.num_rows
                    yield type_, table
    except (DatabaseError, psycopg.Error) as error:
        raise Broken(history, type_, error) from error
    if read != history.count:
        raise Changed(
            f"{history.code} had {history.count:,} events when this was asked, and {read:,} now: "
            "some were still being written. Ask again."
        )


def facts_of(relation: Relation) -> list[Field]:
    """What an event of a type carries beside its id and its instant."""
    return [f for f in relation.fields.values() if f.name not in ("id", "at")]


def _copied(relation: Relation, history: History) -> Iterator[pa.Table]:
    """The rows of one type as texts, instants in microseconds since 1970."""
    facts = facts_of(relation)
    parts = {
        "at": sql.SQL(_MICROSECONDS).format(sql.Identifier("at")),
        "recorded": sql.SQL(_MICROSECONDS).format(sql.Identifier("recorded_at")),
        "facts": sql.SQL("").join(sql.SQL(", facts->>{}").format(f.name) for f in facts),
        "table": sql.Identifier(Event._meta.db_table),
        "type": relation.name,
        "last": history.last,
        "rows": ROWS,
    }
    own = [f.name for f in OWN_FIELDS]
    names = [NUMBER_OF_ROW, *own, *(f.name for f in facts)]
    types = dict.fromkeys(names, pa.string()) | {
        NUMBER_OF_ROW: pa.int64(), "at": pa.int64(), "recorded_at": pa.int64(),
        "retracts": pa.bool_(),
    }  # fmt: skip
    after: tuple[int, int] | None = None
    while True:
        beyond = sql.SQL("") if after is None else _BEYOND.format(after[0], *after)
        statement = _QUERY.format(beyond=beyond, **parts)
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            held = [bytes(row) for row in copy]
        if not held:
            return
        piece = _read(held, names, types)
        yield piece
        if len(held) < ROWS:
            return
        after = (piece["at"][-1].as_py(), piece[NUMBER_OF_ROW][-1].as_py())


def _read(rows: list[bytes], names: list[str], types: dict[str, pa.DataType]) -> pa.Table:
    return csv.read_csv(
        pa.BufferReader(b"".join(rows)),
        # One block, since a block ends between rows only where no text holds a line end.
        csv.ReadOptions(column_names=names, block_size=sum(map(len, rows)) + 1, use_threads=False),
        csv.ParseOptions(newlines_in_values=True),
        csv.ConvertOptions(
            column_types=types, null_values=[""], true_values=["t"], false_values=["f"],
            strings_can_be_null=True, quoted_strings_can_be_null=False,
        ),
    )  # fmt: skip


def _typed(piece: pa.Table, relation: Relation, measure: Measure) -> pa.Table:
    """A piece with the columns of the event type. Raises SourceError."""
    zone = ZoneInfo(measure.zone)
    facts = {f.name: f for f in facts_of(relation)}
    schema = schema_of(relation, {n: SCALE for n, f in facts.items() if f.type == NUMBER})
    wrong: list[Diagnostic] = []
    columns = [
        _column(piece, facts[field.name], field.type, zone, wrong, relation)
        if field.name in facts
        else piece[field.name].cast(field.type)
        for field in schema
    ]
    if wrong:
        raise SourceError(wrong)
    return pa.table(columns, schema=schema)


def _column(
    piece: pa.Table,
    fact: Field,
    type_: pa.DataType,
    zone: ZoneInfo,
    wrong: list[Diagnostic],
    relation: Relation,
) -> pa.ChunkedArray:
    """A fact in its type: each text that occurs is converted once, as the reference does it."""
    given = piece[fact.name]
    if fact.type == STRING or not piece.num_rows:
        return given.cast(type_)
    coded = given.combine_chunks().dictionary_encode()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.combine_chunks()
    texts = coded.dictionary.to_pylist()
    values = [convert(text, fact.type, zone) for text in texts]
    for text, value in zip(texts, values, strict=True):
        if value is None:
            wrong.append(_no_such(piece, fact, relation, text))
    if fact.type == PERIOD:
        values = [None if v is None else period_parts(v) for v in values]
    try:
        known: Any = pa.array(values, type_)
    except (pa.ArrowInvalid, OverflowError) as error:
        wrong.append(
            Diagnostic(
                "too-large",
                f"'{fact.name}' has a value that no column holds: {error}.",
                hint=f"Numbers may have {SCALE} digits behind the point.",
                where=f"events of type {relation.name}",
            )
        )
        known = pa.nulls(len(values), type_)
    return pa.chunked_array([known.take(coded.indices)])


def _no_such(piece: pa.Table, fact: Field, relation: Relation, text: str) -> Diagnostic:
    rows = piece.filter(pc.equal(piece[fact.name], text))["id"]
    named = ", ".join(rows.slice(0, SHOWN).to_pylist())
    more = f" and {len(rows) - SHOWN:,} more" if len(rows) > SHOWN else ""
    return Diagnostic(
        "wrong-type",
        f"'{text}' is no {fact.type} for '{fact.name}' of {relation.name}.",
        hint="Correct these events, or ask with a measure in which the fact is what it was.",
        where=f"events {named}{more}",
    )
