"""Each word of a hard norm matters: a measure that says it otherwise fails the scenario."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from shouwen.measures.scenarios import load_scenarios, run_scenario

HERE = Path(__file__).parent

# (measure, what it says, what it could have said by mistake, a scenario that notices)
SLIPS = [
    ("cable", "opening: 抢修时段", "at: at", "晚九点整报修"),
    ("cable", "daily: 08:00-21:00", "daily: 08:00-20:59", "晚九点整报修"),
    ("cable", "special: 08:00-24:00", "special: 08:00-21:00", "特殊时段到"),
    ("cable", "explained and consent, until", "explained, until", "未征得同意"),
    ("cable", "norm: 3.3.2k, cites: 3.3.2l", "norm: 3.3.2k", "违约违反的是按约到达"),
    ("cable", "restart: slot_end", "until: slot_end", "限内约定"),
    ("cable", "outdoor and explained", "explained", "室内故障"),
    ("cable", "date of(at) + 1天", "date of(at)", "雨雪改期逐日"),
    ("cable", "where: confirmed", "where: true", "未经确认的大故障"),
    ("cable", "| 12小时 |", "| 1天 |", "室内故障"),
    ("cable", "force: aim", "force: binding", "过夜的故障"),
    ("cable", "by: end of day(this_day)", "by: this_day", "过夜的故障"),
    ("cable", "when: not(handled_above)", "when: true", "高管受理"),
    ("cable", "where: taken_by in (办公室, 高管)\nearlier: no", "where: true", "站内受理"),
    ("cable", "once per: [person, occasion]", "label: 罚款", "一次迟到违两条"),
    ("cable", "once per: [person, case]\ngive: {}", "give: {}", "一次投诉引两条"),
    ("cable", "count: grave\nsame: person\nwithin: 1年", "count: grave\nsame: person", "高管受理"),
    ("cable", "count: grave\nsame: person\nwithin: 1年",
     "count: grave\nsame: person\nwithin: 364天", "次年对应日"),
    ("cable", "where: intent = 故意 and status = decided", "where: intent = 故意",
     "前一次尚未决定"),
    ("bank", "percent: 50%", "percent: 100%", "下属自身责任"),
    ("bank", "of: [fine, points]\n    percent: 50%", "of: [fine]\n    percent: 50%", "一分的一半"),
    ("bank", "and person != section_chief", "", "科长自己违规"),
    ("bank", " and chief_on_duty = section_chief)\n    of: [fine, points]\n    percent: 50%",
     ")\n    of: [fine, points]\n    percent: 50%", "投诉上了媒体"),
    ("bank", "keep: highest fine", "keep: first", "投诉上了媒体"),
    ("bank", "percent: 10%-20%, to: director of", "percent: 20%, to: director of", "投诉上了媒体"),
    ("bank", "inspected and repeats > 0", "repeats > 0", "因投诉得知"),
    ("bank", " and inspection != asking.inspection", "", "同一次检查的两处"),
    ("bank", "same: [person, item]", "same: person", "另一种问题"),
    ("bank", "inspection != asking.inspection\nwithin: 30天",
     "inspection != asking.inspection\nwithin: 29天", "第三十天再次查出"),
    ("bank", "inspection != asking.inspection\nwithin: 30天",
     "inspection != asking.inspection\nwithin: 31天", "第三十一天不再加倍"),
    ("bank", "same: [unit, this_day]\nearlier: yes", "same: unit\nearlier: yes", "两天合计"),
    ("bank", "same: [unit, this_day]\nearlier: yes", "same: this_day\nearlier: yes", "两个科室"),
    ("bank", "when: times_today = 2\nto: chief of unit\nonce per: [unit, this_day]",
     "when: times_today >= 2\nto: chief of unit", "当日第三人次"),
    ("bank", "distinct: person\nearlier: yes", "earlier: yes", "一人三项"),
    ("bank", "distinct: this_day\n", "", "一次检查查出三项"),
    ("bank", "of: [4.2, 5c]\nsame: person\ndistinct", "of: [4.2]\nsame: person\ndistinct",
     "逾期不交计入"),
    ("bank", "of: [4.2, 5c]\nsame: person\ndistinct", 'of: [4.2, "5"]\nsame: person\ndistinct',
     "逾期不交计入"),
    ("bank", "on: [points-account.exhausted, third-time]\nto: person\nonce per: [person, this_day]",
     "on: [points-account.exhausted, third-time]\nto: person", "两条路同日"),
    ("bank", "when: balance <= 0", "when: balance < 0", "积分用完"),
    ("bank", "or last_pass < last_retraining", "or false", "考核合格之前"),
    ("bank", "  - {on: item-penalty.shares, take: points, sign: minus}\n", "", "一分的一半"),
    ("bank", "ahead: 1个工作日", "ahead: 2个工作日", "周五收到的假条"),
    ("bank", "within: 2天", "within: 1天", "第五日终了前"),
    ("bank", "within: 2天", "within: 3天", "第五日终了仍未交"),
    ("bank", "within: 2天\nstart: [{at: due}]\ncalendar: none", "within: 2天\nstart: [{at: due}]",
     "缴款末日顺延"),
    ("bank", "| 1 | < 6 | > 3 | 不含 |", "| 1 | < 6 | >= 3 | 不含 |", "年底等级上限"),
    ("bank", "same: [person, this_year]\ndistinct: case", "same: [unit, this_year]\ndistinct: case",
     "年底等级上限"),
    ("bank", "points_left > asking.points_left", "points_left >= asking.points_left", "领先者"),
    ("agent", "ahead: 10个工作日", "ahead: 10天", "跨劳动节"),
    ("agent", "when: kind = 月报, for: about", "when: kind = 月报", "迟到的三月月报"),
    ("agent", "due: +5 days", "due: last day", "季报季首月"),
    ("agent", "price > 120% * suggested", "price >= 120% * suggested", "涨到两成整"),
    ("agent", "latest: price.suggested.price\nsame: product\nearlier: yes",
     "latest: price.suggested.price\nsame: product\nearlier: no", "以当时的建议价"),
    ("agent", "default: false\nearlier: yes", "default: false\nearlier: no", "许可只对以后"),
    ("agent", "agent != asking.agent and starts <= asking.starts", "starts <= asking.starts",
     "同一家在同一区域"),
    ("agent", " and (not(is known(ended_at)) or ended_at > asking.at)\nearlier: yes\n```\n```fact\n"
     "name: told", "\nearlier: yes\n```\n```fact\nname: told", "当地代理提前终止"),
    ("agent", "target - sales >= large_gap", "target - sales > large_gap", "约定界限正好"),
    ("agent", "this_day >= asking.starts and", "", "期外的不算"),
    ("agent", "early: yes\n", "", "签约前全额"),
    ("agent", "sum: deposit.received.amount\nsame: agreement\nearlier: inclusive",
     "sum: deposit.received.amount\nsame: agreement\nearlier: yes", "当日补足"),
    ("agent", "by: this_day\ncalendar: none", "by: this_day", "前一日交一部分"),
    ("agent", "at least: 2", "at least: 1", "一年只办一次"),
    ("agent", "cancelled: may}", "cancelled: yes}", "不合作"),
    ("agent", "year = asking.year - 1 and", "", "中断一年"),
    ("agent", "same: [agent, region]\nwhere: year", "same: agent\nwhere: year", "中断一年"),
    ("agent", "when: disputed and not(settled)", "when: disputed", "和解后不处"),
    ("agent", "| 1 | <= 5000 |", "| 1 | < 5000 |", "损失五千整"),
    ("agent", "sum: sale.made.amount\nsame: agreement\nearlier: inclusive",
     "sum: sale.made.amount\nsame: agreement\nearlier: yes", "第六十天"),
    ("power", "due: last day\ncalendar: none\n```\n\n## 4.3", "due: last day\n```\n\n## 4.3",
     "周日关门"),
    ("power", "or day_kind != 法定节日", "or day_kind = 工作日", "法定节日可以关门"),
    ("power", "same: [case, person]", "same: case", "本人道歉没有期限"),
    ("power", "for: about}", "when: true}", "迟到的二月考核"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("measure", "said", "slip", "noticed"), SLIPS, ids=lambda v: v.replace("\n", " ")[:40]
)
def test_a_slip_of_the_drafter_is_noticed(
    measure: str, said: str, slip: str, noticed: str, tmp_path: Path
) -> None:
    hard = tmp_path / "hard"
    shutil.copytree(HERE, hard, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    files = [hard / f"{measure}.md", *sorted((hard / "chapters").glob(f"{measure}-*.md"))]
    concerned = next(f for f in files if said in f.read_text(encoding="utf-8"))
    text = concerned.read_text(encoding="utf-8")
    concerned.write_text(text.replace(said, slip, 1), encoding="utf-8")
    named = [
        scenario
        for path in (hard / "scenarios").glob(f"{measure}*.yaml")
        if noticed in path.read_text(encoding="utf-8")
        for scenario in load_scenarios(path).scenarios
        if noticed in scenario.name
    ]
    assert len(named) == 1
    assert run_scenario(named[0]).failures
