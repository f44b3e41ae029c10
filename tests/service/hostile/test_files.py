"""Whatever file is brought in: a word about it, nothing half done, nothing kept that was not asked
for."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from shouwen.service.audit.models import LogEntry
from shouwen.service.cases import actions as cases
from shouwen.service.cases.models import Channel, Topic
from shouwen.service.complaints import files as evidence
from shouwen.service.organisations.models import Role
from shouwen.service.workorders import actions as work
from shouwen.service.workorders.models import Photo, WorkKind
from tests.service.hostile.files import NAMES, PICTURES, SHEETS, jpeg, workbook
from tests.service.pages.test_a_day import said

BRING_IN = {
    "/customers/bring-in/": Role.CLERK,
    "/house/people/bring-in/": Role.ADMINISTRATOR,
    "/measure/events/bring-in/repair.reported/": Role.QUALITY,
    "/conduct/payroll/bring-in/": Role.ADMINISTRATOR,
}


@pytest.mark.parametrize("content", SHEETS.values(), ids=SHEETS)
@pytest.mark.parametrize("address", BRING_IN)
def test_a_sheet_that_is_none_is_refused_with_the_reason(browser, address, content):
    client = browser("某人", BRING_IN[address])
    before = LogEntry.objects.count()
    answer = client.post(address, {"file": SimpleUploadedFile("表.xlsx", content)}, follow=True)
    assert answer.status_code == 422
    assert any(word in said(answer) for word in ("不是 Excel", "拆分", "文件为空", "列必须"))
    assert LogEntry.objects.count() == before


@pytest.fixture
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "uploads"
    return settings.MEDIA_ROOT


@pytest.fixture
def job(browser, acting):
    """A technician's client, and the address of a job of theirs."""
    technician = browser("维修员", Role.TECHNICIAN)
    operator = acting(browser("接线员", Role.OPERATOR).person)
    asked = cases.Asked(topic=Topic.REPAIR, channel=Channel.PHONE, matter="没有信号", name="客户某",
                        phone="13800001234", address="人民路1号")  # fmt: skip
    case = cases.open_case(operator, asked)
    order = work.order_work(operator, case, WorkKind.REPAIR, technician=technician.person)
    return technician, f"/field/{order.key}/photo/"


@pytest.mark.parametrize("content", PICTURES.values(), ids=PICTURES)
def test_a_photo_that_is_none_is_refused_with_the_reason(job, uploads, content):
    client, address = job
    answer = client.post(address, {"photo": SimpleUploadedFile("x.jpg", content)}, follow=True)
    assert any(word in said(answer) for word in ("不是照片", "像素过多", "超过 8 MB", "请选择照片"))
    assert not Photo.objects.exists()
    assert not list(uploads.rglob("*.*"))


@pytest.mark.parametrize("name", NAMES)
def test_the_name_of_a_file_decides_nothing(job, uploads, name):
    client, address = job
    # By hand: the client of the tests sends the last part of a name only.
    head = f'--x\r\nContent-Disposition: form-data; name="photo"; filename="{name}"\r\n\r\n'
    body = head.encode() + jpeg() + b"\r\n--x--\r\n"
    client.post(address, body, content_type="multipart/form-data; boundary=x", follow=True)
    for kept in uploads.rglob("*.*"):
        assert kept.parent.parent.parent == uploads / "photos"
        assert str(kept).endswith(f"/{Photo.objects.get().file.name}")
    assert Photo.objects.count() == len(list(uploads.rglob("*.*")))


EVIDENCE = {
    "a page with a script": b"<!doctype html><script>alert(1)</script>",
    "half of a document": b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R",
    "a document that leads to itself": b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1>>endobj\ntrailer<</Root 1 0 R/Size 3>>\n%%EOF",
    "an archive": workbook(),
    **{k: PICTURES[k] for k in ("nothing", "a picture of more than a library opens")},
}


@pytest.mark.parametrize("content", EVIDENCE.values(), ids=EVIDENCE)
def test_evidence_that_is_none_is_refused_with_the_reason(content):
    with pytest.raises(ValidationError) as refused:
        evidence.cleaned(SimpleUploadedFile("x.pdf", content))
    assert any(word in str(refused.value) for word in ("既不是PDF", "PDF读取", "页"))
