"""What is due under the measure beside what the law lets be deducted."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from openpyxl import Workbook, load_workbook

from shouwen.measures.lawfulness import Month
from shouwen.service.access.gate import NotAllowed
from shouwen.service.audit.models import Sighting
from shouwen.service.conduct import actions, appeals, balances, serving, sheets, wages
from shouwen.service.conduct.deciding import Chosen
from shouwen.service.conduct.models import (
    Deduction,
    Entry,
    EntryKind,
    LocalMinimum,
    Proposal,
    Rules,
    Subject,
    Wage,
    Way,
)
from shouwen.service.conduct.payroll import lines
from shouwen.service.organisations.models import Person, Reach, Role
from tests.service.conftest import NOON
from tests.service.pages.test_a_day import said

MAY, JUNE = Month(2026, 5), Month(2026, 6)


@pytest.fixture
def technician(staff):
    return staff("维修员", Role.TECHNICIAN)


@pytest.fixture
def office(staff, acting):
    return acting(staff("质量员", Role.QUALITY, reach=Reach.ORGANISATION))


@pytest.fixture
def payer(staff, acting):
    return acting(staff("管理员", Role.ADMINISTRATOR, reach=Reach.ORGANISATION))


@pytest.fixture
def fined(technician, office, happens, kept):
    """A fine of 4000 yuan, served."""
    happens("complaint.verified", "2026-05-06 10:00", complaint="T1", person="维修员",
            unit="城关站", case="C1", norm="3.3.6a", channel="公司办公室",
            fault="过失")  # fmt: skip
    kept()
    row = Proposal.objects.get(person=technician, rule="heavy-fine", share_of="")
    made = actions.decide(office, row, Chosen("首犯", {"fine": "4000"}))
    serving.serve(office, made, Way.HAND)
    return made


@pytest.fixture
def minimum(payer):
    """2010 yuan in the province where everybody works."""
    Rules.objects.create(region="420000", tier="1")
    row = LocalMinimum(region="420000", tier="1", since=date(2025, 1, 1), monthly=Decimal(2010),
                       source="省政府通知")  # fmt: skip
    return wages.set_minimum(payer, row)


def wage(payer, person, gross, month=MAY, deducted="0"):
    given = wages.Given(person, month.first, Decimal(gross), Decimal(deducted), "", "")
    wages.enter(payer, [given])


def deducted(payer, month):
    return wages.deduct(payer, month, "造成损失，合同有约定", "管理员")


def line(month=MAY):
    return lines(month, Person.objects.all())[0]


@pytest.mark.parametrize(
    ("gross", "deducted", "now"),
    [
        ("5000", "0", "1000"),  # a fifth
        ("5000.04", "0", "1000"),  # a fifth, rounded down to the fen
        ("5000", "300", "700"),  # some of it is taken already
        ("2200", "0", "190"),  # no less than the minimum wage is left
        ("2010", "0", "0"),
        ("1500", "0", "0"),
        ("30000", "0", "4000"),  # no more than is due
    ],
)
def test_a_fifth_at_most_is_deducted_and_the_minimum_wage_is_left(
    fined, minimum, payer, technician, gross, deducted, now
):
    wage(payer, technician, gross, deducted=deducted)
    assert (line().due, line().now) == (4000, Decimal(now))
    assert line().rest == 4000 - Decimal(now)


def test_without_the_wage_or_the_minimum_wage_nothing_is_deducted_and_it_says_why(
    fined, payer, technician
):
    assert (line().now, "工资" in line().missing) == (0, True)
    wage(payer, technician, "5000")
    assert (line().now, "地区" in line().missing) == (0, True)
    Rules.objects.create(region="420000", tier="1")
    assert (line().now, "最低工资" in line().missing) == (0, True)
    deducted(payer, MAY)
    assert not Deduction.objects.exists()


def test_what_is_deducted_is_booked_once_and_the_rest_is_carried_forward(
    fined, minimum, payer, technician, the_clock_stands_at
):
    wage(payer, technician, "5000")
    made, _left = deducted(payer, MAY)
    assert [d.amount for d in made] == [1000]
    entry = Entry.objects.get(kind=EntryKind.DEDUCTION)
    assert (entry.amount, entry.decision) == (Decimal(-1000), fined)
    assert deducted(payer, MAY)[0] == []
    the_clock_stands_at("2026-06-02 09:00")
    wage(payer, technician, "5000", JUNE)
    assert line(JUNE).due == 3000
    deducted(payer, JUNE)
    assert balances.fines(Subject.objects.get(person=technician))[0].due == 2000


def test_a_higher_minimum_wage_within_the_month_counts(fined, minimum, payer, technician):
    wages.set_minimum(payer, LocalMinimum(region="420000", tier="1", since=date(2026, 5, 15),
                                          monthly=Decimal(2150), source="新通知"))  # fmt: skip
    wage(payer, technician, "2200")
    assert line().now == 50


def test_what_is_suspended_by_an_appeal_is_not_deducted(fined, minimum, payer, technician, acting):
    wage(payer, technician, "5000")
    appeals.appeal(acting(technician), fined, "不是我")
    assert lines(MAY, Person.objects.all()) == []


def test_what_was_not_served_is_not_deducted(office, minimum, payer, fined, technician):
    actions.amend(office, fined, Chosen("减轻", {"fine": "3000"}))
    wage(payer, technician, "5000")
    assert lines(MAY, Person.objects.all()) == []


def test_a_month_that_has_not_come_is_refused(payer):
    with pytest.raises(ValidationError, match="还没有到"):
        deducted(payer, JUNE)


def test_a_wage_stays_as_it_was_once_something_was_deducted_from_it(
    fined, minimum, payer, technician
):
    wage(payer, technician, "5000")
    wage(payer, technician, "5100")
    deducted(payer, MAY)
    assert Deduction.objects.get().amount == 1020
    with pytest.raises(ValidationError, match="已经扣款"):
        wage(payer, technician, "6000")


@pytest.mark.parametrize(
    ("amount", "gross", "least", "rule"),
    [("1000.01", "5000", "2010", "fifth"), ("191", "2200", "2010", "minimum"),
     ("4001", "90000", "2010", "due")],
)  # fmt: skip
def test_the_database_itself_holds_the_limit_of_the_law(
    payer, technician, amount, gross, least, rule
):
    row = Deduction(person=technician, month=MAY.first, gross=gross, minimum=least, deducted=0,
                    due=4000, amount=amount, at=NOON, by=payer.person)  # fmt: skip
    with pytest.raises(IntegrityError, match=f"deduction_{rule}"), transaction.atomic():
        row.save()


def test_wages_are_the_business_of_those_with_the_right(office, technician):
    with pytest.raises(NotAllowed):
        wage(office, technician, "5000")


def sheet(*rows):
    book = Workbook()
    book.active.append(sheets.titles())
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    out.name = "wages.xlsx"
    return out


@pytest.fixture
def page(browser):
    return browser("经理", Role.EXECUTIVE)


def test_wages_come_from_excel_whole_or_not_at_all(page, technician):
    wrong = sheet(["维修员", "2026-05", "5000"], ["没有", "五月", "-3"], ["维修员", "2026-05", "1"])
    answer = page.post("/conduct/payroll/bring-in/", {"file": wrong})
    assert answer.status_code == 422
    text = said(answer)
    assert "没有工号为“没有”的人员" in text
    assert "2026-05。" in text
    assert "同一人同一月份" in text
    assert not Wage.objects.exists()
    page.post("/conduct/payroll/bring-in/", {"file": sheet(["维修员", "2026-05", 5000.5])})
    assert Wage.objects.get().gross == Decimal("5000.50")


def test_the_page_masks_wages_and_notes_who_looked(page, fined, minimum, payer, technician):
    wage(payer, technician, "5432.10")
    text = said(page.get("/conduct/payroll/?month=2026-05"))
    assert "5432.1" not in text
    assert "1086.42" in text
    assert "3.3.6a" not in text
    text = said(page.get("/conduct/payroll/?month=2026-05&full=1"))
    assert "5432.1" in text
    assert Sighting.objects.filter(subject="wages").count() == 1


def test_the_export_for_the_payroll_is_never_above_the_limit(
    page, fined, minimum, payer, technician
):
    wage(payer, technician, "5000")
    answer = page.get("/conduct/payroll/out/?month=2026-05")
    book = load_workbook(io.BytesIO(answer.content))
    head, row = list(book.active.iter_rows(values_only=True))
    cells = dict(zip(head, row, strict=True))
    assert (cells["依办法应缴"], cells["可扣"], cells["本月扣"], cells["结转"]) == (
        4000, 1000, 1000, 3000
    )  # fmt: skip
    assert Sighting.objects.filter(subject="wages", what__contains="export").exists()


def test_the_month_is_deducted_from_the_page(page, fined, minimum, payer, technician):
    wage(payer, technician, "5000")
    address = "/conduct/payroll/deduct/"
    page.post(address, {"month": "2026-05", "name": "经理"})
    page.post(address, {"month": "2026-05", "reason": "造成损失", "name": "别人"})
    assert not Deduction.objects.exists()
    page.post(address, {"month": "2026-05", "reason": "造成损失，合同有约定", "name": "经理"})
    row = Deduction.objects.get()
    assert (row.amount, row.signed) == (Decimal(1000), "经理")


def test_a_decision_keeps_what_the_law_of_the_day_said(fined):
    assert any(note["cites"] for note in fined.frozen["law"])
