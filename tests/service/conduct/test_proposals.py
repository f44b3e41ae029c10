"""What is proposed for whom, kept current as events come in."""

from __future__ import annotations

import pytest

from shouwen.service.conduct.models import Proposal, State, Stir
from shouwen.service.organisations.models import Role


@pytest.fixture
def teller(people, section, happens):
    happens("post.held", "2026-01-01 00:00", person="科长丙", unit="一科", post="chief")
    people("科长丙", Role.HEAD, unit=section)
    return people("柜员甲", Role.EMPLOYEE, unit=section)


def violation(happens, case, at="2026-05-06 10:00", responsibility="", **more):
    facts = {"case": case, "person": "柜员甲", "unit": "一科", "item": "4.2.10a", "source": "检查",
             "inspection": f"I-{case}"}  # fmt: skip
    event = happens("violation.found", at, **(facts | more))
    if responsibility:
        happens("responsibility.decided", at, case=case, responsibility=responsibility)
    return event


def test_a_violation_becomes_a_proposal_for_the_person(teller, happens, kept):
    violation(happens, "F1")
    kept()
    row = Proposal.objects.get(rule="item-penalty", person=teller)
    assert row.state == State.OPEN
    assert row.amounts["points"] == ["3", "3"]
    assert row.said_zh


def test_the_share_of_the_chief_is_proposed_for_the_chief(teller, happens, kept):
    violation(happens, "F1", responsibility="下属责任")
    kept()
    share = Proposal.objects.get(share_of__startswith="item-penalty")
    assert share.person.number == "科长丙"
    assert share.origin.person == teller
    assert share.amounts["points"] == ["1.5", "1.5"]


def test_the_same_within_thirty_days_doubles_what_is_proposed_and_the_share_of_it(
    teller, happens, kept
):
    violation(happens, "F1", at="2026-04-20 10:00", responsibility="下属责任")
    violation(happens, "F2", responsibility="下属责任")
    kept()
    own = Proposal.objects.filter(person=teller, rule="item-penalty").order_by("at")
    assert [p.amounts["points"][0] for p in own] == ["3", "6"]
    shares = Proposal.objects.filter(person__number="科长丙", rule="item-penalty").order_by("at")
    assert [p.amounts["points"][0] for p in shares] == ["1.5", "3"]


def test_what_is_taken_back_is_proposed_no_longer(teller, happens, kept):
    from shouwen.service.access.actor import Actor
    from shouwen.service.enactment.bridge import take_back

    event = violation(happens, "F1", responsibility="下属责任")
    kept()
    take_back(Actor(teller.organisation, None), event)
    kept()
    assert not Proposal.objects.filter(gone=False).exists()
    assert Proposal.objects.filter(gone=True).count() >= 2


def test_work_that_goes_well_stirs_nobody(station, staff, happens):
    staff("维修员", Role.TECHNICIAN)
    happens("repair.reported", "2026-05-06 11:50", case="C1", technician="维修员", unit="城关站",
            area="城区")  # fmt: skip
    happens("repair.arrived", "2026-05-06 12:00", case="C1")
    assert not Stir.objects.exists()
