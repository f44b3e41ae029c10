"""What the solver finds in small measures, each finding with what shows it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import shouwen.library
from shouwen.measures.checking import review
from shouwen.measures.checking.solver import examine
from shouwen.measures.diagnostics import Diagnostic, Report
from shouwen.measures.language import load_measure, parse_measure

HEAD = """---
measure: small
title: {zh: 小办法, en: small}
issuer: {zh: 公司, en: company}
version: "1"
effective: {from: 2024-01-01}
zone: Asia/Shanghai
calendar: cn
---

## 第一条 维修 {#1}

- {#1.1} **到场** 到场。 *arrive*
- {#1.2} **收费** 收费。 *fee*

```vocabulary
types:
  area: {zh: 区域, en: area, one of: {城区: town, 农村: country, 山区: hills}}
  fault: {zh: 故障, en: fault, one of: {大: large, 小: small}}
events:
  repair.reported:
    zh: 报修
    en: reported
    facts:
      case: case
      technician: {type: person, zh: 维修员, en: technician}
      area: area
      fault: fault
      vip: {type: boolean, zh: 贵宾, en: vip}
      age: {type: number, zh: 年限, en: age}
      signed: {type: date, zh: 签约日, en: signed}
  repair.arrived:
    zh: 到场
    en: arrived
    facts:
      case: case
      technician: {type: person, zh: 维修员, en: technician}
      area: area
      agreed: {type: boolean, zh: 已约, en: agreed}
  weather.postponed:
    zh: 延期
    en: postponed
    facts:
      case: case
      heavy: {type: boolean, zh: 暴雨, en: heavy}
amounts: {fine: {zh: 罚款, en: fine, unit: {zh: 元, en: yuan}}}
```

"""

DUTY = """```duty
id: arrive
norm: 1.1
who: technician
on: repair.reported
{more}
do: repair.arrived
within: 30分钟
```
"""


def found(text: str) -> list[Diagnostic]:
    report = Report()
    examine(parse_measure(HEAD + text), report, milliseconds=1000, seconds=60)
    return list(report)


def duty(**keys: str) -> str:
    lines = "\n".join(f"{k}: {v}" for k, v in keys.items())
    return DUTY.format(more=lines)


def one(text: str, code: str) -> Diagnostic:
    all_found = found(text)
    assert [d.code for d in all_found] == [code], all_found
    return all_found[0]


# --- conditions ----------------------------------------------------------------------------------


def test_a_plain_condition_is_not_complained_of():
    assert found(duty(when="区域 = 城区 and vip")) == []


def test_a_condition_that_contradicts_itself_is_told_with_the_parts_that_do():
    told = one(duty(when="年限 > 5 and vip and 年限 < 3"), "never-true")
    assert told.hint == "`年限 > 5` and `年限 < 3` exclude each other."
    assert told.span.line > HEAD.count("\n")


def test_a_condition_over_every_member_is_always_true():
    told = one(duty(when="区域 in (城区, 农村, 山区)"), "always-true")
    assert "trigger" in told.message


def test_a_condition_about_what_may_be_missing_is_no_finding():
    assert found(duty(when="is known(age)")) == []
    assert found(duty(when="if is known(age) then age >= 0 or age < 0 else true")) != []


def test_dates_are_understood_down_to_the_month_and_the_zone():
    assert found(duty(when="signed + 1个月 > signed")) != []
    assert found(duty(when="signed + 1个月 > signed + 30天")) == []
    day = "date of(at) = signed and start of day(signed) <= at and at < end of day(signed)"
    assert found(duty(when=day)) == []
    one(duty(when="date of(at) = signed and at < start of day(signed)"), "never-true")


def test_an_exemption_that_always_holds_leaves_nothing_of_the_duty():
    told = one(duty(when="区域 = 城区", unless="[{when: 区域 != 农村}]"), "always-true")
    assert "never binds" in told.message
    assert '`区域 = "城区"`' in (told.hint or "")


def test_an_exemption_that_the_trigger_excludes_is_never_true():
    told = one(duty(when="区域 = 城区", unless="[{when: 区域 = 农村}]"), "never-true")
    assert "exclude each other" in (told.hint or "")


def test_a_move_is_asked_about_its_own_event_and_then_about_the_trigger():
    moves = "[{on: weather.postponed, when: heavy and 区域 = 农村, extend: 1天}]"
    assert found(duty(moves=moves)) == []
    one(duty(when="区域 = 城区", moves=moves), "never-true")


def test_a_start_behind_an_earlier_one_that_takes_all_is_never_reached():
    starts = "[{when: 区域 != 农村, at: at}, {when: 区域 = 城区, at: at + 1小时}]"
    told = one(duty(start=starts), "never-true")
    assert "earlier start" in (told.hint or "")


def test_a_modifier_is_asked_under_the_trigger():
    text = """```consequence
id: fine-late
norm: 1.2
on: repair.reported
when: 年限 > 10
to: technician
give: {fine: 100元}
modify:
  - {when: 年限 > 5, times: 2, label: {zh: 加倍, en: doubled}}
shares:
  - {when: 年限 <= 10, of: [fine], percent: 10%, to: technician}
```
"""
    codes = {d.code: d for d in found(text)}
    assert codes.keys() == {"always-true", "never-true"}
    assert "`年限 > 10`" in (codes["always-true"].hint or "")


def test_a_count_is_whole_and_never_negative():
    fact = """```fact
name: earlier
zh: 先前次数
en: earlier
count: repair.reported
same: technician
earlier: yes
```
"""
    one(fact + duty(when="先前次数 >= 0"), "always-true")
    one(fact + duty(when="先前次数 > 2 and 先前次数 < 3"), "never-true")
    assert found(fact + duty(when="先前次数 > 2")) == []


def test_a_branch_that_is_never_taken_is_told():
    text = duty(when="区域 = 城区").replace(
        "within: 30分钟", "within: if 区域 = 农村 then 2小时 else 30分钟"
    )
    one(text, "dead-branch")


# --- tables --------------------------------------------------------------------------------------

TABLE = """```duty
id: arrive
norm: 1.1
who: technician
on: repair.reported
when: {when}
do: repair.arrived
```

{rows}
"""


def table(when: str, *rows: str) -> str:
    return TABLE.format(when=when, rows="\n".join(rows))


AREAS = ("| U | 区域 | → within |", "|---|------|----------|")


def test_a_row_that_the_rules_own_condition_excludes_never_applies():
    told = one(
        table("区域 in (城区, 农村)", *AREAS, "| 1 | 城区 | 1小时 |", "| 2 | 农村 | 2小时 |",
              "| 3 | 山区 | 3小时 |"),
        "unreachable",
    )  # fmt: skip
    assert "Row 3" in told.message
    assert "exclude each other" in (told.hint or "")


def test_a_gap_of_a_computed_column_is_shown_by_an_example():
    head = ("| U | 年限 + 1 | 区域 | → within |", "|---|---|---|---|")
    rows = ("| 1 | <= 3 | - | 1小时 |", "| 2 | > 3 | 城区 | 2小时 |", "| 3 | > 3 | 农村 | 2小时 |")
    report = Report()
    text = table("vip", *head, *rows)
    examine(parse_measure(HEAD + text), report)
    told = [d for d in report if d.code == "gap"]
    for diagnostic in told:
        assert "区域 = 山区" in diagnostic.message
    # What the analysis of the table alone reports is not reported twice.
    assert len(told) <= 1


def test_a_gap_that_hangs_on_another_fact_is_found_with_an_example_that_python_confirms():
    head = ("| U | 年限 | → within |", "|---|---|---|")
    rows = ("| 1 | < if 区域 = 城区 then 5 else 3 | 1小时 |", "| 2 | >= 5 | 2小时 |")
    told = one(table("vip", *head, *rows), "gap")
    years = re.search(r"年限 = ([\d.]+)", told.message)
    assert years is not None
    assert 3 <= float(years.group(1)) < 5
    assert "区域 = 城区" not in told.message


def test_what_the_rules_condition_excludes_is_no_gap():
    head = ("| U | 年限 | → within |", "|---|---|---|")
    rows = ("| 1 | < if 区域 = 城区 then 5 else 3 | 1小时 |", "| 2 | >= 5 | 2小时 |")
    assert found(table("区域 = 城区", *head, *rows)) == []


# --- conflicts -----------------------------------------------------------------------------------

BAN = """```duty
id: stay-away
norm: 1.2
who: technician
never: repair.arrived
when: {when}
```
"""


def test_what_one_duty_demands_and_another_forbids_is_a_conflict():
    told = one(duty(when="区域 != 农村") + BAN.format(when="区域 = 山区"), "conflict")
    assert "when 区域 = 山区" in told.message
    assert told.related


@pytest.mark.parametrize(
    "ban", ["区域 = 农村", "not(已约)", '区域 = 山区 and time of(at) > @"21:00:00"']
)
def test_a_ban_that_leaves_a_way_to_perform_is_no_conflict(ban):
    assert found(duty(when="区域 != 农村") + BAN.format(when=ban)) == []


def test_an_exemption_resolves_the_conflict():
    text = duty(when="区域 != 农村", unless="[{when: 区域 = 山区}]")
    assert found(text + BAN.format(when="区域 = 山区")) == []


def test_two_limits_for_one_act_by_one_norm_are_a_conflict_where_both_bind():
    first = duty(when="区域 = 城区")
    second = duty(when="vip").replace("id: arrive", "id: hurry").replace("30分钟", "20分钟")
    told = one(first + second, "two-limits")
    assert "区域 = 城区" in told.message
    assert "贵宾 = true" in told.message
    apart = duty(when="vip and 区域 = 农村").replace("id: arrive", "id: hurry")
    assert found(first + apart.replace("30分钟", "20分钟")) == []


# --- readings ------------------------------------------------------------------------------------

READING = """```reading
id: 城乡
norm: 1.1
question: {{zh: 何为城区, en: what is town}}
options: {{甲: {{zh: 甲, en: a}}, 乙: {{zh: 乙, en: b}}{third}}}
default: 甲
reason: {{zh: 习惯, en: custom}}
```
"""


def test_a_reading_that_changes_nothing_is_told():
    when = "if reading.城乡 = 甲 then 区域 = 城区 else not(区域 in (农村, 山区))"
    told = one(READING.format(third="") + duty(when=when), "idle-reading")
    assert "changes nothing" in told.message


def test_two_of_three_alternatives_that_come_to_the_same_are_told():
    third = ", 丙: {zh: 丙, en: c}"
    when = "if reading.城乡 = 甲 then 区域 = 城区 else vip"
    told = one(READING.format(third=third) + duty(when=when), "idle-reading")
    assert "乙 / 丙" in told.message


def test_a_reading_that_matters_is_not_complained_of():
    when = "if reading.城乡 = 甲 then 区域 = 城区 else 区域 != 农村"
    assert found(READING.format(third="") + duty(when=when)) == []
    assert found(READING.format(third="") + duty(when="reading.城乡 = 甲 and vip")) == []


# --- the whole -----------------------------------------------------------------------------------


SHIPPED = sorted(p.parent for p in Path(shouwen.library.__file__).parent.glob("*/measure.md"))


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda p: p.name)
def test_the_measures_that_are_shipped_give_no_alarm(folder):
    report = Report()
    measure = load_measure(folder)
    done = examine(measure, report, seconds=60)
    assert list(report) == []
    assert done.asked > 100
    assert done.open <= done.asked // 20


def test_the_solver_stops_when_its_time_is_up():
    report = Report()
    text = duty(when="年限 * 年限 * 年限 = 年限 + 7 and 年限 > 5")
    done = examine(parse_measure(HEAD + text), report, milliseconds=200, seconds=0)
    assert done.open == done.asked > 0
    assert list(report) == []


def test_review_asks_the_solver_unless_told_not_to():
    measure = parse_measure(HEAD + duty(when="年限 > 5 and 年限 < 3"))
    with_solver, without = Report(), Report()
    review(measure, with_solver)
    review(measure, without, solver=False)
    assert {d.code for d in with_solver} - {d.code for d in without} == {"never-true"}


def test_reading_a_measure_does_not_import_the_solver():
    code = (
        "import sys, shouwen.cli.app, shouwen.measures.checking, shouwen.measures.language;"
        "sys.exit('z3' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
