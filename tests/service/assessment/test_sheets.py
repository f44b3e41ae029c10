"""Sheets: issued once, never edited; a correction is a new version that shows what changed."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from openpyxl import load_workbook
from pypdf import PdfReader

from shouwen.service.access.gate import NotAllowed
from shouwen.service.assessment import actions
from shouwen.service.assessment.counting import count_changed
from shouwen.service.assessment.models import Scope, Sheet
from shouwen.service.assessment.queries import Subject
from shouwen.service.enactment.bridge import correct
from shouwen.service.enactment.models import Event
from shouwen.service.organisations.models import Reach, Role

from ..conftest import ZONE
from ..pages.test_a_day import said

MAY = (date(2026, 5, 1), date(2026, 5, 31))
ALL = Subject(Scope.ORGANISATION)


@pytest.fixture
def may_is_over(visit, the_clock_stands_at):
    case = visit("2026-05-06 09:00", arrive="10:05", done="10:20")
    the_clock_stands_at("2026-06-01 09:00")
    while count_changed(ZONE):
        pass
    return case


@pytest.fixture
def issuer(quality, acting):
    return acting(quality.person)


def correct_the_arrival(actor):
    event = Event.objects.get(type="repair.arrived")
    correct(actor, event, event.facts, event.at.replace(hour=1, minute=25))


def test_a_sheet_is_issued_from_the_page_and_looked_at(may_is_over, quality):
    answer = quality.post("/assessment/sheets/issue/", {"month": "2026-05"})
    sheet = Sheet.objects.get()
    assert answer["Location"] == f"/assessment/sheets/{sheet.number}/1/"
    page = said(quality.get(answer["Location"]))
    assert "3.3.2c" in page
    assert sheet.fingerprint in page
    assert sheet.number in said(quality.get("/assessment/sheets/"))


def test_a_month_that_is_not_over_is_not_issued(visit, issuer, the_clock_stands_at):
    visit("2026-05-06 09:00")
    the_clock_stands_at("2026-05-31 23:59")
    with pytest.raises(ValidationError, match="2026-05-31"):
        actions.issue(issuer, ALL, *MAY)


def test_what_was_issued_stays_and_a_correction_is_a_new_version(may_is_over, issuer, quality):
    first = actions.issue(issuer, ALL, *MAY)
    figures = first.figures
    with pytest.raises(ValidationError, match="第 1 版以来没有变化"):
        actions.issue(issuer, ALL, *MAY)
    correct_the_arrival(issuer)
    with pytest.raises(ValidationError, match="说明签发新版的原因"):
        actions.issue(issuer, ALL, *MAY, " ")
    second = actions.issue(issuer, ALL, *MAY, "到场时间登记有误，已更正")
    assert (second.number, second.version) == (first.number, 2)
    first.refresh_from_db()
    assert first.figures == figures
    changed = {(c.row["figure"], c.row["norm"]): (c.before, c.after)
               for c in actions.changes(first, second)}  # fmt: skip
    assert changed["kept", "3.3.2c"] == ("0.00 (0/1)", "100.00 (1/1)")
    page = said(quality.get(f"/assessment/sheets/{first.number}/2/"))
    assert "到场时间登记有误" in page
    assert "0.00 (0/1)" in page


def test_the_database_itself_refuses_to_change_or_remove_a_sheet(may_is_over, issuer):
    sheet = actions.issue(issuer, ALL, *MAY)
    with pytest.raises(DatabaseError), transaction.atomic():
        Sheet.objects.filter(pk=sheet.pk).update(reason="改一改")
    with pytest.raises(DatabaseError), transaction.atomic():
        Sheet.objects.filter(pk=sheet.pk).delete()
    assert actions.fingerprint_of(Sheet.objects.get().figures) == sheet.fingerprint


def test_a_person_s_sheet_has_what_the_measure_says_of_them(may_is_over, issuer, technician):
    sheet = actions.issue(issuer, Subject(Scope.PERSON, person=technician.person), *MAY)
    keys = {r["figure"] for r in sheet.figures["rows"]}
    assert "connected" not in keys
    assert "arrival" in keys
    assert isinstance(sheet.figures["standing"], list)


def test_as_excel_and_as_pdf_it_is_what_was_issued(may_is_over, issuer, quality):
    sheet = actions.issue(issuer, ALL, *MAY)
    address = f"/assessment/sheets/{sheet.number}/1/sheet"
    book = load_workbook(io.BytesIO(quality.get(f"{address}.xlsx").content))
    cells = [[c.value for c in row] for row in book.active.iter_rows()]
    kept = next(row for row in cells if row[0] == "3.3.2c")
    assert kept[2:5] == [0, 0, 1]
    text = PdfReader(io.BytesIO(quality.get(f"{address}.pdf").content)).pages[0].extract_text()
    assert sheet.number in text
    assert "某县广电" in text


def test_who_may_only_look_issues_nothing_and_a_head_sees_no_other_sheets(
    may_is_over, issuer, browser, acting
):
    sheet = actions.issue(issuer, ALL, *MAY)
    head = browser("站长", Role.HEAD, reach=Reach.UNIT)
    with pytest.raises(NotAllowed):
        actions.issue(acting(head.person), ALL, *MAY)
    assert head.post("/assessment/sheets/issue/", {"month": "2026-05"}).status_code == 403
    assert head.get(f"/assessment/sheets/{sheet.number}/1/").status_code == 404
    assert head.get(f"/assessment/sheets/{sheet.number}/1/sheet.pdf").status_code == 404
