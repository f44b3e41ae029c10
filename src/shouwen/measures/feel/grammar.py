"""Expressions and tests by precedence climbing: what the parser knows of the language.

The parser goes on after an error with a placeholder (a literal of type `ANY`, about which the
checker says nothing more), so that everything wrong with a text is reported at once.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import cast

from shouwen.measures.calendars import Period
from shouwen.measures.diagnostics import Span, did_you_mean
from shouwen.measures.feel.functions import ALIASES, FUNCTIONS, IS_KNOWN
from shouwen.measures.feel.literals import CONSTRUCTORS, LiteralError
from shouwen.measures.feel.scan import Kind, Token
from shouwen.measures.feel.stream import TokenStream
from shouwen.measures.feel.tree import (
    UNREADABLE,
    And,
    Arithmetic,
    ArithmeticOperator,
    Between,
    Call,
    Comparator,
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
    transform,
)
from shouwen.measures.feel.types import ANY, NUMBER, PERIOD, STRING
from shouwen.measures.feel.values import CONTEXT, Value

DEEPEST = 25
"""How deep brackets may be nested. Nobody reads deeper, and every walk of the tree recurses."""
LONGEST = 150
"""How many operators one expression may have, for the same reason."""

_COMPARATORS = ("=", "!=", "<", "<=", ">", ">=")
_OR, _AND, _COMPARISON, _SUM, _PRODUCT, _POWER = range(1, 7)
_STRENGTH = {
    "or": _OR,
    "and": _AND,
    **dict.fromkeys((*_COMPARATORS, "in", "between"), _COMPARISON),
    "+": _SUM,
    "-": _SUM,
    "*": _PRODUCT,
    "/": _PRODUCT,
    "**": _POWER,
}


class Grammar(TokenStream):
    """Reads expressions and tests; names are as they were written."""

    depth = 0
    operators = 0

    # --- expressions -------------------------------------------------------------------------

    def expression(self, weakest: int = _OR, left: Expr | None = None) -> Expr:
        """An expression whose operators bind at least as strongly as `weakest`."""
        if left is None:
            left = self._operand()
        while True:
            token = self._token
            strength = _STRENGTH.get(token.text, 0) if token.is_(*_STRENGTH) else 0
            if strength < weakest:
                return left
            left = self._infix(left, strength)

    def _infix(self, left: Expr, strength: int) -> Expr:
        operator = self._take()
        self.operators += 1
        if self.operators > LONGEST:
            self._error("too-long", f"An expression has at most {LONGEST} operators.")
            self._give_up()
            return left
        op = operator.text
        if op == "in":
            tests = self._tests_after_in()
            return self._no_chain(InTests(left, tests, span=self._from(left)))
        if op == "between":
            low = self.expression(_SUM)
            self._expect_word("and", "between has two bounds: x between 1 and 5.")
            high = self.expression(_SUM)
            return self._no_chain(Between(left, low, high, span=self._from(left)))
        right = self.expression(strength + 1)
        span = self._from(left)
        if op == "or":
            return Or(left, right, span=span)
        if op == "and":
            return And(left, right, span=span)
        if op in _COMPARATORS:
            return self._no_chain(Compare(cast(Comparator, op), left, right, span=span))
        return Arithmetic(cast(ArithmeticOperator, op), left, right, span=span)

    def _no_chain(self, comparison: Expr) -> Expr:
        if self._token.is_(*_COMPARATORS, "in", "between"):
            self._error(
                "chained-comparison",
                "A comparison cannot be compared again.",
                hint="Write 1 < x and x < 5, or x in (1..5).",
            )
            while self._token.is_(*_COMPARATORS):
                self._take()
                self.expression(_SUM)
        return comparison

    def _operand(self) -> Expr:
        self.depth += 1
        try:
            if self.depth > DEEPEST:
                self._error("too-deep", f"Brackets are nested more than {DEEPEST} deep.")
                self._give_up()
                return self._placeholder()
            return self._operand_at_depth()
        finally:
            self.depth -= 1

    def _operand_at_depth(self) -> Expr:
        token = self._token
        match token.kind:
            case Kind.LITERAL:
                return self._literal(self._take())
            case Kind.WORD:
                self._take()
                if self._token.is_("("):
                    return self._defined(token)
                return Name(token.text, span=self._span(token))
            case Kind.FUNCTION:
                return self._call()
        if token.is_("-"):
            return self._negative()
        if token.is_("("):
            return self._bracketed()
        if token.is_("["):
            return self._list_or_range()
        if token.is_("]"):
            return self._range(self._take())
        if token.is_("not"):
            return self._not()
        if token.is_("if"):
            return self._if()
        return self._no_operand()

    def _no_operand(self) -> Expr:
        token = self._token
        hint = None
        if token.is_(*_COMPARATORS) and self.index == 0:
            hint = "A comparison has a left side: name < 3."
        elif token.is_("*", "/", "+", "and", "or") and self.index == 0:
            hint = "What stands before it is missing."
        elif token.is_("then", "else"):
            hint = "The form is: if ... then ... else ..."
        what = self._shown(token)
        self._error("missing-operand", f"A value is missing before {what}.", hint=hint)
        if token.kind is not Kind.END and not token.is_(")", "]", ",", "then", "else", "and", "or"):
            self._take()
            if token.is_(*_COMPARATORS, "+", "*", "/"):
                return self._operand()
        return self._placeholder()

    def _literal(self, token: Token) -> Expr:
        if token.constant is None:
            return self._placeholder(token)
        constant = token.constant
        return Literal(constant.value, type=constant.type, span=self._span(token))

    def _negative(self) -> Expr:
        minus = self._take()
        operand = self._operand()
        span = self._from_token(minus)
        if isinstance(operand, Literal) and operand.type in (NUMBER, PERIOD):
            return Literal(_negative(operand.value), type=operand.type, span=span)
        return Negate(operand, span=span)

    def _bracketed(self) -> Expr:
        opening = self._take()
        inside = self.expression()
        if self._token.is_(".."):
            return self._range(opening, inside)
        if self._token.is_(","):
            self._error(
                "unexpected",
                "Round brackets hold one expression.",
                hint="A list is written [a, b]; a test against several values: x in (a, b).",
            )
            while self._token.is_(","):
                self._take()
                self.expression()
        self._close(opening, ")")
        return inside

    def _list_or_range(self) -> Expr:
        opening = self._take()
        if self._token.is_("]"):
            self._take()
            return ListNode((), span=self._from_token(opening))
        first = self.expression()
        if self._token.is_(".."):
            return self._range(opening, first)
        items = [first]
        while self._token.is_(","):
            self._take()
            items.append(self.expression())
        self._close(opening, "]")
        return ListNode(tuple(items), span=self._from_token(opening))

    def _range(self, opening: Token, low: Expr | None = None) -> Expr:
        """The rest of a range after its opening bracket (and, if given, its lower bound)."""
        low = low or self.expression()
        if self._token.is_(".."):
            self._take()
        else:
            self._error(
                "range", "Two dots are missing in this range.", hint="Write for instance [1..5]."
            )
        high: Expr | None = None
        if not self._token.is_(")", "]", "["):
            high = self.expression()
        closing = self._token
        if closing.is_(")", "]", "["):
            self._take()
        else:
            self._unclosed(opening, "]")
        return RangeNode(
            low,
            high,
            low_closed=opening.text == "[",
            high_closed=closing.text == "]" or high is None,
            span=self._from_token(opening),
        )

    def _not(self) -> Expr:
        word = self._take()
        if self._token.is_("("):
            operand = self._bracketed()
        else:
            operand = self.expression(_COMPARISON)
            self._error(
                "brackets-of-not",
                "What is negated stands in brackets.",
                self._span(word),
                hint="Write not(...).",
            )
        return Not(operand, span=self._from_token(word))

    def _if(self) -> Expr:
        word = self._take()
        condition = self.expression()
        self._expect_word("then", "The form is: if ... then ... else ...")
        then = self.expression()
        self._expect_word("else", "Every if has an else, so that there always is a value.")
        otherwise = self.expression()
        return If(condition, then, otherwise, span=self._from_token(word))

    # --- calls -------------------------------------------------------------------------------

    def _call(self) -> Expr:
        name = self._take()
        arguments = self._call_arguments()
        span = self._from_token(name)
        if name.text in IS_KNOWN:
            return self._is_known(arguments, span)
        if name.text in CONSTRUCTORS and len(arguments) == 1:
            return self._constructed(name.text, arguments[0], span)
        if name.text not in FUNCTIONS:
            self._error(
                "arguments",
                f"{name.text}(...) takes one quoted text.",
                span,
                hint='Write for instance date("2013-09-01").',
            )
            return self._placeholder(name)
        return Call(name.text, tuple(arguments), span=span)

    def _defined(self, name: Token) -> Expr:
        """A call of a macro, replaced by its body."""
        arguments = self._call_arguments()
        span = self._from_token(name)
        macro = self.scope.macros.get(name.text)
        if macro is None:
            known = [*FUNCTIONS, *ALIASES, *CONSTRUCTORS, *IS_KNOWN, *self.scope.macros]
            self._error(
                "unknown-function",
                f"There is no function '{name.text}'.",
                self._span(name),
                hint=did_you_mean(name.text, known) or "Is an operator missing before the bracket?",
            )
            return self._placeholder(name)
        if len(arguments) != len(macro.parameters):
            self._error(
                "arguments",
                f"{name.text}(...) takes {len(macro.parameters)} values, "
                f"{len(arguments)} are given.",
                span,
                hint=f"It takes: {', '.join(macro.parameters)}.",
            )
            return self._placeholder(name)
        given = dict(zip(macro.parameters, arguments, strict=True))
        body: Expr = macro.body
        inlined = transform(body, lambda n: given.get(n.name, n) if isinstance(n, Name) else n)
        return replace(inlined, span=span)

    def _call_arguments(self) -> list[Expr]:
        """Arguments in round brackets, the opening one being next."""
        opening = self._take()
        arguments: list[Expr] = []
        if not self._token.is_(")"):
            arguments.append(self.expression())
            while self._token.is_(","):
                self._take()
                arguments.append(self.expression())
        self._close(opening, ")")
        return arguments

    def _is_known(self, arguments: list[Expr], span: Span) -> Expr:
        if len(arguments) == 1 and isinstance(arguments[0], Name):
            return IsKnown(arguments[0], span=span)
        self._error(
            "is-known", "'is known' asks about one name.", span, hint="Write is known(name)."
        )
        return Literal(UNREADABLE, span=span)

    def _constructed(self, name: str, argument: Expr, span: Span) -> Expr:
        if not (isinstance(argument, Literal) and argument.type == STRING):
            if not (isinstance(argument, Literal) and argument.type == ANY):
                self._error(
                    "arguments",
                    f"{name}(...) takes a text in quotes.",
                    argument.span,
                    hint='Write for instance date("2013-09-01"); the date of an instant is '
                    "date of(...).",
                )
            return Literal(UNREADABLE, span=span)
        assert isinstance(argument.value, str)
        try:
            constant = CONSTRUCTORS[name](argument.value)
        except LiteralError as error:
            self._error("bad-literal", error.message, argument.span, hint=error.hint)
            return Literal(UNREADABLE, span=span)
        return Literal(constant.value, type=constant.type, span=span)

    # --- tests -------------------------------------------------------------------------------

    def _tests_after_in(self) -> UnaryTests:
        start = self._token
        if start.is_("not"):
            self._error("unexpected", "There is no 'in not'.", hint="Write not(x in (...)).")
            self._take()
            start = self._token
        if not start.is_("("):
            return UnaryTests(tuple(self._test()), span=self._from_token(start))
        opening = self._take()
        tests = self._test()
        if len(tests) == 1 and tests[0].op == "=" and self._token.is_(".."):
            bounds = self._range(opening, tests[0].operand)
            return UnaryTests((Test("in", bounds, span=bounds.span),), span=bounds.span)
        while self._token.is_(","):
            self._take()
            tests += self._test()
        self._close(opening, ")")
        return UnaryTests(tuple(tests), span=self._from_token(opening))

    def _tests(self) -> list[Test]:
        tests = self._test()
        while self._token.is_(","):
            self._take()
            tests += self._test()
        return tests

    def _test(self) -> list[Test]:
        """One test; a list in brackets is as many tests as it has items."""
        start = self._token
        op: Comparator = "="
        if start.is_(*_COMPARATORS):
            op = cast(Comparator, self._take().text)
        elif start.is_("in"):
            self._take()
        operand = self.expression(_SUM)
        if self._token.kind is Kind.SUFFIX:
            suffix = self._take()
            if start.is_(*_COMPARATORS):
                self._error("unexpected", "This number is compared twice.", self._span(suffix))
            op = cast(Comparator, suffix.text)
        span = self._from_token(start)
        if isinstance(operand, RangeNode):
            if op != "=":
                self._error("range", "A range cannot be compared.", span, hint=f"Leave {op} out.")
            return [Test("in", operand, span=span)]
        if isinstance(operand, ListNode) and op == "=":
            return [Test("=", item, span=item.span) for item in operand.items]
        return [Test(op, operand, span=span)]


def _negative(value: Value) -> Value:
    if isinstance(value, Decimal):
        return CONTEXT.minus(value)
    assert isinstance(value, Period)
    return -value
