"""Gives every node its type, resolves names and members, and refuses what has no meaning.

A member of an enumeration may be written bare or in quotes wherever a value of that enumeration is
wanted: opposite to it in a comparison, in a cell of its column, in a branch of an ``if``. A name
of the scope wins over a member of the same spelling only if it is of that enumeration itself.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from shouwen.measures.calendars import Period
from shouwen.measures.diagnostics import Report
from shouwen.measures.feel.functions import FUNCTIONS, Function
from shouwen.measures.feel.hints import (
    arithmetic_hint,
    arithmetic_type,
    common,
)
from shouwen.measures.feel.resolve import Resolver
from shouwen.measures.feel.tree import (
    UNREADABLE,
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
    Test,
    UnaryTests,
)
from shouwen.measures.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATETIME,
    NUMBER,
    PERIOD,
    STRING,
    Dialect,
    ListType,
    RangeType,
    Scope,
    Type,
)
from shouwen.measures.feel.values import Unknown, Value

_SHIFTED = {DATE: DATE, DATETIME: DATETIME}


def check(expr: Expr, scope: Scope, report: Report, expected: Type | None = None) -> Expr | None:
    """The tree with canonical names and a type on every node, or None if `report` got errors.

    With `expected`, the whole must be of that type; a number stands for an amount (a range whose
    bounds are equal) where an amount is expected. Checking a checked tree changes nothing.
    """
    before = len(report.errors)
    checked = Checker(scope, report).check(expr, expected)
    return checked if len(report.errors) == before else None


class Checker(Resolver):
    """Checks trees against one scope. After an error the node is a literal of type `ANY`."""

    def check(self, expr: Expr, expected: Type | None = None) -> Expr:
        """Check an expression that stands on its own."""
        if isinstance(expected, RangeType):
            return self._amount(expr, expected)
        checked = self._visit(expr, expected)
        if isinstance(checked, RangeNode):
            return self._fail(
                "type",
                "A range stands only in a test (x in [1..5]) or where an amount is wanted.",
                checked.span,
            )
        return self._of_type(checked, expected) if expected is not None else checked

    def check_tests(self, tests: UnaryTests, input_type: Type) -> UnaryTests:
        """Check the tests of a cell against the type of its column."""
        return self._tests(tests, input_type)

    # --- dispatch ----------------------------------------------------------------------------

    def _visit(self, node: Expr, hint: Type | None = None) -> Expr:
        match node:
            case Literal():
                return self._literal(node, hint)
            case Name():
                return self._name(node, hint)
            case Not():
                return replace(node, operand=self._boolean(node.operand), type=BOOLEAN)
            case And() | Or():
                left, right = self._boolean(node.left), self._boolean(node.right)
                return replace(node, left=left, right=right, type=BOOLEAN)
            case Negate():
                return self._negate(node)
            case Arithmetic():
                return self._arithmetic(node)
            case Compare():
                return self._compare(node)
            case Between():
                return self._between(node)
            case InTests():
                value = self._subject(node.value)
                tests = self._tests(node.tests, value.type)
                return replace(node, value=value, tests=tests, type=BOOLEAN)
            case If():
                return self._if(node, hint)
            case Call():
                return self._call(node)
            case ListNode():
                return self._list(node, hint)
            case RangeNode():
                return self._range(node, hint)
            case IsKnown():
                operand = self._name(node.operand, None)
                if not isinstance(operand, Name):
                    return operand
                return replace(node, operand=operand, type=BOOLEAN)

    # --- logic and comparison ----------------------------------------------------------------

    def _boolean(self, node: Expr) -> Expr:
        return self._of_type(self._visit(node), BOOLEAN)

    def _compare(self, node: Compare) -> Expr:
        left, right = self._pair(node.left, node.right)
        if left.type == ANY or right.type == ANY:
            return self._with_null(left, right) or replace(
                node, left=left, right=right, type=BOOLEAN
            )
        if not self._comparable(node.op, left, right, node.span):
            return self._placeholder(node.span)
        return replace(node, left=left, right=right, type=BOOLEAN)

    def _between(self, node: Between) -> Expr:
        value = self._subject(node.value)
        low, high = self._visit(node.low, value.type), self._visit(node.high, value.type)
        for bound, op in ((low, ">="), (high, "<=")):
            if ANY not in (value.type, bound.type):
                self._comparable(op, value, bound, bound.span)
        self._ascending(low, high, node.span)
        return replace(node, value=value, low=low, high=high, type=BOOLEAN)

    def _subject(self, node: Expr) -> Expr:
        """What is tested against something that follows it."""
        subject = self._visit(node)
        if isinstance(subject.type, ListType | RangeType):
            return self._fail(
                "type",
                f"A {subject.type} cannot be tested like a single value.",
                subject.span,
                hint="For one of its items: list contains(list, item)."
                if isinstance(subject.type, ListType)
                else None,
            )
        return subject

    def _pair(self, left: Expr, right: Expr) -> tuple[Expr, Expr]:
        """Check both sides of a comparison, a side that may be a bare member last."""
        if self._waits_for_hint(left) and not self._waits_for_hint(right):
            checked = self._visit(right)
            return self._visit(left, checked.type), checked
        checked = self._visit(left)
        if checked.type == ANY and self._owner(right) is not None:
            # The left side is wrong; that a member on the right finds no partner is no news.
            return checked, self._placeholder(right.span)
        return checked, self._visit(right, checked.type)

    def _waits_for_hint(self, node: Expr) -> bool:
        if isinstance(node, Name):
            return self.scope.resolve(node.name) is None
        if isinstance(node, If):
            return self._waits_for_hint(node.then) and self._waits_for_hint(node.otherwise)
        return isinstance(node, Literal) and node.type == STRING

    def _with_null(self, left: Expr, right: Expr) -> Expr | None:
        for side in (left, right):
            if isinstance(side, Literal) and side.value == Unknown():
                return self._fail(
                    "null",
                    "A comparison with null is not supported.",
                    side.span,
                    hint="Ask with is known(name).",
                )
        return None

    def _tests(self, tests: UnaryTests, subject: Type) -> UnaryTests:
        return replace(tests, tests=tuple(self._test(t, subject) for t in tests.tests))

    def _test(self, test: Test, subject: Type) -> Test:
        if isinstance(test.operand, RangeNode):
            return replace(test, operand=self._bounds(test.operand, subject))
        operand = self._visit(test.operand, subject)
        if ANY not in (subject, operand.type):
            probe = Name("", type=subject, span=test.span)
            if isinstance(operand.type, ListType):
                self._refuse(
                    "type",
                    "A list cannot be a test.",
                    test.span,
                    "Write list contains(list, value) as a condition.",
                )
            else:
                self._comparable(test.op, probe, operand, test.span)
        return replace(test, operand=operand)

    def _bounds(self, node: RangeNode, subject: Type) -> RangeNode:
        low = self._visit(node.low, subject)
        high = self._visit(node.high, subject) if node.high is not None else None
        if high is None:
            self._refuse("range", "This range has no upper bound.", node.span, "Write >= instead.")
        probe = Name("", type=subject, span=node.span)
        for bound in (low, high):
            if bound is not None and ANY not in (subject, bound.type):
                self._comparable("<", probe, bound, bound.span)
        if high is not None:
            self._ascending(low, high, node.span, open_=not (node.low_closed and node.high_closed))
        return replace(node, low=low, high=high, type=RangeType(subject))

    # --- arithmetic --------------------------------------------------------------------------

    def _negate(self, node: Negate) -> Expr:
        operand = self._visit(node.operand)
        if operand.type not in (NUMBER, PERIOD, ANY):
            return self._fail("type", f"A {operand.type} has no negative.", node.span, hint=None)
        return replace(node, operand=operand, type=operand.type)

    def _arithmetic(self, node: Arithmetic) -> Expr:
        left, right = self._visit(node.left), self._visit(node.right)
        a, b = left.type, right.type
        if ANY in (a, b):
            if UNREADABLE in (_value(left), _value(right)):
                return self._placeholder(node.span)
            type_ = b if a == ANY else a
            return replace(node, left=left, right=right, type=type_)
        result = arithmetic_type(node.op, a, b)
        if result is None:
            return self._fail(
                "type",
                f"There is no {a} {node.op} {b}.",
                node.span,
                hint=arithmetic_hint(node.op, left, right)
                or "Arithmetic is for numbers, dates, instants and periods.",
            )
        zero = isinstance(right, Literal) and right.value == Decimal(0)
        if node.op == "/" and zero and self.scope.dialect is Dialect.MEASURE:
            return self._fail(
                "zero", "This divides by zero.", right.span, hint="Divide by another number."
            )
        if b == PERIOD and not self._addable(a, right):
            return self._placeholder(node.span)
        if (
            node.op == "/"
            and PERIOD in (a, b)
            and not all([self._has_length(left), self._has_length(right)])
        ):
            return self._placeholder(node.span)
        return replace(node, left=left, right=right, type=result)

    def _addable(self, to: Type, period: Expr) -> bool:
        """Refuse written periods that cannot move a date or an instant without a calendar."""
        if not isinstance(period, Literal) or not isinstance(period.value, Period):
            return True
        value = period.value
        if to in _SHIFTED and value.working_days:
            return self._refuse(
                "working-days",
                "Working days need a calendar, which an expression does not have.",
                period.span,
                "State them as the deadline of a duty.",
            )
        if to == DATE and value.seconds:
            return self._refuse(
                "type",
                f"A date has no hours that {value.zh()} could be added to.",
                period.span,
                "Use whole days, or an instant: start of day(date).",
            )
        return True

    # --- if, calls, lists, ranges ------------------------------------------------------------

    def _if(self, node: If, hint: Type | None) -> Expr:
        condition = self._boolean(node.condition)
        if self._waits_for_hint(node.then) and hint is None:
            otherwise = self._visit(node.otherwise)
            then = self._visit(node.then, otherwise.type)
        else:
            then = self._visit(node.then, hint)
            otherwise = self._visit(node.otherwise, hint or then.type)
        if isinstance(then.type, RangeType) or isinstance(otherwise.type, RangeType):
            return self._fail("type", "A branch of an if cannot be a range.", node.span)
        type_ = common(then.type, otherwise.type)
        if type_ is None:
            return self._fail(
                "type",
                f"The branches differ: {then.type} after then, {otherwise.type} after else.",
                node.span,
                hint="Give both branches one type.",
            )
        return replace(node, condition=condition, then=then, otherwise=otherwise, type=type_)

    def _call(self, node: Call) -> Expr:
        function = FUNCTIONS[node.function]
        arguments = self._arguments(function, node.arguments)
        types = tuple(a.type for a in arguments)
        signature = next((s for s in function.signatures if s.accepts(types)), None)
        if signature is None:
            if ANY in types:
                return self._placeholder(node.span)
            given = ", ".join(map(str, types)) or "nothing"
            forms = "; ".join(f"{function.name}{s}" for s in function.signatures[:2])
            return self._fail(
                "arguments",
                f"{function.name}(...) does not take {given}.",
                node.span,
                hint=f"It takes: {forms}.",
            )
        for index in function.literal:
            self._whole_literal(function, arguments[index])
        return replace(node, arguments=arguments, type=signature.result)

    def _arguments(self, function: Function, arguments: tuple[Expr, ...]) -> tuple[Expr, ...]:
        checked: list[Expr] = []
        for argument in arguments:
            hint = None
            if function.name == "list contains" and checked:
                first = checked[0].type
                hint = first.item if isinstance(first, ListType) else None
            checked.append(self._visit(argument, hint))
        return tuple(checked)

    def _whole_literal(self, function: Function, argument: Expr) -> None:
        value = argument.value if isinstance(argument, Literal) else None
        if argument.type == NUMBER and not (
            isinstance(value, Decimal) and value == int(value) and 0 <= value <= 12
        ):
            self._refuse(
                "arguments",
                f"How far {function.name}(...) rounds is written as a whole number.",
                argument.span,
                "Write 0 to 12.",
            )

    def _list(self, node: ListNode, hint: Type | None) -> Expr:
        item_hint = hint.item if isinstance(hint, ListType) else None
        items = tuple(self._visit(item, item_hint) for item in node.items)
        type_: Type | None = item_hint if not items and item_hint else ANY
        for item in items:
            if isinstance(item.type, ListType | RangeType):
                return self._fail("type", "A list cannot hold lists or ranges.", item.span)
            shared = common(type_ or ANY, item.type)
            if shared is None:
                return self._fail(
                    "type",
                    f"The items of a list are of one type, not {type_} and {item.type}.",
                    item.span,
                )
            type_ = shared
        return replace(node, items=items, type=ListType(type_ or ANY))

    def _range(self, node: RangeNode, hint: Type | None) -> Expr:
        low = self._visit(node.low)
        high = self._visit(node.high) if node.high is not None else None
        return replace(node, low=low, high=high, type=RangeType(low.type))

    def _amount(self, expr: Expr, expected: RangeType) -> Expr:
        if not isinstance(expr, RangeNode):
            single = self._visit(expr)
            if single.type == expected:
                return single
            checked = self._of_type(single, expected.item)
            return RangeNode(checked, checked, type=expected, span=expr.span)
        low = self._of_type(self._visit(expr.low), expected.item)
        high = (
            self._of_type(self._visit(expr.high), expected.item) if expr.high is not None else None
        )
        if not (expr.low_closed and expr.high_closed):
            self._refuse(
                "range",
                "The bounds of an amount belong to it.",
                expr.span,
                "Write it in square brackets: [100..500].",
            )
        if high is not None:
            self._ascending(low, high, expr.span)
        return replace(expr, low=low, high=high, type=expected)


def _value(node: Expr) -> Value | None:
    return node.value if isinstance(node, Literal) else None
