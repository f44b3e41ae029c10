"""Amounts as they are stored (two ends, as text), as numbers, and in words."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from shouwen.measures.calendars import Period
from shouwen.measures.evaluation import wording
from shouwen.measures.evaluation.outcomes import Quantity
from shouwen.measures.evaluation.wording import Language
from shouwen.measures.feel.values import Amount
from shouwen.measures.language.model import Measure

Ends = tuple[str, str | None]


def stored(amounts: Mapping[str, Quantity]) -> dict[str, list[str | None]]:
    """Amounts as JSON: both ends as text; no upper end is None."""
    found: dict[str, list[str | None]] = {}
    for name, value in amounts.items():
        if isinstance(value, Amount):
            high = None if value.hi is None else wording.number(value.hi)
            found[name] = [wording.number(value.lo), high]
        else:
            found[name] = [wording.number(value), wording.number(value)]
    return found


def read(ends: list[str | None] | Ends) -> Quantity:
    """An amount from its two ends."""
    low, high = ends
    if low is not None and low == high:
        return Decimal(low)
    return Amount(Decimal(low or 0), None if high is None else Decimal(high))


def acts_stored(acts: Mapping[str, Any]) -> dict[str, str]:
    """Acts as JSON: "yes", "may", or a period as ISO 8601."""
    return {n: v.iso() if isinstance(v, Period) else str(v) for n, v in acts.items()}


def amounts_said(
    measure: Measure, amounts: Mapping[str, list[str | None]], language: Language
) -> list[str]:
    """Amounts in words; one that this measure does not know by its name."""
    found = []
    for name, ends in amounts.items():
        value = read(ends)
        if name in measure.vocabulary.quantities:
            found.append(wording.quantity(measure, name, value, language))
        else:
            found.append(f"{name} {wording.amount(value)}")
    return found


def act_said(measure: Measure, name: str, given: str, language: Language) -> str:
    """An act in words."""
    if name not in measure.vocabulary.acts:
        return name
    value: Any = Period.parse(given) if given.startswith("P") else given
    return wording.act(measure, name, value, language)
