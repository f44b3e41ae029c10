"""Four weeks of inspections: programmes, the rota, visits, samples, phones, what was found and how
it was put right.

What was seen stands in a list for each measure; the same actions are used as on the pages, so that
the measure says what follows.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.cases.models import Case
from shouwen.service.demo.days import Steps, at_hour
from shouwen.service.demo.houses import ZONE, House
from shouwen.service.enactment.models import Event
from shouwen.service.inspections.actions import (
    finding,
    inspecting,
    phones,
    planning,
    putting_right,
    rota,
    sampling,
)
from shouwen.service.inspections.actions.finding import Found
from shouwen.service.inspections.actions.inspecting import Asked
from shouwen.service.inspections.actions.putting_right import Demand
from shouwen.service.inspections.models import (
    Finding,
    Inspection,
    Kind,
    Programme,
    Result,
    RotaDay,
    SampleOf,
    Task,
)
from shouwen.service.inspections.queries import month_of
from shouwen.service.organisations.models import Person


@dataclass(frozen=True)
class Seen:
    """Something that an inspector saw: where, of whom, which norm, in words, how it is known."""

    norm: str
    place: str
    said: str
    evidence: str
    demand: str
    who: str
    """A key of `House.people`; for an agent's measure "agent" or "company"."""
    kind: Kind = Kind.HIDDEN


_POWER = (
    Seen(
        "4.1.15a",
        "柜台",
        "客户到柜台时营业人员未起身接待",
        "检查人员当场所见",
        "学习柜台接待规范",
        "clerk",
    ),
    Seen(
        "4.1.22",
        "柜台",
        "客户办完业务离开时未道别",
        "大厅录像",
        "班前会上演练送客",
        "clerk",
        Kind.RECORDING,
    ),
    Seen(
        "4.1.8a",
        "营业厅",
        "行动不便的客户进厅，无人上前帮扶",
        "检查人员当场所见",
        "设专人负责帮扶",
        "clerk",
    ),
    Seen(
        "4.1.18a",
        "热线",
        "解释电费时连用术语，客户听不明白",
        "通话录音",
        "整理通俗问答",
        "operator",
        Kind.RECORDING,
    ),
    Seen(
        "4.1.17b",
        "柜台",
        "收取客户资料时未说明收到哪些资料",
        "大厅录像",
        "学习资料交接规范",
        "clerk",
        Kind.RECORDING,
    ),
)
SEEN = {
    "cable": (
        Seen(
            "3.1.4d",
            "营业厅",
            "上班时间柜台无人，十分钟后才回岗",
            "检查人员当场所见，照片一张",
            "定岗定人，离岗须交接",
            "clerk",
        ),
        Seen(
            "3.1.1a",
            "营业厅",
            "填单台上单据散乱，宣传架缺单页",
            "照片一张",
            "每日开门前整理",
            "clerk",
        ),
        Seen(
            "3.2.1d",
            "电话",
            "接起电话没有问候就问地址",
            "通话录音",
            "重学接听规范",
            "operator2",
            Kind.RECORDING,
        ),
        Seen(
            "3.3.4b",
            "客户家",
            "上门未出示工牌",
            "客户当场反映，检查人员同行",
            "上门前自查工牌",
            "technician2",
        ),
        Seen(
            "3.3.8a",
            "客户家",
            "收工后剪下的线头没有带走",
            "现场照片",
            "随车配垃圾袋",
            "technician4",
        ),
        Seen(
            "3.1.2c",
            "营业厅",
            "墙上收费标准表仍是旧版",
            "照片一张",
            "更换收费标准表",
            "clerk",
            Kind.OPEN,
        ),
    ),
    "power": _POWER,
    "bureau": _POWER,
    "bank": (
        Seen(
            "4.2.12a",
            "柜台",
            "营业期间柜台上放有私人水杯和报纸",
            "检查人员当场所见",
            "柜台物品定置",
            "clerk",
        ),
        Seen(
            "4.2.5b",
            "柜台",
            "递交单据时未用规范动作",
            "营业录像",
            "班前演练",
            "story",
            Kind.RECORDING,
        ),
        Seen(
            "4.2.7a",
            "营业期间",
            "离柜到相邻科室聊天",
            "检查人员当场所见",
            "写明离岗登记要求",
            "story",
        ),
        Seen(
            "4.2.16b",
            "电话",
            "接电话未用文明用语",
            "通话录音",
            "重学电话用语",
            "clerk",
            Kind.RECORDING,
        ),
    ),
    "agent": (
        Seen(
            "2.3c",
            "",
            "未按市场部要求报送上月市场信息",
            "市场部催报记录",
            "补报并说明原因",
            "agent",
            Kind.OPEN,
        ),
        Seen("9.7a", "", "门店未摆放公司形象资料", "门店照片", "补齐形象资料", "agent", Kind.OPEN),
        Seen(
            "9.1b",
            "",
            "两个月未向代理商提供新品资料",
            "代理商来函",
            "月内补发资料",
            "company",
            Kind.OPEN,
        ),
    ),
}
VISITS = {
    "走访寻呼": ("听了一小时来电，报修受理及时；夜间排班偏紧", "接听有礼，两起催修已当场过问"),
    "走访大厅": ("大厅有序，等候时间不长；宣传页不够", "老年客户有人引导，意见簿已翻看"),
    "走访单位": ("服务站工具齐全，雨具须补充", "回执单归档及时，备件台账清楚"),
    "走访客户": ("老客户对维修速度满意，希望停播提前通知", "新装客户满意，反映遥控器说明太小"),
}


