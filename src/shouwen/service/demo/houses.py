"""The organisations of the demonstration."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password

from shouwen.service.access.actor import Actor
from shouwen.service.accounts.models import User
from shouwen.service.enactment.bridge import register
from shouwen.service.enactment.models import Adoption
from shouwen.service.organisations.models import (
    Holding,
    Person,
    Reach,
    Role,
    RoleGrant,
    Territory,
    TerritoryTechnician,
    Unit,
    UnitKind,
)
from shouwen.service.tenancy.models import Organisation

ZONE = ZoneInfo("Asia/Shanghai")
PASSWORD = "shouwen-demo"
SINCE = datetime(2014, 1, 1, tzinfo=ZONE)

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜戚谢邹"
GIVEN = (
    "明",
    "丽",
    "强",
    "芳",
    "伟",
    "静",
    "磊",
    "敏",
    "军",
    "燕",
    "勇",
    "娟",
    "杰",
    "霞",
    "涛",
    "玲",
)


@dataclass
class House:
    """An organisation with the people that history is made with."""

    organisation: Organisation
    system: Actor
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    territories: list[Territory] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)

    def actor(self, key: str) -> Actor:
        """The actor that one of its people is."""
        return Actor.of(self.people[key], source="demo")


CODES: dict[str, tuple[str, str, str, date]] = {
    # code: name, English name, measure, in force from
    "cable": ("清江县广播电视网络公司", "Qingjiang County Cable", "cable", date(2013, 9, 1)),
    "bank": ("东湖银行临湖支行", "Lakeside Branch, East Lake Bank", "bank", date(2006, 1, 1)),
    "agent": ("恒远仪表有限公司", "Hengyuan Instruments", "agent", date(2006, 1, 1)),
    "power": ("云岭县供电公司", "Yunling County Power Supply", "power", date(2006, 1, 1)),
    "bureau": ("石桥供电局", "Shiqiao Power Bureau", "bureau", date(2006, 1, 1)),
}


def name_of(number: int) -> str:
    """A made-up name, the same for the same number."""
    return SURNAMES[number * 7 % len(SURNAMES)] + GIVEN[number * 5 % len(GIVEN)]


def staff(house: House, key: str, unit: str, roles: dict[Role, Reach], login: str = "") -> Person:
    """Someone who works there, with roles and perhaps a login."""
    number = len(house.people) + 1
    person = Person.objects.create(
        number=f"{number:03d}", name=name_of(number + len(house.organisation.code) * 3),
        name_en=f"Staff {number:03d}", phone=f"1390000{number:04d}", unit=house.units[unit],
    )  # fmt: skip
    for role, reach in roles.items():
        RoleGrant.objects.create(
            person=person, role=role, reach=reach,
            unit=house.units[unit] if reach == Reach.UNIT else None,
        )  # fmt: skip
    if login:
        give_login(house, person, login)
    house.people[key] = person
    return person


_HASH: list[str] = []


def give_login(house: House, person: Person, login: str) -> None:
    """Let someone log in; all passwords of a demonstration are the same and printed."""
    if not _HASH:
        _HASH.append(make_password(PASSWORD))
    name = f"{house.organisation.code}.{login}"
    person.user = User.objects.create(
        username=name, password=_HASH[0], organisation=house.organisation
    )
    person.save(update_fields=["user"])
    house.logins.append((name, login))


def unit(
    house: House, code: str, name: str, name_en: str, kind: UnitKind, parent: str = ""
) -> Unit:
    """A unit of the organisation; its code is what the measure calls it."""
    house.units[code] = Unit.objects.create(
        code=code, name=name, name_en=name_en, kind=kind, parent=house.units.get(parent)
    )
    return house.units[code]


def hold(house: House, key: str, post: str, unit_code: str) -> None:
    """Someone has held a post for long; the measure hears of it."""
    person = house.people[key]
    Holding.objects.create(
        person=person, unit=house.units[unit_code], post=post, since=SINCE.date()
    )
    facts = {"person": person.number, "unit": unit_code, "post": post, "from": SINCE}
    register(house.system, "post.held", facts, at=SINCE)


def found(code: str) -> House:
    """Found an organisation, and adopt its measure. The caller enters it before (`scope`)."""
    organisation = Organisation.objects.get(code=code)
    _name, _name_en, measure, first_day = CODES[code]
    Adoption.objects.create(measure=measure, first_day=first_day, adopted_at=SINCE)
    house = House(organisation, Actor(organisation, None, source="demo"))
    ALL, UNIT, OWN = Reach.ORGANISATION, Reach.UNIT, Reach.OWN
    unit(house, "总部", "公司本部", "Head office", UnitKind.COMPANY)
    if code in ("cable", "power", "bureau"):
        unit(house, "热线", "客服热线" if code == "cable" else "95598热线", "Hotline",
             UnitKind.HOTLINE, "总部")  # fmt: skip
        unit(house, "城关站", "城关服务站", "Town station", UnitKind.STATION, "总部")
        unit(house, "河西站", "河西服务站", "West station", UnitKind.STATION, "总部")
        unit(house, "营业厅", "城关营业厅", "Town hall", UnitKind.HALL, "总部")
        staff(house, "operator", "热线", {Role.OPERATOR: ALL, Role.EMPLOYEE: OWN}, "operator")
        staff(house, "operator2", "热线", {Role.OPERATOR: ALL, Role.EMPLOYEE: OWN})
        staff(house, "clerk", "营业厅", {Role.CLERK: UNIT, Role.EMPLOYEE: OWN}, "clerk")
        staff(house, "dispatcher", "热线", {Role.DISPATCHER: ALL}, "dispatcher")
        staff(house, "quality", "总部", {Role.QUALITY: ALL}, "quality")
        staff(house, "head", "城关站", {Role.HEAD: UNIT}, "head")
        staff(house, "deputy", "城关站", {Role.EMPLOYEE: OWN})
        staff(house, "head2", "河西站", {Role.HEAD: UNIT})
        staff(house, "executive", "总部", {Role.EXECUTIVE: ALL}, "executive")
        staff(house, "drafter", "总部", {Role.DRAFTER: ALL, Role.ADMINISTRATOR: ALL}, "drafter")
        for n, place in enumerate(("城关站", "城关站", "城关站", "河西站", "河西站"), 1):
            staff(house, f"technician{n}", place, {Role.TECHNICIAN: OWN, Role.EMPLOYEE: OWN},
                  "technician" if n == 1 else "")  # fmt: skip
        territories(house)
        if code == "cable":
            for key, post, where in (("head", "chief", "城关站"), ("deputy", "deputy", "城关站"),
                                     ("head2", "chief", "河西站")):  # fmt: skip
                hold(house, key, post, where)
    else:
        staff(house, "executive", "总部", {Role.EXECUTIVE: ALL}, "executive")
        staff(house, "quality", "总部", {Role.QUALITY: ALL}, "quality")
        staff(house, "drafter", "总部", {Role.DRAFTER: ALL, Role.ADMINISTRATOR: ALL}, "drafter")
        if code == "bank":
            staff(house, "clerk", "总部", {Role.CLERK: UNIT, Role.EMPLOYEE: OWN}, "clerk")
            staff(house, "head", "总部", {Role.HEAD: ALL}, "head")
        else:
            staff(house, "channel", "总部", {Role.CHANNEL: ALL}, "channel")
    for n in (2, 3):
        staff(house, f"executive{n}", "总部", {Role.EXECUTIVE: ALL})
    return house


def territories(house: House) -> None:
    """The area served, and who works where."""
    area = house.organisation.code == "cable"
    parts = [
        ("T1", "城关镇东片", "Town, east", "城区", "城关站", "人民路 解放路 东门 文化巷", (1, 2)),
        ("T2", "城关镇西片", "Town, west", "城区", "城关站", "建设路 西门 滨河路 学府路", (2, 3)),
        ("T3", "河西乡", "West villages", "农村", "河西站", "河西村 李家湾 石桥村 柳林村", (4, 5)),
    ]
    for code, name, name_en, kind, unit_code, words, who in parts:
        territory = Territory.objects.create(
            code=code, name=name, name_en=name_en, area=kind if area else "",
            unit=house.units[unit_code],
            keywords="\n".join(words.split()),
        )  # fmt: skip
        for rank, n in enumerate(who, 1):
            TerritoryTechnician.objects.create(
                territory=territory, person=house.people[f"technician{n}"], rank=rank
            )
        house.territories.append(territory)
