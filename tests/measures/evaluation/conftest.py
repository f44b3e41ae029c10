"""A small measure and a way to write histories that reads like them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shouwen.measures.evaluation import Event
from shouwen.measures.language import Measure, load_measure

SHANGHAI = ZoneInfo("Asia/Shanghai")

SMALL = Path(__file__).parent / "small.md"


@pytest.fixture(scope="session")
def small() -> Measure:
    """The small measure."""
    return load_measure(SMALL)


def instant(text: str) -> datetime:
    """``05-06 09:00`` of 2026, in Shanghai; with a year if one is written."""
    full = text if text[4:5] == "-" else f"2026-{text}"
    return datetime.fromisoformat(full).replace(tzinfo=SHANGHAI)


@pytest.fixture(scope="session")
def happened() -> Callable[..., Event]:
    """``happened("reported", "05-06 09:00", case="C1")``."""

    def make(type_: str, at: str, id: str | None = None, **facts: Any) -> Event:
        known = {k: facts.pop(k) for k in ("recorded_at", "supersedes", "retracts") if k in facts}
        if "recorded_at" in known:
            known["recorded_at"] = instant(known["recorded_at"])
        return Event(id or f"{type_}@{at}", type_, instant(at), facts, **known)

    return make
