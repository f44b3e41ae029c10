"""A cable station with an operator and a technician, a month of a few cases."""

from __future__ import annotations

import pytest

from shouwen.service.aftercare import actions as aftercare
from shouwen.service.aftercare.models import Answer, CallBack
from shouwen.service.cases import actions as cases
from shouwen.service.cases.models import Channel, Topic
from shouwen.service.contacts.models import Customer
from shouwen.service.organisations.models import Reach, Role, Territory, TerritoryTechnician
from shouwen.service.workorders import actions as work
from shouwen.service.workorders.models import WorkKind


@pytest.fixture
def territory(station, staff):
    found = Territory.objects.create(
        code="T1", name="城关镇", area="城区", unit=station, keywords="人民路"
    )
    TerritoryTechnician.objects.create(territory=found, person=staff("维修员", Role.TECHNICIAN))
    for n in range(200):
        Customer.objects.create(number=f"K{n}", name="客户", territory=found)
    return found


@pytest.fixture
def technician(territory, acting):
    return acting(territory.technicians.get().person)


@pytest.fixture
def operator(staff, acting):
    return acting(staff("接线员", Role.OPERATOR))


@pytest.fixture
def quality(browser):
    return browser("质量办", Role.QUALITY, Role.EXECUTIVE, reach=Reach.ORGANISATION)


@pytest.fixture
def visit(territory, technician, operator, the_clock_stands_at):
    """A fault from report to signature: `visit("2026-05-06 09:00", arrive="09:20")`."""

    def happen(reported, arrive="09:20", done="09:40", stars=5, topic=Topic.REPAIR):
        the_clock_stands_at(reported)
        asked = cases.Asked(topic=topic, channel=Channel.PHONE, matter="没有信号", name="客户",
                            phone="13800000001", address="人民路1号", territory=territory,
                            rings=2)  # fmt: skip
        case = cases.open_case(operator, asked)
        if topic is not Topic.REPAIR:
            return case
        job = work.order_work(operator, case, WorkKind.REPAIR)
        day = reported[:11]
        the_clock_stands_at(day + arrive)
        work.accept(technician, job)
        work.arrive(technician, job)
        the_clock_stands_at(day + done)
        finished = work.finish(technician, job, "更换接头")
        work.sign(technician, finished, "M1 1L2 2", stars)
        aftercare.owe(operator, finished)
        cases.settle(operator, case, "已处理")
        return case

    return happen


@pytest.fixture
def call_back(operator, the_clock_stands_at):
    """Call the customer of a case: `call_back(case, Answer.SATISFIED, "2026-05-07 08:30")`."""

    def happen(case, answer=Answer.SATISFIED, at="2026-05-07 08:30"):
        the_clock_stands_at(at)
        aftercare.answered(operator, CallBack.objects.get(case=case), answer, said="好")

    return happen
