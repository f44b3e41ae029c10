"""Rows of the service out of PostgreSQL, as Parquet.

By `COPY`, within the wall of the organisation (row-level security), and only those columns that a
figure reads: neither names nor telephone numbers are among them. A file appears under its name when
it is whole, and is not copied again when the same work is gone on with.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import psycopg
from django.db import DatabaseError, connection
from django.db.models import Field, Model
from psycopg import sql

from shouwen.measures.assessment import AssessmentStopped
from shouwen.measures.assessment.store import literal, quoted
from shouwen.service.assessment.whole.asking import Columns
from shouwen.service.enactment.models import Breach, Clock

JUDGED = (Clock, Breach)
"""Tables that are not copied: what is in them is what the measure says."""
_TYPES = {
    "AutoField": "BIGINT", "BigAutoField": "BIGINT", "BigIntegerField": "BIGINT",
    "BooleanField": "BOOLEAN", "CharField": "VARCHAR", "DateField": "DATE",
    "DateTimeField": "TIMESTAMP", "IntegerField": "BIGINT", "PositiveIntegerField": "BIGINT",
    "PositiveSmallIntegerField": "BIGINT", "SmallIntegerField": "BIGINT", "TextField": "VARCHAR",
}  # fmt: skip


class Broken(AssessmentStopped):
    """The database did not give all rows of a table."""

    def __init__(self, table: str, error: Exception) -> None:
        said = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
        super().__init__(
            f"The rows of {table} could not be copied: {said}. What was copied before is kept; "
            "the same command goes on from there."
        )


def type_of(field: Field[Any, Any]) -> str:
    """The type of a column in DuckDB; instants are in UTC. Raises TypeError where there is none."""
    target = field
    while target.remote_field is not None:
        target = target.target_field  # type: ignore[attr-defined]
    kind = target.get_internal_type()
    if kind == "DecimalField":
        return f"DECIMAL({target.max_digits}, {target.decimal_places})"  # type: ignore[attr-defined]
    if kind not in _TYPES:
        raise TypeError(f"A figure reads {field}, of which no copy can be made ({kind}).")
    return _TYPES[kind]


def copy_rows(database: duckdb.DuckDBPyConnection, columns: Columns, folder: Path) -> None:
    """Copy what figures read of the entered organisation, a file for each table.

    Raises:
        Broken: when the database goes away, or the disk is full.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for model, fields in columns.items():
        path = folder / f"{model._meta.db_table}.parquet"
        if model in JUDGED or path.is_file():
            continue
        try:
            _copy(database, model, fields, path)
        except (DatabaseError, psycopg.Error, duckdb.Error, OSError) as error:
            raise Broken(model._meta.db_table, error) from error


def _copy(
    database: duckdb.DuckDBPyConnection,
    model: type[Model],
    fields: Mapping[str, Field[Any, Any]],
    path: Path,
) -> None:
    types = {name: type_of(field) for name, field in fields.items()}
    chosen = [
        sql.SQL("{} AT TIME ZONE 'UTC'" if types[name] == "TIMESTAMP" else "{}").format(
            sql.Identifier(name)
        )
        for name in fields
    ]
    statement = sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT (FORMAT csv)").format(
        sql.SQL(", ").join(chosen), sql.Identifier(model._meta.db_table)
    )
    texts, unfinished = path.with_suffix(".csv.part"), path.with_suffix(".part")
    try:
        with (
            texts.open("wb") as file,
            connection.cursor() as cursor,
            cursor.copy(statement) as rows,
        ):
            for block in rows:
                file.write(block)
        said = ", ".join(f"{literal(name)}: {literal(type_)}" for name, type_ in types.items())
        source = (
            f"read_csv({literal(texts)}, columns = {{{said}}}, header = false, delim = ',', "
            "quote = '\"', escape = '\"', nullstr = '', allow_quoted_nulls = false, "
            "auto_detect = false)"
        )
        database.execute(
            f"COPY (SELECT * FROM {source}) TO {literal(unfinished)} "
            "(FORMAT parquet, COMPRESSION zstd)"
        )
        os.replace(unfinished, path)
    finally:
        texts.unlink(missing_ok=True)
        unfinished.unlink(missing_ok=True)


def load(database: duckdb.DuckDBPyConnection, columns: Columns, folder: Path) -> None:
    """Let the copies be found in DuckDB under the names of their tables."""
    for model in columns:
        if model not in JUDGED:
            name = model._meta.db_table
            database.execute(
                f"CREATE VIEW {quoted(name)} AS "
                f"SELECT * FROM read_parquet({literal(folder / f'{name}.parquet')})"
            )
