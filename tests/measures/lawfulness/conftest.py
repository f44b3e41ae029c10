"""A small measure with everything the law has something to say of, and a history of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shouwen.measures.evaluation import Event, Outcomes, evaluate
from shouwen.measures.language import Measure, load_measure
from shouwen.measures.lawfulness import Uses, read_uses

HERE = Path(__file__).parent
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(scope="session")
def small() -> Measure:
    return load_measure(HERE / "small.md")


@pytest.fixture(scope="session")
def uses(small: Measure) -> Uses:
    return read_uses((HERE / "small.yaml").read_text("utf-8"), small)


@pytest.fixture(scope="session")
def said(small: Measure) -> Callable[..., Outcomes]:
    """``said(("late.found", "2013-09-03", {"person": "张三", "fixed": 500}))``."""

    def make(*happened: tuple[str, str, dict[str, Any]]) -> Outcomes:
        events = [
            Event(f"{type_}@{day}", type_, instant(day), facts_of(facts))
            for type_, day, facts in happened
        ]
        return evaluate(small, events, instant("2026-12-31"))

    return make


def facts_of(facts: dict[str, Any]) -> dict[str, Any]:
    return {k: Decimal(v) if isinstance(v, int) else v for k, v in facts.items()}


def instant(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=SHANGHAI)
