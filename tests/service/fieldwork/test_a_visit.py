"""A visit on the technician's phone."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.test import Client
from PIL import Image
from pypdf import PdfReader

from shouwen.service.access.actor import Actor
from shouwen.service.aftercare.models import CallBack
from shouwen.service.cases import actions as cases
from shouwen.service.cases.models import Channel, Topic
from shouwen.service.enactment.models import Act, Clock
from shouwen.service.fieldwork.receipts import token
from shouwen.service.organisations.models import Reach, Role, Territory
from shouwen.service.workorders import actions as work
from shouwen.service.workorders.models import Photo, Receipt, WorkKind, WorkState
from tests.service.conftest import NOON
from tests.service.pages.test_a_day import said

DRAWN = "M10 20L30 40L50 60"


@pytest.fixture
def technician(browser):
    return browser("维修员甲", Role.TECHNICIAN, reach=Reach.OWN)


@pytest.fixture
def job(technician, station, staff, acting):
    territory = Territory.objects.create(code="T1", name="城关镇", area="城区", unit=station)
    operator = acting(staff("接线员", Role.OPERATOR))
    case = cases.open_case(
        operator,
        cases.Asked(topic=Topic.REPAIR, channel=Channel.PHONE, matter="电视没有信号",
                    name="客户某", phone="13800001234", address="人民路1号",
                    territory=territory),
    )  # fmt: skip
    return work.order_work(operator, case, WorkKind.REPAIR, technician=technician.person)


def tell(client, job, step, phone=True, **told):
    headers = {"X-Step": "1"} if phone else {}
    return client.post(f"/field/{job.key}/{step}/", told, headers=headers)


def test_the_day_s_jobs_show_where_and_by_when(technician, job):
    page = said(technician.get("/field/"))
    assert "人民路1号" in page
    assert "剩30分钟" in page


def test_a_visit_step_by_step(technician, job, the_clock_stands_at):
    the_clock_stands_at("2026-05-06 12:20")
    for step in ("accept", "leave", "arrive"):
        assert "error" not in tell(technician, job, step).json(), step
    tell(technician, job, "part", name="接头", quantity="2")
    the_clock_stands_at("2026-05-06 12:40")
    assert "请填写处理结果" in tell(technician, job, "finish").json()["error"]
    tell(technician, job, "finish", result="更换接头")
    assert "客户尚未签字" in tell(technician, job, "sign").json()["error"]
    tell(technician, job, "sign", signature=DRAWN, rating="5")
    job.refresh_from_db()
    slip = Receipt.objects.get()
    assert (job.state, slip.rating, slip.signature) == (WorkState.DONE, 5, DRAWN)
    assert CallBack.objects.get().due_on.isoformat() == "2026-05-07"


def test_a_step_kept_in_a_dead_spot_counts_at_its_own_time(technician, job, the_clock_stands_at):
    the_clock_stands_at("2026-05-06 13:10")
    at = (NOON + timedelta(minutes=25)).isoformat()
    for _ in range(2):
        answer = tell(technician, job, "arrive", uid="a-1", at=at)
        assert answer.json() == {"next": f"/field/{job.key}/"}
    clock = Clock.objects.get(rule="arrive")
    assert (clock.status, clock.performed_at) == ("met", NOON + timedelta(minutes=25))
    assert Act.objects.filter(name="work.arrived").count() == 1


def test_a_phone_whose_clock_runs_ahead_is_told_so_and_nothing_is_lost(technician, job):
    at = (NOON + timedelta(hours=2)).isoformat()
    answer = tell(technician, job, "arrive", uid="a-1", at=at).json()
    assert "请检查设备时钟" in answer["error"]
    kept = Act.objects.get(name="case.noted")
    assert at in kept.facts["text"]


def test_a_phone_whose_clock_runs_behind_cannot_have_arrived_before_the_report(technician, job):
    at = (NOON - timedelta(hours=2)).isoformat()
    answer = tell(technician, job, "arrive", uid="a-1", at=at).json()
    assert "12:00" in answer["error"]
    assert "请检查设备时钟" in answer["error"]
    assert at in Act.objects.get(name="case.noted").facts["text"]
    job.refresh_from_db()
    assert job.arrived_at is None


def test_a_clock_a_minute_behind_counts_as_the_same_instant(technician, job):
    at = (NOON - timedelta(minutes=1)).isoformat()
    assert tell(technician, job, "arrive", uid="a-1", at=at).json() == {
        "next": f"/field/{job.key}/"
    }
    job.refresh_from_db()
    assert job.arrived_at == NOON


def test_the_end_of_a_job_cannot_lie_before_the_arrival(technician, job, the_clock_stands_at):
    the_clock_stands_at("2026-05-06 13:30")
    tell(technician, job, "arrive", uid="a-1", at=(NOON + timedelta(minutes=40)).isoformat())
    at = (NOON + timedelta(minutes=20)).isoformat()
    answer = tell(technician, job, "finish", uid="a-2", at=at, result="恢复").json()
    assert "12:40" in answer["error"]


def test_a_job_that_was_given_away_cannot_be_gone_on_with(technician, job, staff, acting):
    dispatcher = acting(staff("调度员", Role.DISPATCHER, reach=Reach.ORGANISATION))
    other = staff("维修员乙", Role.TECHNICIAN)
    work.assign(dispatcher, job, other)
    answer = tell(technician, job, "arrive", uid="a-1").json()
    assert "没有权限" in answer["error"]
    assert answer["next"] == "/field/"
    assert technician.get(f"/field/{job.key}/").status_code == 404


@pytest.mark.parametrize(
    "signature", ["<svg onload=x>", "M1 1", "M1 1L2 2" + "L3 3" * 5000, "M-1 2L3 4", "javascript:"]
)
def test_what_is_no_signature_is_refused(technician, job, signature):
    tell(technician, job, "arrive")
    tell(technician, job, "finish", result="好了")
    assert "尚未签字" in tell(technician, job, "sign", signature=signature).json()["error"]


def test_without_script_a_step_is_an_ordinary_form(technician, job):
    answer = tell(technician, job, "accept", phone=False)
    assert answer["Location"] == f"/field/{job.key}/"


def test_an_appointment_needs_an_end_after_its_beginning(technician, job):
    answer = tell(technician, job, "appointment", start="2026-05-06T15:00", end="2026-05-06T14:00")
    assert "预约结束须晚于开始" in answer.json()["error"]


def finished(technician, job):
    actor = Actor.of(technician.person)
    work.arrive(actor, job)
    work.finish(actor, job, "更换接头")
    work.sign(actor, job, DRAWN, 4)
    return job


def test_the_slip_is_a_pdf_that_can_be_read(technician, job):
    finished(technician, job)
    answer = technician.get(f"/field/{job.key}/slip.pdf")
    assert answer["Content-Type"] == "application/pdf"
    text = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    for words in ("服务回执单", "客户某", "13800001234", "更换接头", "兑现"):
        assert words in text


def test_a_customer_follows_the_job_by_the_code_and_sees_nobody_s_data(technician, job):
    finished(technician, job)
    page = said(Client().get(f"/field/follow/{token(job)}/"))
    assert job.key in page
    for personal in ("客户某", "1380000", "人民路", "维修员甲"):
        assert personal not in page


def test_a_code_that_was_altered_or_is_too_old_leads_nowhere(technician, job, monkeypatch):
    code = token(job)
    assert Client().get(f"/field/follow/{code[:-1]}x/").status_code == 404
    import time

    later = time.time() + 61 * 86_400
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert Client().get(f"/field/follow/{code}/").status_code == 404


def photographed(client, job, content, name="a.jpg"):
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile(name, content)
    return client.post(f"/field/{job.key}/photo/", {"photo": file}, follow=True)


def jpeg(size=(3000, 2000), **more):
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, "JPEG", **more)
    return out.getvalue()


@pytest.fixture
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def test_a_picture_is_kept_small_and_without_what_was_hidden_in_it(technician, job, uploads):
    place = Image.Exif()
    place[0x010F] = "a phone"
    photographed(technician, job, jpeg(exif=place) + b"<?php hidden")
    kept = next(uploads.rglob("*.jpg")).read_bytes()
    with Image.open(io.BytesIO(kept)) as picture:
        assert max(picture.size) == 1600
        assert not picture.getexif()
    assert b"hidden" not in kept
    photo = Photo.objects.get()
    answer = technician.get(f"/field/{job.key}/photo/{photo.pk}.jpg")
    assert b"".join(answer.streaming_content) == kept


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "这不是照片"),
        (b"\xff\xd8\xff broken", "这不是照片"),
        (jpeg((9000, 9000)), "照片像素过多"),
        (b"\xff\xd8" + b"x" * (8 * 1024 * 1024), "照片超过 8 MB"),
    ],
    ids=["svg", "broken", "bomb", "large"],
)
def test_what_is_no_picture_is_refused(technician, job, uploads, content, reason):
    assert reason in said(photographed(technician, job, content))
    assert not Photo.objects.exists()
    assert not list(uploads.rglob("*.*"))


def test_the_technician_is_reminded_of_conduct(technician, job):
    assert "上门前：行为规范" in said(technician.get(f"/field/{job.key}/"))
