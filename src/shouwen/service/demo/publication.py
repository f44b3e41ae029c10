"""What the organisations of the demonstration make public: some in time, some not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.demo.houses import ZONE, House
from shouwen.service.enactment.bridge import register
from shouwen.service.publication import actions
from shouwen.service.publication.actions import Written
from shouwen.service.publication.models import Audience, Page, Span
from shouwen.service.publication.releasing import release, to_release
from shouwen.service.publication.shares import month_before
from shouwen.service.publication.sheets import figures_of_text

CHARGES = (
    "| 项目 | 每月（元） |\n|---|---|\n| 收视维护费 | 25 |\n| 宽带 50M | 40 |\n| 宽带 100M | 60 |"
)
CHARGES_EN = "| Item | Yuan a month |\n|---|---|\n| Viewing | 25 |\n| Broadband 50M | 40 |\n| Broadband 100M | 60 |"  # noqa: E501
ITEMS = "- 有线电视的安装、移机、报修\n- 宽带的开通、报修\n- 缴费、查询、投诉"
ITEMS_EN = "- Cable television: installation, relocation, repair\n- Broadband: connection, repair\n- Payment, enquiries, complaints"  # noqa: E501
HALL = "营业厅受理：新装与增容、变更用电、咨询查询、交纳电费、报修、投诉。\n\n周六、周日照常营业。"
HALL_EN = (
    "The hall accepts new connections and larger capacity, changes of use, enquiries, payment, "
    "fault reports and complaints. It is open on Saturdays and Sundays."
)
HOTLINE = "95598热线昼夜受理：停电信息、故障报修、服务投诉、用电查询、咨询、业务受理。"
HOTLINE_EN = (
    "The hotline 95598, day and night: outages, fault reports, complaints, enquiries, advice, "
    "business."
)


@dataclass(frozen=True)
class Plan:
    """A page of the demonstration; days are counted from now."""

    slug: str
    title: str
    title_en: str
    norms: tuple[str, ...]
    owner: str
    text: str = ""
    text_en: str = ""
    due: int = -10
    renew: int | None = None
    audience: Audience = Audience.PUBLIC
    promises: tuple[str, ...] = ()
    once: tuple[tuple[str, dict[str, str]], ...] = ()
    rows: str = ""
    publish: bool = True


CABLE = (
    Plan("services", "服务项目", "Services", ("3.1.2a",), "clerk", ITEMS, ITEMS_EN),
    Plan("procedures", "办事流程", "How it is done", ("3.1.2b",), "clerk",
         "一、登记。二、派单。三、上门。四、客户签字。五、回访。", publish=False, due=-3),
    Plan("charges", "收费标准", "Charges", ("3.1.2c",), "clerk", CHARGES, CHARGES_EN, renew=1),
    Plan("promises", "服务承诺", "What we promise", ("3.1.2d", "4.1a"), "quality",
         "接到报修，城区半小时到场，农村两小时到场；网络到位的当日装好，未到位的两个工作日内装好。",
         "After a report we come within half an hour in town and two hours in the countryside; we "
         "install on the same day where the network is there, else within two working days.",
         promises=("arrive", "restore", "install-same-day", "install-in-days",
                   "call-back-next-morning"),
         once=(("4.1a", {"town_arrival": "30", "country_arrival": "120", "small_fault": "60",
                         "install_days": "2"}),)),
    Plan("complaints", "投诉电话", "Complaints", ("3.1.2e", "4.2"), "quality",
         "投诉电话 0999-5551234，每天8:00至22:00有专人接听。",
         "Complaints: 0999-5551234, staffed daily from 08:00 to 22:00."),
)  # fmt: skip
POWER = (
    Plan("policy", "服务方针", "Policy", ("0b",), "quality", "优质、方便、规范、真诚。",
         "Quality, convenience, regularity, sincerity."),
    Plan("hall", "营业厅服务内容", "Services of the halls",
         ("4.2.1a", "4.2.1b", "4.2.1c", "4.2.1d", "4.2.1e", "4.2.1f"), "clerk", HALL, HALL_EN),
    Plan("hotline", "热线服务内容", "Services of the hotline",
         ("4.3.1a", "4.3.1b", "4.3.1c", "4.3.1d", "4.3.1e", "4.3.1f"), "operator", HOTLINE,
         HOTLINE_EN, promises=("accept-by-phone", "reply-same-day", "report-complaint-same-day")),
    Plan("reception", "领导接待日安排", "Leaders' reception days", ("4.2.2b",), "quality",
         "领导每月接待一次，欢迎前来。", "A leader receives customers once a month.", renew=1,
         rows="{executive}, {soon}"),
    Plan("supervision", "监督渠道", "Ways of supervision", ("4.4.6a",), "quality",
         "欢迎监督：95598热线、营业厅意见箱、网页。", publish=False, due=6),
)  # fmt: skip
BANK = (
    Plan("points", "积分通报", "Points", ("3n",), "quality",
         "上月积分已经通报各科室，个人积分见“我的记录”。",
         "Last month's points were sent to the sections; see your own record.",
         audience=Audience.STAFF, renew=1),
    Plan("stars", "星级柜员数据", "Star tellers", ("4.2.15a",), "quality",
         "上月星级柜员评价系统的数据如下。", "Last month's data of the star-teller system.",
         audience=Audience.STAFF, renew=1, rows="{clerk}, 总部, 100%, 99.4%, 91%"),
)  # fmt: skip
AGENT = (
    Plan("prices", "全国统一价格", "Uniform prices", ("1.4a",), "channel",
         "全国各地按下表销售。", "These prices hold throughout the country.",
         rows="P1, 100\nP2, 86"),
    Plan("rules", "代理商管理制度", "Rules for agents", ("11.B1",), "channel",
         "代理商管理制度已发各代理商。", audience=Audience.STAFF, publish=False, due=12),
)  # fmt: skip
PLANS = {"cable": CABLE, "power": POWER, "bureau": POWER, "bank": BANK, "agent": AGENT}


def put_up(house: House, until: datetime, days: int) -> None:
    """Before its history begins, an organisation puts up its pages."""
    office = house.actor("quality")
    begun = until.astimezone(ZONE) - timedelta(days=days, hours=1)
    if house.organisation.code == "bank":
        with clock.frozen_at(begun - timedelta(days=1)):
            due = (until + timedelta(days=2)).date()
            for n, task in enumerate(("公布积分", "通报奖惩"), 1):
                facts = {"case": f"P{n}", "unit": "总部", "task": task, "due_day": due}
                register(house.system, "office-work.planned", facts)
    for n, plan in enumerate(PLANS[house.organisation.code]):
        with clock.frozen_at(begun + timedelta(minutes=3 * n)):
            _put_up(house, office, plan, until.astimezone(ZONE).date())


def _put_up(house: House, office: Actor, plan: Plan, today: date) -> None:
    page = actions.plan(
        office,
        Page(
            slug=plan.slug, title=plan.title, title_en=plan.title_en, audience=plan.audience,
            owner=house.people[plan.owner], due_on=today + timedelta(days=plan.due),
            renew_months=plan.renew,
        ),
        plan.norms,
    )  # fmt: skip
    numbers = {key: person.number for key, person in house.people.items()}
    rows = plan.rows.format(soon=today + timedelta(days=9), **numbers)
    figures = figures_of_text(office, plan.norms, rows)
    if plan.once:
        figures["once"] = dict(plan.once)
    version = actions.write(
        house.actor(plan.owner),
        page,
        Written(
            plan.title, plan.text, "首次公布", plan.title_en, plan.text_en,
            figures, promises=plan.promises,
        ),
    )  # fmt: skip
    if plan.publish:
        actions.publish(office, page, version.number)


def settle_figures(house: House, until: datetime) -> None:
    """This morning last month's figures were released."""
    at = until.astimezone(ZONE).replace(hour=8, minute=20)
    with clock.frozen_at(min(at, until)):
        last = month_before(at.date(), 1)
        if to_release(Span.MONTH, last):
            release(house.actor("quality"), Span.MONTH, last)
