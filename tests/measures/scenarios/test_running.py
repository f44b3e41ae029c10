"""What comes of a scenario: whether it passes, and what it says when it does not."""

from __future__ import annotations

import pytest

from shouwen.measures.scenarios import Measures, find_scenario_files, load_scenarios, run_scenario
from shouwen.measures.scenarios.report import render_result

ARRIVED = "{event: repair.arrived, at: 2026-05-06 10:00:01, case: C1}"


def only(reading):
    (result,) = reading.results()
    return result


def test_the_scenarios_of_the_desk_measure_hold(desk, measures):
    results = [
        run_scenario(s)
        for path in find_scenario_files(desk)
        for s in load_scenarios(path, measures).scenarios
    ]
    assert len(results) == 15
    assert [render_result(r) for r in results if not r.passed] == []


@pytest.mark.parametrize(
    "expectation",
    [
        "{duty: arrive, status: met}",
        "{duty: arrive, deadline: 2026-05-06 10:00:01}",
        "{duty: arrive, due: 2026-05-07}",
        "{duty: arrive, norm: 1.1b}",
        "{duty: arrive, row: 2}",
        "{duty: arrive, performed_at: null}",
        "{duty: arrive, area: 农村}",
        "{duty: arrive, area: null}",
        "{duty: arrive, missing: [area]}",
        "{duty: arrive, id: other}",
        "{breach: 1.2}",
        "{breach: 1.1, person: 维修员乙}",
        "{breach: 1.1, occasion: '*', unit: null}",
        "{consequence: fine-for-breach, fine: 51}",
        "{consequence: fine-for-breach, fine: 50..50}",
        "{consequence: fine-for-breach, fine: 50..}",
        "{consequence: fine-for-breach, talk: yes}",
        "{consequence: fine-for-breach, norms: []}",
        "{consequence: fine-for-breach, norms: [1.1a, 1.1b]}",
        "{consequence: fine-for-breach, modified: [2.2c]}",
        "{consequence: fine-for-breach, share_of: '*'}",
        "{entry: points-account, amount: 1}",
        "{balance: points-account, value: 12}",
        "{balance: points-account, period: 2025}",
        "{threshold: points-account.exhausted}",
        "{grade: year-end}",
        "{right: appeal, until: 2026-05-06 10:00}",
        "{unknown: complaint}",
        "{anomaly: arrive}",
    ],
)
def test_an_expectation_that_does_not_hold_fails(scenario, expectation):
    expected = only(scenario(f"expect:\n  - {expectation}", events=ARRIVED))
    assert [f.reason for f in expected.failures] == ["missing"]
    unexpected = only(scenario(f"none:\n  - {expectation}", events=ARRIVED))
    assert unexpected.passed


@pytest.mark.parametrize(
    "expectation",
    [
        "{duty: arrive, case: C1}",
        "{duty: '*', case: C1}",
        "{duty: arrive, status: breached, deadline: 2026-05-06 10:00, row: 1, area: 城区}",
        "{duty: arrive, start: 2026-05-06 09:00, norm: 1.1, readings: []}",
        "{breach: 1.1, 维修员: 维修员甲}",
        "{breach: '*', rule: arrive}",
        "{consequence: fine-for-breach, fine: 50元, points: 1, suspension: no, share_of: null}",
        "{consequence: fine-for-breach, norms: [1.1a], talk: null, repeated: 0}",
        "{entry: points-account, amount: -1, balance: 11}",
        "{balance: points-account, value: 11.0, pending: []}",
        "{right: appeal, who: 维修员甲}",
    ],
)
def test_an_expectation_that_holds_passes(scenario, expectation):
    expected = only(scenario(f"expect:\n  - {expectation}", events=ARRIVED))
    assert expected.passed, render_result(expected)
    unexpected = only(scenario(f"none:\n  - {expectation}", events=ARRIVED))
    assert [f.reason for f in unexpected.failures] == ["forbidden"]


def test_an_expectation_must_match_exactly_one_outcome(scenario):
    twice = ARRIVED + "\n{event: repair.reported, at: 2026-05-06 11:00, case: C2, area: 城区}"
    result = only(scenario("expect:\n  - {duty: arrive}", events=twice))
    (failure,) = result.failures
    assert failure.reason == "ambiguous"
    assert [c.outcome.facts["case"] for c in failure.candidates] == ["C1", "C2"]
    assert "2 outcomes match" in render_result(result)


