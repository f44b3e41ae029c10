"""One's own sheet: what there is about oneself, and nothing about anybody else."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from shouwen.service.accounts.models import User
from shouwen.service.assessment import actions
from shouwen.service.assessment.counting import count_changed
from shouwen.service.assessment.models import Scope
from shouwen.service.assessment.queries import Subject
from shouwen.service.conduct import slices
from shouwen.service.enactment.alarms import ring
from shouwen.service.organisations.models import Reach, Role

from ..conftest import ZONE
from ..pages.test_a_day import said

MAY = (date(2026, 5, 1), date(2026, 5, 31))


@pytest.fixture
def late(visit, the_clock_stands_at):
    """The technician came 65 minutes after a report that allows half an hour."""
    case = visit("2026-05-06 09:00", arrive="10:05", done="10:20")
    the_clock_stands_at("2026-06-01 09:00")
    while ring():
        pass
    while count_changed(ZONE):
        pass
    return case


@pytest.fixture
def own(technician, organisation):
    person = technician.person
    person.user = User.objects.create(username="tech", organisation=organisation)
    person.save()
    client = Client()
    client.force_login(person.user)
    return client


def test_it_has_ones_figures_breaches_and_the_way_to_the_cases(late, own):
    page = said(own.get("/assessment/mine/", {"period": "2026-05"}))
    assert "65.00" in page, "Minutes until arrival, with the formula beside."
    assert "3.3.2c" in page
    behind = said(own.get("/assessment/mine/cases/arrival/", {"period": "2026-05"}))
    assert late.number in behind
    assert late.number not in said(
        own.get("/assessment/mine/cases/arrival/", {"period": "2026-04"})
    )
    assert own.get("/assessment/mine/cases/complaints/").status_code == 404


def test_nobody_else_can_be_asked_for(late, own, operator, quality, acting):
    other = str(operator.person.pk)
    page = said(own.get("/assessment/mine/", {"period": "2026-05", "person": other}))
    assert "接线员" not in page
    behind = own.get("/assessment/mine/cases/closed/", {"period": "2026-05", "person": other})
    assert late.number not in said(behind), "The operator took it up."
    assert own.get("/assessment/", {"person": other}).status_code == 403
    assert own.get("/assessment/sheets/").status_code == 403
    theirs = actions.issue(acting(quality.person), Subject(Scope.PERSON, person=operator.person),
                           *MAY)  # fmt: skip
    for end in ("", "sheet.xlsx", "sheet.pdf"):
        assert own.get(f"/assessment/sheets/{theirs.number}/1/{end}").status_code == 404


def test_ones_own_sheet_that_was_issued_is_there(late, own, technician, quality, acting):
    sheet = actions.issue(acting(quality.person), Subject(Scope.PERSON, person=technician.person),
                          *MAY)  # fmt: skip
    assert sheet.number in said(own.get("/assessment/mine/", {"period": "2026-05"}))
    assert own.get(f"/assessment/sheets/{sheet.number}/1/").status_code == 200
    assert own.get(f"/assessment/sheets/{sheet.number}/1/sheet.pdf").status_code == 200


def test_a_sheet_is_never_cut_however_much_weighs(late, visit, technician, monkeypatch):
    """What the page of proposals looks at is bounded; a sheet is asked with all there is."""
    from shouwen.service.assessment.standing import answer_for
    from shouwen.service.conduct.asking import answers
    from shouwen.service.conduct.stirring import subject_of

    for n in range(7, 10):
        visit(f"2026-05-{n:02} 09:00", arrive="10:05", done="10:20")
    monkeypatch.setattr(slices, "MOST_THREADS", 1)
    _said, found = answers(subject_of(f"person:{technician.person.number}"))
    assert found.cut
    whole = answer_for(technician.person, MAY[1])
    assert not whole.slice.cut
    assert len(whole.slice.events) > len(found.events)


def test_it_asks_the_same_however_much_there_is(late, own, visit, django_assert_max_num_queries):
    for n in range(7, 12):
        visit(f"2026-05-{n:02} 09:00", arrive="10:05", done="10:20")
    while count_changed(ZONE):
        pass
    with django_assert_max_num_queries(48):
        own.get("/assessment/mine/", {"period": "2026-05"})


def test_everyone_has_one(browser):
    clerk = browser("营业员", Role.CLERK, reach=Reach.OWN)
    assert clerk.get("/assessment/mine/").status_code == 200
