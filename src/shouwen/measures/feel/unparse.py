"""Prints trees in one canonical way; parsing the text again gives the same tree.

With `chinese`, names, functions and the words of the language are printed in Chinese where they
have a Chinese spelling. Members of enumerations are quoted in both, since a bare member could be
a name elsewhere.
"""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from shouwen.measures.calendars import Period
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
    Test,
    UnaryTests,
)
from shouwen.measures.feel.types import EnumType, Scope
from shouwen.measures.feel.values import Amount, Unknown, Value

_WORDS = {
    "and": "且",
    "or": "或",
    "not": "非",
    "if": "若",
    "then": "则",
    "else": "否则",
    "in": "属于",
    "between": "介于",
    "true": "是",
    "false": "否",
    "is known": "已知",
}
_OR, _AND, _COMPARISON, _SUM, _PRODUCT, _POWER, _OPERAND = range(1, 8)
_STRENGTH = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "**": _POWER}


def unparse(node: Expr | UnaryTests, scope: Scope | None = None, *, chinese: bool = False) -> str:
    """The canonical text of a tree. `scope` is needed for the Chinese labels of names only.

    >>> from shouwen.measures.diagnostics import Report, SourceText
    >>> from shouwen.measures.feel.parse import parse_expression
    >>> from shouwen.measures.feel.types import NUMBER, Scope
    >>> scope = Scope({"fine": NUMBER}, {"罚款": "fine"})
    >>> text = SourceText.alone("(罚款*2) ≤ 1.5万元 or not( is known(fine) )")
    >>> tree = parse_expression(text, scope, Report())
    >>> unparse(tree)
    'fine * 2 <= 15000 or not(is known(fine))'
    >>> unparse(tree, scope, chinese=True)
    '罚款 * 2 <= 15000 或 非(已知(罚款))'
    """
    printer = _Printer(scope, chinese)
    return printer.tests(node) if isinstance(node, UnaryTests) else printer.expression(node, 0)


def value_text(value: Value) -> str:
    """A value as a literal of the language (an unknown as `str` has it, which is none)."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _quoted(value)
        case int():
            return str(value)
        case Decimal():
            return _decimal(value)
        case datetime():
            return _instant(value)
        case date():
            return f'@"{value.isoformat()}"'
        case time():
            return f'@"{value.isoformat()}"'
        case Period():
            return f'@"{value.iso()}"'
        case Amount():
            return f"[{value_text(value.lo)}..{'' if value.hi is None else value_text(value.hi)}]"
        case tuple():
            return f"[{', '.join(map(value_text, value))}]"
        case Unknown():
            return "null" if not value.names else str(value)


def _decimal(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _instant(value: datetime) -> str:
    # Of an hour that comes twice only the offset tells which.
    if isinstance(value.tzinfo, ZoneInfo) and value.tzinfo.key and not value.fold:
        return f'@"{value.replace(tzinfo=None).isoformat()}@{value.tzinfo.key}"'
    return f'@"{value.isoformat()}"'


def _quoted(text: str) -> str:
    escapes = {"\\": r"\\", '"': r"\"", "\n": r"\n", "\t": r"\t", "\r": r"\r"}
    return '"' + "".join(escapes.get(c, c) for c in text) + '"'


class _Printer:
    def __init__(self, scope: Scope | None, chinese: bool) -> None:
        self.scope, self.chinese = scope, chinese

    def word(self, word: str) -> str:
        return _WORDS[word] if self.chinese else word

    def expression(self, node: Expr, outside: int) -> str:
        """The text of a node that stands beside an operator of strength `outside`."""
        text, strength = self._text(node)
        return f"({text})" if strength < outside else text

    def _text(self, node: Expr) -> tuple[str, int]:
        match node:
            case Literal():
                return self._literal(node)
            case Name():
                return self._name(node.name), _OPERAND
            case Not():
                return f"{self.word('not')}({self.expression(node.operand, 0)})", _OPERAND
            case Negate():
                return f"-{self.expression(node.operand, _OPERAND)}", _OPERAND
            case Or():
                return self._binary(node.left, self.word("or"), node.right, _OR), _OR
            case And():
                return self._binary(node.left, self.word("and"), node.right, _AND), _AND
            case Arithmetic():
                strength = _STRENGTH[node.op]
                return self._binary(node.left, node.op, node.right, strength), strength
            case Compare():
                left = self.expression(node.left, _SUM)
                return f"{left} {node.op} {self.expression(node.right, _SUM)}", _COMPARISON
            case Between():
                value, low, high = (
                    self.expression(n, _SUM) for n in (node.value, node.low, node.high)
                )
                words = self.word("between"), self.word("and")
                return f"{value} {words[0]} {low} {words[1]} {high}", _COMPARISON
            case InTests():
                value = self.expression(node.value, _SUM)
                return f"{value} {self.word('in')} ({self.tests(node.tests)})", _COMPARISON
            case If():
                parts = zip(
                    map(self.word, ("if", "then", "else")),
                    (node.condition, node.then, node.otherwise),
                    strict=True,
                )
                return " ".join(f"{w} {self.expression(n, _OR)}" for w, n in parts), 0
            case Call():
                arguments = ", ".join(self.expression(a, 0) for a in node.arguments)
                return f"{self._function(node.function)}({arguments})", _OPERAND
            case ListNode():
                return f"[{', '.join(self.expression(i, 0) for i in node.items)}]", _OPERAND
            case RangeNode():
                return self._range(node), _OPERAND
            case IsKnown():
                return f"{self.word('is known')}({self._name(node.operand.name)})", _OPERAND

    def _binary(self, left: Expr, op: str, right: Expr, strength: int) -> str:
        # Operators group to the left.
        return f"{self.expression(left, strength)} {op} {self.expression(right, strength + 1)}"

    def _literal(self, node: Literal) -> tuple[str, int]:
        if isinstance(node.value, bool):
            return self.word("true" if node.value else "false"), _OPERAND
        if isinstance(node.value, str) and isinstance(node.type, EnumType) and self.chinese:
            return _quoted(node.type.label(node.value)), _OPERAND
        return value_text(node.value), _OPERAND

    def _name(self, name: str) -> str:
        return self.scope.label(name) if self.chinese and self.scope else name

    def _function(self, name: str) -> str:
        return (FUNCTIONS[name].zh or name) if self.chinese else name

    def _range(self, node: RangeNode) -> str:
        opening = "[" if node.low_closed else "("
        closing = "]" if node.high_closed else ")"
        high = "" if node.high is None else self.expression(node.high, _OR)
        return f"{opening}{self.expression(node.low, _OR)}..{high}{closing}"

    def tests(self, node: UnaryTests) -> str:
        """The text of a cell."""
        if node.dash:
            return "-"
        text = ", ".join(map(self._test, node.tests))
        return f"{self.word('not')}({text})" if node.negated else text

    def _test(self, test: Test) -> str:
        # A list as the operand of = would read as several tests.
        operand = self.expression(test.operand, _SUM)
        return operand if test.op in ("=", "in") else f"{test.op} {operand}"
