"""From the typed tree to Python syntax.

Lowering keeps track of what can be unknown. Where nothing can be (all facts are given and the
operation has a result for every operand) the code is plain Python; otherwise operands are tested
first, and Kleene's logic is called. The same tree is lowered twice: once for facts that are all
known, which is the usual and fast case, and once for the rest.

Code is made of `ast` nodes from checked trees. Texts of a measure enter it only as constants.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any

from shouwen.measures.calendars import Period
from shouwen.measures.feel import operations as ops
from shouwen.measures.feel.functions import FUNCTIONS
from shouwen.measures.feel.tree import (
    And,
    Arithmetic,
    Between,
    Call,
    Compare,
    Expr,
    If,
    InTests,
    IsKnown,
    ListNode,
    Literal,
    Name,
    Negate,
    Not,
    Or,
    RangeNode,
)
from shouwen.measures.feel.types import DATE, DATETIME, NUMBER, PERIOD, ListType, Type, is_text
from shouwen.measures.feel.values import CONTEXT, OUT_OF_RANGE, Amount, Unknown, Value, merge


@dataclass(frozen=True)
class Code:
    """Python syntax, and whether its value can be an `Unknown`."""

    syntax: ast.expr
    maybe: bool


def load(name: str) -> ast.expr:
    """A variable, read."""
    return ast.Name(name, ast.Load())


def call(function: str, *arguments: ast.expr) -> ast.expr:
    """A call of a function of the namespace."""
    return ast.Call(load(function), list(arguments), [])


def is_unknown(operand: ast.expr) -> ast.expr:
    """``operand.__class__ is Unknown``, the cheapest of the tests that say so."""
    return ast.Compare(
        ast.Attribute(operand, "__class__", ast.Load()), [ast.Is()], [load("Unknown")]
    )


# --- what generated code calls ------------------------------------------------------------------


def kleene_and(left: Any, right: Any) -> Any:
    """Conjunction of values that may be unknown."""
    if left is False or right is False:
        return False
    if left is True:
        return right
    return left if right is True else merge(left, right)


def kleene_or(left: Any, right: Any) -> Any:
    """Disjunction of values that may be unknown."""
    if left is True or right is True:
        return True
    if left is False:
        return right
    return left if right is False else merge(left, right)


def kleene_if(condition: Any, then: Any, otherwise: Any) -> Any:
    """The branch taken; with an unknown condition, the value both branches agree on."""
    if condition is True:
        return then
    if condition is False:
        return otherwise
    if isinstance(then, Unknown) or isinstance(otherwise, Unknown) or not same(then, otherwise):
        return merge(condition, then, otherwise)
    return then


def same(a: Any, b: Any) -> bool:
    """Whether two known values of one type are equal, as ``=`` has it; lists item by item."""
    if isinstance(a, tuple):
        return len(a) == len(b) and all(
            not isinstance(x, Unknown) and not isinstance(y, Unknown) and same(x, y)
            for x, y in zip(a, b, strict=True)
        )
    if isinstance(a, datetime):
        return ops.since_epoch(a) == ops.since_epoch(b)
    if isinstance(a, Period):
        return a == b or ops.compare_periods("=", a, b) is True
    return bool(a == b)


def call_with_lists(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function if all arguments and all items of lists are known."""
    flat = [v for a in arguments for v in (a if isinstance(a, tuple) else (a,))]
    if any(v.__class__ is Unknown for v in flat):
        return merge(*flat)
    return function(*arguments)


def amount(low: Any, high: Any) -> Amount | Unknown:
    """An amount between two bounds, or unknown if a bound is or they are crossed."""
    if isinstance(low, Unknown) or isinstance(high, Unknown):
        return merge(low, high)
    if high is not None and low > high:
        return Unknown.of(OUT_OF_RANGE)
    return Amount(Decimal(low), None if high is None else Decimal(high))


_HELPERS: dict[str, Any] = {
    "Unknown": Unknown,
    "merge": merge,
    "kleene_and": kleene_and,
    "kleene_or": kleene_or,
    "kleene_if": kleene_if,
    "call_with_lists": call_with_lists,
    "amount": amount,
    "add": ops.ADD,
    "subtract": ops.SUBTRACT,
    "multiply": ops.MULTIPLY,
    "divide": ops.divide,
    "power": ops.power,
    "minus": CONTEXT.minus,
    "since_epoch": ops.since_epoch,
    "compare_periods": ops.compare_periods,
    "divide_periods": ops.divide_periods,
    "add_periods": ops.add_periods,
    "subtract_periods": ops.subtract_periods,
    "add_to_date": ops.add_to_date,
    "subtract_from_date": ops.subtract_from_date,
    "add_to_instant": ops.add_to_instant,
    "subtract_from_instant": ops.subtract_from_instant,
    "days_between": ops.days_between,
    "time_between": ops.time_between,
}

