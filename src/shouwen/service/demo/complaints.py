"""Complaints of the demonstration: what came in over four weeks, and what became of it."""

from __future__ import annotations

import random
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shouwen.service import clock
from shouwen.service.complaints.actions import answering, deciding, handling
from shouwen.service.complaints.actions.deciding import Line
from shouwen.service.complaints.actions.receiving import Held, receive
from shouwen.service.complaints.models import Complaint, Verdict, Way
from shouwen.service.complaints.outcomes import said_of
from shouwen.service.conduct import actions, serving
from shouwen.service.conduct.deciding import Chosen
from shouwen.service.conduct.models import Proposal
from shouwen.service.conduct.models import State as ProposalState
from shouwen.service.conduct.models import Way as DecisionWay
from shouwen.service.contacts.models import Customer
from shouwen.service.demo.houses import ZONE, House, name_of
from shouwen.service.organisations.models import Person

Steps = Generator[datetime, None, None]


@dataclass(frozen=True)
class Tale:
    """What was complained of, about whom, and what it came to.

    `ago`: days before the demonstration opens; `until`: how far it has got by then: new,
    reported, running, judged, answered, closed, withdrawn.
    """

    ago: int
    way: Way
    words: str
    about: str
    norm: str
    verdict: Verdict
    until: str = "closed"
    own: tuple[tuple[str, Any], ...] = ()
    anonymous: bool = False
    source: str = ""


V, P, U = Verdict.VERIFIED, Verdict.PARTLY, Verdict.UNVERIFIED
YEAR = (("fault", "过失"), ("services", "只有电视"))
TALES: dict[str, tuple[Tale, ...]] = {
    "cable": (
        Tale(25, Way.LINE, "维修员在我家客厅抽烟，地上都是烟灰", "technician2", "3.3.6a", V,
             own=YEAR),
        Tale(22, Way.BOOK, "大厅上班时间没有人，等了二十分钟", "clerk", "3.1.4d", U,
             source="城关营业厅意见簿"),
        Tale(19, Way.HOTLINE, "安装师傅鞋套都不穿就进屋", "technician4", "3.3.4e", V,
             own=(("fault", "过失"), ("services", "两者都有"), ("wish", "宽带使用费"))),
        Tale(15, Way.STAFF, "同事用客户家的电话聊天，不止一次", "technician3", "3.3.6b", V),
        Tale(11, Way.WEB, "报修后师傅话说得很冲", "technician1", "3.3.4a", P, "answered",
             own=YEAR),
        Tale(8, Way.BOX, "营业员和熟人聊天不理排队的人", "clerk", "3.1.4e", V, "judged",
             anonymous=True, source="城关营业厅意见箱"),
        Tale(5, Way.SUPERIOR, "县里转来：河西村民反映修好的电视画面还是花", "technician5",
             "3.3.9a", V, "running", source="县信访转办单"),
        Tale(3, Way.MEDIA, "县电视台《问政》提到报修电话打不通", "operator2", "3.2.1a", V,
             "running", source="县电视台"),
        Tale(1, Way.LINE, "上门没有出示工牌，老人不敢开门", "technician1", "3.3.4b", V, "reported"),
        Tale(0, Way.HOTLINE, "师傅把地板弄脏了没擦就走", "technician2", "3.3.8b", V, "new"),
    ),
    "power": (
        Tale(21, Way.HOTLINE, "营业员说不归她管，让我自己去找别人", "clerk", "4.1.6b", V),
        Tale(14, Way.BOOK, "等了半小时没有人招呼", "clerk", "4.1.7a", U, source="城关营业厅意见簿"),
        Tale(9, Way.STAFF, "有人把客户的用电资料发给了朋友", "operator2", "4.1.4c", V, "judged"),
        Tale(4, Way.SUPERIOR, "上级转来：用户反映抢修人员态度生硬", "technician2", "4.1.6b", V,
             "running", source="市公司转办单"),
        Tale(1, Way.HOTLINE, "打电话咨询没说完就挂了", "operator2", "4.1.6c", V, "reported"),
    ),
    "bank": (
        Tale(20, Way.COUNTER, "柜员说话很难听，还翻白眼", "clerk", "4.2.19a", V,
             own=(("poor", True), ("taboo", True))),
        Tale(12, Way.BOOK, "午间只开一个窗口，没人解释", "clerk", "4.2.19a", U,
             source="营业大厅意见簿"),
        Tale(6, Way.SUPERIOR, "分行转来：客户反映挂失手续被推来推去", "clerk", "4.2.19a", V,
             "running", source="分行客服中心"),
        Tale(1, Way.HOTLINE, "大堂无人引导，老人白跑一趟", "clerk", "4.2.19a", V, "reported"),
    ),
    "agent": (
        Tale(18, Way.LINE, "买的仪表三天就坏，代理商不给换", "agent:江州商行", "2.4a", V),
        Tale(9, Way.WEB, "代理商把别的牌子当你们的卖", "agent:临海商行", "2.4b", V, "running"),
        Tale(1, Way.LINE, "说好送货，等了一个星期", "agent:青山商行", "2.4a", V, "new"),
    ),
}  # fmt: skip
TALES["bureau"] = TALES["power"]
HEARD = "承认有这件事，当时没有多想"


