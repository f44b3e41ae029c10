"""The steps of a plan: tables, each an Ibis expression over those before it.

A plan is made without data and without a database: every table is an unbound Ibis table with a
name and a schema. Steps are kept, not nested: a table that several others look at is worked out
once, and no single query grows past what people and optimisers can read.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import ibis
import pyarrow as pa

from shouwen.measures.bulk.sqltypes import INSTANT, Expr, Table


@dataclass(frozen=True, eq=False)
class Step:
    """A table that a plan works out: its name, and its rows as an Ibis expression."""

    name: str
    rows: Table


@dataclass(frozen=True)
class Function:
    """A function of Python that a plan calls for every row, by its name and types (of Ibis)."""

    name: str
    call: Callable[..., Any]
    takes: tuple[str, ...]
    gives: str

    def register(self, connection: Any) -> None:
        """Make it known to a DuckDB."""
        from ibis.backends.sql.datatypes import DuckDBType

        takes, gives = (
            [str(DuckDBType.from_ibis(ibis.dtype(t)).sql("duckdb")) for t in types]
            for types in (self.takes, (self.gives,))
        )
        connection.create_function(self.name, self.call, takes, gives[0], null_handling="special")


@dataclass
class Steps:
    """Collects the steps of a plan, and the tables that it takes as given.

    `given` are constant tables (calendars, zones) by name, made when a plan is run first;
    `inputs` the schemas of the tables of events; `functions` what is called that is no SQL.
    """

    steps: list[Step] = field(default_factory=list)
    given: dict[str, Callable[[], pa.Table]] = field(default_factory=dict)
    inputs: dict[str, Any] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    _names: set[str] = field(default_factory=set)
    _given_tables: dict[str, Table] = field(default_factory=dict)

    def add(self, label: str, rows: Table) -> Table:
        """Keep a table: from here on it is read by name."""
        name = label
        while name in self._names:
            name = f"{label} {len(self._names)}"
        self._names.add(name)
        self.steps.append(Step(name, rows))
        return ibis.table(rows.schema(), name=name)

    def constant(self, name: str, schema: dict[str, Any], make: Callable[[], pa.Table]) -> Table:
        """A table that is the same in every run."""
        if name not in self._given_tables:
            self.given[name] = make
            self._given_tables[name] = ibis.table(schema, name=name)
        return self._given_tables[name]

    def function(
        self, key: str, call: Callable[..., Any], takes: tuple[str, ...], gives: str
    ) -> Callable[..., Expr]:
        """A function of Python, to be called in expressions; one for each key."""
        if key not in self.functions:
            name = f"shouwen_{len(self.functions)}"
            self.functions[key] = Function(name, call, takes, gives)
        known = self.functions[key]
        found: Callable[..., Expr] = ibis.udf.scalar.builtin(
            known.call, name=known.name, signature=(known.takes, known.gives)
        )
        return found

    def event_table(self, type_: str, schema: dict[str, Any]) -> Table:
        """The table of the events of a type."""
        self.inputs[type_] = ibis.schema(schema)
        return ibis.table(schema, name=event_name(type_))

    def as_of(self) -> Expr:
        """The instant of the evaluation."""
        now = ibis.table({"as_of": INSTANT}, name=NOW)
        return now.select("as_of").as_scalar()

    def first_event(self) -> Table:
        """A table of one row: `at`, the instant of the first event that counts, or `as_of`."""
        return ibis.table({"at": INSTANT}, name=FIRST_EVENT)


@contextmanager
def uncollected() -> Iterator[None]:
    """While a plan is made, Python does not look for cycles of garbage.

    A plan is hundreds of thousands of small objects that all stay; going through them again and
    again took a fifth of the time.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


NOW = "~now"
FIRST_EVENT = "~first event"


def event_name(type_: str) -> str:
    """The name under which the events of a type are registered."""
    return f"event {type_}"
