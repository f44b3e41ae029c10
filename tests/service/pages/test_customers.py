"""Customers brought in from a spreadsheet and taken out to one."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from shouwen.service.audit.models import Sighting
from shouwen.service.contacts.models import Customer
from shouwen.service.organisations.models import Role, Territory
from tests.service.pages.test_a_day import said

TITLES = ["客户编号", "客户姓名", "电话", "备用电话", "地址", "片区", "备注"]


@pytest.fixture
def clerk(browser, station):
    Territory.objects.create(code="T1", name="城关镇", area="城区", unit=station)
    return browser("营业员", Role.CLERK)


def sheet(*rows, titles=TITLES):
    book = Workbook()
    for row in (titles, *rows):
        book.worksheets[0].append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bring_in(client, content, name="客户.xlsx"):
    file = SimpleUploadedFile(name, content)
    return client.post("/customers/bring-in/", {"file": file}, follow=True)


GOOD = ["K1", "张某", 13800001234, None, "人民路1号", "T1", "-危险"]


def test_known_numbers_are_changed_and_others_added(clerk):
    Customer.objects.create(number="K1", name="旧名")
    answer = bring_in(clerk, sheet(GOOD, ["K2", "李某", "0571-8888888", "", "解放路2号", "", ""]))
    assert "新增 1 位客户，更新 1 位" in said(answer)
    assert list(Customer.objects.values_list("number", "name", "phone", "territory__code")) == [
        ("K1", "张某", "13800001234", "T1"),
        ("K2", "李某", "05718888888", None),
    ]
    assert "K1" in said(clerk.get("/customers/?q=1234"))
    assert "13800001234" not in said(clerk.get("/customers/?q=1234"))


def test_a_file_with_wrong_rows_is_refused_whole_and_every_fault_named(clerk):
    wrong = ["K1", "", "abc", "", "", "T9", ""]
    nameless = ["", "王某", "", "", "", "", ""]
    answer = bring_in(clerk, sheet(GOOD, wrong, [None] * 7, nameless))
    page = said(answer)
    assert answer.status_code == 422
    for fault in ("第 2 行编号相同", "不能为空", "“abc”不是电话号码", "没有片区“T9”，现有：T1"):
        assert fault in page
    assert '<td class="num">5</td>' in page
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"not a spreadsheet", "这不是 Excel 文件"),
        (b"PK\x03\x04 broken", "这不是 Excel 文件"),
        (sheet(titles=["姓名", "电话"]), "列必须是"),
        (sheet(), "文件是空的"),
        (b"x" * (5 * 1024 * 1024 + 1), "文件超过 5 MB"),
        (sheet(*([f"K{n}", "某", "", "", "", "", ""] for n in range(5001))), "超过 5,000 行"),
    ],
    ids=["text", "broken", "columns", "empty", "large", "long"],
)
def test_a_file_that_is_none_is_refused_with_the_reason(clerk, content, reason):
    assert reason in said(bring_in(clerk, content))
    assert not Customer.objects.exists()


def test_what_is_taken_out_can_be_brought_in_again_and_is_noted(clerk):
    bring_in(clerk, sheet(GOOD))
    content = clerk.get("/customers/sheet.xlsx").content
    assert Sighting.objects.get().subject == "customers"
    row = [c.value for c in load_workbook(io.BytesIO(content)).worksheets[0][2]]
    assert row[6] == "'-危险"
    Customer.objects.update(name="改过")
    bring_in(clerk, content)
    customer = Customer.objects.get()
    assert (customer.name, customer.note) == ("张某", "-危险")


def test_the_template_holds_titles_only_and_nobody_is_noted(clerk):
    content = clerk.get("/customers/sheet.xlsx?template=1").content
    rows = list(load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True))
    assert rows == [tuple(TITLES)]
    assert not Sighting.objects.exists()