def tales(house: House, until: datetime) -> Iterator[tuple[datetime, Steps]]:
    """When each complaint of a house begins, and how it goes on."""
    chance = random.Random(f"complaints {house.organisation.code} {until.date()}")
    for number, tale in enumerate(TALES[house.organisation.code]):
        at = until.astimezone(ZONE) - timedelta(days=tale.ago)
        at = at.replace(hour=9 + number % 7, minute=chance.randint(0, 59), second=0)
        if at >= until:
            at = until - timedelta(minutes=chance.randint(3, 50))
        yield at, _tale(house, tale, number)


def _tale(house: House, tale: Tale, number: int) -> Steps:
    customer = Customer.objects.order_by("number")[number * 5 :].first()
    office, leader = house.actor("quality"), house.people["executive"]
    agent = tale.about.partition(":")[2]
    person = None if agent else house.people[tale.about]
    complaint = receive(_taker(house, tale), _held(tale, person, agent, customer, number))
    if tale.until == "new":
        return
    yield clock.now() + timedelta(minutes=20)
    handling.report(office, complaint, leader)
    if tale.until == "reported":
        return
    yield clock.now() + timedelta(hours=3)
    now = clock.now()
    handling.assign(office, complaint, office.person or leader, now + timedelta(days=4))
    answering.promise(office, complaint, now + timedelta(days=6))
    if person is not None:
        handling.ask(office, complaint, person, "请说明当天的情况，并写明在场的人。")
    if tale.until == "running":
        return
    yield clock.now() + timedelta(days=1)
    if person is not None:
        handling.hear(office, complaint, person, HEARD if tale.verdict != U else "否认，当天不当班")
    handling.add_evidence(office, complaint, "核查记录", "调看录像并电话核对，情况记录在案。")
    yield clock.now() + timedelta(hours=2)
    _conclude(house, complaint, tale, person, agent)
    if tale.until == "judged":
        return
    yield clock.now() + timedelta(hours=4)
    if not tale.anonymous:
        said = "查无此事，已向您说明" if tale.verdict == U else "情况属实，已作处理，向您致歉"
        answering.reply(office, complaint, said, "phone")
        _reward(house, complaint)
        if person is not None and tale.verdict != U and house.organisation.code in _APOLOGIES:
            deciding.apologised(office, complaint, person, "上门道歉")
    if tale.until == "closed":
        yield clock.now() + timedelta(days=1)
        answering.close(office, complaint, "其余事项另行办理")


_APOLOGIES = ("power", "bureau")


def _taker(house: House, tale: Tale) -> Any:
    if tale.way == Way.STAFF:
        return house.actor("operator")
    if tale.way == Way.HOTLINE and "operator" in house.people:
        return house.actor("operator")
    return house.actor("quality")


def _held(
    tale: Tale, person: Person | None, agent: str, customer: Customer | None, number: int
) -> Held:
    now = clock.now()
    named = not tale.anonymous and tale.way != Way.STAFF
    name = customer.name if customer else name_of(number + 11)
    phone = customer.phone if customer else f"1370000{number + 1:04d}"
    return Held(
        way=tale.way, words=tale.words, person=person, agent=agent, anonymous=tale.anonymous,
        name=name if named else "", phone=phone if named else "",
        address=customer.address if customer and named else "",
        happened_at=now - timedelta(hours=5), source=tale.source,
        written_on=(now - timedelta(days=1)).astimezone(ZONE).date() if tale.source else None,
    )  # fmt: skip


def _conclude(
    house: House, complaint: Complaint, tale: Tale, person: Person | None, agent: str
) -> None:
    assert complaint.happened_at is not None
    lines = []
    if tale.verdict != U:
        own = dict(tale.own)
        lines = [Line(tale.norm, complaint.happened_at, person=person, agent=agent, own=own)]
    reasons = "没有证据支持" if tale.verdict == U else "当事人陈述与记录一致"
    deciding.conclude(house.actor("quality"), complaint, tale.verdict, reasons, lines)


def _reward(house: House, complaint: Complaint) -> None:
    for proposal in said_of(complaint).rewards:
        office = house.actor("quality")
        actions.seek(office, complaint.number)
        row = Proposal.objects.filter(outcome=proposal.outcome, state=ProposalState.OPEN).first()
        if row is None:
            continue
        given = {p.name: "200" for p in proposal.parts if p.amount.hi is None}
        made = actions.decide(office, row, Chosen("投诉属实，按条文奖励", given))
        serving.serve(office, made, DecisionWay.HAND, "冲抵下年费用")
