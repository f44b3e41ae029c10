"""Programmes of a month and a year, and how far they are."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from shouwen.service.access.gate import NotAllowed
from shouwen.service.inspections import queries
from shouwen.service.inspections.actions import inspecting
from shouwen.service.inspections.actions import planning as actions
from shouwen.service.inspections.actions.inspecting import Asked
from shouwen.service.inspections.models import Inspection, Kind, Programme, Task
from shouwen.service.organisations.models import Reach, Role, Unit, UnitKind
from tests.service.pages.test_a_day import said


@pytest.fixture
def may(officer):
    row = Programme(title="五月检查计划", first=date(2026, 5, 1), last=date(2026, 5, 31))
    return actions.draw_up(officer, row)


@pytest.fixture
def task(officer, may, station):
    row = Task(programme=may, unit=station, kind=Kind.HIDDEN, about="仪容与接待", times=2,
               due_on=date(2026, 5, 20))  # fmt: skip
    return actions.add_task(officer, row)


def test_a_programme_says_how_often_each_thing_was_looked_at(officer, may, task, station):
    for _ in range(2):
        row = inspecting.begin(officer, Asked(Kind.HIDDEN, station, task=task))
        assert queries.progress(may.tasks.all())[0][1] < 2
        inspecting.hold(officer, row, "良好")
    abandoned = inspecting.begin(officer, Asked(Kind.HIDDEN, station, task=task))
    inspecting.abandon(officer, abandoned, "停电")
    assert queries.progress(may.tasks.all())[0][1] == 2


def test_a_programme_is_drawn_up_beforehand_and_the_right_way_round(officer):
    for first, last in (
        (date(2026, 4, 1), date(2026, 4, 30)),
        (date(2026, 6, 2), date(2026, 6, 1)),
    ):
        with pytest.raises(ValidationError):
            actions.draw_up(officer, Programme(title="计划", first=first, last=last))
    assert not Programme.objects.exists()


def test_a_task_lies_within_its_programme(officer, may):
    row = Task(programme=may, kind=Kind.OPEN, about="仪容", due_on=date(2026, 6, 1))
    with pytest.raises(ValidationError):
        actions.add_task(officer, row)


def test_what_was_looked_at_stays_on_the_programme(officer, may, task, station):
    inspecting.begin(officer, Asked(Kind.HIDDEN, station, task=task))
    with pytest.raises(ValidationError):
        actions.drop_task(officer, task)
    other = Task(programme=may, kind=Kind.OPEN, about="仪容", due_on=date(2026, 5, 9))
    actions.drop_task(officer, actions.add_task(officer, other))
    assert list(may.tasks.all()) == [task]


def test_a_task_is_done_where_it_says(officer, task):
    hall = Unit.objects.create(code="营业厅", name="营业厅", kind=UnitKind.HALL)
    with pytest.raises(ValidationError):
        inspecting.begin(officer, Asked(Kind.HIDDEN, hall, task=task))


def test_who_is_looked_at_does_not_read_the_programme(may, browser, acting, staff):
    head = browser("站长", Role.HEAD, reach=Reach.ORGANISATION)
    assert head.get(f"/inspections/programmes/{may.pk}/").status_code == 403
    with pytest.raises(NotAllowed):
        actions.draw_up(acting(staff("厅长", Role.HEAD)), Programme(title="我的", first=may.first,
                                                                 last=may.last))  # fmt: skip


def test_all_of_it_in_the_browser(browser, station):
    page = browser("质检", Role.QUALITY)
    told: dict[str, Any] = {
        "title": "五月检查计划",
        "first": "2026-05-01",
        "last": "2026-05-31",
        "note": "",
    }
    at = page.post("/inspections/programmes/", told)["Location"]
    told = {"about": "仪容与接待", "kind": "hidden", "unit": station.pk, "times": "1",
            "due_on": "2026-05-20", "inspector": page.person.pk}  # fmt: skip
    page.post(at, told)
    task = Task.objects.get()
    assert "仪容与接待" in said(page.get(at))
    begin = f"/inspections/begin/?task={task.pk}"
    assert "仪容与接待" in said(page.get(begin))
    told = {"kind": "hidden", "unit": station.pk, "about": "仪容与接待", "members": "1",
            "places": ["各处"], "begun_at": ""}  # fmt: skip
    inspection = page.post(begin, told)["Location"]
    assert Inspection.objects.get().task == task
    page.post(f"{inspection}end/", {"summary": "良好"})
    assert "1 / 1" in said(page.get("/inspections/programmes/"))
    answer = page.post(at, {"about": "", "kind": "open", "times": "0", "due_on": "2026-07-01"})
    assert answer.status_code == 422


def test_the_bounds_are_set_within_reason(browser):
    page = browser("质检", Role.QUALITY)
    told = {"entered_within": "3", "found_within": "90", "put_right_within": "10"}
    assert page.post("/inspections/bounds/", told).status_code == 302
    assert "90" in page.get("/inspections/bounds/").content.decode()
    assert page.post("/inspections/bounds/", told | {"entered_within": "99"}).status_code == 422
