"""The accounts: what was decided, paid and undone, at any instant, each entry with its decision."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connections

from shouwen.service.conduct import accounts, actions, appeals, balances, serving
from shouwen.service.conduct.deciding import Chosen
from shouwen.service.conduct.models import (
    AppealResult,
    Entry,
    EntryKind,
    Proposal,
    Subject,
    Way,
)
from shouwen.service.enactment.models import Breach, Clock
from shouwen.service.organisations.models import Role


@pytest.fixture
def teller(people, section, happens):
    happens("post.held", "2026-01-01 00:00", person="科长丙", unit="一科", post="chief")
    people("科长丙", Role.HEAD, unit=section)
    return people("柜员甲", Role.EMPLOYEE, unit=section)


@pytest.fixture
def office(people, acting):
    return acting(people("质量员", Role.QUALITY))


@pytest.fixture
def proposal(teller, happens, kept):
    happens("violation.found", "2026-05-06 10:00", case="F1", person="柜员甲", unit="一科",
            item="4.2.19a", source="投诉", level="营业部")  # fmt: skip
    happens("responsibility.decided", "2026-05-06 10:00", case="F1", responsibility="下属责任")
    kept()
    return Proposal.objects.get(person=teller, rule="item-penalty")


@pytest.fixture
def decision(office, proposal):
    return actions.decide(office, proposal, Chosen("按条文", {"fine": "300", "points": "3"}))


def of(person):
    return Subject.objects.get(person=person)


def sums(person, at=None):
    return {a.name: a.sum for a in balances.accounts(of(person), at)}


def test_a_decision_is_booked_and_the_share_of_the_chief_with_it(decision, teller):
    assert sums(teller) == {"fine": 300, "points": 3}
    entry = Entry.objects.get(account="fine", subject=of(teller))
    assert (entry.kind, entry.decision) == (EntryKind.DECIDED, decision)
    share = Entry.objects.get(account="points", subject__person__number="科长丙")
    assert share.amount == Decimal("1.5")


def test_points_of_the_year_are_what_the_measure_says_each_with_its_decision(decision, teller):
    ledger = balances.ledgers(of(teller))[0]
    assert (ledger.value, ledger.period, ledger.base) == ("9分", "2026", "12分")
    assert [line.decision for line in ledger.lines] == [decision]


def test_whoever_has_done_nothing_has_twelve_points(teller, decision, people, section):
    people("柜员乙", Role.EMPLOYEE, unit=section)
    from shouwen.service.conduct.stirring import subject_of

    assert balances.ledgers(subject_of("person:柜员乙"))[0].value == "12分"


def test_an_amendment_and_a_revocation_are_booked_by_counter_entries(
    decision, office, teller, the_clock_stands_at
):
    before = the_clock_stands_at("2026-05-07 09:00")
    the_clock_stands_at("2026-05-07 10:00")
    second = actions.amend(office, decision, Chosen("减轻", {"fine": "200", "points": "2"}))
    assert sums(teller) == {"fine": 200, "points": 2}
    the_clock_stands_at("2026-05-07 11:00")
    actions.amend(office, second, Chosen("查无实据", waived=True))
    assert sums(teller) == {"fine": 0, "points": 0}
    assert sums(teller, before) == {"fine": 300, "points": 3}
    assert balances.ledgers(of(teller))[0].value == "12分"
    assert balances.ledgers(of(teller), before)[0].value == "9分"
    assert Entry.objects.filter(subject=of(teller), kind=EntryKind.REVERSAL).count() == 4


def test_a_fine_is_due_by_the_time_that_the_measure_sets_and_overdue_costs_a_point(
    decision, office, teller, kept, the_clock_stands_at
):
    """Three days after the notice, then two more; whoever has not paid then loses a point."""
    from shouwen.service.enactment.alarms import ring

    row = serving.serve(office, decision, Way.HAND)
    assert f"{row.pay_until:%m-%d}" == "05-09"
    assert balances.fines(of(teller))[0].state == "待缴"
    for day in ("2026-05-10 09:00", "2026-05-12 09:00"):
        the_clock_stands_at(day)
        while ring():
            pass
        kept()
    assert balances.fines(of(teller))[0].overdue
    assert Proposal.objects.get(rule="unpaid", person=teller).amounts["points"] == ["1", "1"]


def test_a_fine_is_paid_in_parts_and_the_measure_hears_of_the_last(decision, office, teller):
    serving.serve(office, decision, Way.HAND)
    accounts.pay(office, decision, Decimal(100))
    assert sums(teller)["fine"] == 200
    assert Clock.objects.get(rule="pay").performed_at is None
    with pytest.raises(ValidationError, match="200"):
        accounts.pay(office, decision, Decimal("200.01"))
    accounts.pay(office, decision, Decimal(200))
    assert balances.fines(of(teller))[0].state == "已缴"
    assert Clock.objects.get(rule="pay").status == "met"


def test_a_payment_is_undone_by_a_counter_entry_once(decision, office, teller):
    paid = accounts.pay(office, decision, Decimal(100))
    accounts.undo(office, paid, "记错了人")
    assert sums(teller)["fine"] == 300
    with pytest.raises(ValidationError, match="已"):
        accounts.undo(office, paid, "再来")
    given = Entry.objects.get(subject=of(teller), account="fine", kind=EntryKind.DECIDED)
    with pytest.raises(ValidationError, match="另一"):
        accounts.undo(office, given, "不要了")


def test_nobody_books_what_they_pay_themselves(office, people, section, happens, kept, acting):
    clerk = people("又是质量员", Role.QUALITY, unit=section)
    happens("violation.found", "2026-05-06 11:00", case="F9", person="又是质量员", unit="一科",
            item="4.2.4a", source="检查", inspection="I9")  # fmt: skip
    kept()
    made = actions.decide(
        office, Proposal.objects.get(person=clerk, rule="item-penalty"), Chosen("按条文")
    )
    with pytest.raises(ValidationError, match="他人"):
        accounts.pay(acting(clerk), made, Decimal(50))


def test_an_appeal_suspends_the_fine_and_the_time_to_pay_begins_anew(
    decision, office, teller, acting, people, kept, the_clock_stands_at
):
    from shouwen.service.enactment.alarms import ring

    serving.serve(office, decision, Way.PAGE)
    found = appeals.appeal(acting(teller), decision, "不是我")
    assert balances.fines(of(teller))[0].suspended
    the_clock_stands_at("2026-05-20 09:00")
    while ring():
        pass
    kept()
    assert not Breach.objects.filter(rule__startswith="pay", gone=False).exists()
    other = acting(people("经理", Role.EXECUTIVE))
    verdict = appeals.answer(other, found, AppealResult.UPHELD, "查证属实")
    assert f"{verdict.pay_until:%m-%d}" == "05-25"
    fine = balances.fines(of(teller))[0]
    assert (fine.suspended, fine.until, fine.overdue) == (False, verdict.pay_until, False)


def test_every_chain_is_verified_by_one_command(decision, capsys):
    call_command("verify_chains")
    assert "whole" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("table", "harm", "said"),
    [
        ("conduct_entry", "UPDATE {t} SET amount = 1 WHERE number = 1", "altered"),
        ("conduct_entry", "DELETE FROM {t} WHERE number = 2", "missing"),
        ("conduct_decision", "UPDATE {t} SET reason = 'x' WHERE seq = 1", "altered"),
        ("conduct_decision", "DELETE FROM {t} WHERE seq = 1", "decisions 1 to 1 are missing"),
    ],
)
def test_harm_done_by_an_administrator_of_the_database_is_found(decision, table, harm, said):
    from shouwen.service.conduct import verifying

    with connections["default"].cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE harmed AS SELECT * FROM {table}")
        cursor.execute(harm.format(t="harmed"))
        cursor.execute("SET LOCAL search_path = pg_temp, public")
        cursor.execute(f"ALTER TABLE harmed RENAME TO {table}")
    found = [*accounts.faults(), *verifying.faults()]
    assert any(said in text for _number, text in found)


def test_the_command_fails_when_something_is_broken(decision, monkeypatch):
    from shouwen.service.audit import chains

    monkeypatch.setitem(chains._chains, "accounts", lambda: iter([(1, "it was altered")]))
    with pytest.raises(CommandError, match="1 places"):
        call_command("verify_chains")


def test_the_page_shows_the_account_to_its_owner_and_to_the_office(decision, teller, bank):
    from django.test import Client

    from shouwen.service.accounts.models import User
    from tests.service.pages.test_a_day import said

    teller.user = User.objects.create(username="teller", organisation=bank)
    teller.save()
    client = Client()
    client.force_login(teller.user)
    page = said(client.get("/conduct/accounts/mine/"))
    assert "9分" in page
    assert decision.cited in page
    assert "登记缴款" not in page
    past = said(client.get("/conduct/accounts/mine/?at=2026-05-06T09:00"))
    assert "12分" in past
    assert client.get("/conduct/accounts/").status_code == 403
