"""Complaints on the pages, as people use them."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from shouwen.service.cases.models import Case
from shouwen.service.complaints.actions import handling
from shouwen.service.complaints.actions.receiving import receive
from shouwen.service.complaints.models import Complaint, Evidence, State, Verdict, Way
from shouwen.service.contacts.models import Customer
from shouwen.service.enactment.ids import new_id
from shouwen.service.organisations.models import Role
from tests.service.complaints.conftest import ADDRESS, NAME, PHONE, WORDS
from tests.service.conftest import NOON


@pytest.fixture
def desk(browser, headquarters):
    client = browser("质检员乙", Role.QUALITY)
    client.person.unit = headquarters
    client.person.save()
    return client


def said(answer):
    return answer.content.decode()


def form(**changed):
    return {"way": "service", "words": WORDS, "name": NAME, "phone": "138-1234-5678",
            "address": ADDRESS, "once": str(uuid4())} | changed  # fmt: skip


def test_taking_one_down_finds_the_customer_and_says_what_to_do_next(browser, customer, station):
    client = browser("接线员", Role.OPERATOR)
    told = form()
    page = client.post("/complaints/new/", told, follow=True)
    assert "请立即上报领导" in said(page)
    complaint = Complaint.objects.get()
    assert complaint.complainants.get().customer == customer
    assert complaint.complainants.get().phone == PHONE
    # Sent again after a lost connection, it is one complaint.
    client.post("/complaints/new/", told)
    assert Complaint.objects.count() == 1


def test_the_second_complaint_of_a_customer_within_a_year_is_pointed_out(browser, customer):
    client = browser("接线员", Role.OPERATOR)
    client.post("/complaints/new/", form())
    page = client.post("/complaints/new/", form(), follow=True)
    assert "一年内的第 2 件投诉" in said(page)


def test_bad_input_comes_back_with_all_that_is_wrong_and_all_that_was_typed(browser, station):
    client = browser("接线员", Role.OPERATOR)
    answer = client.post("/complaints/new/", form(phone="12", anonymous="on", about="没有的号",
                                                  written_on="2026-13-40"))  # fmt: skip
    assert answer.status_code == 422
    for fault in ("不是电话号码", "没有这个编号", "取消匿名"):
        assert fault in said(answer)
    assert WORDS in said(answer)
    assert not Complaint.objects.exists()


def test_a_complaint_at_intake_becomes_one_and_the_case_keeps_nothing_of_it(browser, customer):
    client = browser("接线员", Role.OPERATOR)
    told = {"channel": "phone", "phone": PHONE, "name": NAME, "address": ADDRESS,
            "topic": "complaint", "matter": WORDS, "rings": "2", "uid": new_id()}  # fmt: skip
    page = client.post("/intake/", told, follow=True)
    complaint, case = Complaint.objects.get(), Case.objects.get()
    assert (complaint.case, complaint.words, complaint.key) == (case, WORDS, case.number)
    assert complaint.complainants.get().customer == customer
    assert (case.name, case.phone, case.address, case.customer) == ("", "", "", None)
    assert WORDS not in said(page)
    assert f"/complaints/{complaint.number}/" in said(page)
    for words in (NAME, PHONE):
        assert case.number not in said(client.get("/find/", {"q": words}))


def test_a_complaint_is_made_of_a_case_without_typing_the_customer_again(browser, customer):
    client = browser("接线员", Role.OPERATOR)
    told = {"channel": "phone", "phone": PHONE, "name": NAME, "address": ADDRESS,
            "topic": "enquiry", "matter": "问套餐", "uid": new_id()}  # fmt: skip
    page = client.post("/intake/", told, follow=True)
    number = Case.objects.get().number
    assert f"/complaints/new/?case={number}" in said(page)
    page = client.get(f"/complaints/new/?case={number}")
    assert f'value="{number}"' in said(page)
    answer = form(name="", phone="", address="", about=number, same_customer="on")
    client.post("/complaints/new/", answer)
    complaint = Complaint.objects.get()
    assert complaint.complainants.get().name == NAME
    assert complaint.concerns.get().case.number == number
    assert Case.objects.get().name == NAME


def test_from_the_list_to_the_result_to_the_file(desk, complaint, technician, leader):
    address = f"/complaints/{complaint.number}/"
    assert complaint.number in said(desk.get("/complaints/"))
    desk.post(f"{address}report/", {"to": leader.pk, "as_whom": "leader"})
    desk.post(f"{address}assign/", {"to": desk.person.pk, "due_at": "2026-05-09T12:00"})
    desk.post(f"{address}note/", {"words": "先看录像"})
    desk.post(f"{address}hear/", {"person": technician.pk, "words": "承认"})
    desk.post(f"{address}evidence/", {"title": "录音整理", "words": "客户原话"})
    page = said(desk.get(f"{address}result/"))
    assert "3.3.6a" in page
    assert "所用服务" in page
    told = {
        "count": "1", "verdict": "verified", "reasons": "维修员承认", "line0-whom":
        f"person:{complaint.concerns.get().pk}", "line0-norm": "3.3.6a", "line0-occurred":
        "2026-05-06T09:00", "line0-own_fault": "过失", "line0-own_services": "只有电视",
    }  # fmt: skip
    page = said(desk.post(f"{address}result/", told, follow=True))
    assert "免收视维护费 1年" in page
    assert "罚款" in page
    complaint.refresh_from_db()
    assert (complaint.verdict, complaint.state) == (Verdict.VERIFIED, State.JUDGED)
    desk.post(f"{address}reply/", {"words": "已处理，向您致歉", "how": "phone"})
    page = said(desk.post(f"{address}close/", {}, follow=True))
    assert "已归档" in page
    assert complaint.number not in said(desk.get("/complaints/"))
    assert complaint.number in said(desk.get("/complaints/?view=all"))


def test_an_incomplete_result_comes_back_with_what_is_wrong(desk, complaint, looked_into):
    looked_into(complaint)
    address = f"/complaints/{complaint.number}/result/"
    told = {"count": "1", "verdict": "verified", "reasons": "属实", "line0-norm": "3.3.6a",
            "line0-whom": "", "line0-occurred": ""}  # fmt: skip
    answer = desk.post(address, told)
    assert answer.status_code == 422
    assert "请写明人员、条款和时间" in said(answer)
    answer = desk.post(address, told | {"more": "1"})
    assert 'name="line1-norm"' in said(answer)
    assert Complaint.objects.get().verdict == ""


def picture():
    out = io.BytesIO()
    image = Image.new("RGB", (60, 40), "red")
    exif = image.getexif()
    exif[0x010F] = "秘密相机"
    image.save(out, "JPEG", exif=exif)
    return SimpleUploadedFile("../../坏名字.php", out.getvalue(), "text/html")


def document():
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    page[NameObject("/AA")] = DictionaryObject({NameObject("/O"): TextStringObject("x")})
    script = {NameObject("/S"): NameObject("/JavaScript"),
              NameObject("/JS"): TextStringObject("app.alert('evil')")}  # fmt: skip
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(script)
    writer.add_attachment("virus.exe", b"MZ evil")
    out = io.BytesIO()
    writer.write(out)
    return SimpleUploadedFile("letter.pdf", out.getvalue(), "application/pdf")


@pytest.fixture
def in_a_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_evidence_is_kept_without_what_is_hidden_in_it(desk, complaint, in_a_folder):
    address = f"/complaints/{complaint.number}/evidence/"
    for file in (picture(), document()):
        desk.post(address, {"title": "来件", "file": file})
    image, paper = Evidence.objects.order_by("id")
    answer = desk.get(f"{address}{image.pk}/")
    kept = b"".join(answer.streaming_content)
    assert answer["Content-Type"] == "image/jpeg"
    assert Image.open(io.BytesIO(kept)).getexif() == {}
    assert "坏名字" not in str(image.file.name)
    answer = desk.get(f"{address}{paper.pk}/")
    kept = b"".join(answer.streaming_content)
    assert "attachment" in answer["Content-Disposition"]
    assert b"evil" not in kept
    reader = PdfReader(io.BytesIO(kept))
    assert len(reader.pages) == 1
    assert "/AA" not in reader.pages[0]
    assert reader.attachments == {}


def locked():
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt("geheim")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"%PDF-1.7 broken", "无法按PDF读取"),
        (b"<html><script>alert(1)</script>", "既不是PDF，也不是图片"),
        (b"", "既不是PDF，也不是图片"),
        (locked(), "设有密码"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_refused(
    desk, complaint, in_a_folder, content, fault
):
    file = SimpleUploadedFile("x.pdf", content, "application/pdf")
    answer = desk.post(f"/complaints/{complaint.number}/evidence/",
                       {"title": "来件", "file": file}, follow=True)  # fmt: skip
    text = said(answer)
    assert fault in text or "请选择文件" in text
    assert not Evidence.objects.exists()


def test_the_most_urgent_stand_first_and_overdue_ones_are_red(desk, operator, held, quality,
                                                             the_clock_stands_at):  # fmt: skip
    soon, late = receive(operator, held()), receive(operator, held(words="等了很久没人来"))
    handling.assign(quality, late, quality.person, NOON + timedelta(days=5))
    handling.assign(quality, soon, quality.person, NOON + timedelta(days=1))
    the_clock_stands_at("2026-05-08 12:00")
    page = said(desk.get("/complaints/"))
    assert page.index(soon.number) < page.index(late.number)
    assert page.count("tag-red") == 1


def test_the_list_asks_as_often_for_thirty_as_for_three(desk, operator, held):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            desk.get("/complaints/")
        return len(queries)

    for _ in range(3):
        receive(operator, held())
    asked()  # the first time, what is read once a process is read
    few = asked()
    for n in range(27):
        Customer.objects.create(number=f"N{n}", name="某", phone=f"1390000{n:04d}")
        receive(operator, held(phone=f"1390000{n:04d}"))
    assert asked() == few


def test_filters_find_by_way_state_unit_and_words(desk, operator, held, station):
    phone = receive(operator, held())
    paper = receive(operator, held(way=Way.MEDIA, words="报上说营业厅排长队", source="县报",
                                   person=None, unit=station))  # fmt: skip
    for query, found in (("way=media", paper), ("q=排长队", paper), (f"q={phone.number}", phone),
                         ("state=new", phone), (f"unit={station.pk}", paper)):  # fmt: skip
        assert found.number in said(desk.get(f"/complaints/?view=all&{query}"))
    assert phone.number not in said(desk.get("/complaints/?view=all&way=media"))
    assert paper.number not in said(desk.get("/complaints/?view=mine"))


def test_the_sheet_holds_no_complainant_and_no_formula(desk, operator, held):
    receive(operator, held(words="=HYPERLINK(1)"))
    answer = desk.get("/complaints/?format=xlsx&view=all")
    book = load_workbook(io.BytesIO(answer.content))
    cells = [str(c) for row in book.active.iter_rows(values_only=True) for c in row]
    assert "'=HYPERLINK(1)" in cells
    assert not [c for c in cells if NAME in c or PHONE in c]


def test_an_employee_reports_and_follows_the_report(browser, technician, headquarters):
    client = browser("营业员", Role.EMPLOYEE)
    page = said(client.get("/complaints/new/"))
    assert re.search(r'value="staff"[^>]*checked', page)
    told = form(way="staff", name="", phone="", address="", person=technician.pk)
    client.post("/complaints/new/", told)
    complaint = Complaint.objects.get()
    assert complaint.number in said(client.get("/complaints/"))
    assert "已受理" in said(client.get(f"/complaints/{complaint.number}/"))


def test_every_page_speaks_english_too(desk, complaint, looked_into):
    looked_into(complaint)
    desk.cookies["django_language"] = "en"
    for address in ("", "new/", "own/", f"{complaint.number}/", f"{complaint.number}/result/"):
        page = said(desk.get(f"/complaints/{address}"))
        assert '<html lang="en">' in page
        assert "omplaint" in page
        assert "登记投诉" not in page
        assert "被投诉对象" not in page


def test_the_list_opens_a_drawer_with_the_clocks_and_the_history_and_no_complainant(
    desk, complaint
):
    listed = said(desk.get("/complaints/?view=all"))
    assert f'href="/complaints/{complaint.number}/" class="num" data-drawer' in listed
    drawer = said(desk.get(f"/complaints/{complaint.number}/", headers={"X-Drawer": "1"}))
    assert "<html" not in drawer
    assert WORDS in drawer
    assert "timeline" in drawer
    assert NAME not in drawer
    assert PHONE not in drawer
