"""Facts as they are stored: plain JSON from which the vocabulary's types can be read back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from shouwen.measures.calendars import Period


def plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as JSON: numbers and instants as text, so that nothing passes through a float."""
    return {name: _plain(value) for name, value in facts.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Period):
        return value.iso()
    if isinstance(value, bool | int | str) or value is None:
        return value
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    raise TypeError(f"A fact of type {type(value).__name__} cannot be stored.")
