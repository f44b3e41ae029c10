"""The measure `agent`, whole: the bulk engine says what the reference evaluator says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwen.measures.bulk.compile import rules_of
from tests.measures.bulk.effort import LONG, seeds
from tests.measures.bulk.library import adoption, plan
from tests.measures.bulk.whole_measures import histories_agree, readings_agree, scenarios_agree

# Making the plan of a whole measure takes most of this.
pytestmark = pytest.mark.timeout(3600)
NAME = "agent"


def test_it_lowers_completely():
    assert set(plan(NAME).rules) == rules_of(adoption(NAME).measure).keys()


def test_every_scenario():
    scenarios_agree(NAME)


# Plans for its many readings take longer than the whole usual run: `make long` makes them.
if LONG:

    def test_every_scenario_under_the_readings_that_scenarios_choose():
        readings_agree(NAME)

    @seeds(2, 40)
    @given(st.integers(0, 2**64 - 1))
    def test_random_histories(seed):
        histories_agree(NAME, seed, 200)
