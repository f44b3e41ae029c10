"""Parsing whole texts: an expression, or the cell of a table. What comes back is checked."""

from __future__ import annotations

from shouwen.measures.diagnostics import Report, SourceText
from shouwen.measures.feel.check import Checker
from shouwen.measures.feel.grammar import Grammar
from shouwen.measures.feel.scan import Kind
from shouwen.measures.feel.tree import (
    Expr,
    Test,
    UnaryTests,
)
from shouwen.measures.feel.types import EnumType, ListType, Scope, Type


def parse_expression(
    text: SourceText, scope: Scope, report: Report, expected: Type | None = None
) -> Expr | None:
    """Parse and check an expression.

    With `expected`, the value must be of that type; members of an expected enumeration may be
    written without quotes. None if anything was wrong; then `report` says what.
    """
    before = len(report.errors)
    parser = Parser(text, scope, report, _enums(expected))
    tree = parser.whole_expression()
    checked = Checker(scope, report).check(tree, expected)
    return checked if len(report.errors) == before else None


def parse_unary_tests(
    text: SourceText, input_type: Type, scope: Scope, report: Report
) -> UnaryTests | None:
    """Parse and check a cell that tests a value of type `input_type`.

    ``-``, ``< 3``, ``[1..5]``, ``"a", "b"``, ``not("a")``, and the words of 民法典 art. 1259:
    ``3次以上``, ``不满3次``. None if anything was wrong; then `report` says what.
    """
    before = len(report.errors)
    parser = Parser(text, scope, report, _enums(input_type))
    tree = parser.whole_tests()
    checked = Checker(scope, report).check_tests(tree, input_type)
    return checked if len(report.errors) == before else None


def _enums(type_: Type | None) -> tuple[EnumType, ...]:
    item = type_.item if isinstance(type_, ListType) else type_
    return (item,) if isinstance(item, EnumType) else ()


class Parser(Grammar):
    """Parses one text; the tree is not checked yet: names are as they were written."""

    def whole_expression(self) -> Expr:
        """An expression, and nothing behind it."""
        if self._token.kind is Kind.END:
            self._error("missing-expression", "An expression is missing here.")
            return self._placeholder()
        tree = self.expression()
        self._nothing_more()
        return tree

    def whole_tests(self) -> UnaryTests:
        """The tests of a cell, and nothing behind them."""
        whole = self.place.span(0, len(self.place.text))
        if self._token.kind is Kind.END:
            self._error(
                "empty-cell", "This cell is empty.", hint="Write - where the value does not matter."
            )
            return UnaryTests(span=whole)
        if self._token.is_("-", "—") and self.tokens[self.index + 1].kind is Kind.END:
            return UnaryTests(span=whole)
        negated = self._negated_tests()
        if negated is not None:
            return UnaryTests(tuple(negated), True, span=whole)
        tests = self._tests()
        self._nothing_more()
        return UnaryTests(tuple(tests), span=whole)

    def _negated_tests(self) -> list[Test] | None:
        """The tests inside ``not(...)``, if the cell is that and nothing more.

        Only reading on tells: ``not(a), b`` tests a boolean against the value of ``not(a)``.
        """
        if not (self._token.is_("not") and self.tokens[self.index + 1].is_("(")):
            return None
        start, errors = self.index, len(self.report.diagnostics)
        self._take()
        opening = self._take()
        tests = self._tests()
        self._close(opening, ")")
        if self._token.kind is Kind.END:
            return tests
        self._go_back(start, errors)
        return None

    def _nothing_more(self) -> None:
        token = self._token
        if token.kind is Kind.END:
            return
        following = self.tokens[min(self.index + 1, len(self.tokens) - 1)]
        if token.is_(",") and following.kind is Kind.LITERAL and following.constant is None:
            return  # 1,000: the scanner has explained it
        if token.is_(")", "]"):
            self._error("bracket", f"There is nothing to close with '{token.text}'.")
        elif token.kind is Kind.SUFFIX:
            self._error(
                "unexpected",
                "A comparison behind the number stands only in cells of a table.",
                hint=f"Write {token.text} before the number.",
            )
        elif token.is_(","):
            self._error(
                "unexpected",
                "A single expression is wanted, not a list.",
                hint="To test against several values, write: name in (a, b).",
            )
        elif token.is_("not"):
            self._error(
                "unexpected", "'not' stands before a condition.", hint="Write not(x in (...))."
            )
        elif token.is_("—"):
            self._error("unexpected", "A dash is no operator.", hint="Subtract with -.")
        elif token.is_(".."):
            self._error("unexpected", "A range stands in brackets.", hint="Write [1..5].")
        else:
            self._error(
                "unexpected",
                f"{self._shown(token)} does not follow here.",
                hint="Is an operator missing before it (=, and, or, +)?",
            )
