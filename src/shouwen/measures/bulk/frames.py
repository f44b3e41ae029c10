"""Frames: tables of rows that ask, with a column for every name that their expressions read.

A frame is what an environment is in the reference evaluator. Where that works out a name when it
is first asked for, a frame adds columns: the derived fact joined in, the local wall clock looked
up. An expression is *prepared* (readings replaced by their options, constant conditions decided,
everything that needs a join put into columns) and then lowered as a whole.

Columns of a frame whose names begin with ``~`` are its own; all others are fields of the row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import ibis
import ibis.expr.operations as ops

from shouwen.measures.bulk.codes import Code, Slot, Trail
from shouwen.measures.bulk.expressions import add_days, add_months, lower
from shouwen.measures.bulk.folding import fold
from shouwen.measures.bulk.functions import ON_WALL_CLOCKS
from shouwen.measures.bulk.sqltypes import (
    DAY_US,
    Expr,
    Table,
    joined,
    names_of,
    nothing,
    null,
    shifted,
    sql_type,
    whole,
)
from shouwen.measures.bulk.steps import Steps
from shouwen.measures.bulk.zones import Zone
from shouwen.measures.feel import tree
from shouwen.measures.feel.types import (
    BOOLEAN,
    DATE,
    DATETIME,
    PERIOD,
    STRING,
    TIME,
    ListType,
    Type,
)
from shouwen.measures.feel.values import OUT_OF_RANGE

TRUE = tree.Literal(True, type=BOOLEAN)
KEY, AT, DAY, ORIGIN, ID = "~key", "~at", "~day", "~origin", "~id"


Resolver = Callable[["Frame", str, Type], Slot | None]
"""Works out the columns of a name that is no field of the row; None if it is not its business."""


@dataclass
class Ground:
    """What every frame of a plan stands on.

    `resolvers` are asked in order for the names that are no fields.
    """

    steps: Steps
    zone: Zone
    readings: Mapping[str, str]
    resolvers: list[Resolver] = field(default_factory=list)


_WORKING = re.compile(r"~\d")
"""Columns that `Frame.fresh` has named."""


@dataclass
class Looked:
    """Something an outcome rests on, where a condition (a column, never NULL) holds."""

    trail: Trail
    guard: str | None


class Frame:
    """Rows that ask, and the names they know.

    Every row has `KEY` (unique), `AT` and `DAY` (the instant that stands for ``at``, and its local
    date), `ORIGIN`, and `ID` (the id of the row that triggers).
    """

    def __init__(
        self,
        ground: Ground,
        label: str,
        table: Table,
        slots: Mapping[str, Slot],
        pruned: frozenset[str] = frozenset(),
    ) -> None:
        self.ground = ground
        self.label = label
        self.table = table
        self.slots = dict(slots)
        self.pruned = pruned
        self.looked: list[Looked] = []
        self._staged: dict[tree.Expr, tree.Expr] = {}
        self._fresh = 0

    # --- columns ----------------------------------------------------------------------------

    def fresh(self, hint: str = "") -> str:
        """A new name for a column."""
        self._fresh += 1
        return f"~{self._fresh}{hint}"

    def add(self, **columns: Expr) -> None:
        """Add columns."""
        self.table = self.table.mutate(**columns)

    def keep(self, note: str = "") -> None:
        """Make the frame a step of the plan, so that it can be read more than once."""
        if isinstance(self.table.op(), ops.UnboundTable):
            return  # it is one, and nothing has been added since
        self.table = self.ground.steps.add(f"{self.label} {note}".strip(), self.table)

    def hold(self, code: Code, hint: str = "", trail: Trail | None = None) -> Slot:
        """Put a lowered expression into columns."""
        value = self.fresh(hint)
        columns = {value: code.value}
        names: str | None = None
        if code.names is not None:
            names = f"{value}?"
            columns[names] = code.missing
        self.add(**columns)
        return Slot(value, STRING, names, trail or Trail())

    def drop(self, *columns: str) -> None:
        """Leave columns out from here on."""
        present = [c for c in columns if c in self.table.columns]
        if present:
            self.table = self.table.drop(*present)

    def sweep(self, *wanted: str | None) -> None:
        """Leave out working columns that nobody needs any more.

        What has been looked at so far is taken together in two columns; names that have been
        worked out stay.
        """
        if self.looked:
            events, readings = self.fresh("events"), self.fresh("readings")
            self.add(**{events: self.events(), readings: self.readings()})
            self.looked = [
                Looked(Trail(frozenset(), frozenset({readings}), frozenset({events})), None)
            ]
        self._staged.clear()
        self.slots = {n: s for n, s in self.slots.items() if not n.startswith("\0")}
        live = {c for c in wanted if c is not None}
        for slot in self.slots.values():
            live |= {slot.value} | slot.trail.reading_columns | slot.trail.event_columns
            live |= {slot.names} if isinstance(slot.names, str) else set()
        for looked in self.looked:
            live |= looked.trail.reading_columns | looked.trail.event_columns
        self.drop(*(c for c in self.table.columns if _WORKING.match(c) and c not in live))

    # --- expressions ------------------------------------------------------------------------

    def put(self, expr: tree.Expr, hint: str = "") -> Slot:
        """The value of an expression, as columns."""
        for node in tree.walk(expr):
            if isinstance(node, tree.Name) and not node.name.startswith("reading."):
                self.resolve(node.name, node.type)
        trail = self.trail(tree.names(expr))
        pure = self._prepared(expr)
        if isinstance(pure, tree.Name) and not pure.name.startswith("\0"):
            return replace(self.slots[pure.name], trail=trail)
        slot = self.hold(lower(pure, self.table, self.slots), hint, trail)
        return replace(slot, type=expr.type)

    def condition(self, expr: tree.Expr | None, hint: str = "") -> Slot:
        """A condition as a column; true where there is none."""
        return self.put(expr if expr is not None else TRUE, hint)

    def trail(self, names: frozenset[str]) -> Trail:
        """What looking at some names rests on; works the names out."""
        found = Trail()
        for name in sorted(names):
            if name.startswith("reading."):
                found |= Trail(frozenset({name.removeprefix("reading.")}))
            else:
                found |= self.resolve(name).trail
        return found

    def look(self, trail: Trail, guard: str | None = None) -> None:
        """Note what the outcome rests on, wherever a condition holds."""
        self.looked.append(Looked(trail, guard))

    def resolve(self, name: str, type_: Type = STRING) -> Slot:
        """The columns of a name, put there if need be; of one that nothing knows, NULL."""
        found = self.slots.get(name)
        if found is None:
            asked = (resolver(self, name, type_) for resolver in self.ground.resolvers)
            found = next((slot for slot in asked if slot is not None), None)
            if found is None:
                found = self._unknown(name, type_)
            self.slots[name] = found
        return found

    def rebind(self, name: str, slot: Slot) -> None:
        """Let a name mean something else from here on."""
        self.slots[name] = slot
        self._staged.clear()

    def _unknown(self, name: str, type_: Type) -> Slot:
        if name in self.pruned:
            raise AssertionError(f"{self.label} reads '{name}', which was taken for unread")
        column = self.fresh()
        self.add(**{column: null(sql_type(type_))})
        return Slot(column, type_, frozenset({name}))

    def names_column(self, slot: Slot) -> Expr:
        """The names of what is missing to a slot, as an array."""
        return slot.code(self.table).missing

    # --- what an outcome rests on -------------------------------------------------------------

    def readings(self) -> Expr:
        """The readings of everything that was looked at (with repetitions)."""
        parts: list[Expr] = []
        for looked in self.looked:
            arrays = [self.table[c] for c in sorted(looked.trail.reading_columns)]
            if looked.trail.readings:
                arrays.append(names_of(looked.trail.readings))
            parts += [self._where(a, looked.guard) for a in arrays]
        return joined(*parts)

    def events(self) -> Expr:
        """The events of everything that was looked at (with repetitions)."""
        return joined(
            *(
                self._where(self.table[c], looked.guard)
                for looked in self.looked
                for c in sorted(looked.trail.event_columns)
            )
        )

    def _where(self, array: Expr, guard: str | None) -> Expr:
        if guard is None:
            return array
        return ibis.ifelse(self.table[guard], array, nothing())

    # --- preparation ------------------------------------------------------------------------

    def _prepared(self, expr: tree.Expr) -> tree.Expr:
        pure = fold(expr, self.ground.readings)
        return tree.transform(pure, self._staged_node)

    def _staged_node(self, node: tree.Expr) -> tree.Expr:
        found = self._staged.get(node)
        if found is None:
            found = self._staged[node] = self._stage(node)
        return found

    def _stage(self, node: tree.Expr) -> tree.Expr:
        match node:
            case tree.Between() | tree.InTests() if not _simple(node.value):
                return replace(node, value=self._column(node.value))
            case tree.If() if not isinstance(node.type, ListType):
                # Each branch stands in the SQL more than once.
                return replace(
                    node,
                    condition=self._column(node.condition),
                    then=self._column(node.then),
                    otherwise=self._column(node.otherwise),
                )
            case tree.Call() if node.function in ON_WALL_CLOCKS:
                return self._wall_clock(node)
            case tree.Call() if (
                len(node.arguments) == 1
                and node.arguments[0].type == DATETIME
                and node.function in ("year", "month", "day", "weekday")
            ):
                day = self._local(node.arguments[0], DATE)
                return replace(node, arguments=(day,))
            case tree.Arithmetic() if node.type == DATETIME and not _exact(node.right):
                return self._moved(node)
        return node

    def _column(self, node: tree.Expr) -> tree.Expr:
        """A name for the value of a node."""
        if _simple(node):
            return node
        return self._named(self.hold(lower(node, self.table, self.slots)), node.type)

    def _named(self, slot: Slot, type_: Type) -> tree.Expr:
        name = tree.Name(f"\0{slot.value}", type=type_)
        self.slots[name.name] = replace(slot, type=type_)
        return name

    def _slot(self, node: tree.Expr) -> Slot:
        named = self._column(node)
        if isinstance(named, tree.Name):
            return self.slots[named.name]
        return self.hold(lower(named, self.table, self.slots))

    def _local(self, moment: tree.Expr, type_: Type) -> tree.Expr:
        """The local date, or time of day, of an instant."""
        slot = self._slot(moment)
        if type_ == DATE and slot.value == AT:
            return self._named(replace(slot, value=DAY), DATE)
        self.table, local = self.ground.zone.local(self.table, slot.value, self.fresh())
        value = local.day if type_ == DATE else local.time
        return self._named(self._ranged(slot, value), type_)

    def _ranged(self, source: Slot, value: str) -> Slot:
        """A slot looked up by another: unknown with it, or out of the years of the table."""
        names = f"{value}?"
        missing = ibis.ifelse(
            self.table[source.value].isnull(),
            source.code(self.table).names if source.names is not None else nothing(),
            names_of([OUT_OF_RANGE]),
        )
        self.add(**{names: missing})
        return Slot(value, DATETIME, names)

    def _wall_clock(self, node: tree.Call) -> tree.Expr:
        if node.function == "date of":
            return self._local(node.arguments[0], DATE)
        if node.function == "time of":
            return self._local(node.arguments[0], TIME)
        day = self._slot(node.arguments[0])
        time = self.fresh()
        names: Any = day
        if node.function == "date and time":
            at = self._slot(node.arguments[1])
            self.add(**{time: self.table[at.value]})
            both = self.fresh()
            self.add(**{both: joined(self.names_column(day), self.names_column(at))})
            names = replace(day, names=both)
        else:
            self.add(**{time: whole(0 if node.function == "start of day" else DAY_US)})
        value = self.fresh("~instant")
        self.table = self.ground.zone.instants(self.table, day.value, time, value)
        known = self.table[day.value].notnull() & self.table[time].notnull()
        missing = f"{value}?"
        own = names.code(self.table).names
        self.add(
            **{missing: ibis.ifelse(known, names_of([OUT_OF_RANGE]),
                                    own if own is not None else nothing())}
        )  # fmt: skip
        return self._named(Slot(value, DATETIME, missing), DATETIME)

    def _moved(self, node: tree.Arithmetic) -> tree.Expr:
        """An instant some months and days later on the wall clock, then seconds as they pass."""
        at, length = self._slot(node.left), self._slot(node.right)
        sign = 1 if node.op == "+" else -1
        self.table, local = self.ground.zone.local(self.table, at.value, self.fresh())
        fold = self.fresh("~second")
        self.table = self.ground.zone.second(self.table, at.value, local, fold)
        by = self.table[length.value]
        target, value = self.fresh(), self.fresh("~instant")
        self.add(
            **{target: add_days(add_months(self.table[local.day], by.months * sign),
                                by.days * sign)}
        )  # fmt: skip
        self.table = self.ground.zone.instants(self.table, target, local.time, value, fold=fold)
        by = self.table[length.value]
        begun = ibis.ifelse(
            (by.months == 0) & (by.days == 0), self.table[at.value], self.table[value]
        )
        moved = ibis.ifelse(
            by.working_days == 0, shifted(begun, by.seconds * sign), null(sql_type(DATETIME))
        )
        both_known = self.table[at.value].notnull() & by.notnull()
        missing = ibis.ifelse(
            both_known,
            names_of([OUT_OF_RANGE]),
            joined(self.names_column(at), self.names_column(length)),
        )
        return self._named(self.hold(Code(moved, missing)), DATETIME)


def _simple(node: tree.Expr) -> bool:
    return isinstance(node, tree.Name | tree.Literal)


def _exact(node: tree.Expr) -> bool:
    """Whether a period is written out and is exact time."""
    if isinstance(node, tree.Literal) and node.type == PERIOD:
        value: Any = node.value
        return bool(value.is_exact)
    return False
