"""The cells of output columns: expressions, and amounts as Chinese measures write them."""

from __future__ import annotations

import re
from decimal import Decimal

from shouwen.measures.diagnostics import Report, SourceText
from shouwen.measures.feel.lexicon import PLAIN
from shouwen.measures.feel.literals import UNITS, LiteralError, read_quantity
from shouwen.measures.feel.parse import parse_expression
from shouwen.measures.feel.tree import Expr, Literal, RangeNode
from shouwen.measures.feel.types import NUMBER, RangeType, Scope, Type

_UNIT_WORDS = "|".join(re.escape(u) for u in sorted(UNITS, key=len, reverse=True))
_NUMBER = rf"([0-9]+(?:\.[0-9]+)?)\s*({_UNIT_WORDS})?"
_BETWEEN = re.compile(rf"{_NUMBER}\s*(?:—+|–|-|~|至|到|\.\.|…+)\s*{_NUMBER}(?:之间)?")
_FROM_TO = re.compile(rf"{_NUMBER}(?:及|含)?以上[,至]?\s*{_NUMBER}(?:及|含)?以下")
_FROM = re.compile(rf"{_NUMBER}(?:及|含)?以上")
_UP_TO = re.compile(rf"{_NUMBER}(?:及|含)?(?:以下|以内)")
_AMOUNT = re.compile("|".join(p.pattern for p in (_BETWEEN, _FROM_TO, _FROM, _UP_TO)))


def is_amount(cell: SourceText) -> bool:
    """Whether a cell is written as an amount between bounds: ``100元—500元``, ``100元以上``."""
    text = _plain(cell)
    return bool(_AMOUNT.fullmatch(text)) or (text.startswith("[") and ".." in text)


def parse_outcome(
    cell: SourceText, scope: Scope, report: Report, expected: Type | None = None
) -> Expr | None:
    """Parse an output cell; ``-`` is None without an error.

    Where an amount is expected (or no type is), these are amounts: ``100元—500元``, ``100-500元``,
    ``1-5万元`` (one unit for both), ``100元以上500元以下``, ``100元以上`` (no upper bound) and
    ``500元以下`` (from 0). Bounds are included (民法典 art. 1259).
    """
    cell = cell.strip()
    if cell.text in ("-", "—", "－", "–", "——"):
        return None
    if not cell.text:
        report.error(
            "empty-cell",
            "This cell is empty.",
            cell.span(),
            hint="Write - where the row says nothing of this output.",
        )
        return None
    if expected is None or isinstance(expected, RangeType):
        if _AMOUNT.fullmatch(_plain(cell)):
            return _amount(cell, report)
    elif expected == NUMBER and is_amount(cell):
        report.error(
            "type",
            "This is an amount between bounds, a single number is wanted here.",
            cell.span(),
        )
        return None
    return parse_expression(cell, scope, report, expected)


def _plain(cell: SourceText) -> str:
    return cell.text.translate(PLAIN).strip()


def _amount(cell: SourceText, report: Report) -> Expr | None:
    text = _plain(cell)
    low: Decimal
    high: Decimal | None
    try:
        if found := _BETWEEN.fullmatch(text) or _FROM_TO.fullmatch(text):
            digits, unit, high_digits, high_unit = found.groups()
            low = _value(digits, unit or high_unit)
            high = _value(high_digits, high_unit or unit)
        elif found := _FROM.fullmatch(text):
            low, high = _value(*found.groups()), None
        else:
            found = _UP_TO.fullmatch(text)
            assert found is not None  # the caller saw that it is an amount
            low, high = Decimal(0), _value(*found.groups())
    except LiteralError as error:
        report.error("bad-literal", error.message, cell.span(), hint=error.hint)
        return None
    if high is not None and low > high:
        report.error(
            "range", "Nothing lies in this range.", cell.span(), hint="The lower bound comes first."
        )
        return None
    span = cell.span()
    return RangeNode(
        Literal(low, type=NUMBER, span=span),
        None if high is None else Literal(high, type=NUMBER, span=span),
        type=RangeType(NUMBER),
        span=span,
    )


def _value(digits: str, unit: str | None) -> Decimal:
    value = read_quantity(digits + (unit or "")).value
    assert isinstance(value, Decimal)
    return value
