"""Numbers of decisions: for each organisation and year, from 1, without gaps."""

from __future__ import annotations

from shouwen.service.cases.numbers import count

PREFIX = "decision"


def next_seq(year: int) -> int:
    """The next number of a year. The counter stays locked until the transaction ends: one that is
    rolled back gives its number back."""
    return count(f"{PREFIX}{year}")
