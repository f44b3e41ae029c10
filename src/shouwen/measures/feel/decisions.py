"""What a table has decided, and how it is settled from which rows apply.

What a table decides when the test of a row is unknown, so that the row *may* apply:

====== =========================================================================================
U      Two or more rows apply: a conflict, whatever else is unknown. One applies and no other may:
       that one. Otherwise, if any row may apply: unknown. (In a table without overlaps a row that
       applies excludes all others, so there nothing more has to be known.)
A      Rows that apply disagree: a conflict. Some apply, and the rows that may apply have the same
       outputs: decided. Otherwise, if any row may apply: unknown.
F      The first row that applies, unless one before it may apply: then unknown. Rows behind the
       first that applies are not asked.
C R O  If any row may apply: unknown, since the list is. The same of C+, C<, C> and C#.
P      The most important row that applies, unless a more important one may apply: then unknown.
====== =========================================================================================

A row may apply if one of its tests is unknown and none is false. An unknown decision names the
facts that are missing to the tests of the rows that may apply (under F, of those before the first
that applies). No row applies and none may: the defaults, or no match.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from enum import Enum
from types import MappingProxyType
from typing import Any

from shouwen.measures.diagnostics import Span
from shouwen.measures.feel.lowering import same
from shouwen.measures.feel.operations import ADD, since_epoch
from shouwen.measures.feel.tables import DecisionTable, HitPolicy
from shouwen.measures.feel.types import DATETIME
from shouwen.measures.feel.values import Unknown, Value, merge

Outputs = Mapping[str, Value]
EMPTY: Outputs = MappingProxyType({})


class Outcome(Enum):
    """How a table came out."""

    MATCHED = "matched"
    """One or more rows apply, as the hit policy has it."""
    DEFAULT = "default"
    """No row applies; the outputs are the defaults."""
    NO_MATCH = "no match"
    """No row applies and there are no defaults: nothing is decided."""
    UNKNOWN = "unknown"
    """A missing fact decides whether a row applies."""
    CONFLICT = "conflict"
    """More rows apply than the hit policy allows: the table is wrong."""


class Decision:
    """What a table decides, with its trace.

    Attributes:
        table: the table.
        outcome: how it came out.
        rows: indexes into ``table.rows`` of the rows the outcome rests on: those that apply (in
            the order of the outputs); for a conflict all that apply; for an unknown those that may.
        inputs: the values of ``table.inputs``, in their order; unknown ones too.
        outputs: by output name. A list policy (C, O, R) gives tuples with an item for each row that
            says something of the output; C#, C+, C< and C> one value. Where a row says nothing
            of an output (``-``), or nothing was decided (no match, conflict), the name is left
            out. An unknown decision gives every output as the same `Unknown`.
    """

    __slots__ = ("inputs", "outcome", "outputs", "rows", "table")

    def __init__(
        self,
        table: DecisionTable,
        outcome: Outcome,
        rows: tuple[int, ...],
        inputs: tuple[Value, ...],
        outputs: Outputs,
    ) -> None:
        self.table = table
        self.outcome = outcome
        self.rows = rows
        self.inputs = inputs
        self.outputs = outputs

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of `rows`, as the table has them."""
        return tuple(self.table.rows[i].number for i in self.rows)

    @property
    def spans(self) -> tuple[Span, ...]:
        """The places of `rows` in the source."""
        return tuple(self.table.rows[i].span for i in self.rows)

    @property
    def trace(self) -> dict[str, Value]:
        """The values of the inputs, by the label of their column."""
        return {c.label: v for c, v in zip(self.table.inputs, self.inputs, strict=True)}

    @property
    def unknown(self) -> Unknown | None:
        """The facts that are missing, if the decision is unknown."""
        if self.outcome is not Outcome.UNKNOWN:
            return None
        value = next(iter(self.outputs.values()))
        assert isinstance(value, Unknown)
        return value

    def __repr__(self) -> str:
        rows = ", ".join(map(str, self.numbers))
        return f"<Decision {self.outcome.value}, rows [{rows}]: {dict(self.outputs)}>"


Thunk = Callable[[], Outputs]


