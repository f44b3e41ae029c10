"""What a disagreement shows: the smallest history, as a scenario that can be pasted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from shouwen.measures.bulk import BulkPlan, lower
from shouwen.measures.evaluation import Event, adopt
from shouwen.measures.language import load_measure
from shouwen.measures.scenarios import Measures, load_scenarios, run_scenario
from tests.measures.bulk.agreement import Disagreement, agree_on_each
from tests.measures.bulk.chronicle import random_log
from tests.measures.bulk.smallest import as_scenario, smallest
from tests.measures.bulk.words import Words

STALL = Path(__file__).with_name("stall.md")
ZONE = ZoneInfo("Asia/Shanghai")


def broken(plan: BulkPlan) -> BulkPlan:
    """A copy of a plan in which whoever sweeps too late or never has swept in time."""
    copy = replace(plan)
    place, statement = next(
        (i, s) for i, s in enumerate(copy.statements)
        if s.name.startswith("sweep ") and "ELSE 'breached'" in s.sql
    )  # fmt: skip
    sql = statement.sql.replace("ELSE 'breached'", "ELSE 'met'")
    copy.statements[place] = replace(statement, sql=sql)
    return copy


def test_a_broken_plan_is_caught_with_the_smallest_history_as_a_scenario(tmp_path):
    plan = broken(lower(adopt(load_measure(STALL))))
    logs, as_of = random_log(Words(plan.adoption), 1, 60)
    with pytest.raises(Disagreement) as caught:
        agree_on_each(plan, logs, as_of)
    said = str(caught.value)
    # One letting, of one stall, is enough; nothing else is needed.
    assert [e.type for e in caught.value.events] == ["stall.let"]
    assert set(caught.value.events[0].facts) == {"stall"}
    assert "reference 'breached'\n    bulk      'met'" in said
    # What is printed can be put among the scenarios, and holds of the reference.
    file = tmp_path / "scenarios" / "found.yaml"
    file.parent.mkdir()
    (tmp_path / "measure.md").write_text(STALL.read_text("utf-8"), "utf-8")
    start = said.index("measure: ..")
    file.write_text(said[start : said.index("\n\n", start)], "utf-8")
    (scenario,) = load_scenarios(file, Measures()).scenarios
    assert list(scenario.events) == caught.value.events
    assert scenario.as_of == as_of
    assert scenario.expect
    assert run_scenario(scenario).passed


def test_what_is_written_is_read_as_the_same_history(tmp_path):
    (tmp_path / "measure.md").write_text(STALL.with_name("shop.md").read_text("utf-8"), "utf-8")
    calendars = STALL.with_name("shop-calendars.yaml")
    (tmp_path / calendars.name).write_text(calendars.read_text("utf-8"), "utf-8")
    file = tmp_path / "scenarios" / "found.yaml"
    file.parent.mkdir()
    adoption = adopt(load_measure(tmp_path), {"加急算法": "照常"})
    for seed in range(20):
        logs, as_of = random_log(Words(adoption), seed, 2)
        events = sorted((e for own in logs.values() for e in own), key=lambda e: (e.at, e.id))
        differing = {("duties", "send:x"): (None, {"rule": "send"})}
        file.write_text(as_scenario(adoption, events, as_of, differing), "utf-8")
        (scenario,) = load_scenarios(file, Measures()).scenarios
        assert list(scenario.events) == events
        assert scenario.as_of == as_of
        assert scenario.adoption.readings == adoption.readings
        assert run_scenario(scenario).passed


def test_the_smallest_history_keeps_what_is_needed_and_nothing_else():
    at = datetime(2026, 5, 6, 9, tzinfo=ZONE)
    facts = {"case": "c", "day": date(2026, 5, 6), "price": Decimal(5)}
    events = [
        Event(f"e{n:02}", "order.placed", at + timedelta(hours=n), facts, at + timedelta(days=9))
        for n in range(40)
    ]
    events.append(Event("x", "order.placed", at, facts, None, "e07"))

    def differ(histories: Sequence[list[Event]]) -> list[bool]:
        return [differs(found) for found in histories]

    def differs(found: list[Event]) -> bool:
        ids = {e.id for e in found}
        assert all(e.supersedes in ids for e in found if e.supersedes is not None)
        return {"e03", "x"} <= ids and all("price" in e.facts for e in found if e.id == "x")

    found = {e.id: e for e in smallest(events, differ)}
    assert found.keys() == {"e03", "e07", "x"}
    assert found["x"].facts.keys() == {"price"}
    assert found["e03"].facts == {}
    assert all(e.recorded_at is None for e in found.values())
