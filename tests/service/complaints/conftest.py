"""People who have to do with complaints."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import translation

from shouwen.service.complaints.actions import handling
from shouwen.service.complaints.actions.receiving import Held, receive
from shouwen.service.complaints.models import Way
from shouwen.service.contacts.models import Customer
from shouwen.service.organisations.models import Reach, Role, Unit, UnitKind
from tests.service.conftest import NOON

NAME, PHONE, ADDRESS = "胡大娘", "13812345678", "城关镇解放路77号"
WORDS = "维修员进门吵吵嚷嚷，还抽了我家的烟"


@pytest.fixture(autouse=True)
def in_chinese():
    """A page in English leaves its language behind in the thread."""
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def headquarters(organisation):
    return Unit.objects.create(code="总部", name="公司本部", kind=UnitKind.COMPANY)


@pytest.fixture
def operator(staff, acting):
    return acting(staff("接线员", Role.OPERATOR, reach=Reach.ORGANISATION))


@pytest.fixture
def quality(staff, acting, headquarters):
    return acting(staff("质检员", Role.QUALITY, reach=Reach.ORGANISATION, unit=headquarters))


@pytest.fixture
def leader(staff, headquarters):
    return staff("分管领导", Role.EXECUTIVE, reach=Reach.ORGANISATION, unit=headquarters)


@pytest.fixture
def technician(staff):
    return staff("维修员甲", Role.TECHNICIAN, Role.EMPLOYEE)


@pytest.fixture
def customer(organisation):
    return Customer.objects.create(number="K00077", name=NAME, phone=PHONE, address=ADDRESS)


@pytest.fixture
def held(technician, customer):
    """A complaint about a technician, as it is told on the phone."""

    def make(**changed):
        said = {
            "way": Way.HOTLINE, "words": WORDS, "name": NAME, "phone": PHONE, "address": ADDRESS,
            "person": technician, "happened_at": NOON - timedelta(hours=3),
        }  # fmt: skip
        return Held(**(said | changed))

    return make


@pytest.fixture
def complaint(operator, held):
    return receive(operator, held())


@pytest.fixture
def looked_into(quality, technician):
    """Take a complaint to where a result can be said."""

    def go(complaint, *, who=technician, heard=True, evidence=True):
        complaint = handling.assign(quality, complaint, quality.person, NOON + timedelta(days=3))
        if heard and who is not None:
            handling.hear(quality, complaint, who, "承认进门时抽了烟")
        if evidence:
            handling.add_evidence(quality, complaint, "通话记录", "客户陈述与维修员承认相符")
        return complaint

    return go
