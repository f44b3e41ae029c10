"""A complaint from the call to the file, through the actions, under the cable measure."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from shouwen.service.access.gate import NotAllowed
from shouwen.service.audit.actions import faults
from shouwen.service.complaints.actions import answering, deciding, handling
from shouwen.service.complaints.actions.deciding import Line
from shouwen.service.complaints.actions.receiving import receive
from shouwen.service.complaints.models import Complaint, State, StepKind, Verdict, Way
from shouwen.service.complaints.outcomes import said_of
from shouwen.service.enactment.alarms import ring
from shouwen.service.enactment.models import Event, Stage
from shouwen.service.organisations.models import Reach, Role, Unit, UnitKind
from tests.service.conftest import NOON

SMOKED, USED_PHONE = "3.3.6a", "3.3.6b"
THEN = NOON - timedelta(hours=3)


def stages(clocks):
    return {c.rule: c.stage for c in clocks}


def smoked(person, **own):
    return Line(SMOKED, THEN, person=person, own=own)


@pytest.fixture
def verified(complaint, looked_into, quality, technician):
    """Verified against the technician, with all that the measure needs to know."""
    looked_into(complaint)
    own = {"fault": "过失", "services": "只有电视"}
    return deciding.conclude(
        quality, complaint, Verdict.VERIFIED, "维修员承认", [smoked(technician, **own)]
    )


def test_the_measure_asks_for_a_record_and_a_report_at_once(complaint, quality, leader):
    assert complaint.number == "T20260506-0001"
    asked = stages(said_of(complaint).clocks)
    assert asked == {"record-complaint": Stage.DONE, "report-complaint": Stage.GREEN,
                     "inform-head": Stage.GREEN}  # fmt: skip
    told = handling.report(quality, complaint, leader, "leader")
    assert (told.state, told.leader) == (State.REPORTED, leader)
    assert set(stages(said_of(told).clocks).values()) == {Stage.DONE}


def test_a_call_to_the_complaint_phone_is_recorded_under_its_own_norm(operator, held):
    found = said_of(receive(operator, held(way=Way.LINE)))
    assert {c.norm for c in found.clocks if c.stage == Stage.DONE} == {"4.3b"}


def test_looking_into_it_has_the_time_that_was_set_and_turns_red(
    complaint, quality, the_clock_stands_at
):
    handling.assign(quality, complaint, quality.person, NOON + timedelta(days=3))
    complaint.refresh_from_db()
    assert complaint.urgent_at == NOON + timedelta(days=3)
    the_clock_stands_at("2026-05-09 12:01")
    ring()
    assert stages(said_of(complaint).clocks)["investigate"] == Stage.RED
    assert [b.norm for b in said_of(complaint).breaches] == ["4.3c"]


def test_what_is_verified_is_a_breach_of_the_norm_and_a_fine_is_proposed(verified, technician):
    said = said_of(verified)
    assert [(b.norm, b.person) for b in said.breaches] == [(SMOKED, technician)]
    fine = next(p for p in said.follows if p.to == technician.number)
    assert fine.lines == ["罚款 100–500元"]
    assert stages(said.clocks)["investigate"] == Stage.DONE


def test_what_the_quality_office_took_down_is_fined_under_article_three(
    quality, held, looked_into, technician
):
    complaint = receive(quality, held(way=Way.LINE))
    looked_into(complaint)
    deciding.conclude(quality, complaint, Verdict.VERIFIED, "属实",
                      [smoked(technician, fault="过失")])  # fmt: skip
    follows = said_of(complaint).follows
    fines = [p.lines for p in follows if p.to == technician.number and p.parts]
    assert fines == [["罚款 3000–5000元"]]


def test_a_customer_who_was_right_gets_a_year_of_the_fee(verified):
    (proposal,) = said_of(verified).rewards
    assert (proposal.norm, proposal.to) == ("4.4b", verified.number)
    assert proposal.lines == ["免收视维护费 1年"]


def test_without_the_services_the_measure_says_what_it_does_not_know(
    complaint, looked_into, quality, technician
):
    looked_into(complaint)
    deciding.conclude(quality, complaint, Verdict.VERIFIED, "属实", [smoked(technician)])
    (proposal,) = said_of(complaint).rewards
    assert proposal.status == "unknown"
    assert "services" in proposal.missing


def test_nobody_is_rewarded_for_an_anonymous_complaint(operator, held, quality, looked_into,
                                                       technician):  # fmt: skip
    complaint = receive(operator, held(name="", phone="", address="", anonymous=True))
    looked_into(complaint)
    deciding.conclude(quality, complaint, Verdict.VERIFIED, "属实",
                      [smoked(technician, services="只有电视")])  # fmt: skip
    assert said_of(complaint).rewards == []
    with pytest.raises(ValidationError):
        answering.reply(quality, complaint, "已处理")
    assert answering.close(quality, complaint, "匿名").state == State.CLOSED


def test_a_colleague_who_was_right_is_rewarded_without_being_named(
    staff, acting, held, quality, looked_into, technician
):
    informer = acting(staff("举报人", Role.EMPLOYEE))
    complaint = receive(informer, held(way=Way.STAFF, name="", phone="", address=""))
    looked_into(complaint)
    deciding.conclude(quality, complaint, Verdict.VERIFIED, "属实", [smoked(technician)])
    (proposal,) = [p for p in said_of(complaint).rewards if p.norm == "4.4c"]
    assert proposal.to == complaint.number


def test_not_verified_breaks_no_norm(complaint, looked_into, quality):
    looked_into(complaint)
    done = deciding.conclude(quality, complaint, Verdict.UNVERIFIED, "录像显示不是他")
    assert (done.verdict, done.state) == (Verdict.UNVERIFIED, State.JUDGED)
    assert said_of(done).breaches == []
    assert not Event.objects.filter(type="complaint.verified").exists()


def test_from_the_call_to_the_file(verified, quality, leader):
    handling.report(quality, verified, leader)
    answering.reply(quality, verified, "已查实并处理，向您致歉", "phone")
    done = answering.close(quality, verified)
    assert (done.state, done.closed_at) == (State.CLOSED, NOON)
    kinds = [s.kind for s in done.steps.all()]
    assert kinds == ["received", "assigned", "statement", "evidence", "verdict", "reported",
                     "replied", "closed"]  # fmt: skip
    assert list(faults()) == []


def test_what_is_still_asked_for_needs_a_reason_on_file(verified, quality):
    answering.reply(quality, verified, "已处理")
    with pytest.raises(ValidationError, match=r"3\.2\.7b"):
        answering.close(quality, verified)
    closed = answering.close(quality, verified, "当时已口头报告")
    assert closed.steps.get(kind=StepKind.CLOSED).data["left"]


def test_nothing_is_on_file_before_the_complainant_is_answered(verified, quality):
    with pytest.raises(ValidationError, match="答复"):
        answering.close(quality, verified, "忙")


def test_a_promised_reply_makes_it_urgent(complaint, quality):
    promised = answering.promise(quality, complaint, NOON + timedelta(hours=4))
    assert promised.urgent_at == NOON + timedelta(hours=4)
    with pytest.raises(ValidationError):
        answering.promise(quality, complaint, NOON - timedelta(hours=4))


def test_withdrawn_it_is_kept_and_may_still_be_looked_into(complaint, quality, looked_into,
                                                           technician):  # fmt: skip
    withdrawn = answering.withdraw(quality, complaint, "客户说算了")
    assert withdrawn.state == State.WITHDRAWN
    looked_into(withdrawn)
    done = deciding.conclude(quality, withdrawn, Verdict.VERIFIED, "属实", [smoked(technician)])
    assert done.state == State.JUDGED
    assert Complaint.objects.get().number == complaint.number


def test_taken_up_again_another_result_takes_the_first_one_back(verified, quality, technician):
    reopened = deciding.reopen(quality, verified, "维修员提供了新的证据")
    assert (reopened.state, reopened.round) == (State.INVESTIGATING, 2)
    assert len(said_of(reopened).breaches) == 1
    deciding.conclude(quality, reopened, Verdict.UNVERIFIED, "监控显示当时不在场")
    assert said_of(verified).breaches == []
    assert verified.findings.count() == 1
    assert Event.objects.filter(type="complaint.verified", retracts=True).count() == 1


def test_what_is_found_again_stays_as_it_was_told(verified, quality, technician):
    deciding.reopen(quality, verified, "还有一项")
    lines = [smoked(technician), Line(USED_PHONE, THEN, person=technician)]
    deciding.conclude(quality, verified, Verdict.VERIFIED, "两项都属实", lines)
    assert {b.norm for b in said_of(verified).breaches} == {SMOKED, USED_PHONE}
    assert Event.objects.filter(type="complaint.verified").count() == 2


def test_told_twice_it_is_joined_to_the_first_and_both_are_kept(complaint, operator, held, quality,
                                                               the_clock_stands_at):  # fmt: skip
    the_clock_stands_at("2026-05-06 14:00")
    second = receive(operator, held())
    joined = answering.join(quality, second, complaint)
    assert (joined.state, joined.same_as) == (State.DUPLICATE, complaint)
    with pytest.raises(ValidationError):
        answering.join(quality, complaint, second)
    assert Complaint.objects.count() == 2


def test_complained_again_is_kept_with_it(complaint, quality):
    answering.again(quality, complaint, "客户来电催问")
    assert complaint.steps.filter(kind=StepKind.REPEATED).count() == 1


def test_whoever_moved_since_is_found_in_the_unit_they_were_in(
    complaint, looked_into, quality, technician, staff, acting, the_clock_stands_at
):
    from shouwen.service.house.actions import move

    west = Unit.objects.create(code="河西站", name="河西站", kind=UnitKind.STATION)
    the_clock_stands_at("2026-05-07 09:00")
    move(
        acting(staff("管理员", Role.ADMINISTRATOR, reach=Reach.ORGANISATION)),
        technician,
        west,
        NOON.date() + timedelta(1),
    )
    technician.refresh_from_db()
    looked_into(complaint)
    deciding.conclude(quality, complaint, Verdict.VERIFIED, "属实", [smoked(technician)])
    assert complaint.findings.get().unit.code == "城关站"
    assert Event.objects.get(type="complaint.verified").facts["unit"] == "城关站"


def test_one_act_in_a_case_is_held_against_someone_once(
    operator, held, quality, looked_into, technician
):
    """Late and rude in one visit is one occasion: the case of the visit."""
    from shouwen.service.cases.actions import Asked, open_case
    from shouwen.service.cases.models import Channel, Topic

    case = open_case(operator, Asked(topic=Topic.ENQUIRY, channel=Channel.PHONE, matter="问",
                                     rings=2))  # fmt: skip
    complaint = receive(operator, held(about_case=case))
    looked_into(complaint)
    lines = [smoked(technician), Line(USED_PHONE, THEN, person=technician)]
    deciding.conclude(quality, complaint, Verdict.VERIFIED, "属实", lines)
    said = said_of(complaint)
    assert {b.norm for b in said.breaches} == {SMOKED, USED_PHONE}
    assert len([p for p in said.follows if p.to == technician.number]) == 1
    # Of the case's own thread nothing else is shown: its clocks are not the complaint's.
    assert all(c.case_key != case.number for c in said.clocks)


def test_whoever_looks_into_it_must_be_outside_of_it(complaint, quality, technician, staff):
    with pytest.raises(ValidationError, match="自己"):
        handling.assign(quality, complaint, technician)
    with pytest.raises(ValidationError, match="不办理"):
        handling.assign(quality, complaint, staff("营业员", Role.CLERK))


def test_someone_who_may_not_looks_into_nothing(complaint, operator, technician, acting):
    for actor in (operator, acting(technician)):
        with pytest.raises(NotAllowed):
            handling.note(actor, complaint, "看看")
        with pytest.raises(NotAllowed):
            deciding.conclude(actor, complaint, Verdict.UNVERIFIED, "没事")


def test_whoever_took_it_down_may_report_it(complaint, operator, leader):
    assert handling.report(operator, complaint, leader, "director").leader == leader