def test_the_nearest_outcome_is_the_one_that_differs_least(scenario):
    second = "{event: repair.reported, at: 2026-05-06 11:00, case: C2, area: 农村}"
    result = only(
        scenario("expect:\n  - {duty: arrive, case: C2, area: 农村, status: met}", events=second)
    )
    (candidate,) = result.failures[0].candidates
    assert candidate.outcome.facts["case"] == "C2"
    assert [d.column for d in candidate.differences] == ["status"]


def test_what_the_rule_said_instead_is_nearest_when_nothing_of_the_kind_is_there(scenario):
    in_time = "{event: repair.arrived, at: 2026-05-06 09:10, case: C1}"
    result = only(scenario("expect:\n  - {breach: 1.1a}", events=in_time))
    (candidate,) = result.failures[0].candidates
    assert candidate.outcome.kind == "duty"
    assert "kind: expected breach, is duty" in render_result(result)


def test_a_failing_scenario_says_what_was_expected_what_differs_and_why(scenario):
    result = only(
        scenario(
            "expect:\n  - {duty: arrive, case: C1, status: met, deadline: 2026-05-06 11:00}",
            events=ARRIVED,
        )
    )
    text = render_result(result)
    assert "{duty: arrive, case: C1, status: met, deadline: 2026-05-06 11:00}" in text
    assert "status: expected met, is breached" in text
    assert "deadline: expected 2026-05-06 11:00, is 2026-05-06 10:00" in text
    assert "given.yaml:3:5: 一个场景" in text
    assert "9:9: expected, but nothing matches:" in text
    assert "case: expected" not in text


def test_a_decision_must_describe_exactly_one_proposal(scenario):
    none = "{event: decision.made, at: 2026-05-06 11:00, proposal: {consequence: suspended}}"
    (failure,) = only(scenario("expect: []", events=f"{ARRIVED}\n{none}")).failures
    assert failure.reason == "proposal"
    assert "no proposal fits" in failure.message
    more = (
        "{event: repair.reported, at: 2026-05-06 08:00, case: C2, technician: 乙, area: 城区}\n"
        "{event: decision.made, at: 2026-05-06 11:00, proposal: {consequence: fine-for-breach}}"
    )
    (failure,) = only(scenario("expect: []", events=f"{ARRIVED}\n{more}")).failures
    assert "2 proposals fit" in failure.message
    assert len(failure.candidates) == 2


def test_a_decision_is_about_the_history_before_it(scenario):
    early = (
        "{event: decision.made, at: 2026-05-06 09:30, "
        "proposal: {consequence: fine-for-breach}, fine: 50}"
    )
    (failure,) = only(scenario("expect: []", events=f"{ARRIVED}\n{early}")).failures
    assert failure.reason == "proposal"


def test_a_wrong_description_of_a_proposal_is_an_error_of_the_file(scenario):
    wrong = "{event: decision.made, at: 2026-05-06 11:00, proposal: {consequence: fien}}"
    found = scenario("expect: []", events=wrong)
    assert found.error.code == "unknown-consequence"
    assert found.marked(found.error) == "fien"


def test_where_all_events_come_before_the_first_day_the_difference_says_so(tmp_path):
    (tmp_path / "measure.md").write_text(
        """---
measure: late
title: 办法
effective: {from: 2026-01-01}
---
# 办法
```vocabulary
events:
  asked: {zh: 提问, en: asked}
  answered: {zh: 回答, en: answered}
```
## 第一条 {#1}
```duty
id: answer
on: asked
do: answered
within: 1天
```
""",
        "utf-8",
    )
    path = tmp_path / "early.yaml"
    path.write_text(
        "measure: .\nscenarios:\n  - name: 生效前\n    norms: ['1']\n    events:\n"
        "      - {event: asked, at: 2025-12-31 23:00}\n    expect:\n      - {duty: answer}\n",
        "utf-8",
    )
    (scenario,) = load_scenarios(path, Measures()).scenarios
    result = run_scenario(scenario)
    assert not result.passed
    assert "the measure is in force from 2026-01-01" in render_result(result)
