"""Four weeks of an organisation that serves customers at home."""

from __future__ import annotations

import heapq
import random
from collections.abc import Generator, Iterable
from datetime import date, datetime, time, timedelta

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.aftercare import actions as aftercare
from shouwen.service.aftercare.models import Answer, CallBack
from shouwen.service.cases import actions as cases
from shouwen.service.cases.models import Case, Channel, Topic
from shouwen.service.contacts.models import Customer
from shouwen.service.demo.houses import ZONE, House, name_of
from shouwen.service.enactment.alarms import ring
from shouwen.service.failures import actions as failures
from shouwen.service.intake import actions as intake
from shouwen.service.search.words import search_vector
from shouwen.service.workorders import actions as work
from shouwen.service.workorders.models import Receipt, Severity, WorkKind, WorkOrder

Steps = Generator[datetime, None, None]

MATTERS = {
    "cable": {
        Topic.REPAIR: (
            "电视没有信号", "画面有马赛克", "机顶盒开不了机", "宽带上不了网",
            "遥控器失灵，换台没反应", "部分频道黑屏",
        ),
        Topic.INSTALLATION: ("新房要装有线电视", "要加装宽带"),
        Topic.ENQUIRY: ("问收视费怎么交", "问高清套餐价格", "问停播检修时间"),
        Topic.PAYMENT: ("老人行动不便，请上门代缴收视费",),
    },
    "power": {
        Topic.REPAIR: ("家里突然停电", "电压低，灯很暗", "电表箱有异响", "线路打火"),
        Topic.CAPACITY: ("小作坊要增容", "新装三相电"),
        Topic.ENQUIRY: ("问阶梯电价", "问停电计划", "问电费账单"),
        Topic.PAYMENT: ("缴费后未复电",),
    },
}  # fmt: skip
RESULTS = ("更换接头", "更换机顶盒电源", "重新对接线路", "恢复送电", "调整参数", "更换分配器")
CUSTOMERS = 60
UNHEARD = 29
"""Nobody answers calls of seconds that this divides: some three or four of a hundred."""
JUST_NOW = 7


def make_customers(house: House, chance: random.Random) -> list[Customer]:
    """People who live in the area served."""
    found = []
    for n in range(CUSTOMERS):
        territory = house.territories[n % 3]
        street = chance.choice(territory.keywords.split())
        address = f"{territory.name[:3]}{street}{chance.randint(1, 180)}号"
        name, phone = name_of(n + 40), f"1380000{n + 1:04d}"
        number = f"K{n + 1:05d}"
        found.append(
            Customer(number=number, name=name, phone=phone, address=address, territory=territory)
        )
    for customer in found:
        c = customer
        c.search = search_vector(c.number, c.name, c.phone, c.address)
        c.save()
    return found


def live(
    house: House, until: datetime, days: int, a_day: int, more: Iterable[tuple[datetime, Steps]]
) -> None:
    """Let four weeks pass until an instant: whatever happens is done at its time.

    `more`: what others have to tell of these weeks, each from an instant on.
    """
    chance = random.Random(f"{house.organisation.code} {until.date()}")
    customers = make_customers(house, chance)
    first = until.astimezone(ZONE).date() - timedelta(days=days)
    waiting: list[tuple[datetime, int, Steps]] = []
    for n in range(days + 1):
        day = first + timedelta(days=n)
        for _ in range(max(1, int(chance.gauss(a_day, a_day / 4)))):
            at = _moment(day, chance)
            heapq.heappush(waiting, (at, len(waiting) + n * 1000, _case(house, customers, chance)))
        heapq.heappush(waiting, (at_hour(day, 8, 40), n * 1000 + 999, _morning(house, chance)))
    storm = at_hour(until.astimezone(ZONE).date() - timedelta(days=2), 15, 20)
    heapq.heappush(waiting, (storm, 10**8, _failure(house, customers, chance)))
    for n in range(JUST_NOW):
        # So that something is going on whenever the demonstration is opened.
        at = until - timedelta(minutes=chance.uniform(2, 55))
        heapq.heappush(waiting, (at, 10**9 + n, _case(house, customers, chance)))
    for one in heap(more):
        heapq.heappush(waiting, one)
    run(waiting, until)


