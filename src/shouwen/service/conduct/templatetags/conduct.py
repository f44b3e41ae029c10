"""Sums on pages."""

from __future__ import annotations

from decimal import Decimal

from django import template

from shouwen.measures.evaluation import wording

register = template.Library()


@register.filter
def plain(value: Decimal | None) -> str:
    """A sum without zeros at its end, in digits that are the same in every language."""
    return "" if value is None else wording.number(value)
