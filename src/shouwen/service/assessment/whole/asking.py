"""The queries of figures on DuckDB.

A figure is defined by a query of Django's, for PostgreSQL. Its SQL is taken as it is and asked of
DuckDB, where tables of the same names hold copies of the columns it reads. Instants are in UTC
there, without a zone, so that no calendar is asked about each of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import duckdb
import sqlglot
from django.apps import apps
from django.core.exceptions import EmptyResultSet
from django.db.models import Field, Model, QuerySet
from sqlglot import exp

from shouwen.service.assessment.counting import grouped
from shouwen.service.assessment.figures import FIGURES, Span


@dataclass(frozen=True)
class Ask:
    """Gives the rows of a query from the copies in a DuckDB."""

    connection: duckdb.DuckDBPyConnection

    def __call__(self, query: QuerySet[Any, dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """The rows, as PostgreSQL would give them."""
        try:
            sql, values = query.query.sql_with_params()
        except EmptyResultSet:
            return
        found = self.connection.execute(_numbered(sql, len(values)), [_in_utc(v) for v in values])
        names = [d[0] for d in found.description or ()]
        for row in found.fetchall():
            yield dict(zip(names, row, strict=True))


def _numbered(sql: str, many: int) -> str:
    """The places of values as DuckDB writes them."""
    return sql.replace("%%", "%") % tuple(f"${n}" for n in range(1, many + 1))


def _in_utc(value: Any) -> Any:
    """An instant without its zone, in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None)
    return value


Columns = dict[type[Model], dict[str, "Field[Any, Any]"]]
"""By table, the columns that are read, by their names."""


def columns_read(span: Span) -> Columns:
    """The columns that the queries of all figures read: nothing else has to be copied."""
    models = {m._meta.db_table: m for m in apps.get_models() if not m._meta.proxy}
    found: dict[str, set[str]] = {}
    for figure in FIGURES.values():
        try:
            sql, values = grouped(figure, span).query.sql_with_params()
        except EmptyResultSet:
            continue
        tree = sqlglot.parse_one(sql.replace("%%", "%") % (("NULL",) * len(values)), "postgres")
        tables = {t.alias_or_name: t.name for t in tree.find_all(exp.Table)}
        for table in tables.values():
            found.setdefault(table, set())
        for column in tree.find_all(exp.Column):
            if column.table:
                found[tables[column.table]].add(column.name)
    return {models[table]: _fields(models[table], names) for table, names in sorted(found.items())}


def _fields(model: type[Model], names: set[str]) -> dict[str, Field[Any, Any]]:
    fields = {f.column: f for f in model._meta.concrete_fields}
    return {name: fields[name] for name in sorted(names)}


def a_day() -> Span:
    """Some span: which columns are read does not hang on which."""
    from zoneinfo import ZoneInfo

    return Span(date(2000, 1, 1), date(2000, 1, 1), ZoneInfo("UTC"))