def settle(
    table: DecisionTable,
    matches: Sequence[Any],
    inputs: tuple[Value, ...],
    outputs: Sequence[Thunk],
    defaults: Thunk,
) -> Decision:
    """The decision of a table, from whether each row applies (True, False or an `Unknown`)."""
    apply = [i for i, m in enumerate(matches) if m is True]
    may = [i for i, m in enumerate(matches) if isinstance(m, Unknown)]
    settlement = _Settlement(table, matches, inputs, outputs)
    policy = table.policy
    if not apply and not may:
        if table.has_default:
            return Decision(table, Outcome.DEFAULT, (), inputs, defaults())
        return Decision(table, Outcome.NO_MATCH, (), inputs, EMPTY)
    if policy is HitPolicy.UNIQUE:
        if len(apply) > 1:
            return Decision(table, Outcome.CONFLICT, tuple(apply), inputs, EMPTY)
        return settlement.unknown(may) if may else settlement.row(apply[0])
    if policy is HitPolicy.FIRST:
        before = [i for i in may if not apply or i < apply[0]]
        return settlement.unknown(before) if before else settlement.row(apply[0])
    if policy is HitPolicy.ANY:
        return settlement.any(apply, may)
    if policy is HitPolicy.PRIORITY:
        return settlement.priority(apply, may)
    if may:
        return settlement.unknown(may)
    if policy is HitPolicy.OUTPUT_ORDER:
        apply.sort(key=settlement.rank)
    return settlement.collected(apply)


class _Settlement:
    def __init__(
        self,
        table: DecisionTable,
        matches: Sequence[Any],
        inputs: tuple[Value, ...],
        outputs: Sequence[Thunk],
    ) -> None:
        self.table, self.matches, self.inputs, self.thunks = table, matches, inputs, outputs

    def row(self, index: int) -> Decision:
        return Decision(self.table, Outcome.MATCHED, (index,), self.inputs, self.thunks[index]())

    def unknown(self, rows: Sequence[int]) -> Decision:
        missing = merge(*(self.matches[i] for i in rows))
        outputs: Outputs = {o.name: missing for o in self.table.outputs}
        return Decision(self.table, Outcome.UNKNOWN, tuple(rows), self.inputs, outputs)

    def any(self, apply: list[int], may: list[int]) -> Decision:
        outputs = {i: self.thunks[i]() for i in (*apply, *may)}
        if not apply:
            return self.unknown(may)
        first = outputs[apply[0]]
        if not all(_same_outputs(first, outputs[i]) for i in apply):
            return Decision(self.table, Outcome.CONFLICT, tuple(apply), self.inputs, EMPTY)
        doubtful = [i for i in may if not _same_outputs(first, outputs[i])]
        if doubtful:
            return self.unknown(doubtful)
        return Decision(self.table, Outcome.MATCHED, tuple(apply), self.inputs, first)

    def priority(self, apply: list[int], may: list[int]) -> Decision:
        best = min(apply, key=self.rank, default=None)
        rivals = [i for i in may if best is None or self.rank(i) < self.rank(best)]
        if rivals or best is None:
            return self.unknown(rivals)
        return self.row(best)

    def rank(self, index: int) -> tuple[int, ...]:
        """How important the outputs of a row are: less is more. Stable sorts keep row order."""
        outputs = self.thunks[index]()
        ranks = []
        for column in self.table.outputs:
            if column.priorities:
                value = outputs.get(column.name)
                known = value in column.priorities
                ranks.append(column.priorities.index(value) if known else len(column.priorities))
        return tuple(ranks)

    def collected(self, rows: list[int]) -> Decision:
        columns: dict[str, Value] = {}
        policy = self.table.policy
        outputs = [self.thunks[i]() for i in rows]
        for column in self.table.outputs:
            values = [o[column.name] for o in outputs if column.name in o]
            if policy.lists:
                columns[column.name] = tuple(values)
            elif policy is HitPolicy.COLLECT_COUNT:
                columns[column.name] = Decimal(len(values))
            elif any(isinstance(v, Unknown) for v in values):
                columns[column.name] = merge(*values)
            elif values:
                columns[column.name] = _aggregate(policy, values, column.type == DATETIME)
        return Decision(self.table, Outcome.MATCHED, tuple(rows), self.inputs, columns)


def _aggregate(policy: HitPolicy, values: list[Any], instants: bool) -> Value:
    if policy is HitPolicy.COLLECT_SUM:
        total = values[0]
        for value in values[1:]:
            total = ADD(total, value)
        return total  # type: ignore[no-any-return]
    choose = min if policy is HitPolicy.COLLECT_MIN else max
    return choose(values, key=since_epoch if instants else None)  # type: ignore[no-any-return]


def _same_outputs(a: Outputs, b: Outputs) -> bool:
    """Whether two rows say the same; what is unknown is not known to be the same."""
    return a.keys() == b.keys() and all(
        not isinstance(v, Unknown) and not isinstance(b[k], Unknown) and same(v, b[k])
        for k, v in a.items()
    )
