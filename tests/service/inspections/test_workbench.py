"""What is not put right comes up to those who are to know."""

from __future__ import annotations

from datetime import date

from shouwen.service.inspections.actions import putting_right as actions
from shouwen.service.inspections.actions.putting_right import Demand
from shouwen.service.organisations.models import Reach, Role
from tests.service.pages.test_a_day import said


def test_who_has_to_put_it_right_sees_it_first_then_the_head_then_the_executives(
    browser, found, officer
):
    clerk = browser("营业员丙", Role.CLERK, Role.EMPLOYEE, reach=Reach.OWN)
    head = browser("站长", Role.HEAD, reach=Reach.UNIT)
    head.person.grants.update(unit=head.person.unit)
    executive = browser("经理", Role.EXECUTIVE)
    row = found(person=clerk.person)
    due = actions.order(officer, row, Demand("重学仪态规范", date(2026, 5, 13), clerk.person))

    def who_sees():
        return [row.number in said(c.get("/")) for c in (clerk, head, executive)]

    assert who_sees() == [True, False, False]
    actions.look(officer, due, right=False, seen="仍倚靠", until=date(2026, 5, 14))
    assert who_sees() == [True, True, False]
    actions.look(officer, due, right=False, seen="仍倚靠", until=date(2026, 5, 15))
    assert who_sees() == [True, True, True]
    actions.look(officer, due, right=True, seen="已改正")
    assert who_sees() == [False, False, False]
