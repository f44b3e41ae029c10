"""Every error of a file has its place and says what to do; sound scenarios are read beside it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouwen.measures.diagnostics import Report, SourceError, render
from shouwen.measures.scenarios import (
    Measures,
    find_scenario_files,
    load_scenarios,
    read_scenarios,
    render_result,
    run_scenario,
)

DESK = Path(__file__).parent / "desk"
MEASURES = Measures()


@pytest.mark.parametrize(
    ("event", "code", "marked", "hint"),
    [
        ("{event: repair.arived, at: 2026-05-06 10:00}", "unknown-event-type", "repair.arived",
         "repair.arrived"),
        ("{event: repair.arrived, at: 2026-05-06 10:00, csae: C1}", "unknown-fact", "csae", "case"),
        ("{event: repair.arrived, at: 2026-05-06 30:00}", "instant", "2026-05-06 30:00",
         "2026-05-06 09:00"),
        ("{event: repair.arrived}", "missing-key", None, "at:"),
        ("{at: 2026-05-06 10:00}", "missing-key", None, "event:"),
        ("{event: repair.reported, at: 2026-05-06 10:00, area: 城关}", "wrong-type", "城关",
         "城区"),
        ("{event: report.filed, at: 2026-05-06 10:00, about: 20260501}", "wrong-type", "20260501",
         "2026-05-06"),
        ("{event: appointment.agreed, at: 2026-05-06 10:00, consent: maybe}", "wrong-type", "maybe",
         None),
        ("{event: repair.arrived, at: 2026-05-06 10:00, case: C1, case: C2}", "duplicate-key",
         "case", "one of them"),
        ("{event: repair.arrived, at: 2026-05-06 10:00, supersedes: e9}", "unknown-event", None,
         "id:"),
        ("{event: repair.arrived, at: 2026-05-06 10:00, retracts: yes}", "missing-key", "retracts",
         "supersedes:"),
        ("repair.arrived", "shape", "repair.arrived", "event:"),
    ],
)  # fmt: skip
def test_a_wrong_event_is_reported_with_its_place(scenario, event, code, marked, hint):
    found = scenario("none: []", events=event)
    assert found.error.code == code
    assert found.error.span.line == 6
    if marked is not None:
        assert found.marked(found.error) == marked
    if hint is not None:
        assert hint in found.error.hint


@pytest.mark.parametrize(
    ("expectation", "code", "marked", "hint"),
    [
        ("{duty: arive, case: C1}", "unknown-duty", "arive", "arrive"),
        ("{dutty: arrive}", "unknown-kind", "dutty", "duty"),
        ("{case: C1, duty: arrive}", "unknown-kind", "case", "duty"),
        ("{breach: 1.9}", "unknown-clause", "1.9", "1.2"),
        ("{duty: arrive, stattus: met}", "unknown-column", "stattus", "status"),
        ("{duty: arrive, status: done}", "unknown-status", "done", "met"),
        ("{duty: arrive, deadline: soon}", "instant", "soon", "2026-05-06 09:00"),
        ("{duty: arrive, norm: 9.9}", "unknown-norm", "9.9", None),
        ("{duty: arrive, readings: [途中查]}", "unknown-reading", "途中查", "途中查线"),
        ("{duty: arrive, area: 城关}", "wrong-type", "城关", "城区"),
        ("{duty: arrive, row: first}", "row", "first", "4"),
        ("{breach: 1.1, rule: arive}", "unknown-rule", "arive", "arrive"),
        ("{consequence: fine-for-breach, fine: fifty}", "amount", "fifty", "100..500"),
        ("{consequence: fine-for-breach, fine: 500..100}", "amount", "500..100", "100..500"),
        ("{consequence: suspended, suspension: long}", "act", "long", None),
        ("{consequence: fine-for-breach, fien: 50}", "unknown-column", "fien", "fine"),
        ("{balance: points-acount, value: 12}", "unknown-balance", "points-acount",
         "points-account"),
        ("{threshold: exhausted}", "unknown-threshold", "exhausted", "points-account.exhausted"),
        ("{duty: arrive, case: C1, case: C2}", "duplicate-key", "case", "one of them"),
        ("{duty: arrive, area: 城区, 区域: 农村}", "duplicate-key", "区域", "one of them"),
        ("arrive", "shape", "arrive", "duty:"),
    ],
)  # fmt: skip
def test_a_wrong_expectation_is_reported_with_its_place(scenario, expectation, code, marked, hint):
    found = scenario(f"expect:\n  - {expectation}")
    assert found.error.code == code
    assert found.error.span.line == 8
    assert found.marked(found.error) == marked
    if hint is not None:
        assert hint in found.error.hint


def test_all_errors_of_a_file_are_reported_in_order(read):
    found = read(
        """
measure: MEASURE
given:
  - {event: repair.reported, at: 2026-05-06 09:00, case: C1, aera: 城区}
scenarios:
  - name: 一
    norms: [1.1z]
    readings: {途中查线: 也许, 夜间: 是}
    events:
      - {event: repair.arived, at: 2026-05-06 10:00, case: C1}
    expect:
      - {duty: arrive, status: fine}
  - name: 一
    evnts: []
    expect: []
