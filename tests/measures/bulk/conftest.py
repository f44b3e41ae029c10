"""The plan of a whole measure is a million objects; none outlives the file that needs it."""

from __future__ import annotations

import gc

import pytest

from tests.measures.bulk import library


@pytest.fixture(scope="module", autouse=True)
def whole_plans_are_forgotten():
    """With the plan of cable alive, a whole collection of garbage takes a second, without 40 ms."""
    yield
    library.plan.cache_clear()
    gc.collect()
