"""Repairs and penalties of the cable measure: the bulk engine says what the reference says."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import shouwen.library
from shouwen.measures.bulk import BulkPlan, lower
from shouwen.measures.evaluation import adopt
from shouwen.measures.language import load_measure
from tests.measures.bulk.agreement import agree
from tests.measures.bulk.effort import examples
from tests.measures.bulk.histories import AS_OF, RULES, TYPES, logs

CABLE = Path(shouwen.library.__path__[0]) / "cable"


@cache
def plan() -> BulkPlan:
    """The repair duties and the penalties, for logs of repairs and complaints."""
    return lower(adopt(load_measure(CABLE)), RULES, TYPES)


# Lowering the whole measure takes most of this.
@pytest.mark.timeout(1500)
@examples(2, 2_500)
@given(logs(30), st.sampled_from([AS_OF, AS_OF - timedelta(days=7, hours=15)]))
def test_random_histories_of_repairs_and_complaints(events, as_of):
    agree(plan(), events, as_of)
