"""The plan of a whole measure is some two million objects; none outlives the file that needs it."""

from __future__ import annotations

import gc

import pytest

from tests.measures.bulk import library


@pytest.fixture(scope="module", autouse=True)
def whole_plans_are_forgotten():
    """What the process holds makes every later collection of garbage longer."""
    yield
    library.plan.cache_clear()
    gc.collect()