def heap(told: Iterable[tuple[datetime, Steps]]) -> list[tuple[datetime, int, Steps]]:
    """What is told, each from an instant on, as a heap to `run`."""
    found = [(at, 10**10 + n, steps) for n, (at, steps) in enumerate(told)]
    heapq.heapify(found)
    return found


def run(waiting: list[tuple[datetime, int, Steps]], until: datetime) -> None:
    """Do what is waiting (a heap) in the order of time, until an instant."""
    seen = date.min
    while waiting and waiting[0][0] <= until:
        at, tie, steps = heapq.heappop(waiting)
        with clock.frozen_at(at):
            if at.date() != seen:
                seen = at.date()
                while ring():
                    pass
            following = next(steps, None)
        if following is not None:
            heapq.heappush(waiting, (following, tie, steps))
    with clock.frozen_at(until):
        while ring():
            pass


def at_hour(day: date, hour: int, minute: int = 0) -> datetime:
    """An instant of a day, in the zone of the demonstration."""
    return datetime.combine(day, time(hour, minute), ZONE)


def _moment(day: date, chance: random.Random) -> datetime:
    """Most calls come in the morning and in the early evening."""
    hour = chance.choices(range(8, 22), (6, 9, 10, 8, 4, 4, 6, 6, 6, 6, 7, 8, 7, 4))[0]
    return at_hour(day, hour, chance.randint(0, 59)) + timedelta(seconds=chance.randint(0, 59))


def _case(house: House, customers: list[Customer], chance: random.Random) -> Steps:
    """One customer's matter, from the call on; each `yield` says when it goes on."""
    kinds = MATTERS["cable" if house.organisation.code == "cable" else "power"]
    topic = chance.choices(list(kinds), (60, 12, 20, 8))[0]
    customer = chance.choice(customers)
    operator = house.actor(chance.choice(("operator", "operator", "operator2")))
    rings = chance.choices((1, 2, 3, 4, 5, 6), (20, 35, 25, 14, 4, 2))[0]
    call = intake.rang(f"demo-{clock.now():%m%d%H%M%S}-{customer.number}", customer.phone,
                       house.units["热线"])  # fmt: skip
    if clock.now().second % UNHEARD == 0:
        yield clock.now() + timedelta(seconds=40)
        intake.missed(operator, call)
        yield clock.now() + timedelta(minutes=4)
        intake.returned(operator, call)
        return  # It had come back by itself.
    yield clock.now() + timedelta(seconds=intake.SECONDS_A_RING * (rings - 1) + 1)
    call = intake.answer(operator, call)
    case = cases.open_case(
        operator,
        cases.Asked(
            topic=topic, channel=Channel.PHONE, matter=chance.choice(kinds[topic]),
            name=customer.name, phone=customer.phone, address=customer.address,
            customer=customer, territory=customer.territory, call=call,
            rings=rings, apologised=rings > 4 or None,
        ),
    )  # fmt: skip
    yield clock.now() + timedelta(seconds=85)
    intake.ended(operator, call, by_customer=True)
    if topic is Topic.ENQUIRY:
        cases.settle(operator, case, "已答复")
        cases.close(operator, case) if not cases.still_asked(case) else None
        return
    kind = {Topic.REPAIR: WorkKind.REPAIR, Topic.INSTALLATION: WorkKind.INSTALLATION,
            Topic.CAPACITY: WorkKind.CAPACITY, Topic.PAYMENT: WorkKind.PAYMENT}[topic]  # fmt: skip
    job = work.order_work(
        operator, case, kind, network="ready" if topic is Topic.INSTALLATION else ""
    )
    yield from _visit(house, case, job, chance)


