"""Words put together as the language of the page does it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language


def listed(words: Iterable[Any]) -> str:
    """Several words in one line: with the enumeration comma in Chinese, with commas in English."""
    english = (get_language() or "zh").startswith("en")
    return (", " if english else "、").join(str(word) for word in words)
