"""Decision tables as CASE: which rows apply, which decides, what it gives.

Every row becomes a column that says whether it applies: true, false or NULL. The hit policies are
then a few cases over these columns; they agree with `feel.decisions.settle`, unknowns and
conflicts included. What is decided is the number of the row (from 1) and every output.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import ibis

from shouwen.measures.bulk.codes import Code, Slot, Trail, same
from shouwen.measures.bulk.errors import NotLoweredYet
from shouwen.measures.bulk.frames import Frame
from shouwen.measures.bulk.sqltypes import (
    DECIMAL,
    Expr,
    either,
    every,
    holds,
    joined,
    names_of,
    nothing,
    null,
    sql_type,
    whole,
)
from shouwen.measures.feel import tree
from shouwen.measures.feel.decide import facts_of, row_condition
from shouwen.measures.feel.tables import DecisionTable, HitPolicy, Output
from shouwen.measures.feel.types import Type

_POLICIES = {HitPolicy.UNIQUE, HitPolicy.ANY, HitPolicy.FIRST}


@dataclass(frozen=True)
class Decided:
    """What a table decides, as columns of the frame.

    Attributes:
        row: the number of the row that decides, from 1; NULL where none does.
        matched: whether a row, or the defaults, decide (never NULL).
        missing: the names of what is missing where it cannot be decided (an array; a conflict
            says so in it), empty where it can.
        outputs: by name; NULL where the row says nothing of the output.
        given: by name, whether the deciding row says something of the output (never NULL).
        trail: what all of this rests on.
    """

    row: str
    matched: str
    missing: str
    outputs: dict[str, Slot]
    given: dict[str, str]
    trail: Trail


@dataclass(frozen=True)
class _Choice:
    """Which row decides (NULL: none), whether it is unknown, and what is missing then."""

    row: Expr
    unknown: Expr
    conflict: Expr
    missing: Expr


Lift = Callable[[Frame, str, Slot], Slot]
"""What makes of a cell of an output the value that the rule wants."""


def decide(frame: Frame, table: DecisionTable, norm: str, lift: Lift | None = None) -> Decided:
    """What a table decides for every row of a frame."""
    collects = table.policy.lists or table.policy.aggregates
    if (table.policy not in _POLICIES and not collects) or table.policy in (
        HitPolicy.OUTPUT_ORDER, HitPolicy.RULE_ORDER
    ):  # fmt: skip
        raise NotLoweredYet(f"the hit policy {table.policy.value}", norm, table.span)
    conditions = _conditions(frame, table)
    trail = frame.trail(frozenset(facts_of(table)))

    def cell(output: Output, written: tree.Expr | None) -> Slot | None:
        if written is None:
            return None
        slot = frame.put(written)
        return slot if lift is None else lift(frame, output.name, slot)

    outputs = [
        [cell(o, c) for o, c in zip(table.outputs, row.outputs, strict=True)] for row in table.rows
    ]
    defaults = [cell(o, o.default) for o in table.outputs]
    frame.keep("rows of the table")
    applies = [frame.table[c.value] for c in conditions]
    if collects:
        return _collected(frame, table, conditions, outputs, defaults, trail)
    choice = _choice(frame, table, conditions, applies, outputs)
    row, matched, missing = frame.fresh("row"), frame.fresh("matched"), frame.fresh("missing")
    undecided = choice.unknown | choice.conflict
    kept = ibis.ifelse(undecided, null("int64"), choice.row)
    frame.add(
        **{
            row: kept,
            matched: kept.notnull(),
            missing: ibis.ifelse(undecided, choice.missing, nothing()),
        }
    )
    default = table.has_default
    if default:
        none = (frame.table[row].isnull()) & (frame.table[missing].length() == 0)
        frame.add(**{f"{matched}+": none | frame.table[matched]})
        matched = f"{matched}+"
    found: dict[str, Slot] = {}
    given: dict[str, str] = {}
    for j, output in enumerate(table.outputs):
        cells = [(i + 1, outputs[i][j]) for i in range(len(table.rows))]
        found[output.name], given[output.name] = _output(
            frame, output.type, cells, defaults[j], row, matched, trail
        )
    return Decided(row, matched, missing, found, given, trail)


def _conditions(frame: Frame, table: DecisionTable) -> list[Slot]:
    """Columns that say of each row whether it applies."""
    subjects: list[tree.Expr] = []
    for i, column in enumerate(table.inputs):
        slot = frame.put(column.expression)
        name = f"\0input {i} {slot.value}"
        frame.slots[name] = slot
        subjects.append(tree.Name(name, type=column.type))
    return [frame.put(row_condition(table, r, subjects)) for r in range(len(table.rows))]


def _choice(
    frame: Frame,
    table: DecisionTable,
    conditions: Sequence[Slot],
    applies: list[Expr],
    outputs: list[list[Slot | None]],
) -> _Choice:
    never = ibis.literal(False)
    hits = [holds(a) for a in applies]
    may = [a.isnull() if s.names is not None else never
           for a, s in zip(applies, conditions, strict=True)]  # fmt: skip
    names = [frame.names_column(s) for s in conditions]
    first = ibis.cases(*((hit, whole(i + 1)) for i, hit in enumerate(hits)), else_=null("int64"))
    if table.policy is HitPolicy.FIRST:
        unknowns = [m & _none(hits[:i]) for i, m in enumerate(may)]
        return _Choice(first, either(*unknowns), never, _names(unknowns, names))
    if table.policy is HitPolicy.UNIQUE:
        count = _count(hits)
        conflict = count > 1
        missing = ibis.ifelse(conflict, _conflict(hits), _names(may, names))
        return _Choice(first, either(*may), conflict, missing)
    agree = [_agrees(frame, table, i, hits, outputs) for i in range(len(hits))]
    conflict = either(*(h & (a == never) for h, a in zip(hits, agree, strict=True)))
    none_applies = _none(hits)
    doubtful = [m & (none_applies | (a == never)) for m, a in zip(may, agree, strict=True)]
    missing = ibis.ifelse(conflict, _conflict(hits), _names(doubtful, names))
    return _Choice(first, either(*doubtful), conflict, missing)


def _none(hits: Sequence[Expr]) -> Expr:
    return every(*(h == ibis.literal(False) for h in hits))


def _count(hits: Sequence[Expr]) -> Expr:
    total = whole(0)
    for hit in hits:
        total = total + ibis.ifelse(hit, whole(1), whole(0))
    return total


def _names(guards: Sequence[Expr], names: Sequence[Expr]) -> Expr:
    return joined(*(ibis.ifelse(g, n, nothing()) for g, n in zip(guards, names, strict=True)))


def _conflict(hits: Sequence[Expr]) -> Expr:
    """``one row that applies (rows 1, 2 all do)``."""
    numbers = joined(
        *(ibis.ifelse(h, names_of([str(i + 1)]), nothing()) for i, h in enumerate(hits))
    )
    text = ibis.literal("one row that applies (rows ") + numbers.join(", ") + " all do)"
    return ibis.array([text])


def _agrees(
    frame: Frame,
    table: DecisionTable,
    index: int,
    hits: list[Expr],
    outputs: list[list[Slot | None]],
) -> Expr:
    """Whether a row says the same as the first that applies (false of what is unknown)."""
    cases = [
        (hit, _same_row(frame, table, outputs[j], outputs[index])) for j, hit in enumerate(hits)
    ]
    return ibis.cases(*cases, else_=ibis.literal(False))


def _same_row(
    frame: Frame, table: DecisionTable, a: list[Slot | None], b: list[Slot | None]
) -> Expr:
    parts: list[Expr] = []
    for output, x, y in zip(table.outputs, a, b, strict=True):
        if (x is None) is not (y is None):
            return ibis.literal(False)
        if x is not None and y is not None:
            left, right = frame.table[x.value], frame.table[y.value]
            parts.append(holds(same(left, right, output.type)))
    return every(*parts)


def _output(
    frame: Frame,
    type_: Type,
    cells: list[tuple[int, Slot | None]],
    default: Slot | None,
    row: str,
    matched: str,
    trail: Trail,
) -> tuple[Slot, str]:
    """The output of the deciding row, and whether it gives one."""
    table = frame.table
    said = [(number, slot) for number, slot in cells if slot is not None]
    values = [(table[row] == n, table[s.value]) for n, s in said]
    names = [(table[row] == n, frame.names_column(s)) for n, s in said if s.names is not None]
    known = [s for s in (*(s for _, s in said), default) if s is not None]
    kind = table[known[0].value].type() if known else sql_type(type_)
    otherwise: Expr = null(kind)
    given = either(*(holds(table[row] == n) for n, _ in said))
    other_names: Expr = nothing()
    if default is not None:
        by_default = table[row].isnull() & table[matched]
        otherwise = ibis.ifelse(by_default, table[default.value], otherwise)
        other_names = ibis.ifelse(by_default, frame.names_column(default), other_names)
        given = given | by_default
    value = ibis.cases(*values, else_=otherwise) if values else otherwise
    missing = ibis.cases(*names, else_=other_names) if names else None
    if default is not None and default.names is not None and missing is None:
        missing = other_names
    slot = frame.hold(Code(value, missing), trail=trail)
    column = f"{slot.value}+"
    frame.add(**{column: given})
    return Slot(slot.value, type_, slot.names, trail), column


def _collected(
    frame: Frame,
    table: DecisionTable,
    conditions: Sequence[Slot],
    outputs: list[list[Slot | None]],
    defaults: list[Slot | None],
    trail: Trail,
) -> Decided:
    """C, C+, C<, C> and C#: all rows that apply, taken together."""
    if any(d is not None for d in defaults) or any(
        s is not None and s.names is not None for cells in outputs for s in cells
    ):
        raise NotLoweredYet(f"defaults or unknown outputs under {table.policy.value}",
                            span=table.span)  # fmt: skip
    applies = [frame.table[c.value] for c in conditions]
    hits = [holds(a) for a in applies]
    may = [a.isnull() if s.names is not None else ibis.literal(False)
           for a, s in zip(applies, conditions, strict=True)]  # fmt: skip
    unknown = either(*may)
    first = ibis.cases(*((h, whole(i + 1)) for i, h in enumerate(hits)), else_=null("int64"))
    row, matched, missing = frame.fresh("row"), frame.fresh("matched"), frame.fresh("missing")
    names = [frame.names_column(s) for s in conditions]
    frame.add(
        **{
            row: ibis.ifelse(unknown, null("int64"), first),
            missing: ibis.ifelse(unknown, _names(may, names), nothing()),
        }
    )
    frame.add(**{matched: frame.table[row].notnull()})
    found: dict[str, Slot] = {}
    given: dict[str, str] = {}
    for j, output in enumerate(table.outputs):
        said = [(i, slot) for i, cells in enumerate(outputs) if (slot := cells[j]) is not None]
        parts = [(holds(frame.table[conditions[i].value]), frame.table[s.value]) for i, s in said]
        value = _AGGREGATES[table.policy](parts, sql_type(output.type))
        value = ibis.ifelse(frame.table[matched], value, null(value.type()))
        slot = frame.hold(Code(value), trail=trail)
        column = f"{slot.value}+"
        some = either(*(h for h, _ in parts))
        every_policy = table.policy.lists or table.policy is HitPolicy.COLLECT_COUNT
        frame.add(**{column: frame.table[matched] & (ibis.literal(True) if every_policy else some)})
        found[output.name] = Slot(slot.value, output.type, None, trail)
        given[output.name] = column
    return Decided(row, matched, missing, found, given, trail)