_COMPARISONS: Mapping[str, ast.cmpop] = {
    "=": ast.Eq(),
    "!=": ast.NotEq(),
    "<": ast.Lt(),
    "<=": ast.LtE(),
    ">": ast.Gt(),
    ">=": ast.GtE(),
}
_NUMBERS = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "**": "power"}


@dataclass
class Lowering:
    """Lowers expressions into one function body.

    `variables` gives the variable that holds each fact, and whether that can be unknown.
    `namespace` collects the constants and functions that the code refers to.
    """

    zone: tzinfo
    variables: dict[str, Code]
    namespace: dict[str, Any] = field(default_factory=lambda: dict(_HELPERS))
    _temporaries: int = 0

    def lower(self, node: Expr) -> Code:
        """The code of an expression."""
        match node:
            case Literal():
                return Code(self.constant(node.value), isinstance(node.value, Unknown))
            case Name():
                return self.variables[node.name]
            case Not():
                return self._strict([self.lower(node.operand)], self._not)
            case And() | Or():
                return self._logic(node)
            case Negate():
                return self._negate(node)
            case Arithmetic():
                return self._arithmetic(node)
            case Compare():
                return self._compare(node)
            case Between():
                return self._with_subject(node.value, lambda x: Between(x, node.low, node.high))
            case InTests():
                return self._with_subject(node.value, lambda x: InTests(x, node.tests))
            case If():
                return self._if(node)
            case Call():
                return self._call(node)
            case ListNode():
                items = [self.lower(item).syntax for item in node.items]
                return Code(ast.Tuple(items, ast.Load()), False)
            case RangeNode():
                return self._amount(node)
            case IsKnown():
                fact = self.lower(node.operand)
                if not fact.maybe:
                    return Code(ast.Constant(True), False)
                return Code(ast.UnaryOp(ast.Not(), is_unknown(fact.syntax)), False)

    def constant(self, value: Value) -> ast.expr:
        """A constant: in the code if Python has a notation for it, else in the namespace."""
        if isinstance(value, str | bool):
            return ast.Constant(value)
        return self.shared(value)

    def shared(self, value: Any) -> ast.expr:
        """A reference to an object of the namespace."""
        name = f"k{len(self.namespace)}"
        self.namespace[name] = value
        return load(name)

    def temporary(self) -> str:
        """The name of a fresh variable."""
        self._temporaries += 1
        return f"t{self._temporaries}"

    # --- unknown operands --------------------------------------------------------------------

    def _strict(
        self,
        operands: list[Code],
        result: Callable[..., ast.expr],
        *,
        total: bool = True,
    ) -> Code:
        """An operation that is unknown as soon as an operand is."""
        uncertain: list[str] = []
        tests: list[ast.expr] = []
        inputs: list[ast.expr] = []
        for operand in operands:
            if not operand.maybe:
                inputs.append(operand.syntax)
                continue
            variable = self.temporary()
            uncertain.append(variable)
            assigned = ast.NamedExpr(ast.Name(variable, ast.Store()), operand.syntax)
            tests.append(is_unknown(assigned))
            inputs.append(load(variable))
        value = result(*inputs)
        if not tests:
            return Code(value, not total)
        if len(tests) == 1:
            return Code(ast.IfExp(tests[0], load(uncertain[0]), value), True)
        # With | instead of or, all are assigned, so that all that are unknown can be named.
        any_unknown = tests[0]
        for test in tests[1:]:
            any_unknown = ast.BinOp(any_unknown, ast.BitOr(), test)
        return Code(ast.IfExp(any_unknown, call("merge", *map(load, uncertain)), value), True)

    @staticmethod
    def _not(operand: ast.expr) -> ast.expr:
        return ast.UnaryOp(ast.Not(), operand)

    def _logic(self, node: And | Or) -> Code:
        left, right = self.lower(node.left), self.lower(node.right)
        if left.maybe or right.maybe:
            helper = "kleene_and" if isinstance(node, And) else "kleene_or"
            return Code(call(helper, left.syntax, right.syntax), True)
        operator = ast.And() if isinstance(node, And) else ast.Or()
        return Code(ast.BoolOp(operator, [left.syntax, right.syntax]), False)

    def _if(self, node: If) -> Code:
        condition = self.lower(node.condition)
        then, otherwise = self.lower(node.then), self.lower(node.otherwise)
        if condition.maybe:
            syntax = call("kleene_if", condition.syntax, then.syntax, otherwise.syntax)
            return Code(syntax, True)
        syntax = ast.IfExp(condition.syntax, then.syntax, otherwise.syntax)
        return Code(syntax, then.maybe or otherwise.maybe)

    def _with_subject(self, subject: Expr, test: Callable[[Expr], Between | InTests]) -> Code:
        """A test whose subject is computed once, however often the test compares it."""
        if isinstance(subject, Name | Literal):
            return self.lower(test(subject).condition())
        computed = self.lower(subject)
        variable = self.temporary()
        # No fact has such a name: names hold no control characters.
        name = Name(f"\0{variable}", type=subject.type)
        self.variables[name.name] = Code(load(variable), computed.maybe)
        condition = self.lower(test(name).condition())
        assigned = ast.NamedExpr(ast.Name(variable, ast.Store()), computed.syntax)
        pair = ast.Tuple([assigned, condition.syntax], ast.Load())
        return Code(ast.Subscript(pair, ast.Constant(1), ast.Load()), condition.maybe)

    # --- operators ---------------------------------------------------------------------------

    def _negate(self, node: Negate) -> Code:
        operand = self.lower(node.operand)
        if node.operand.type == PERIOD:
            return self._strict([operand], lambda x: ast.UnaryOp(ast.USub(), x))
        return self._strict([operand], lambda x: call("minus", x))

    def _arithmetic(self, node: Arithmetic) -> Code:
        left, right = self.lower(node.left), self.lower(node.right)
        a, b = node.left.type, node.right.type
        zoned: tuple[ast.expr, ...] = ()
        if is_text(node.type):
            return self._strict([left, right], lambda x, y: ast.BinOp(x, ast.Add(), y))
        if node.type == NUMBER and PERIOD in (a, b):
            helper, total = "divide_periods", False
        elif node.type == PERIOD and a == b:
            by_type: dict[Type, str] = {DATE: "days_between", DATETIME: "time_between"}
            helper = by_type.get(a) or ("add_periods" if node.op == "+" else "subtract_periods")
            total = a in by_type
        elif node.type == DATE:
            helper, total = "add_to_date" if node.op == "+" else "subtract_from_date", False
        elif node.type == DATETIME:
            helper, total = "add_to_instant" if node.op == "+" else "subtract_from_instant", False
            zoned = (self.shared(self.zone),)
        else:
            helper = _NUMBERS[node.op]
            safe = isinstance(node.right, Literal) and node.right.value not in (0, Unknown())
            total = node.op in "+-*" or (node.op == "/" and safe)
        return self._strict([left, right], lambda x, y: call(helper, x, y, *zoned), total=total)

    def _compare(self, node: Compare) -> Code:
        operands = [self.lower(node.left), self.lower(node.right)]
        types = (node.left.type, node.right.type)
        if PERIOD in types:
            return self._strict(
                operands,
                lambda x, y: call("compare_periods", ast.Constant(node.op), x, y),
                total=False,
            )
        comparison = _COMPARISONS[node.op]
        if DATETIME in types:
            return self._strict(
                operands,
                lambda x, y: ast.Compare(
                    call("since_epoch", x), [comparison], [call("since_epoch", y)]
                ),
            )
        return self._strict(operands, lambda x, y: ast.Compare(x, [comparison], [y]))

    def _call(self, node: Call) -> Code:
        function = FUNCTIONS[node.function]
        arguments = [self.lower(a) for a in node.arguments]
        implementation = self.shared(function.implementation)
        zone = (self.shared(self.zone),) if function.zoned else ()
        if any(isinstance(a.type, ListType) for a in node.arguments):
            if function.counts_unknown_items:
                return self._strict(
                    arguments, lambda *xs: ast.Call(implementation, [*zone, *xs], [])
                )
            syntax = call("call_with_lists", implementation, *(a.syntax for a in arguments))
            return Code(syntax, True)
        return self._strict(
            arguments,
            lambda *xs: ast.Call(implementation, [*zone, *xs], []),
            total=function.total,
        )

    def _amount(self, node: RangeNode) -> Code:
        low = self.lower(node.low)
        if isinstance(node.low, Literal) and isinstance(node.high, Literal | None):
            high = node.high.value if node.high is not None else None
            constant = amount(node.low.value, high)
            return Code(self.shared(constant), isinstance(constant, Unknown))
        high_syntax = ast.Constant(None) if node.high is None else self.lower(node.high).syntax
        return Code(call("amount", low.syntax, high_syntax), True)
