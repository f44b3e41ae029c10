"""People as a sheet: out, and in again, all or none."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from shouwen.service.audit.models import LogEntry
from shouwen.service.house.models import Move
from shouwen.service.organisations.models import Person, Role, Unit, UnitKind
from tests.service.pages.test_a_day import said


@pytest.fixture
def boss(browser):
    return browser("管理员", Role.ADMINISTRATOR)


def head(boss):
    book = load_workbook(BytesIO(boss.get("/house/people/out/?template=1").content))
    return [c.value for c in next(book.active.iter_rows())]


def brings(boss, *rows, titles=None):
    book = Workbook()
    for row in (titles or head(boss), *rows):
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    return boss.post("/house/people/bring-in/",
                     {"file": SimpleUploadedFile("people.xlsx", out.getvalue())})  # fmt: skip


def test_people_are_added_and_changed_and_a_move_is_kept(boss, station, staff):
    west = Unit.objects.create(code="河西站", name="河西服务站", kind=UnitKind.STATION)
    staff("T1", Role.TECHNICIAN)
    moves, comes = ["T1", "张明", "", 13900001111, "河西站"], [1024, "李丽", "", "", "城关站"]
    answer = brings(boss, moves, comes)
    assert answer.status_code == 302
    moved = Person.objects.get(number="T1")
    assert (moved.name, moved.phone, moved.unit) == ("张明", "13900001111", west)
    assert Move.objects.get().left == station
    assert Person.objects.get(number="1024").unit == station
    assert LogEntry.objects.last().data == {"added": 1, "changed": 1}
    again = brings(boss, moves)
    assert again.status_code == 302
    assert LogEntry.objects.last().data == {"added": 0, "changed": 0}


def test_every_fault_is_named_with_its_row_and_nothing_is_kept(boss, station):
    answer = brings(
        boss, ["A1", "甲", "", "", "城关站"], ["", "乙", "", "", "城关站"],
        ["A1", "丙", "", "abc", "无此站"], ["A4", "x" * 101, "", "", "城关站"],
    )  # fmt: skip
    assert answer.status_code == 422
    text = said(answer)
    for word in ("5", "abc", "无此站", "城关站", "100"):
        assert word in text
    assert not Person.objects.filter(number__startswith="A").exists()


def test_a_file_that_is_none_or_has_other_columns_is_refused(boss, station):
    broken = SimpleUploadedFile("people.xlsx", b"PK\x03\x04 not really")
    assert boss.post("/house/people/bring-in/", {"file": broken}).status_code == 422
    assert brings(boss, ["A1"], titles=["x", "y"]).status_code == 422
    assert brings(boss).status_code == 422
    assert boss.post("/house/people/bring-in/").status_code == 302
    assert Person.objects.count() == 1


def test_what_goes_out_can_come_in_and_no_cell_is_a_formula(boss, station):
    Person.objects.create(number="=1+1", name="=cmd()", unit=station)
    content = boss.get("/house/people/out/").content
    cells = [c.value for row in load_workbook(BytesIO(content)).active.iter_rows() for c in row]
    assert not [c for c in cells if str(c or "").startswith("=")]
    file = SimpleUploadedFile("people.xlsx", content)
    assert boss.post("/house/people/bring-in/", {"file": file}).status_code == 302
    assert Person.objects.get(number="=1+1").name == "=cmd()"