def _failure(house: House, customers: list[Customer], chance: random.Random) -> Steps:
    """A thunderstorm: several reports from one place become one failure, over in the evening."""
    place = house.territories[0]
    near = [c for c in customers if c.territory == place][:4]
    matter = "雷雨后没有信号" if house.organisation.code == "cable" else "雷雨后停电"
    operator, dispatcher = house.actor("operator"), house.actor("dispatcher")
    found = []
    for customer in near:
        case = cases.open_case(
            operator,
            cases.Asked(
                topic=Topic.REPAIR, channel=Channel.PHONE, matter=matter, name=customer.name,
                phone=customer.phone, address=customer.address, customer=customer,
                territory=place, rings=2,
            ),
        )  # fmt: skip
        found.append((case, work.order_work(operator, case, WorkKind.REPAIR)))
        yield clock.now() + timedelta(minutes=chance.randint(2, 6))
    title = f"雷击，{place.name}一片报修"
    failure = failures.declare_failure(dispatcher, title, place, [c for c, _ in found])
    for case, job in found:
        yield from _visit(house, case, job, chance)
    failures.end_failure(dispatcher, failure, "雷击损坏的放大器已更换，恢复正常")


def _visit(house: House, case: Case, job: WorkOrder, chance: random.Random) -> Steps:
    assert job.technician is not None
    technician = Actor.of(job.technician, source="demo")
    now = clock.now().astimezone(ZONE)
    yield now + timedelta(minutes=chance.randint(1, 6))
    work.accept(technician, job)
    rural = job.territory is not None and job.territory.area == "农村"
    late = chance.random() < 0.08
    if chance.random() < 0.1:
        start = clock.now().astimezone(ZONE) + timedelta(hours=chance.randint(2, 5))
        work.agree_appointment(technician, job, start, start + timedelta(hours=1),
                               cause="busy", consent=True)  # fmt: skip
        yield start + timedelta(minutes=chance.randint(-10, 30))
    else:
        yield clock.now() + timedelta(minutes=chance.randint(1, 5))
    work.leave(technician, job)
    yield clock.now() + timedelta(
        minutes=chance.randint(25, 55) if late or rural else chance.randint(6, 17)
    )
    work.arrive(technician, job)
    if job.kind == WorkKind.REPAIR and chance.random() < 0.12:
        work.classify(technician, job, Severity.MAJOR, confirmed=chance.random() < 0.8)
        yield clock.now() + timedelta(hours=chance.randint(2, 6))
    else:
        yield clock.now() + timedelta(minutes=chance.randint(8, 28))
    done = work.finish(technician, job, chance.choice(RESULTS))
    yield clock.now() + timedelta(minutes=3)
    work.sign(technician, done, _scribble(chance), chance.choices((5, 4, 3, 2), (70, 20, 7, 3))[0])
    aftercare.owe(house.actor("operator"), done)
    cases.settle(house.actor("operator"), case, "已处理")


def _scribble(chance: random.Random) -> str:
    points = [(60 + n * 24, 100 + chance.randint(-45, 45)) for n in range(18)]
    return "M" + "L".join(f"{x} {y}" for x, y in points)


def _morning(house: House, chance: random.Random) -> Steps:
    """Each morning: yesterday's slips come back, yesterday's customers are called."""
    dispatcher, operator = house.actor("dispatcher"), house.actor("operator")
    for slip in Receipt.objects.filter(returned_at__isnull=True)[:40]:
        if chance.random() < 0.96:
            work.file(dispatcher, work.take_in(dispatcher, slip))
    yield clock.now() + timedelta(minutes=25)
    today = clock.now().astimezone(ZONE).date()
    pending = CallBack.objects.filter(answer=Answer.PENDING, due_on__lte=today)
    for call in pending.select_related("case"):
        what = chance.choices(("content", "unhappy", "refused", "nobody"), (82, 4, 2, 12))[0]
        if what == "nobody":
            aftercare.not_reached(operator, call)
            continue
        answer = {"content": Answer.SATISFIED, "unhappy": Answer.UNHAPPY,
                  "refused": Answer.REFUSED}[what]  # fmt: skip
        said = "修好没多久又坏了" if what == "unhappy" else ""
        aftercare.answered(operator, call, answer, said=said)
        case = Case.objects.get(pk=call.case_id)
        if case.state == "done" and not cases.still_asked(case):
            cases.close(operator, case)
        yield clock.now() + timedelta(minutes=2)
