"""A repair from the first ring to the call the next morning, through the actions."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from shouwen.service.access.gate import NotAllowed
from shouwen.service.aftercare import actions as aftercare
from shouwen.service.aftercare.models import Answer
from shouwen.service.audit.actions import faults
from shouwen.service.cases import actions as cases
from shouwen.service.cases.models import CaseState, Channel, Topic
from shouwen.service.enactment.models import Breach, Clock, Event, Stage
from shouwen.service.organisations.models import Role, Territory, TerritoryTechnician
from shouwen.service.workorders import actions as work
from shouwen.service.workorders.models import WorkKind, WorkState


@pytest.fixture
def town(station, staff):
    territory = Territory.objects.create(code="T1", name="城关镇", area="城区", unit=station)
    for number in ("维修员甲", "维修员乙"):
        person = staff(number, Role.TECHNICIAN)
        TerritoryTechnician.objects.create(territory=territory, person=person)
    return territory


@pytest.fixture
def operator(staff, acting):
    return acting(staff("接线员", Role.OPERATOR))


def asked(town, **more):
    return cases.Asked(
        topic=Topic.REPAIR, channel=Channel.PHONE, matter="电视没有信号", name="客户某",
        phone="13800001234", address="城关镇人民路1号", territory=town, rings=2, **more,
    )  # fmt: skip


@pytest.fixture
def job(operator, town):
    case = cases.open_case(operator, asked(town))
    return work.order_work(operator, case, WorkKind.REPAIR)


def technician_of(job, acting):
    return acting(job.technician)


def test_whoever_takes_a_case_owns_it_until_someone_accepts_it(operator, town, staff, acting):
    case = cases.open_case(operator, asked(town))
    colleague = acting(staff("营业员", Role.CLERK))
    cases.hand_over(operator, case, colleague.person)
    case.refresh_from_db()
    assert (case.owner, case.state) == (operator.person, CaseState.HANDED)
    with pytest.raises(ValidationError):
        cases.accept(operator, case)
    assert cases.accept(colleague, case).owner == colleague.person


def test_numbers_run_within_the_day(operator, town):
    numbers = [cases.open_case(operator, asked(town)).number for _ in range(2)]
    assert numbers == ["C20260506-0001", "C20260506-0002"]


def test_jobs_go_to_the_technician_of_the_territory_with_the_fewest(operator, town):
    given = [
        work.order_work(operator, cases.open_case(operator, asked(town)), WorkKind.REPAIR)
        for _ in range(3)
    ]
    assert [j.technician.number for j in given] == ["维修员乙", "维修员甲", "维修员乙"]


def test_from_the_first_ring_to_the_call_the_next_morning(
    operator, job, acting, the_clock_stands_at
):
    technician = technician_of(job, acting)
    the_clock_stands_at("2026-05-06 12:05")
    work.accept(technician, job)
    work.leave(technician, job)
    the_clock_stands_at("2026-05-06 12:25")
    work.arrive(technician, job)
    the_clock_stands_at("2026-05-06 12:50")
    done = work.finish(technician, job, "更换接头")
    slip = work.sign(technician, job, "M0 0L10 10", 5)
    assert done.state == WorkState.DONE
    work.take_in(operator, slip)
    slip = work.file(operator, slip)
    call = aftercare.owe(operator, done)
    case = cases.settle(operator, job.case, "已恢复")
    with pytest.raises(ValidationError, match=r"3\.2\.6"):
        cases.close(operator, case)
    the_clock_stands_at("2026-05-07 09:00")
    aftercare.answered(operator, call, Answer.SATISFIED)
    assert cases.still_asked(case) == []
    assert cases.close(operator, case).state == CaseState.CLOSED
    assert not Breach.objects.filter(gone=False).exists()
    assert {c.stage for c in Clock.objects.filter(case_key=case.number)} <= {
        Stage.DONE,
        Stage.EXCUSED,
    }
    assert list(faults()) == []


def test_an_unhappy_answer_takes_the_matter_up_again(operator, job, acting, the_clock_stands_at):
    technician = technician_of(job, acting)
    work.arrive(technician, job)
    done = work.finish(technician, job, "")
    the_clock_stands_at("2026-05-07 09:00")
    call = aftercare.answered(
        operator, aftercare.owe(operator, done), Answer.UNHAPPY, said="还是没有信号"
    )
    assert call.reopened.follows == job.case
    assert call.reopened.owner == operator.person
    assert call.reopened.matter == "还是没有信号"


def test_who_cannot_be_reached_stays_on_the_list_until_the_third_try(operator, job, acting):
    technician = technician_of(job, acting)
    call = aftercare.owe(operator, work.finish(technician, job, ""))
    for _ in range(2):
        call = aftercare.not_reached(operator, call)
    assert call.answer == Answer.PENDING
    assert aftercare.not_reached(operator, call, give_up=True).answer == Answer.UNREACHED


def test_a_step_told_twice_by_a_phone_is_done_once(job, acting):
    technician = technician_of(job, acting)
    first = work.arrive(technician, job, uid="step-1")
    again = work.arrive(technician, job, uid="step-1")
    assert first.arrived_at == again.arrived_at
    with pytest.raises(ValidationError):
        work.arrive(technician, job, uid="step-2")


def test_only_whoever_has_the_job_may_go_on_with_it(operator, job, staff, acting):
    with pytest.raises(NotAllowed):
        work.arrive(acting(staff("维修员丙", Role.TECHNICIAN)), job)
    with pytest.raises(NotAllowed):
        work.arrive(operator, job)


def test_an_appointment_with_consent_moves_the_promise(operator, job, acting, the_clock_stands_at):
    from datetime import timedelta

    technician = technician_of(job, acting)
    at = the_clock_stands_at("2026-05-06 12:20")
    start = at + timedelta(hours=3)
    work.agree_appointment(
        technician, job, start, start + timedelta(hours=1), cause="busy", consent=True
    )
    arrive = Clock.objects.get(rule="arrive")
    assert arrive.deadline > at + timedelta(hours=3)
    assert any("预约" in zh for zh, _en in arrive.reasons)


def test_a_second_call_is_seen_as_such(operator, town):
    case = cases.open_case(operator, asked(town))
    assert cases.came_again(operator, case, Channel.PHONE).times_asked == 2
    assert Event.objects.get(type="request.repeated").keys[0] == f"case:{case.number}"