def looks(house: House, until: datetime, days: int) -> Iterator[tuple[datetime, Steps]]:
    """What is looked at in the days before an instant, each from an instant on."""
    code = house.organisation.code
    chance = random.Random(f"{code} inspections {until.date()}")
    first = until.astimezone(ZONE).date() - timedelta(days=days)
    today = until.astimezone(ZONE).date()
    yield at_hour(first, 9), _plan(house, first, today)
    if code == "cable":
        yield at_hour(first, 9, 10), _rota(house, first, today)
        for n in range(days + 1):
            # Some days nobody goes: the measure holds it against whose day it was.
            if chance.random() < 0.86:
                at = at_hour(
                    first + timedelta(days=n), chance.randint(9, 17), chance.randint(0, 59)
                )
                yield at, _visit(house, chance)
    seen = SEEN[code]
    for n, one in enumerate(seen):
        day = first + timedelta(days=2 + n * (days - 4) // len(seen))
        yield at_hour(day, 10, 15), _inspection(house, one, n, chance)
    for n in range(8):
        day = first + timedelta(days=1 + 3 * n)
        yield at_hour(day, chance.randint(9, 20), 20), _phone(house, chance)
    yield at_hour(today - timedelta(days=4), 14), _sample(house, first, today, chance)


def _plan(house: House, first: date, today: date) -> Steps:
    quality = house.actor("quality")
    programme = planning.draw_up(
        quality, Programme(title=f"{first.year}年服务检查计划", first=date(first.year, 1, 1),
                           last=date(first.year, 12, 31), note="每个单位每年至少明查、暗查各一次"),
    )  # fmt: skip
    comprehensive = house.organisation.code in ("power", "bureau")
    planning.add_task(
        quality, Task(programme=programme, kind=Kind.OPEN, about="全年服务规范执行情况", times=1,
                      due_on=programme.last, comprehensive=comprehensive),
    )  # fmt: skip
    for month in dict.fromkeys((month_of(first), month_of(today))):
        row = planning.draw_up(
            quality, Programme(title=f"{month[0].year}年{month[0].month}月检查计划",
                               first=month[0], last=month[1]),
        )  # fmt: skip
        for kind, about, times in (
            (Kind.HIDDEN, "接待、仪容与环境", 2), (Kind.RECORDING, "通话与接待录像", 2),
            (Kind.OPEN, "公示、设施与台账", 1),
        ):  # fmt: skip
            planning.add_task(quality, Task(programme=row, kind=kind, about=about, times=times,
                                            due_on=month[1]))  # fmt: skip
    return
    yield


def _rota(house: House, first: date, today: date) -> Steps:
    leaders = [house.people[k] for k in ("executive", "executive2", "executive3")]
    made = rota.start(house.actor("quality"), first, today + timedelta(days=20), leaders)
    yield at_hour(first + timedelta(days=14), 16)
    rota.summarise(
        house.actor("quality"), made,
        "两周走访：客户普遍认可维修速度；反映最多的是停播通知不及时和新套餐宣传不够，已转相关部门。",
    )  # fmt: skip
    yield at_hour(first + timedelta(days=15), 9)
    day = RotaDay.objects.select_related("rota").filter(day=first + timedelta(days=17)).first()
    if day is not None:
        to = next(p for p in leaders if p.pk != day.leader_id)
        rota.swap(house.actor("quality"), day, to, "外出开会")


def _visit(house: House, chance: random.Random) -> Steps:
    today = clock.now().astimezone(ZONE).date()
    day = RotaDay.objects.select_related("leader", "rota").filter(day=today).first()
    if day is None:
        return
    key = next(k for k, p in house.people.items() if p.pk == day.leader_id)
    where = chance.choice(list(VISITS))
    unit = house.units[{"走访寻呼": "热线", "走访大厅": "营业厅"}.get(where, "城关站")]
    asked = Asked(Kind.HIDDEN, unit, about="领导走访", places=("手机",), rota_day=day,
                  visit_place=where)  # fmt: skip
    row = inspecting.begin(house.actor(key), asked)
    yield clock.now() + timedelta(minutes=chance.randint(25, 70))
    inspecting.hold(house.actor(key), row, chance.choice(VISITS[where]))


def _inspection(house: House, seen: Seen, n: int, chance: random.Random) -> Steps:
    """An inspection with what was seen, and how it was put right: each goes its own way."""
    quality = house.actor("quality")
    whom = _whom(house, seen.who, n)
    agent = _agent(n) if seen.who == "agent" else ""
    unit = whom.unit if whom is not None else house.units["总部"]
    places = (seen.place,) if seen.place else ()
    asked = Asked(seen.kind, unit, about=f"{seen.place or '代理商'}规范", places=places,
                  agent=agent, members=2, task=_task(seen.kind))  # fmt: skip
    row = inspecting.begin(quality, asked)
    yield clock.now() + timedelta(minutes=35)
    inspecting.tick(quality, row, _ticks(row, seen.norm, chance))
    told = Found(
        seen.norm, clock.now() - timedelta(minutes=10), seen.said, seen.evidence, person=whom,
        unit=unit, agent=agent, inspection=row, check=row.checks.filter(norm=seen.norm).first(),
    )  # fmt: skip
    if n == 3:
        # Written down two days after it was found.
        told = replace(told, occurred_at=told.occurred_at - timedelta(days=2),
                       found_at=clock.now() - timedelta(days=2))  # fmt: skip
    found = finding.find(quality, told)
    inspecting.hold(quality, row, f"{seen.said}；其余合乎规范。")
    yield clock.now() + timedelta(hours=2)
    if n == 4:
        finding.take_back(quality, found, "核对值班表，当时当班的是另一人")
        return
    yield from _put_right(house, found, seen, whom, n)


def _put_right(house: House, found: Finding, seen: Seen, whom: Person | None, n: int) -> Steps:
    quality = house.actor("quality")
    responsible = whom or house.people["executive2"]
    today = clock.now().astimezone(ZONE).date()
    due = putting_right.order(
        quality, found, Demand(seen.demand, today + timedelta(days=5), responsible)
    )
    yield clock.now() + timedelta(days=4, hours=3)
    if n % 3 == 2:
        return  # Nobody has reported it; it grows late.
    putting_right.report(Actor.of(responsible, source="demo"), due, "已按要求整改")
    yield clock.now() + timedelta(hours=20)
    if n % 3 == 1:
        later = clock.now().astimezone(ZONE).date() + timedelta(days=6)
        putting_right.look(quality, due, right=False, seen="抽看一次，仍不到位", until=later)
        return
    putting_right.look(quality, due, right=True, seen="复查合格")


def _phone(house: House, chance: random.Random) -> Steps:
    with_phone = [
        p for p in house.people.values() if p.phone and p.pk != house.people["quality"].pk
    ]
    person = chance.choice(with_phone)
    quality = house.actor("quality")
    if chance.random() < 0.8:
        phones.check(quality, phones.Called(True, person, seconds=chance.randint(4, 26)))
        return
    row = phones.check(quality, phones.Called(False, person, note="响铃到自动挂断"))
    yield clock.now() + timedelta(minutes=chance.randint(6, 25))
    phones.returned(quality, row)


def _sample(house: House, first: date, today: date, chance: random.Random) -> Steps:
    quality = house.actor("quality")
    cases = Case.objects.exists()
    asked = sampling.Asked(
        SampleOf.CASES if cases else SampleOf.PEOPLE, first, today - timedelta(days=5),
        6 if cases else 3, "听录音、核回执" if cases else "抽查在岗", each_unit=False,
    )  # fmt: skip
    try:
        sample = sampling.draw(quality, asked)
    except ValidationError:
        return  # Nothing happened in these days.
    for item in sample.items.select_related("unit").order_by("position")[:2]:
        yield clock.now() + timedelta(minutes=30)
        places = ("电话",) if house.organisation.code == "cable" else ()
        row = inspecting.begin(
            quality,
            Asked(Kind.RECORDING, item.unit, about=item.key, places=places, sample_item=item,
                  case=Case.objects.filter(number=item.key).first()),
        )  # fmt: skip
        inspecting.tick(quality, row, _ticks(row, "", chance))
        inspecting.hold(quality, row, "受理、登记合乎规范。")


def _whom(house: House, key: str, n: int) -> Person | None:
    if key in ("agent", "company"):
        return None
    if key == "story":
        # Someone whom the stories of the measure tell of, if there is one.
        told = [p for k, p in house.people.items() if k == p.number and p.user_id is None]
        return told[n % len(told)] if told else house.people["clerk"]
    return house.people[key]


def _agent(n: int) -> str:
    named = Event.objects.filter(facts__has_key="agent").values_list("facts__agent", flat=True)
    found = sorted(set(named))
    return found[n % len(found)] if found else "江州商行"


def _task(kind: Kind) -> Task | None:
    today = clock.now().astimezone(ZONE).date()
    rows = Task.objects.filter(kind=kind, programme__first__lte=today, programme__last__gte=today)
    found = [t for t in rows.select_related("programme") if not t.programme.yearly]
    return found[0] if found else None


def _ticks(row: Inspection, broken: str, chance: random.Random) -> dict[str, tuple[str, str]]:
    """Most of a checklist is kept, some cannot be seen; a finding ticks what was broken."""
    found = {}
    for norm in row.checks.values_list("norm", flat=True):
        if norm != broken:
            result = Result.KEPT if chance.random() < 0.9 else Result.UNSEEN
            found[norm] = (result.value, "")
    return found
