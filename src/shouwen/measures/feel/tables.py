"""Decision tables: what they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from shouwen.measures.diagnostics import Report, Span
from shouwen.measures.feel.tree import NOWHERE, Expr, UnaryTests
from shouwen.measures.feel.types import (
    ANY,
    DATE,
    DATETIME,
    NUMBER,
    TIME,
    Domain,
    Type,
)
from shouwen.measures.feel.values import Value


class HitPolicy(Enum):
    """What a table says when several rows apply (DMN 1.5, 8.2.10)."""

    UNIQUE = "U"
    """At most one row applies; two are an error of the table."""
    ANY = "A"
    """Rows that apply agree on the outputs; if not, that is an error of the table."""
    FIRST = "F"
    """The first row that applies."""
    COLLECT = "C"
    """All rows that apply; every output is a list."""
    COLLECT_SUM = "C+"
    COLLECT_MIN = "C<"
    COLLECT_MAX = "C>"
    COLLECT_COUNT = "C#"
    """How many rows apply."""
    PRIORITY = "P"
    """The row whose outputs come first in the lists of allowed values. DMN import only."""
    OUTPUT_ORDER = "O"
    """All rows, in the order of the allowed values. DMN import only."""
    RULE_ORDER = "R"
    """All rows, in their order. DMN import only; `COLLECT` keeps the order too."""

    @property
    def aggregates(self) -> bool:
        """Whether the rows that apply are boiled down to one number or date."""
        return len(self.value) == 2

    @property
    def lists(self) -> bool:
        """Whether every output is a list, with one item for each row that applies."""
        return self in (HitPolicy.COLLECT, HitPolicy.OUTPUT_ORDER, HitPolicy.RULE_ORDER)


IN_MEASURES = tuple(p for p in HitPolicy if p.value not in "POR")
"""The hit policies that a measure may use."""


@dataclass(frozen=True)
class Input:
    """A column that is tested: an expression, what the header calls it, and its limits."""

    expression: Expr
    label: str
    domain: Domain | None = None
    allowed: UnaryTests | None = None
    """Tests that every value passes (DMN: input values); analysis assumes them."""
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    @property
    def type(self) -> Type:
        """The type of the values in the column."""
        return self.expression.type


@dataclass(frozen=True)
class Output:
    """A column that is decided.

    `default` is its value where no row applies. `priorities` are its allowed values, the most
    important first (DMN: output values).
    """

    name: str
    type: Type
    label: str
    default: Expr | None = None
    priorities: tuple[Value, ...] = ()
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True)
class Row:
    """A row: one cell for each input, one outcome for each output (None: none, ``-``)."""

    number: int
    cells: tuple[UnaryTests, ...]
    outputs: tuple[Expr | None, ...]
    notes: tuple[str, ...] = ()
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True)
class DecisionTable:
    """A checked decision table."""

    policy: HitPolicy
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rows: tuple[Row, ...]
    name: str = ""
    note_labels: tuple[str, ...] = ()
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    @property
    def has_default(self) -> bool:
        """Whether something is decided where no row applies."""
        return any(o.default is not None for o in self.outputs)


def check_policy(table: DecisionTable, report: Report) -> None:
    """Report outputs that the hit policy of their table cannot aggregate."""
    policy = table.policy
    if not policy.aggregates:
        return
    if len(table.outputs) > 1:
        report.error(
            "hit-policy",
            f"{policy.value} gives one value, but there are {len(table.outputs)} outputs.",
            table.outputs[1].span,
            hint="Split the table, or collect lists with C.",
        )
    numbers = (NUMBER, ANY)
    fit: tuple[Type, ...] = {
        HitPolicy.COLLECT_SUM: numbers,
        HitPolicy.COLLECT_MIN: (*numbers, DATE, DATETIME, TIME),
        HitPolicy.COLLECT_MAX: (*numbers, DATE, DATETIME, TIME),
    }.get(policy, ())
    for output in table.outputs:
        if fit and output.type not in fit:
            report.error(
                "hit-policy",
                f"{policy.value} cannot take values of type {output.type} together.",
                output.span,
            )
