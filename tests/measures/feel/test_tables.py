"""Decision tables: how they are read."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from shouwen.measures.calendars import Period
from shouwen.measures.diagnostics import Report
from shouwen.measures.feel import (
    NUMBER,
    PERIOD,
    STRING,
    Amount,
    HitPolicy,
    ListType,
    Outcome,
    RangeType,
    Scope,
    compile_table,
    facts_of,
    unparse,
)
from tests.measures.feel.words import AREA, FAULT, SCOPE, read_table, table

ARRIVAL = """
| U | 区域 | fault | → arrive | → restore | 备注 |
|---|------|-------|----------|-----------|------|
| 1 | 城区 | 小    | PT30M    | 1小时     | 白天 |
| 2 | 城区 | 大、中 | 30分钟  | 4小时     |      |
| 3 | 农村 | -     | 1小时    | -         | 山区 |
"""


def test_a_table_has_inputs_outputs_rows_and_notes():
    read = table(ARRIVAL)
    assert read.policy is HitPolicy.UNIQUE
    assert [(i.label, i.type) for i in read.inputs] == [("区域", AREA), ("fault", FAULT)]
    assert [(o.name, o.type) for o in read.outputs] == [("arrive", PERIOD), ("restore", PERIOD)]
    assert [r.number for r in read.rows] == [1, 2, 3]
    assert [unparse(c) for c in read.rows[1].cells] == ['"城区"', '"大", "中"']
    assert [r.notes for r in read.rows] == [("白天",), ("",), ("山区",)]
    assert read.note_labels == ("备注",)
    assert read.rows[2].outputs[1] is None
    assert facts_of(read) == ["area", "fault"]


def test_rows_know_their_place_in_the_document():
    read = table(ARRIVAL)
    assert [r.span.line for r in read.rows] == [4, 5, 6]
    line = ARRIVAL.splitlines()[4]
    span = read.rows[1].span
    assert line[span.column - 1 : span.column - 1 + span.length].startswith("城区")


def test_outputs_have_declared_names_and_types():
    outputs = Scope({"fine": RangeType(NUMBER), "area": AREA}, {"罚款": "fine", "区域": "area"})
    read = table(
        """
        | F | repeats | → 罚款 | -> 区域 |
        | 1 | 0 | 100元—500元 | 城区 |
        | 2 | 1 | 100-500元 | "农村" |
        | 3 | 2 | 1-5万元 | 城区 |
        | 4 | 3 | 100元以上500元以下 | 城区 |
        | 5 | 4 | 100元以上 | 城区 |
        | 6 | 5 | 500元以下 | 城区 |
        | 7 | 6 | 100 | 城区 |
        | 8 | 7 | [100..500] | 城区 |
        | 9 | 8 | [wage..wage*2] | area |
        """,
        outputs=outputs,
    )
    assert [o.name for o in read.outputs] == ["fine", "area"]
    decide = compile_table(read)
    facts: dict[str, Any] = {"wage": Decimal(10), "area": "农村"}
    fines = [decide({"repeats": n, **facts}).outputs["fine"] for n in range(9)]
    bounds: list[tuple[int, int | None]] = [
        (100, 500),
        (100, 500),
        (10_000, 50_000),
        (100, 500),
        (100, None),
        (0, 500),
        (100, 100),
        (100, 500),
        (10, 20),
    ]
    assert fines == [Amount(Decimal(lo), None if hi is None else Decimal(hi)) for lo, hi in bounds]
    assert decide({"repeats": 1, **facts}).outputs["area"] == "农村"
    assert decide({"repeats": 8, **facts}).outputs["area"] == "农村"


def test_an_undeclared_output_has_the_type_of_its_cells():
    read = table(
        """
        | C | repeats | → fine | → by | → who | → amount | → parts |
        | 1 | 0 | 100元 | 3天 | "a" | 100元 | [1, 2] |
        | 2 | 1 | wage * 2 | - | remark | 100—200元 | [] |
        """
    )
    types = [o.type for o in read.outputs]
    assert types == [NUMBER, PERIOD, STRING, RangeType(NUMBER), ListType(NUMBER)]


def test_a_number_where_a_range_is_written_is_refused_if_a_number_is_declared():
    report = Report()
    outputs = Scope({"fine": NUMBER})
    text = "| U | area | → fine |\n| 1 | - | 100元—500元 |"
    assert read_table(text, report, outputs=outputs) is None
    assert [d.code for d in report.errors] == ["type"]


@pytest.mark.parametrize("mark", ["*", "else", "否则", "其他", "其余"])
def test_a_last_row_states_the_outputs_of_all_other_cases(mark):
    read = table(f"| U | repeats | → fine | → who |\n| 1 | 1 | 100 | - |\n| {mark} | - | 0 | - |")
    assert len(read.rows) == 1
    decision = compile_table(read)({"repeats": 5})
    assert decision.outcome is Outcome.DEFAULT
    assert dict(decision.outputs) == {"fine": Decimal(0)}


@pytest.mark.parametrize(
    ("written", "policy"),
    [
        ("U", HitPolicy.UNIQUE),
        ("u", HitPolicy.UNIQUE),
        ("A", HitPolicy.ANY),
        ("F", HitPolicy.FIRST),
        ("C", HitPolicy.COLLECT),
        ("C+", HitPolicy.COLLECT_SUM),
        ("C ＋", HitPolicy.COLLECT_SUM),
        ("C<", HitPolicy.COLLECT_MIN),
        ("C>", HitPolicy.COLLECT_MAX),
        ("C#", HitPolicy.COLLECT_COUNT),
    ],
)
def test_the_first_cell_is_the_hit_policy(written, policy):
    assert table(f"| {written} | area | → fine |\n| 1 | - | 100 |").policy is policy


def test_rows_without_numbers_are_counted():
    read = table("| F | area | → fine |\n| | 城区 | 1 |\n| | 农村 | 2 |")
    assert [r.number for r in read.rows] == [1, 2]


def test_a_column_may_be_computed_and_cells_may_speak_of_other_facts():
    read = table(
        """
        | U | repair.arrived - reported | salary | → late |
        | 1 | <= outage | - | "no" |
        | 2 | > outage | < wage * 2 | "yes" |
        """
    )
    assert facts_of(read) == ["outage", "repair.arrived", "reported", "salary", "wage"]
    assert read.inputs[0].type == PERIOD


def test_a_table_with_errors_is_refused_whole_and_all_errors_are_told():
    report = Report()
    text = "| X | aera | fault | → fine |\n| 1 | 城区 | 巨大 | faukt |\n| 2 | 城区 |"
    assert read_table(text, report) is None
    assert [d.code for d in report.sorted()] == [
        "hit-policy",
        "unknown-name",
        "no-member",
        "unknown-name",
        "table",
    ]


def test_an_empty_header_is_an_error():
    from shouwen.measures.feel import parse_table

    report = Report()
    assert parse_table([], [], SCOPE, report) is None
    assert report.errors


def test_a_domain_of_the_scope_belongs_to_the_column():
    read = table("| U | 重复次数 | → fine |\n| 1 | - | 1 |")
    assert read.inputs[0].domain == SCOPE.domains["repeats"]


def test_values_in_cells_are_exact():
    read = table("| U | outage | → fine |\n| 1 | < 半天 | 0.1 |\n| 2 | >= 12小时 | 0.2 |")
    decide = compile_table(read)
    assert decide({"outage": Period(seconds=43199)}).outputs["fine"] == Decimal("0.1")
    assert decide({"outage": Period(seconds=43200)}).outputs["fine"] == Decimal("0.2")
