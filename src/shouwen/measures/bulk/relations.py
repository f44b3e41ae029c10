"""Relations as tables: events, and the rows that rules make of them.

Every table has, besides the fields of its rows,

- ``~id``, ``~at`` (UTC), ``~day`` (local date), ``~origin`` (the event it all began with),
- ``~seq``: the order of rows of one instant and origin,
- ``~events`` and ``~readings`` (arrays): what it rests on; events themselves have neither.

The order of a relation is (``~at``, ``~origin``, ``~seq``), as in the reference evaluator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis

from shouwen.measures.bulk.errors import NotLoweredYet
from shouwen.measures.bulk.liveness import ALWAYS
from shouwen.measures.bulk.sqltypes import (
    INSTANT,
    NAMES,
    QUANTITY,
    Expr,
    Table,
    nothing,
    null,
    sql_type,
    stacked,
)
from shouwen.measures.feel.types import Type

ID, AT, DAY, ORIGIN, SEQ = "~id", "~at", "~day", "~origin", "~seq"
EVENTS, READINGS = "~events", "~readings"
NOBODY, NORMS = "~nobody", "~norms"
"""Of breaches: whether it is known that nobody in person is to answer (the issuer does). Of
consequences: all the norms broken."""
SERIAL = "~n"
"""Of events: a number of its own within the relation, as the table of events gives it."""
ORDER = (AT, ORIGIN, SEQ)
OWN: Mapping[str, Any] = {
    ID: "string", AT: INSTANT, DAY: "date", ORIGIN: "string", SEQ: "int64",
    EVENTS: NAMES, READINGS: NAMES,
}  # fmt: skip


@dataclass(frozen=True)
class Rows:
    """A lowered relation.

    `fields` are the types of its fields; `quantities` those of them that hold amounts, whose
    columns are structs.
    """

    name: str
    table: Table
    fields: Mapping[str, Type]
    is_event: bool = False
    quantities: frozenset[str] = frozenset()
    pruned: frozenset[str] = frozenset()
    """Fields that nobody reads and that were left out."""
    known: frozenset[str] = frozenset()
    """Fields that are never unknown."""
    key: str | None = None
    """A column with a number of its own for every row, if there is one."""

    def column_type(self, name: str) -> Any:
        """The SQL type of a field."""
        return QUANTITY if name in self.quantities else sql_type(self.fields[name])

    def events(self, table: Table) -> Expr:
        """The ids of the events a row rests on."""
        return ibis.array([table[ID]]) if self.is_event else table[EVENTS]

    def readings(self, table: Table) -> Expr:
        """The readings a row rests on."""
        return nothing() if self.is_event else table[READINGS]


def union(name: str, parts: list[Rows], also: Sequence[str] = ()) -> Rows:
    """Rows of several relations as those of one; a field that one lacks is unknown there.

    Each row says in ``~part`` which of the relations it is from. `also` are further columns, which
    all of them have.
    """
    fields: dict[str, Type] = {}
    quantities: frozenset[str] = frozenset()
    pruned: frozenset[str] = frozenset()
    for part in parts:
        quantities |= part.quantities
        pruned |= part.pruned
        for field, type_ in part.fields.items():
            if sql_type(fields.setdefault(field, type_)) != sql_type(type_):
                raise NotLoweredYet(f"a field '{field}' of different types in {name}")
    whole = Rows(name, None, fields, quantities=quantities)
    tables = []
    for number, part in enumerate(parts):
        columns: dict[str, Expr] = {own: part.table[own] for own in (ID, AT, DAY, ORIGIN, SEQ)}
        columns[EVENTS] = part.events(part.table)
        columns[READINGS] = part.readings(part.table)
        if any(NOBODY in p.table.columns for p in parts):
            has = NOBODY in part.table.columns
            columns[NOBODY] = part.table[NOBODY] if has else ibis.literal(False)
        if any(NORMS in p.table.columns for p in parts):
            has = NORMS in part.table.columns
            columns[NORMS] = part.table[NORMS] if has else null(NAMES)
        columns |= {c: part.table[c] for c in also}
        columns["~part"] = ibis.literal(number, type="int64")
        for field in fields:
            kind = whole.column_type(field)
            here = part.table[field] if field in part.fields else null(kind)
            columns[field] = here.cast(kind)
        tables.append(part.table.select(**columns))
    table = stacked(tables)
    known = frozenset(f for f in fields if all(f in p.known for p in parts))
    return Rows(
        name, table, fields, quantities=quantities, pruned=pruned - fields.keys(), known=known
    )


def narrowed(rows: Rows, live: frozenset[str]) -> Rows:
    """A relation with only those fields that are read (or that outcomes are made of)."""
    kept = {n: t for n, t in rows.fields.items() if n in live or n in ALWAYS}
    left_out = rows.fields.keys() - kept.keys()
    table = rows.table.drop(*left_out) if left_out else rows.table
    return Rows(
        rows.name, table, kept, rows.is_event, rows.quantities & kept.keys(),
        rows.pruned | left_out, rows.known & kept.keys(), rows.key,
    )  # fmt: skip
