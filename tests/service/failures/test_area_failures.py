"""Many reports of one fault, and customers who bring their equipment to the hall."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from shouwen.service.access.gate import NotAllowed
from shouwen.service.cases.models import Case, FaultGroup
from shouwen.service.contacts.models import Customer
from shouwen.service.enactment.alarms import ring
from shouwen.service.enactment.models import Breach, Clock, Event
from shouwen.service.failures import actions
from shouwen.service.organisations.models import Role, Territory, TerritoryTechnician
from shouwen.service.workorders.models import WorkOrder

from ..pages.test_a_day import FORM, said


@pytest.fixture
def town(station, staff):
    territory = Territory.objects.create(
        code="T1", name="城关镇", area="城区", unit=station, keywords="人民路\n解放路"
    )
    person = staff("维修员甲", Role.TECHNICIAN)
    TerritoryTechnician.objects.create(territory=territory, person=person)
    return territory


@pytest.fixture
def operator(browser):
    return browser("接线员", Role.OPERATOR)


@pytest.fixture
def dispatcher(browser):
    return browser("派单员", Role.DISPATCHER, Role.OPERATOR)


def reports(operator, how_many):
    for n in range(how_many):
        operator.post("/intake/", FORM | {"uid": f"u{n}", "phone": f"1380000{n:04d}"})
    return list(Case.objects.order_by("id"))


def test_reports_of_one_place_become_one_failure_that_the_measure_hears_of(
    operator, dispatcher, town
):
    cases = reports(operator, 3)
    page = said(dispatcher.get("/failures/declare/", {"territory": town.pk}))
    assert all(c.number in page for c in cases)
    form = {"territory": town.pk, "title": "雷击，城关片区停信号",
            "case": [c.number for c in cases[:2]]}  # fmt: skip
    dispatcher.post("/failures/declare/", form)
    failure = FaultGroup.objects.get()
    assert list(failure.cases.order_by("id")) == cases[:2]
    assert Event.objects.get(type="area-failure.declared").facts == {"failure": failure.number}
    page = said(dispatcher.get(f"/failures/{failure.number}/"))
    # The third report is offered, not taken.
    assert cases[2].number in page
    dispatcher.post(f"/failures/{failure.number}/join/", {"case": [cases[2].number]})
    assert failure.cases.count() == 3
    assert failure.number in said(operator.get(f"/cases/{cases[2].number}/"))


def test_who_calls_from_the_place_is_told_of_the_failure_and_joined(operator, dispatcher, town):
    dispatcher.post("/failures/declare/", {"territory": town.pk, "title": "光缆断"})
    failure = FaultGroup.objects.get()
    assert "光缆断" in said(operator.get("/intake/place/", {"address": "人民路9号"}))
    operator.post("/intake/", FORM | {"failure": failure.pk})
    assert Case.objects.get().fault_group == failure


def test_when_it_is_over_open_cases_are_noted_and_new_ones_cannot_join(operator, dispatcher, town):
    cases = reports(operator, 2)
    form = {"territory": town.pk, "title": "光缆断", "case": [c.number for c in cases]}
    dispatcher.post("/failures/declare/", form)
    failure = FaultGroup.objects.get()
    nothing = dispatcher.post(f"/failures/{failure.number}/end/", {"cause": " "}, follow=True)
    assert "客户会问" in said(nothing)
    dispatcher.post(f"/failures/{failure.number}/end/", {"cause": "光缆已接通"})
    assert "光缆已接通" in said(operator.get(f"/cases/{cases[0].number}/"))
    again = dispatcher.post(f"/failures/{failure.number}/end/", {"cause": "再"}, follow=True)
    assert "已经恢复" in said(again)
    operator.post("/intake/", FORM | {"uid": "later"})
    late = Case.objects.latest("id")
    dispatcher.post(f"/failures/{failure.number}/join/", {"case": [late.number]})
    late.refresh_from_db()
    assert late.fault_group is None
    assert "光缆断" not in said(operator.get("/intake/place/", {"address": "人民路9号"}))


def test_the_same_failure_is_not_declared_twice(dispatcher, acting, town):
    actor = acting(dispatcher.person)
    actions.declare_failure(actor, "光缆断", town)
    with pytest.raises(ValidationError, match="F20260506-0001"):
        actions.declare_failure(actor, " 光缆断 ", town)


def test_an_operator_declares_none(operator, acting, town):
    with pytest.raises(NotAllowed):
        actions.declare_failure(acting(operator.person), "光缆断", town)
    assert operator.get("/failures/declare/").status_code == 403


EXCHANGE = FORM | {"channel": "counter", "topic": "exchange", "matter": "来换机顶盒"}


def test_an_exchange_at_the_hall_needs_no_visit_but_the_truth_about_who_sent_the_customer(
    operator, town
):
    operator.post("/intake/", EXCHANGE | {"sent": "yes"})
    case = Case.objects.get()
    assert not WorkOrder.objects.exists()
    assert {c.norm for c in Clock.objects.filter(case_key=case.number)} >= {"3.1.9a", "3.1.9d"}
    page = said(operator.get(f"/jobs/exchange/{case.number}/"))
    assert "客户说是维修员让来的" in page
    nameless = operator.post(
        f"/jobs/exchange/{case.number}/", {"do": "register", "sent": "yes"}, follow=True
    )
    assert "请写明是哪位维修员" in said(nameless)
    technician = town.technicians.get().person
    operator.post(
        f"/jobs/exchange/{case.number}/",
        {"do": "register", "sent": "yes", "technician": technician.pk},
    )
    operator.post(f"/jobs/exchange/{case.number}/", {"do": "reported"})
    statuses = dict(Clock.objects.filter(case_key=case.number).values_list("norm", "status"))
    assert (statuses["3.1.9a"], statuses["3.1.9d"]) == ("met", "met")
    # No area failure was declared: to send a customer away breaks 3.3.10a.
    broken = Breach.objects.get(norm="3.3.10a")
    assert broken.person == technician
    twice = operator.post(
        f"/jobs/exchange/{case.number}/",
        {"do": "register", "sent": "no"}, follow=True,
    )  # fmt: skip
    assert "已经登记" in said(twice)


def test_in_a_declared_failure_sending_customers_is_no_breach_of_coming_oneself(
    operator, dispatcher, town
):
    dispatcher.post("/failures/declare/", {"territory": town.pk, "title": "雷击"})
    failure = FaultGroup.objects.get()
    operator.post("/intake/", EXCHANGE | {"sent": "yes", "failure": failure.pk})
    case = Case.objects.get()
    technician = town.technicians.get().person
    operator.post(
        f"/jobs/exchange/{case.number}/",
        {"do": "register", "sent": "yes", "technician": technician.pk},
    )
    ring(1000)
    assert not Breach.objects.filter(norm="3.3.10a", gone=False).exists()


def test_a_clerk_who_writes_down_otherwise_than_the_customer_said_breaks_the_rule(operator, town):
    operator.post("/intake/", EXCHANGE | {"sent": "yes"})
    case = Case.objects.get()
    operator.post(f"/jobs/exchange/{case.number}/", {"do": "register", "sent": "no"})
    assert Breach.objects.get(norm="3.1.9c").person.number == "接线员"


def test_no_other_case_has_the_page(operator, town):
    operator.post("/intake/", FORM)
    assert operator.get(f"/jobs/exchange/{Case.objects.get().number}/").status_code == 404
    assert Customer.objects.count() == 1
