"""A person with the right answers what the measure proposes."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connections, transaction

from shouwen.service.access.gate import NotAllowed
from shouwen.service.conduct import actions
from shouwen.service.conduct.deciding import Chosen, standing
from shouwen.service.conduct.freezing import digest
from shouwen.service.conduct.models import Decision, Kind, Proposal, State
from shouwen.service.enactment.models import Adoption, Event
from shouwen.service.organisations.models import Role
from tests.service.conftest import NOON


@pytest.fixture
def chief(people, section, happens):
    happens("post.held", "2026-01-01 00:00", person="科长丙", unit="一科", post="chief")
    return people("科长丙", Role.HEAD, unit=section)


@pytest.fixture
def teller(people, section, chief):
    return people("柜员甲", Role.EMPLOYEE, unit=section)


@pytest.fixture
def office(people, acting):
    return acting(people("质量员", Role.QUALITY))


@pytest.fixture
def complained_of(teller, happens, kept):
    """A complaint verified in the department: two to five points, 200 to 500 yuan."""
    happens("violation.found", "2026-05-06 10:00", case="F1", person="柜员甲", unit="一科",
            item="4.2.19a", source="投诉", level="营业部")  # fmt: skip
    happens("responsibility.decided", "2026-05-06 10:00", case="F1", responsibility="下属责任")
    kept()
    return Proposal.objects.get(person=teller, rule="item-penalty")


def chosen(fine="300", points="3", **more):
    return Chosen(more.pop("reason", "首次，态度尚好"), {"fine": fine, "points": points}, **more)


def test_a_decision_inside_the_range_is_numbered_frozen_and_told_to_the_measure(
    office, complained_of, kept
):
    made = actions.decide(office, complained_of, chosen())
    assert (made.year, made.seq, made.kind) == (2026, 1, Kind.DECIDE)
    assert made.amounts == {"fine": "300", "points": "3"}
    assert made.frozen["offered"]["amounts"]["fine"] == ["200", "500"]
    assert made.frozen["measure"]["key"] == "bank"
    assert made.frozen["facts"][0]["facts"]["item"] == "4.2.19a"
    assert any(s["lines"] for s in made.frozen["why"]["zh"])
    assert made.digest == digest(Decision.objects.get(pk=made.pk))
    event = Event.objects.get(type="decision.made")
    assert event.facts["fine"] == "300"
    assert event.thread == complained_of.thread
    complained_of.refresh_from_db()
    assert complained_of.state == State.DECIDED


def test_with_it_the_share_that_it_fixes_is_decided(office, complained_of, chief):
    share = Proposal.objects.get(share_of=complained_of.outcome)
    assert share.amounts["fine"] == ["100", "250"]
    made = actions.decide(office, complained_of, chosen())
    its = Decision.objects.get(person=chief)
    assert its.with_decision == made
    assert its.amounts == {"fine": "150", "points": "1.5"}
    assert its.seq == 2


@pytest.mark.parametrize(("fine", "points"), [("501", "3"), ("199.99", "3"), ("300", "1"),
                                              ("viel", "3"), ("", "3"), ("NaN", "3")])  # fmt: skip
def test_what_lies_outside_the_range_is_refused(office, complained_of, fine, points):
    with pytest.raises(ValidationError):
        actions.decide(office, complained_of, chosen(fine, points))
    assert not Decision.objects.exists()
    assert not Event.objects.filter(type="decision.made").exists()


def test_everything_that_is_wrong_is_said_at_once(office, complained_of):
    with pytest.raises(ValidationError) as refused:
        actions.decide(office, complained_of, chosen("501", "9", reason=" "))
    assert len(refused.value.messages) == 3


def test_nobody_decides_without_the_right(acting, people, complained_of):
    clerk = acting(people("营业员", Role.CLERK))
    with pytest.raises(NotAllowed):
        actions.decide(clerk, complained_of, chosen())


def test_nobody_decides_on_themselves_nor_on_what_falls_on_them_in_part(
    acting, chief, people, section, happens, kept, teller, complained_of
):
    with pytest.raises(ValidationError, match="落在你身上"):
        actions.decide(acting(chief), complained_of, chosen())
    both = people("又是质量员", Role.QUALITY, Role.EMPLOYEE, unit=section)
    happens("violation.found", "2026-05-06 11:00", case="F9", person="又是质量员", unit="一科",
            item="4.2.19a", source="投诉", level="营业部")  # fmt: skip
    kept()
    own = Proposal.objects.get(person=both, rule="item-penalty")
    with pytest.raises(ValidationError, match="你本人"):
        actions.decide(acting(both), own, chosen())


def test_nobody_decides_on_a_superior_or_what_a_superior_bears_a_share_of(
    acting, people, section, complained_of, chief
):
    from shouwen.service.organisations.models import Holding

    Holding.objects.create(person=chief, unit=section, post="chief", since=date(2026, 1, 1))
    below = acting(people("科里质量员", Role.QUALITY, unit=section))
    with pytest.raises(ValidationError, match="上级"):
        actions.decide(below, complained_of, chosen())
    share = Proposal.objects.get(share_of=complained_of.outcome)
    with pytest.raises(ValidationError, match="上级"):
        actions.decide(below, share, chosen())


def test_a_share_waits_for_what_it_is_a_share_of(office, complained_of):
    share = Proposal.objects.get(share_of=complained_of.outcome)
    with pytest.raises(ValidationError, match="先"):
        actions.decide(office, share, chosen("150", "1.5"))


def test_one_fact_is_decided_once_and_the_second_decider_is_told_by_whom(
    office, complained_of, acting, people
):
    actions.decide(office, complained_of, chosen())
    other = acting(people("另一质量员", Role.QUALITY))
    with pytest.raises(ValidationError, match="质量员已"):
        actions.decide(other, complained_of, chosen("400", "4"))
    assert Decision.objects.filter(outcome=complained_of.outcome).count() == 1


def test_numbers_have_no_gaps_even_where_a_decision_was_refused(office, complained_of, happens,
                                                                kept):  # fmt: skip
    with pytest.raises(ValidationError):
        actions.decide(office, complained_of, chosen("900"))
    actions.decide(office, complained_of, chosen())
    happens("violation.found", "2026-05-06 11:00", case="F2", person="柜员甲", unit="一科",
            item="4.2.4a", source="检查", inspection="I2")  # fmt: skip
    kept()
    second = Proposal.objects.get(rule="item-penalty", norm="4.2.4c")
    actions.decide(office, second, Chosen("按条文"))
    assert [d.seq for d in Decision.objects.order_by("seq")] == [1, 2, 3]


def test_an_amendment_takes_the_place_and_history_stays(office, complained_of, chief):
    first = actions.decide(office, complained_of, chosen())
    second = actions.amend(office, first, chosen("200", "2", reason="减轻"))
    assert (second.kind, second.follows) == (Kind.AMEND, first)
    assert standing(complained_of.outcome) == second
    assert Decision.objects.get(pk=first.pk).amounts["fine"] == "300"
    shares = Decision.objects.filter(person=chief).order_by("seq")
    assert [s.amounts["fine"] for s in shares] == ["150", "100"]
    with pytest.raises(ValidationError, match="取代"):
        actions.amend(office, first, chosen("250", "2"))


def test_a_revocation_leaves_nothing_due_and_takes_the_share_with_it(office, complained_of, chief):
    first = actions.decide(office, complained_of, chosen())
    gone = actions.amend(office, first, Chosen("查无实据", waived=True))
    assert (gone.kind, gone.amounts, gone.waived) == (Kind.REVOKE, {}, True)
    complained_of.refresh_from_db()
    assert complained_of.state == State.WAIVED
    its = Decision.objects.filter(person=chief).order_by("-seq").first()
    assert its is not None
    assert (its.kind, its.with_decision) == (Kind.REVOKE, gone)


@pytest.fixture
def newcomer(bank):
    """The branch runs a measure since 1 May 2026 only."""
    from shouwen.service.tenancy.models import Organisation
    from shouwen.service.tenancy.scope import scope

    found = Organisation.objects.create(code="new", name="新支行")
    with scope(found.pk):
        Adoption.objects.create(measure="bank", first_day=date(2026, 5, 1), adopted_at=NOON)
        yield found


def test_nothing_is_decided_for_a_day_on_which_no_measure_was_in_force(
    newcomer, acting, happens, kept
):
    from shouwen.service.organisations.models import Person, Reach, RoleGrant, Unit, UnitKind

    unit = Unit.objects.create(code="一科", name="一科", kind=UnitKind.BRANCH)
    teller = Person.objects.create(number="柜员甲", name="柜员甲", unit=unit)
    officer = Person.objects.create(number="质量员", name="质量员", unit=unit)
    RoleGrant.objects.create(person=officer, role=Role.QUALITY, reach=Reach.ORGANISATION)
    happens("violation.found", "2026-05-06 10:00", case="F1", person="柜员甲", unit="一科",
            item="4.2.4a", source="检查", inspection="I1", occurred="2026-04-20T10:00")  # fmt: skip
    kept()
    row = Proposal.objects.get(person=teller, rule="item-penalty")
    with pytest.raises(ValidationError, match="2026-04-20"):
        actions.decide(acting(officer), row, Chosen("按条文"))
    assert not Decision.objects.exists()


def test_nothing_is_decided_for_a_day_on_which_another_measure_was_in_force(
    bank, office, teller, happens, kept
):
    """The act of April is judged by what was in force in April, though it was found in May."""
    Adoption.objects.create(measure="cable", first_day=date(2026, 4, 1), adopted_at=NOON)
    Adoption.objects.create(measure="bank", first_day=date(2026, 5, 1), adopted_at=NOON)
    happens("violation.found", "2026-05-06 10:00", case="F7", person="柜员甲", unit="一科",
            item="4.2.4a", source="检查", inspection="I7", occurred="2026-04-20T10:00")  # fmt: skip
    kept()
    row = Proposal.objects.get(rule="item-penalty", gone=False, at__date=date(2026, 4, 20))
    with pytest.raises(ValidationError, match="2026-04-20"):
        actions.decide(office, row, Chosen("当面核实"))
    assert not Decision.objects.exists()


def test_what_facts_are_missing_for_is_not_decided_and_they_are_named(
    station, staff, acting, happens, kept
):
    """A complaint accepted by the office: how much hangs on intent, which nobody has found."""
    technician = staff("维修员", Role.TECHNICIAN)
    officer = staff("质量员", Role.QUALITY, reach="organisation")
    happens("complaint.verified", "2026-05-06 10:00", complaint="T1", person="维修员",
            unit="城关站", case="C1", norm="3.3.6a", channel="公司办公室")  # fmt: skip
    kept()
    row = Proposal.objects.get(person=technician, rule="heavy-fine")
    assert row.state == State.UNKNOWN
    with pytest.raises(ValidationError, match="缺少情况"):
        actions.decide(acting(officer), row, Chosen("按条文", {"fine": "4000"}))


def test_what_is_confirmed_in_bulk_is_decided_each_for_itself(office, complained_of, happens, kept):
    happens("violation.found", "2026-05-06 11:00", case="F2", person="柜员甲", unit="一科",
            item="4.2.4a", source="检查", inspection="I2")  # fmt: skip
    kept()
    rows = Proposal.objects.filter(rule="item-penalty", state=State.OPEN, share_of="")
    made, refused = actions.confirm(office, rows, "按条文")
    assert [d.norm for d in made] == ["4.2.4c"]
    assert len(refused) == 1


def test_the_database_itself_keeps_decisions_as_they_are(office, complained_of):
    made = actions.decide(office, complained_of, chosen())
    with pytest.raises(TypeError, match="append-only"):
        made.save()
    for statement in ("UPDATE conduct_decision SET reason = 'x'", "DELETE FROM conduct_decision"):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connections["default"].cursor() as cursor,
        ):
            cursor.execute(statement)


def test_the_database_itself_holds_one_standing_decision_for_a_proposal(office, complained_of):
    made = actions.decide(office, complained_of, chosen())
    twin = Decision.objects.get(pk=made.pk)
    twin.pk, twin._state.adding, twin.seq = None, True, 99
    with pytest.raises(IntegrityError, match="decision_first"), transaction.atomic():
        twin.save()
    twin.kind, twin.follows = Kind.AMEND, made
    with transaction.atomic():
        twin.save()
    again = Decision.objects.get(pk=twin.pk)
    again.pk, again._state.adding, again.seq = None, True, 100
    with pytest.raises(IntegrityError, match="decision_follows"), transaction.atomic():
        again.save()


def test_a_fact_that_was_told_late_is_marked(office, teller, happens, kept):
    happens("violation.found", "2026-05-01 10:00", case="F1", person="柜员甲", unit="一科",
            item="4.2.4a", source="检查", inspection="I1")  # fmt: skip
    kept()
    made = actions.decide(office, Proposal.objects.get(rule="item-penalty"), Chosen("按条文"))
    assert made.frozen["facts"][0]["late"] is True


def test_a_finding_after_the_person_moved_stays_with_the_unit_of_the_act(
    office, teller, happens, kept, chief, people
):
    from shouwen.service.organisations.models import Unit, UnitKind

    other = Unit.objects.create(code="二科", name="二科", kind=UnitKind.BRANCH)
    happens("post.held", "2026-01-01 00:00", person="科长戊", unit="二科", post="chief")
    people("科长戊", Role.HEAD, unit=other)
    teller.unit = other
    teller.save()
    happens("violation.found", "2026-05-06 10:00", case="F1", person="柜员甲", unit="一科",
            item="4.2.4a", source="检查", inspection="I1", occurred="2026-04-01T10:00")  # fmt: skip
    happens("responsibility.decided", "2026-05-06 10:00", case="F1", responsibility="下属责任")
    kept()
    row = Proposal.objects.get(person=teller, rule="item-penalty")
    assert row.unit.code == "一科"
    assert Proposal.objects.get(share_of=row.outcome).person == chief