"""
    )
    assert [(e.code, e.span.line) for e in found.errors] == [
        ("unknown-fact", 4),
        ("unknown-norm", 7),
        ("unknown-option", 8),
        ("unknown-reading", 8),
        ("unknown-event-type", 10),
        ("unknown-status", 12),
        ("name-twice", 13),
        ("unknown-key", 14),
    ]


def test_sound_scenarios_are_read_beside_broken_ones(read):
    found = read(
        """
measure: MEASURE
scenarios:
  - name: 错的
    events: [{event: nothing, at: 2026-05-06 09:00}]
    expect: []
  - name: 对的
    events: [{event: unit.opened, at: 2026-05-06 09:00, unit: 城关站}]
    expect: []
"""
    )
    assert [s.name for s in found.file.scenarios] == ["对的"]
    assert len(found.errors) == 1


def test_no_scenario_is_read_when_a_given_event_is_wrong(read):
    found = read(
        """
measure: MEASURE
given: [{event: nothing, at: 2026-05-06 09:00}]
scenarios:
  - {name: 对的, as_of: 2026-05-06, expect: []}
"""
    )
    assert found.file.scenarios == ()
    assert found.error.span.line == 3


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("measure: [", "yaml"),
        ("measure: \x07", "yaml"),
        ("", "empty"),
        ("scenarios: []", "missing-key"),
        ("measure: nowhere\nscenarios: []", "no-measure"),
        ("measure: MEASURE", "missing-key"),
        ("measure: MEASURE\nscenarios:\n  - {name: 甲, expect: []}", "missing-key"),
        ("measure: MEASURE\nscenarios:\n  - {as_of: 2026-05-06, expect: []}", "missing-key"),
        ("measure: MEASURE\nscenarios:\n  - {name: 甲, as_of: 2026-05-06}", "missing-key"),
        ("- just a list", "shape"),
    ],
)
def test_a_file_that_lacks_something_is_refused(read, text, code):
    assert code in {e.code for e in read(text).errors}


def test_the_errors_of_a_broken_measure_are_told(tmp_path):
    (tmp_path / "broken.md").write_text("# no front matter\n", "utf-8")
    path = tmp_path / "s.yaml"
    path.write_text("measure: broken.md\nscenarios: []\n", "utf-8")
    with pytest.raises(SourceError) as refused:
        load_scenarios(path)
    codes = [d.code for d in refused.value.diagnostics]
    assert "broken-measure" in codes
    assert "front-matter" in codes


def test_keys_may_be_chinese(read):
    found = read(
        """
办法: MEASURE
场景:
  - 名称: 按时
    条款: [1.1a]
    事件:
      - {事件: 报修, 时间: 2026-05-06 09:00, 工单: C1, 维修员: 甲, 区域: 城区}
      - {事件: 到场, 时间: 2026-05-06 09:30, 工单: C1}
    截至: 2026-05-06 12:00
    应有:
      - {义务: arrive, 工单: C1, status: met}
    不应有:
      - {违规: "*"}
"""
    )
    assert [r.passed for r in found.results()] == [True]


def test_without_as_of_a_scenario_is_looked_at_a_day_after_its_last_event(read):
    found = read(
        """
measure: MEASURE
scenarios:
  - name: 甲
    events: [{event: unit.opened, at: 2026-05-06 09:00, recorded_at: 2026-05-07 10:00, unit: 站}]
    expect: []
"""
    )
    assert found.file.scenarios[0].as_of.isoformat() == "2026-05-08T10:00:00+08:00"


def test_a_missing_file_is_an_ordinary_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="no scenario file"):
        load_scenarios(tmp_path / "none.yaml")


def test_scenario_files_are_those_in_folders_called_scenarios(desk):
    assert [p.name for p in find_scenario_files(desk)] == ["arrival.yaml", "fines.yaml"]
    assert find_scenario_files(desk / "measure.md") == [desk / "measure.md"]


TEXT = (Path(__file__).parent / "desk" / "scenarios" / "arrival.yaml").read_text("utf-8")
PIECES = [
    *["", " ", "\n", "\t", "\x00", "\ufeff", ":", "{", "}", "[", "]", ",", "'", '"', "-", "#"],
    *["&a", "*a", "!x", "%", "|", "<<: 1", "null", "24:00", "..", "是", "case", "at", "0"],
]


@settings(max_examples=300)
@given(st.integers(0, len(TEXT)), st.integers(0, 12), st.sampled_from(PIECES))
def test_no_file_is_too_broken_to_be_reported(start, length, piece):
    broken = TEXT[:start] + piece + TEXT[start + length :]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "broken.yaml"
        path.write_text(broken.replace("measure: ..", f"measure: {DESK}"), "utf-8")
        report = Report()
        file = read_scenarios(path, report, MEASURES)
        assert file is not None or report.errors
        for error in report.errors:
            assert error.span is not None
            assert error.span.line <= broken.count("\n") + 1
            assert render(error)
        for scenario in file.scenarios if file is not None else ():
            assert render_result(run_scenario(scenario)) is not None
