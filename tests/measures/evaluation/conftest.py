"""A small measure and a way to write histories that reads like them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shouwen.measures.evaluation import Event
from shouwen.measures.language import Measure, parse_measure

SHANGHAI = ZoneInfo("Asia/Shanghai")

SMALL = """---
measure: small
title: {zh: 小办法, en: small measure}
effective: {from: 2026-01-01, to: 2026-12-31}
---
# 小办法
```vocabulary
types:
  area: {zh: 区域, en: area, one of: {城区: town, 农村: countryside}}
  fault: {zh: 故障, en: fault, one of: {小: small, 大: large}}
events:
  reported: {zh: 报修, en: reported, facts: {case: case, area: area, technician: person, unit: unit}}
  classified: {zh: 定级, en: classified, facts: {case: case, fault: fault}}
  arrived: {zh: 到场, en: arrived, facts: {case: case}}
  restored: {zh: 修复, en: restored, facts: {case: case}}
  agreed: {zh: 预约, en: agreed, facts: {case: case, consent: boolean, slot: instant}}
  complained: {zh: 投诉属实, en: complaint verified, facts: {person: person, unit: unit, norm: norm}}
posts: {chief: {zh: 主职, en: chief}}
amounts:
  fine: {zh: 罚款, en: fine}
  points: {zh: 扣分, en: points, unit: {zh: 分, en: points}}
```
## 第一条 限时 {#1}
- {#1a} **到场** 半小时内到场。 *Arrive within half an hour.*
- {#1b} **排障** 限时排障。 *Restore in time.*
```duty
id: arrive
norm: 1a
on: reported
when: area = 城区
who: technician
do: arrived
within: 30分钟
moves:
  - {on: agreed, when: consent, until: slot}
```
```fact
name: fault
zh: 故障等级
latest: classified.fault
same: case
```
```duty
id: restore
norm: 1b
on: reported
who: technician
do: restored
```
| U | fault | → within |
|---|-------|----------|
| 1 | 小    | 1小时    |
| 2 | 大    | PT24H    |

## 第二条 后果 {#2}
- {#2a} **认定** 投诉属实即为违规。 *A verified complaint is a breach.*
- {#2b} **罚款** 每次一百至五百元，重犯加倍。 *100 to 500 yuan, doubled on repetition.*
- {#2c} **连带** 主职承担一成。 *The chief bears 10 percent.*
- {#2d} **积分** 每年十二分。 *12 points a year.*
```finding
id: found
norm: 2a
on: complained
who: person
cites: norm
```
```fact
name: repeated
zh: 三十天内重犯
count: found
same: [person, norm]
within: 30天
```
```consequence
id: penalty
norm: 2b
on: breach
to: person
once per: [person, occasion]
give: {fine: 100元-500元, points: 2}
modify:
  - {when: repeated > 0, times: 2, norm: 2b, label: {zh: 加倍, en: doubled}}
shares:
  - {of: fine, percent: 10%, to: chief of unit, norm: 2c}
```
```ledger
id: account
norm: 2d
of: points
per: person
period: year
base: 12
entries: [{on: penalty, take: points, sign: minus}]
thresholds: [{id: low, when: balance <= 8, norm: 2d}]
```
"""


@pytest.fixture(scope="session")
def small() -> Measure:
    """The small measure."""
    return parse_measure(SMALL)


def instant(text: str) -> datetime:
    """``05-06 09:00`` of 2026, in Shanghai; with a year if one is written."""
    full = text if text[4:5] == "-" else f"2026-{text}"
    return datetime.fromisoformat(full).replace(tzinfo=SHANGHAI)


@pytest.fixture(scope="session")
def happened() -> Callable[..., Event]:
    """``happened("reported", "05-06 09:00", case="C1")``."""

    def make(type_: str, at: str, id: str | None = None, **facts: Any) -> Event:
        known = {k: facts.pop(k) for k in ("recorded_at", "supersedes", "retracts") if k in facts}
        if "recorded_at" in known:
            known["recorded_at"] = instant(known["recorded_at"])
        return Event(id or f"{type_}@{at}", type_, instant(at), facts, **known)

    return make
