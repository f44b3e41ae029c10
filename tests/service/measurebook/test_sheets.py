"""Events from and to spreadsheets."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from shouwen.service.enactment.models import Breach, Event
from shouwen.service.organisations.models import Role
from tests.service.pages.test_a_day import said

BRING_IN = "/measure/events/bring-in/repair.reported/"


@pytest.fixture
def quality(browser):
    return browser("质量员", Role.QUALITY)


def head(quality):
    answer = quality.get("/measure/events/template/repair.reported/")
    return [c.value for c in next(load_workbook(io.BytesIO(answer.content)).worksheets[0].rows)]


def sheet(titles, *rows):
    book = Workbook()
    book.active.append(titles)
    for row in rows:
        book.active.append([row.get(t) for t in titles])
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("events.xlsx", out.getvalue())


def repair(titles, case, at="2026-05-06 11:00", area="城区"):
    when = titles[0]
    return {when: at, "工单": case, "区域": area}


def test_a_sheet_made_from_the_template_is_registered_whole(quality, station):
    titles = head(quality)
    file = sheet(titles, repair(titles, "C1"), repair(titles, "C2"))
    assert quality.post(BRING_IN, {"file": file}).status_code == 302
    assert sorted(e.facts["case"] for e in Event.objects.all()) == ["C1", "C2"]
    assert Breach.objects.filter(norm="3.3.2c", gone=False).count() == 2
    again = sheet(titles, repair(titles, "C1"), repair(titles, "C3"))
    assert quality.post(BRING_IN, {"file": again}).status_code == 422
    assert Event.objects.count() == 2


def test_every_fault_of_a_sheet_is_named_and_nothing_is_registered(quality, station):
    titles = head(quality)
    file = sheet(
        titles, repair(titles, "C1"), repair(titles, "C2", area="海上"),
        repair(titles, "C3", at="昨天"), repair(titles, "C4", at="2026-05-07 09:00"),
    )  # fmt: skip
    answer = quality.post(BRING_IN, {"file": file})
    page = said(answer)
    assert answer.status_code == 422
    assert all(word in page for word in ("海上", "昨天"))
    assert page.count("<li>第 3 行") == page.count("<li>第 4 行") == page.count("<li>第 5 行") == 1
    assert not Event.objects.exists()


def test_what_is_no_spreadsheet_is_refused(quality):
    file = SimpleUploadedFile("events.xlsx", b"not a spreadsheet")
    assert quality.post(BRING_IN, {"file": file}).status_code == 422


def test_the_events_of_the_list_are_taken_out_as_they_were_filtered(quality, station):
    titles = head(quality)
    quality.post(BRING_IN, {"file": sheet(titles, repair(titles, "C1"), repair(titles, "C2"))})
    answer = quality.get("/measure/events/out/?key=C2")
    rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
    assert len(rows) == 2
    assert "C2" in rows[1][2]
    assert rows[1][0] == "2026-05-06 11:00:00"


def test_a_long_sheet_is_reckoned_by_a_worker(quality, station, monkeypatch):
    from shouwen.service.enactment.alarms import ring
    from shouwen.service.measurebook import actions

    monkeypatch.setattr(actions, "AT_ONCE", 1)
    titles = head(quality)
    quality.post(BRING_IN, {"file": sheet(titles, repair(titles, "C1"), repair(titles, "C2"))})
    assert (Event.objects.count(), Breach.objects.count()) == (2, 0)
    assert ring() == 2
    assert Breach.objects.filter(norm="3.3.2c").count() == 2
