"""Explanations, side by side with what they should say: ``explained/<name>.txt``.

After a deliberate change of words, write the files anew with
``pytest tests/measures/evaluation/test_explain.py --rewrite`` and read the difference.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shouwen.measures.diagnostics import Report
from shouwen.measures.evaluation.explanation import explain
from shouwen.measures.scenarios import Measures, find_scenario_files, run_scenario
from shouwen.measures.scenarios.reader import read_scenarios

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
DESK = HERE.parent / "scenarios" / "desk" / "scenarios"
MEASURES = Measures()
# Every scenario runs as a test of its own; here a sample of them will do.
FILES = (
    find_scenario_files(HERE.parent)
    + find_scenario_files(ROOT / "src" / "shouwen" / "library")[::3]
)

GOLDEN = [
    ("late-duty", "arrival.yaml", "过一秒到场", "arrive:e001"),
    ("late-breach", "arrival.yaml", "过一秒到场", "breach:arrive:e001"),
    ("late-fine", "arrival.yaml", "过一秒到场", "fine-for-breach:breach:arrive:e001"),
    (
        "late-entry",
        "arrival.yaml",
        "过一秒到场",
        "points-account:fine-for-breach:breach:arrive:e001",
    ),
    ("late-right", "arrival.yaml", "过一秒到场", "appeal:fine-for-breach:breach:arrive:e001"),
    ("no-chief", "arrival.yaml", "过一秒到场", "fine-for-breach:breach:arrive:e001#2.2d"),
    ("met-duty", "arrival.yaml", "正好一小时", "arrive:e001"),
    ("night-start", "arrival.yaml", "晚间报修", "arrive:e002"),
    ("appointment", "arrival.yaml", "另约到", "arrive:e001"),
    ("line-check", "arrival.yaml", "告知途中查线", "arrive:e001"),
    ("other-reading", "arrival.yaml", "另一读法", "breach:arrive:e001"),
    ("no-area", "arrival.yaml", "区域没有登记", "arrive:e002"),
    ("corrected", "arrival.yaml", "更正", "arrive:e001"),
    ("decided", "fines.yaml", "故意的在幅度内", "fine-for-breach:breach:complaint:e002"),
    ("share", "fines.yaml", "故意的在幅度内", "fine-for-breach:breach:complaint:e002#2.2d"),
    ("doubled", "fines.yaml", "三十日内", "fine-for-breach:breach:complaint:e003"),
    ("balance", "fines.yaml", "三十日内", "points-account:维修员甲:2026"),
    ("outside", "fines.yaml", "幅度之外", "fine-for-breach:breach:complaint:e002:e003"),
    (
        "exhausted",
        "fines.yaml",
        "扣完积分",
        "points-account.exhausted:points-account:fine-for-breach:breach:complaint:e005",
    ),
    (
        "suspended",
        "fines.yaml",
        "扣完积分",
        "suspended:points-account.exhausted:points-account:fine-for-breach:breach:complaint:e005",
    ),
    ("grade", "fines.yaml", "年终", "year-end:维修员甲:2026-01-01"),
    ("unverified", "fines.yaml", "没有查实", "complaint:e003?"),
]


def results(path, step=1):
    file = read_scenarios(path, Report(), MEASURES)
    return [run_scenario(s) for s in file.scenarios[::step]] if file is not None else []


@pytest.mark.parametrize(("name", "file", "scenario", "outcome"), GOLDEN)
def test_an_explanation_says_what_it_should(name, file, scenario, outcome, request):
    (result,) = [r for r in results(DESK / file) if r.scenario.name.startswith(scenario)]
    said = "\n\n---\n\n".join(
        explain(outcome, result.outcomes, language).text for language in ("zh", "en")
    )
    path = HERE / "explained" / f"{name}.txt"
    if request.config.getoption("--rewrite", default=False):
        path.parent.mkdir(exist_ok=True)
        path.write_text(said + "\n", "utf-8")
    assert said + "\n" == path.read_text("utf-8")


def test_no_golden_file_is_left_over():
    assert {p.stem for p in (HERE / "explained").glob("*.txt")} == {g[0] for g in GOLDEN}


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_whatever_a_measure_says_can_be_explained(path):
    told: set[tuple[str, ...]] = set()
    for result in results(path, 3):
        outcomes = result.outcomes
        for outcome in outcomes or ():
            # Each rule of a file once in every shape: kind, status, clause, table row.
            status = str(outcome.columns().get("status"))
            shape = (outcome.kind, outcome.rule, outcome.norm, str(outcome.row), status)
            if shape in told:
                continue
            told.add(shape)
            for language in ("zh", "en"):
                explanation = explain(outcome, outcomes, language)
                assert explanation.summary
                assert explanation.section("clauses") is not None
                for raw in ("None", "Decimal", "Amount(", "Period(", "frozenset", '@"', "_at"):
                    assert raw not in explanation.text, explanation.text
                for section in explanation.sections:
                    for line in section.lines:
                        assert line.norm is None or line.norm in outcomes.adoption.measure.clauses
                        assert line.event is None or line.event in outcomes.events
                        if line.outcome is not None:
                            assert outcomes.by_id(line.outcome)


def test_an_explanation_is_plain_data_too():
    (result,) = [r for r in results(DESK / "arrival.yaml") if r.scenario.name.startswith("过一秒")]
    explanation = explain("fine-for-breach:breach:arrive:e001", result.outcomes)
    data = json.loads(json.dumps(explanation.data(), ensure_ascii=False))
    assert [s["key"] for s in data["sections"]] == [
        "clauses", "causes", "events", "table", "facts", "steps",
    ]  # fmt: skip
    causes = explanation.section("causes")
    assert [line.outcome for line in causes.lines] == ["arrive:e001", "breach:arrive:e001"]
    assert [line.event for line in explanation.section("events").lines] == ["e001", "e002"]


def test_an_unknown_id_is_refused():
    (result, *_) = results(DESK / "arrival.yaml")
    with pytest.raises(KeyError):
        explain("nothing", result.outcomes)
