"""Spark says what DuckDB says, and both what the reference evaluator says."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given

from shouwen.measures.bulk import BulkPlan, lower
from shouwen.measures.bulk.event_table import event_table
from shouwen.measures.evaluation import Event, evaluate
from tests.measures import sparks
from tests.measures.bulk import test_cable, test_shop
from tests.measures.bulk.agreement import by_bulk, by_reference, differences
from tests.measures.bulk.chronicle import random_log
from tests.measures.bulk.effort import LONG, examples
from tests.measures.bulk.histories import TYPES, logs, some
from tests.measures.bulk.library import ALL, adoption, events_of, logs_of
from tests.measures.bulk.test_random_histories import plan as small_plan
from tests.measures.bulk.words import Words

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]


@pytest.fixture(scope="module")
def session():
    # A whole measure is thousands of statements, whose plans and small tables stay in memory.
    memory = {"spark.driver.memory": "8g"} if LONG else {}
    with sparks.local(**memory) as found:
        yield found


def agree(session: object, plan: BulkPlan, events: list[Event], as_of: datetime) -> set[str]:
    """Fail where Spark and the reference evaluator differ; gives the rules that said anything.

    That DuckDB says what the reference says is what the other tests of this room are about.
    """
    from shouwen.measures.bulk.spark import run_on

    measure = plan.adoption.measure
    wanted = by_reference(evaluate(plan.adoption, events, as_of), plan.rules)
    found = by_bulk(run_on(session, plan, event_table(measure, events).tables, as_of), measure)
    assert sum(map(len, wanted.values()))
    said = differences(measure, wanted, found)
    assert not said, "\n".join(said[:40])
    return {row["rule"] for rows in wanted.values() for row in rows.values()}


@examples(1, 60)
@given(test_shop.logs(), some(*(test_shop.NOON + timedelta(days=d) for d in (3, 70))))
def test_random_histories_of_a_shop(session, events, as_of):
    agree(session, test_shop.plan(), events, as_of)


@examples(1, 60)
@given(logs(30))
def test_scenarios_and_random_histories_of_repairs_and_complaints(session, events):
    events += events_of("cable", frozenset(TYPES))
    agree(session, test_cable.plan(), events, max(e.at for e in events))


# A large measure is many statements, each of which Spark plans anew: the others run with
# `make long`.
@pytest.mark.timeout(4 * 3600 if LONG else 1500)
@pytest.mark.parametrize("name", ALL if LONG else ["power"])
def test_every_scenario_of_a_measure(session, name):
    events = [e for own in logs_of(name).values() for e in own]
    plan = lower(adoption(name), None, {e.type for e in events})
    agree(session, plan, events, max(e.at for e in events))


def test_clocks_that_are_extended_and_paused(session):
    """Their moves are folded by the process that asks, in the calendars of their clocks."""
    mender = small_plan("mender.md")
    histories, as_of = random_log(Words(mender.adoption), seed=7, count=40)
    events = [e for own in histories.values() for e in own]
    assert {e.type for e in events} >= {"job.extended", "job.paused"}
    assert agree(session, mender, events, as_of)


HANDFUL = {
    "bureau": (
        "reply-within-limit", "hold-session", "supervise", "under-company-rules", "mandarin",
        "manage-own-level",
    ),
    "agent": ("pay-in-time", "deposit", "supply", "price-band", "rebate", "handle-leak"),
}  # fmt: skip
"""Rules of every kind, with days of the calendar, working days and amounts."""


@pytest.mark.parametrize("name", sorted(HANDFUL))
def test_a_handful_of_rules_of_the_other_measures_on_their_scenarios(session, name):
    """Their statements are too many for every run; `make long` has all of them."""
    logs = list(logs_of(name).values())
    events = [e for own in logs for e in own]
    plan = lower(adoption(name), HANDFUL[name], {e.type for e in events})
    assert agree(session, plan, events, max(e.at for e in events)) >= set(HANDFUL[name])