Parts = list[tuple[Expr, Expr]]


def _summed(parts: Parts, kind: Any) -> Expr:
    total = ibis.literal(0, type=DECIMAL)
    for hit, value in parts:
        total = (total + ibis.ifelse(hit, value, ibis.literal(0, type=DECIMAL))).cast(DECIMAL)
    return total


def _extreme(choose: Callable[..., Expr]) -> Callable[[Parts, Any], Expr]:
    def found(parts: Parts, kind: Any) -> Expr:
        # LEAST and GREATEST leave NULLs out, which is what rows that do not apply are here.
        return choose(*(ibis.ifelse(h, v, null(kind)) for h, v in parts))

    return found


def _counted(parts: Parts, kind: Any) -> Expr:
    return _count([h for h, _ in parts]).cast(DECIMAL)


def _as_list(parts: Parts, kind: Any) -> Expr:
    return joined(*(ibis.ifelse(h, ibis.array([v]), nothing(f"array<{kind}>")) for h, v in parts))


_AGGREGATES: dict[HitPolicy, Callable[[Parts, Any], Expr]] = {
    HitPolicy.COLLECT: _as_list,
    HitPolicy.COLLECT_SUM: _summed,
    HitPolicy.COLLECT_MIN: _extreme(ibis.least),
    HitPolicy.COLLECT_MAX: _extreme(ibis.greatest),
    HitPolicy.COLLECT_COUNT: _counted,
}
