"""Suggestions for misspelt names."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """A sentence that offers the nearest known names, or None when none is near.

    >>> did_you_mean("repair.arived", ["repair.arrived", "repair.reported"])
    "Did you mean 'repair.arrived'?"
    """
    names = sorted(set(known))
    near = get_close_matches(name, names, n=3, cutoff=0.6)
    if near:
        best = SequenceMatcher(None, near[0], name).ratio()
        near = [n for n in near if SequenceMatcher(None, n, name).ratio() > best - 0.1]
        return "Did you mean " + " or ".join(f"'{n}'" for n in near) + "?"
    if 0 < len(names) <= 12:
        return "Known here: " + ", ".join(names) + "."
    return None
