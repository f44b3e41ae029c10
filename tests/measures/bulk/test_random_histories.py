"""Small measures with every construct of the language, on random histories in their own words."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwen.measures.bulk import BulkPlan, lower
from shouwen.measures.bulk.compile import rules_of
from shouwen.measures.evaluation import adopt, evaluate
from shouwen.measures.language import load_measure
from tests.measures.bulk.agreement import agree_on_each
from tests.measures.bulk.chronicle import random_log
from tests.measures.bulk.effort import seeds
from tests.measures.bulk.words import Words

HERE = Path(__file__).parent


@cache
def plan(name: str) -> BulkPlan:
    return lower(adopt(load_measure(HERE / name)))


@pytest.mark.timeout(1500)
@pytest.mark.parametrize("name", ["guild.md", "mender.md", "shop.md", "stall.md", "hall.md"])
@seeds(3, 250)
@given(seed=st.integers(0, 2**64 - 1))
def test_random_histories_of_small_measures(name, seed):
    logs, as_of = random_log(Words(plan(name).adoption), seed, 100)
    agree_on_each(plan(name), logs, as_of)


@pytest.mark.parametrize("name", ["guild.md", "mender.md", "shop.md", "stall.md"])
def test_random_histories_reach_every_rule_and_every_end(name):
    words = Words(plan(name).adoption)
    said: list[Any] = []
    for seed in range(3):
        logs, as_of = random_log(words, seed, 150)
        said += evaluate(words.adoption, [e for own in logs.values() for e in own], as_of)
    assert {o.rule for o in said} >= rules_of(words.adoption.measure).keys()
    assert {o.status for o in said if o.kind == "duty"} >= {"met", "breached", "pending"}
