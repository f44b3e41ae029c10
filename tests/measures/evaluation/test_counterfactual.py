"""What would have had to be different, and that it really would have been."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from shouwen.measures.diagnostics import Report
from shouwen.measures.evaluation import Event, adopt, evaluate
from shouwen.measures.evaluation.counterfactual import counterfactual
from shouwen.measures.evaluation.counterfactual import search as search_module
from shouwen.measures.evaluation.counterfactual.model import applied, size
from shouwen.measures.evaluation.outcomes import Breach, ConsequenceOutcome, DutyOutcome
from shouwen.measures.language import load_measure
from shouwen.measures.scenarios import Measures, find_scenario_files, run_scenario
from shouwen.measures.scenarios.reader import read_scenarios

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
DESK = HERE.parent / "scenarios" / "desk"
ZONE = ZoneInfo("Asia/Shanghai")
MEASURES = Measures()
# Every scenario runs as a test of its own; here a sample of them will do.
FILES = (
    find_scenario_files(HERE.parent)[::2]
    + find_scenario_files(ROOT / "src" / "shouwen" / "library")[::6]
)


@pytest.fixture(scope="module")
def desk():
    return adopt(load_measure(DESK))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def event(type_: str, when: str, **facts) -> Event:
    return Event(f"{type_}@{when}", type_, at(when), facts)


REPORTED = event(
    "repair.reported", "2026-05-06 09:00", case="C1", technician="甲", unit="站", area="城区"
)
ARRIVED_LATE = event("repair.arrived", "2026-05-06 10:20", case="C1")
AS_OF = at("2026-05-06 12:00")


def complaint(case: str, when: str, fault: str = "过失") -> Event:
    return event(
        "complaint.filed", when, case=case, person="甲", unit="站", norm="1.4", fault=fault,
        verified=True,
    )  # fmt: skip


def only(outcomes, kind, **columns):
    """The one outcome of a kind with these columns."""
    (found,) = [
        o for o in outcomes.of(kind) if all(o.columns().get(k) == v for k, v in columns.items())
    ]
    return found


def sentences(found) -> list[str]:
    return [f.zh for f in found]


def test_a_missed_duty_could_have_been_done_in_time_or_otherwise_or_put_off_or_excused(desk):
    events = [REPORTED, ARRIVED_LATE]
    breach = only(evaluate(desk, events, AS_OF), Breach)
    found = counterfactual(desk, events, AS_OF, breach)
    assert sentences(found) == [
        "若2026年5月6日10:00前到场（实际为2026年5月6日10:20），则不违反第一章第一条“城区一小时到”（1.1a）。",
        "若2026年5月6日10:00前告知途中查线，则不违反第一章第一条“城区一小时到”（1.1a）。",
        "若2026年5月6日10:00前另约时间（客户同意 是，约定截止 2026年5月6日10:20），"
        "则不违反第一章第一条“城区一小时到”（1.1a）。",
        "若2026年5月6日10:00前宣布大面积故障，则不违反第一章第一条“城区一小时到”（1.1a）。",
        "若2026年5月6日09:00“报修”的“区域”为农村（实际为城区），"
        "则不违反第一章第一条“城区一小时到”（1.1a）。",
    ]
    assert found[1].en == (
        "If 'line check announced' had come by 2026-05-06 10:00, clause 1.1a would not have been "
        "broken."
    )


def test_what_a_reading_rules_out_is_not_offered(desk):
    strict = adopt(desk.measure, {"途中查线": "不算到场"})
    events = [REPORTED, ARRIVED_LATE]
    found = counterfactual(strict, events, AS_OF, only(evaluate(strict, events, AS_OF), Breach))
    assert len(found) == 4
    assert not [s for s in sentences(found) if "查线" in s]


def test_what_was_never_done_could_have_been_done(desk):
    duty = only(evaluate(desk, [REPORTED], AS_OF), DutyOutcome)
    first = counterfactual(desk, [REPORTED], AS_OF, duty)[0]
    assert first.zh == "若2026年5月6日10:00前到场，则按时完成“限时到场”。"
    assert first.instead.status == "met"


def test_a_duty_that_is_met_or_pending_has_no_counterfactual(desk):
    early = event("repair.arrived", "2026-05-06 09:30", case="C1")
    duty = only(evaluate(desk, [REPORTED, early], AS_OF), DutyOutcome)
    assert counterfactual(desk, [REPORTED, early], AS_OF, duty) == ()


def test_a_monthly_report_could_have_been_filed_for_its_month(desk):
    opened = event("unit.opened", "2026-03-01 09:00", unit="站")
    as_of = at("2026-04-20 12:00")
    duty = only(evaluate(desk, [opened], as_of), DutyOutcome, status="breached")
    (found,) = counterfactual(desk, [opened], as_of, duty)
    (added,) = found.changes[0].after
    assert added.facts["unit"] == "站"
    assert added.facts["about"].isoformat() == "2026-03-01"
    # 2026-04-05 is Tomb-Sweeping Day, a Sunday; 04-06 is off in lieu.
    assert found.zh.startswith("若2026年4月7日24:00前上交月报")


def test_a_forbidden_act_could_have_been_left_undone(desk):
    taken = event("money.taken", "2026-05-06 09:00", case="C1", person="甲", unit="站")
    breach = only(evaluate(desk, [taken], AS_OF), Breach)
    assert sentences(counterfactual(desk, [taken], AS_OF, breach)) == [
        "若没有“私收费用”（2026年5月6日09:00），则不违反第一章第二条“不得私收”（1.2）。"
    ]


def test_a_fine_hangs_on_the_fault_and_on_the_complaint(desk):
    events = [complaint("F1", "2026-03-02 10:00", "故意")]
    as_of = at("2026-03-03 10:00")
    fine = only(evaluate(desk, events, as_of), ConsequenceOutcome)
    assert sentences(counterfactual(desk, events, as_of, fine)) == [
        "若2026年3月2日10:00“投诉”的“查实”为否（实际为是），则甲不会有“违规罚款”（罚款200–500元、扣2分）。",
        "若2026年3月2日10:00“投诉”的“过错”为过失（实际为故意），则只会是罚款50元、扣1分。",
        "若没有“投诉”（2026年3月2日10:00），则甲不会有“违规罚款”（罚款200–500元、扣2分）。",
    ]


def test_a_fine_is_not_doubled_when_the_earlier_breach_lies_a_day_further_back(desk):
    events = [complaint("F1", "2026-03-02 10:00"), complaint("F2", "2026-04-01 10:00")]
    as_of = at("2026-04-02 10:00")
    fine = only(evaluate(desk, events, as_of), ConsequenceOutcome, case="F2")
    found = counterfactual(desk, events, as_of, fine, limit=10)
    assert (
        "若此前违反第一章第四条“态度”（1.4）（2026年3月2日10:00）再早1日，则只会是罚款50元、扣1分。"
        in sentences(found)
    )
    assert any("had been 1 day earlier, it would only be fine 50 yuan" in f.en for f in found)


def test_smaller_changes_come_first(desk):
    events = [REPORTED, ARRIVED_LATE, complaint("C1", "2026-05-06 11:00", "故意")]
    fines = evaluate(desk, events, AS_OF).of(ConsequenceOutcome)
    for fine in fines:
        sizes = [size(f.changes) for f in counterfactual(desk, events, AS_OF, fine, limit=20)]
        assert sizes == sorted(sizes)
        assert sizes


def test_no_more_histories_are_evaluated_than_the_budget_allows(desk, monkeypatch):
    events = [REPORTED, ARRIVED_LATE]
    breach = only(evaluate(desk, events, AS_OF), Breach)
    tried = []

    def counted(*arguments):
        tried.append(arguments)
        return evaluate(*arguments)

    monkeypatch.setattr(search_module, "evaluate", counted)
    assert len(counterfactual(desk, events, AS_OF, breach, budget=2)) <= 2
    assert len(tried) == 2
    assert counterfactual(desk, events, AS_OF, breach, budget=0) == ()
    assert len(counterfactual(desk, events, AS_OF, breach, limit=3)) == 3


def test_an_outcome_of_another_history_is_refused(desk):
    with pytest.raises(KeyError):
        counterfactual(desk, [REPORTED], AS_OF, "breach:nothing")


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_a_counterfactual_does_what_it_says(path):
    file = read_scenarios(path, Report(), MEASURES)
    tried: set[tuple[str, str]] = set()
    for scenario in file.scenarios[::3] if file is not None else ():
        result = run_scenario(scenario)
        outcomes = result.outcomes
        if outcomes is None:
            continue
        broken = {b.id for b in outcomes.of(Breach)}
        for outcome in (*outcomes.of(Breach), *outcomes.of(ConsequenceOutcome)):
            # Each rule and norm of a file once, and not too many of them.
            if (outcome.rule, outcome.norm) in tried or len(tried) == 4:
                continue
            tried.add((outcome.rule, outcome.norm))
            history = result.events.values()
            found = counterfactual(
                scenario.adoption, history, scenario.as_of, outcome, limit=3, budget=8
            )
            for one in found:
                changed = applied(one.changes, outcomes.events)
                said = evaluate(scenario.adoption, changed.values(), scenario.as_of)
                same = [o for o in said if o.id == outcome.id and o.kind == outcome.kind]
                assert {b.id for b in said.of(Breach)} <= broken
                if isinstance(outcome, Breach):
                    assert same == []
                for other in same:
                    assert isinstance(other, ConsequenceOutcome)
                    assert isinstance(outcome, ConsequenceOutcome)
                    assert (other.amounts, other.acts) != (outcome.amounts, outcome.acts)
                assert one.zh.startswith("若")
                assert "None" not in one.zh + one.en
