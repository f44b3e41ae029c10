"""Runs the steps of a plan in an embedded DuckDB."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import TracebackType

import duckdb
import ibis
import pyarrow as pa

from shouwen.measures.bulk.sqltypes import Table
from shouwen.measures.bulk.steps import Steps

DEPTH = 20_000
"""So many calls may be within each other while a query is written."""


class Engine:
    """A private DuckDB in memory, in which the steps become temporary tables and views.

    `statements` make them, in order; None: every step becomes a table, as it stands.
    """

    def __init__(self, steps: Steps, statements: Sequence[str] | None = None) -> None:
        self.steps = steps
        self.statements = statements if statements is not None else compiled(steps)
        self.connection = duckdb.connect(":memory:")

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.connection.close()

    def given(self) -> None:
        """Register the constant tables and the functions of the plan."""
        for function in self.steps.functions.values():
            function.register(self.connection)
        for name, make in self.steps.given.items():
            self.register(name, make())

    def register(self, name: str, table: pa.Table) -> None:
        """Let a table be read by a name."""
        self.connection.register(name, table)

    def run(self) -> None:
        """Work out every step, in order."""
        for statement in self.statements:
            self.connection.execute(statement)

    def table(self, name: str) -> pa.Table:
        """The rows of a table."""
        return self.connection.execute(f"SELECT * FROM {quoted(name)}").to_arrow_table()


def compiled(steps: Steps) -> list[str]:
    """The statements that make a table of every step."""
    return [f"CREATE TEMP TABLE {quoted(s.name)} AS {written(s.rows)}" for s in steps.steps]


def written(rows: Table) -> str:
    """The SQL of some rows for DuckDB.

    Queries stay nested as they were put together: writing what is worked out once wherever it is
    read takes longer to write, and DuckDB longer to plan.
    """
    options = ibis.options.sql
    fused, depth = options.fuse_selects, sys.getrecursionlimit()
    options.fuse_selects = False
    # A query in a query is written by functions that call each other, however deep the caller is.
    sys.setrecursionlimit(max(depth, DEPTH))
    try:
        return str(ibis.to_sql(rows, dialect="duckdb", pretty=False))
    finally:
        options.fuse_selects = fused
        sys.setrecursionlimit(depth)


def quoted(name: str) -> str:
    """A name as an identifier."""
    return '"' + name.replace('"', '""') + '"'
