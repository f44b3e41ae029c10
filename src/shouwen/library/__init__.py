"""The measures that ship with the product, each a folder of literate Markdown.

A measure is known by its folder's name: `path_of("cable")`. Its scenarios lie beside it.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parent


def shipped() -> tuple[str, ...]:
    """The keys of all measures that ship, in alphabetical order."""
    return tuple(sorted(p.parent.name for p in ROOT.glob("*/measure.md")))


def path_of(key: str) -> Path:
    """The folder of a measure that ships. Raises KeyError."""
    if key not in shipped():
        raise KeyError(key)
    return ROOT / key
