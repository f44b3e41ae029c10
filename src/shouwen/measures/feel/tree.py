"""The typed expression tree: the contract between the parser and every backend.

A backend lowers the members of `Expr` and nothing else. `UnaryTests` and `Test` are not values:
they only say something *about* a value, and `UnaryTests.condition` turns them into the ordinary
comparison they stand for, so that a backend needs no code for them. `InTests` likewise.

What the nodes mean when a fact is unknown (every backend must agree):

- `And`, `Or`, `Not` are Kleene's: ``false and unknown`` is false, ``true or unknown`` is true.
- `Between`, `InTests` and ranges are conjunctions and disjunctions of comparisons, and follow.
- `If` with an unknown condition is the common value of both branches when these are known and
  equal, otherwise unknown.
- `IsKnown` is never unknown.
- Everything else is unknown as soon as an operand is. `Call` too, with the one exception of
  ``count``, for which it is enough to know how many items there are.
- An unknown names every missing fact that it rests on.
- ``x / 0``, ``min`` of an empty list and comparing periods that have no elapsed length give an
  unknown that names the reason (see `values`). SQL NULL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Any
from typing import Literal as OneOf

from shouwen.measures.diagnostics import Source, Span
from shouwen.measures.feel.types import ANY, BOOLEAN, Type
from shouwen.measures.feel.values import Unknown, Value

NOWHERE = Source("<built>", "").span(0)
"""The place of nodes that were not written but built."""

UNREADABLE = Unknown.of("a part of the source with an error")
"""The value of the placeholder that stands for a part with an error while the rest is checked."""

ArithmeticOperator = OneOf["+", "-", "*", "/", "**"]
"""``**`` occurs only in trees of the DMN dialect."""
Comparator = OneOf["=", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True)
class Node:
    """What all nodes have: the place they were written at, and (once checked) their type.

    Places do not take part in comparison: two texts with the same meaning give equal trees.
    """

    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True)
class Expression(Node):
    """A node that has a value. `type` is `ANY` until the tree is checked."""

    type: Type = field(default=ANY, kw_only=True)


@dataclass(frozen=True)
class Literal(Expression):
    """A constant. A member of an enumeration is its `str` with the `EnumType` as type.

    In the DMN dialect, null is ``Literal(Unknown())`` of type `ANY`.
    """

    value: Value


@dataclass(frozen=True)
class Name(Expression):
    """A fact, by its canonical name."""

    name: str


@dataclass(frozen=True)
class Not(Expression):
    """Kleene negation."""

    operand: Expr


@dataclass(frozen=True)
class Negate(Expression):
    """The negative of a number or of a period."""

    operand: Expr


@dataclass(frozen=True)
class Arithmetic(Expression):
    """Arithmetic of two operands; the operand types decide what it means.

    =========================== ============================================================
    number + - * / number       number, 34 digits; ``x / 0`` is unknown
    string + string             joined (a member of an enumeration counts as a string)
    date + - period             date; months first (a missing day becomes the month's last,
                                民法典 art. 202), then days; a period with exact time or
                                working days is refused in the source, else unknown
    date and time + - period    instant; months and days on the wall clock of the zone of the
                                evaluation, then seconds as elapsed time; no working days
    date - date                 period of days
    date and time - same        period of whole seconds, rounded down
    period + - period           part by part
    period / period             number, by elapsed length
    number ** number            DMN dialect only
    =========================== ============================================================
    """

    op: ArithmeticOperator
    left: Expr
    right: Expr


@dataclass(frozen=True)
class Compare(Expression):
    """A comparison of two values of one type.

    All types but lists and ranges have ``=`` and ``!=``; those in `types.ORDERED` have the rest.
    Periods compare by elapsed length, a day being 24 hours; those of months or working days have
    none (refused in the source where they stand there, else unknown).
    """

    op: Comparator
    left: Expr
    right: Expr


@dataclass(frozen=True)
class And(Expression):
    """Kleene conjunction."""

    left: Expr
    right: Expr


@dataclass(frozen=True)
class Or(Expression):
    """Kleene disjunction."""

    left: Expr
    right: Expr


@dataclass(frozen=True)
class Between(Expression):
    """``value between low and high``, both ends included."""

    value: Expr
    low: Expr
    high: Expr

    def condition(self) -> Expr:
        """The same as two comparisons."""
        return And(
            Compare(">=", self.value, self.low, type=BOOLEAN, span=self.span),
            Compare("<=", self.value, self.high, type=BOOLEAN, span=self.span),
            type=BOOLEAN,
            span=self.span,
        )


@dataclass(frozen=True)
class If(Expression):
    """``if condition then ... else ...``."""

    condition: Expr
    then: Expr
    otherwise: Expr


@dataclass(frozen=True)
class Call(Expression):
    """A call of a function of the closed table in `functions`, by its English name."""

    function: str
    arguments: tuple[Expr, ...]


@dataclass(frozen=True)
class ListNode(Expression):
    """A list written out."""

    items: tuple[Expr, ...]


@dataclass(frozen=True)
class RangeNode(Expression):
    """A range: as the operand of a test, or (both ends closed) as an amount left to discretion.

    `high` None: no upper bound. Only an amount may have none; its value is `values.Amount`.
    """

    low: Expr
    high: Expr | None
    low_closed: bool = True
    high_closed: bool = True

    def condition(self, subject: Expr) -> Expr:
        """That `subject` lies in the range, as comparisons."""
        at = self.span
        above = Compare(">=" if self.low_closed else ">", subject, self.low, type=BOOLEAN, span=at)
        if self.high is None:
            return above
        below = Compare(
            "<=" if self.high_closed else "<", subject, self.high, type=BOOLEAN, span=at
        )
        return And(above, below, type=BOOLEAN, span=at)


@dataclass(frozen=True)
class IsKnown(Expression):
    """Whether a fact is known. Always true or false."""

    operand: Name


@dataclass(frozen=True)
class Test(Node):
    """One test of a cell: a comparison with an operand, or ``in`` with a range as operand."""

    __test__ = False  # or pytest takes the class for a test case

    op: Comparator | OneOf["in"]
    operand: Expr

    def condition(self, subject: Expr) -> Expr:
        """The test, applied to a subject."""
        if self.op == "in":
            assert isinstance(self.operand, RangeNode)
            return self.operand.condition(subject)
        return Compare(self.op, subject, self.operand, type=BOOLEAN, span=self.span)


@dataclass(frozen=True)
class UnaryTests(Node):
    """The tests of a cell: one of `tests` holds or, if `negated`, none does.

    Without any tests it is the dash, which holds of everything, of unknown values too.
    """

    tests: tuple[Test, ...] = ()
    negated: bool = False

    @property
    def dash(self) -> bool:
        """Whether the cell is ``-``: no matter what."""
        return not self.tests

    def condition(self, subject: Expr) -> Expr:
        """The condition that the tests put on a subject, as a boolean expression."""
        if self.dash:
            return Literal(True, type=BOOLEAN, span=self.span)
        result = _any([test.condition(subject) for test in self.tests], self.span)
        return Not(result, type=BOOLEAN, span=self.span) if self.negated else result


def _any(conditions: list[Expr], span: Span) -> Expr:
    """A disjunction as shallow as possible: long cells must not make deep trees."""
    if len(conditions) == 1:
        return conditions[0]
    half = len(conditions) // 2
    return Or(_any(conditions[:half], span), _any(conditions[half:], span), type=BOOLEAN, span=span)


@dataclass(frozen=True)
class InTests(Expression):
    """``value in (tests)``."""

    value: Expr
    tests: UnaryTests

    def condition(self) -> Expr:
        """The same as comparisons."""
        return self.tests.condition(self.value)


Expr = (
    Literal
    | Name
    | Not
    | Negate
    | Arithmetic
    | Compare
    | And
    | Or
    | Between
    | InTests
    | If
    | Call
    | ListNode
    | RangeNode
    | IsKnown
)
AnyNode = Expr | UnaryTests | Test


def children(node: AnyNode) -> Iterator[AnyNode]:
    """The nodes directly below a node, in the order they are written."""
    for f in fields(node):
        value = getattr(node, f.name)
        if isinstance(value, Node):
            yield value  # type: ignore[misc]
        elif isinstance(value, tuple):
            yield from (v for v in value if isinstance(v, Node))  # type: ignore[misc]


def walk(node: AnyNode) -> Iterator[AnyNode]:
    """A node and everything below it, each before what is below it."""
    yield node
    for child in children(node):
        yield from walk(child)


def names(node: AnyNode) -> frozenset[str]:
    """The canonical names of the facts that an expression reads."""
    return frozenset(n.name for n in walk(node) if isinstance(n, Name))


def transform(node: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The tree with `change` applied to every expression in it, the innermost first."""
    rebuilt: Any = _rebuild(node, change)
    return change(rebuilt)


def _rebuild(node: Any, change: Callable[[Expr], Expr]) -> Any:
    changed: dict[str, Any] = {}
    for f in fields(node):
        value = getattr(node, f.name)
        new: Any = value
        if isinstance(value, Expression):
            new = transform(value, change)  # type: ignore[arg-type]
        elif isinstance(value, Node):
            new = _rebuild(value, change)
        elif isinstance(value, tuple) and any(isinstance(v, Node) for v in value):
            new = tuple(
                transform(v, change) if isinstance(v, Expression) else _rebuild(v, change)  # type: ignore[arg-type]
                for v in value
            )
        if new is not value:
            changed[f.name] = new
    return replace(node, **changed) if changed else node
