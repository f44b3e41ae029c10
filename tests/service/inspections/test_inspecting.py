"""Holding an inspection, from the checklist to the last word."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shouwen.service.access.gate import NotAllowed
from shouwen.service.audit.models import LogEntry, Sighting
from shouwen.service.enactment.models import Clock, Event
from shouwen.service.inspections.actions import inspecting, planning
from shouwen.service.inspections.actions.inspecting import Asked
from shouwen.service.inspections.models import (
    Finding,
    Inspection,
    InspectionState,
    Kind,
    Picture,
    Programme,
    Result,
    Task,
)
from shouwen.service.organisations.models import Reach, Role, Unit, UnitKind
from tests.service.conftest import NOON
from tests.service.inspections.conftest import a_picture
from tests.service.pages.test_a_day import said


@pytest.fixture
def hall(station):
    return Unit.objects.create(code="营业厅", name="城关营业厅", kind=UnitKind.HALL)


@pytest.fixture
def begun(officer, hall):
    return inspecting.begin(
        officer, Asked(Kind.OPEN, hall, places=("营业厅",), roles=("clerk",), about="月度检查")
    )


def test_a_checklist_is_made_of_the_standards_for_the_place_and_the_role(begun):
    norms = set(begun.checks.values_list("norm", flat=True))
    assert {"2.6b", "3.1.1a", "3.1.4d"} <= norms
    # What is asked at a customer's door is not looked at in a hall.
    assert not any(n.startswith("3.3.") for n in norms)
    assert set(begun.checks.filter(prohibited=True).values_list("norm", flat=True)) <= norms


def test_nothing_chosen_means_every_standard_of_the_measure(officer, hall):
    row = inspecting.begin(officer, Asked(Kind.HIDDEN, hall))
    assert row.checks.count() > 100


def test_what_was_ticked_is_kept_and_can_be_ticked_otherwise_until_the_end(officer, begun):
    assert inspecting.tick(officer, begun, {"2.6b": ("kept", ""), "3.1.1a": ("unseen", "")}) == 2
    assert inspecting.tick(officer, begun, {"2.6b": ("kept", "")}) == 0
    inspecting.tick(officer, begun, {"2.6b": ("broken", "未着工装")})
    line = begun.checks.get(norm="2.6b")
    assert (line.result, line.note, line.looked_at) == (Result.BROKEN, "未着工装", NOON)


def test_a_norm_that_is_not_on_the_list_refuses_the_whole_of_it(officer, begun):
    with pytest.raises(ValidationError, match=r"3\.3\.3a"):
        inspecting.tick(officer, begun, {"2.6b": ("kept", ""), "3.3.3a": ("kept", "")})
    assert begun.checks.get(norm="2.6b").result == Result.NONE


def test_an_inspection_does_not_end_while_a_broken_norm_has_no_finding(
    officer, begun, clerk, found
):
    inspecting.tick(officer, begun, {"2.6b": ("broken", "")})
    with pytest.raises(ValidationError, match=r"2\.6b"):
        inspecting.hold(officer, begun, "总体良好")
    found(norm="2.6b", inspection=begun, check=begun.checks.get(norm="2.6b"))
    held = inspecting.hold(officer, begun, "总体良好")
    assert (held.state, held.held_at) == (InspectionState.HELD, NOON)


def test_a_finding_ticks_its_own_line(officer, begun, found):
    found(norm="2.6b", inspection=begun, check=begun.checks.get(norm="2.6b"))
    assert begun.checks.get(norm="2.6b").result == Result.BROKEN


def test_what_was_seen_stands_after_the_end(officer, begun):
    inspecting.hold(officer, begun, "良好")
    for again in (
        lambda: inspecting.tick(officer, begun, {"2.6b": ("kept", "")}),
        lambda: inspecting.hold(officer, begun, "再来"),
        lambda: inspecting.abandon(officer, begun, "不要"),
    ):
        with pytest.raises(ValidationError):
            again()


def test_by_recording_says_which_recording(officer, hall):
    with pytest.raises(ValidationError):
        inspecting.begin(officer, Asked(Kind.RECORDING, hall))
    row = inspecting.begin(officer, Asked(Kind.RECORDING, hall, about="录音 0506-17"))
    assert row.about == "录音 0506-17"


def test_a_head_inspects_the_own_unit_only(staff, acting, station, hall):
    head = acting(staff("站长", Role.HEAD, reach=Reach.UNIT))
    assert inspecting.begin(head, Asked(Kind.OPEN, station)).unit == station
    with pytest.raises(NotAllowed):
        inspecting.begin(head, Asked(Kind.OPEN, hall))


def test_one_held_days_ago_shows_as_recorded_later(officer, hall):
    row = inspecting.begin(officer, Asked(Kind.OPEN, hall, begun_at=NOON - timedelta(days=2)))
    held = inspecting.hold(officer, row, "良好")
    assert (row.begun_at, row.recorded_at) == (NOON - timedelta(days=2), NOON)
    assert held.held_at == NOON - timedelta(days=2)
    with pytest.raises(ValidationError):
        inspecting.begin(officer, Asked(Kind.OPEN, hall, begun_at=NOON - timedelta(days=8)))
    with pytest.raises(ValidationError):
        inspecting.begin(officer, Asked(Kind.OPEN, hall, begun_at=NOON + timedelta(days=1)))


def test_under_the_bank_s_measure_team_visit_and_ledger_are_told(under):
    with under("bank") as (unit, officer):
        row = inspecting.begin(officer, Asked(Kind.HIDDEN, unit, members=3))
        inspecting.hold(officer, row, "良好")
        told = {e.type: e.facts for e in Event.objects.all()}
        assert told["team.formed"]["members"] == "3"
        assert told["inspection.held"]["method"] == "暗查"
        assert told["inspection.entered"]["inspection"] == row.number
        assert Clock.objects.get(rule="enter-inspection").status == "met"


def test_under_the_power_measure_only_a_comprehensive_one_is_the_inspection_of_the_year(under):
    with under("power") as (unit, officer):
        for comprehensive in (False, True):
            asked = Asked(Kind.OPEN, unit, comprehensive=comprehensive)
            inspecting.hold(officer, inspecting.begin(officer, asked), "良好")
        types = list(Event.objects.values_list("type", flat=True))
        assert sorted(types) == ["inspection.closed", "inspection.held"]


def test_a_visit_to_an_agent_performs_the_one_that_was_scheduled(under):
    with under("agent") as (unit, officer):
        plan = planning.draw_up(
            officer, Programme(title="五月", first=date(2026, 5, 1), last=date(2026, 5, 31))
        )
        task = planning.add_task(
            officer,
            Task(programme=plan, agent="江州商行", kind=Kind.OPEN, about="市场视察",
                 due_on=date(2026, 5, 20)),
        )  # fmt: skip
        asked = Asked(Kind.OPEN, unit, agent="江州商行", task=task)
        inspecting.hold(officer, inspecting.begin(officer, asked), "区域内价格正常")
        told = {e.type: e.facts for e in Event.objects.all()}
        assert told["inspection-visit.scheduled"]["case"] == task.key
        assert told["inspection-visit.made"] == {"case": task.key, "agent": "江州商行"}


# --- the pages ---


@pytest.fixture
def page(browser):
    return browser("质检", Role.QUALITY)


def begin(page, unit, **more):
    return page.post(
        "/inspections/begin/",
        {"kind": "hidden", "unit": unit.pk, "places": ["营业厅"], "roles": ["clerk"],
         "about": "", "members": "1", "begun_at": ""} | more,
    )  # fmt: skip


def test_first_the_checklist_is_looked_at_and_nothing_is_written(page, hall):
    answer = begin(page, hall, look="1")
    assert "3.1.1a" in said(answer)
    assert not Inspection.objects.exists()


def test_an_inspection_from_beginning_to_end_in_the_browser(page, hall, clerk, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    at = begin(page, hall)["Location"]
    assert "3.1.1a" in said(page.get(at))
    told = {"r:2.6b": "broken", "n:2.6b": "未着工装", "r:3.1.1a": "kept", "uid": "u1"}
    answer = page.post(f"{at}tick/", told, headers={"X-Step": "1"}).json()
    assert answer == {"next": at}
    row = Inspection.objects.get()
    page.post(f"{at}photo/", {"photo": a_picture()})
    picture = Picture.objects.get()
    assert picture.inspection == row
    with picture.file.open("rb") as kept:
        assert kept.read(2) == b"\xff\xd8"
    find = f"/inspections/findings/new/?inspection={row.number}&norm=2.6b"
    assert "未着工装" in said(page.get(find))
    told = {"person": clerk.pk, "norm": "2.6b", "occurred_at": "2026-05-06T11:30", "found_at": "",
            "said": "未着工装上岗", "evidence": "照片一张"}  # fmt: skip
    assert page.post(find, told).status_code == 302
    finding = Finding.objects.get()
    assert (finding.inspection, finding.check_line.norm, finding.person) == (row, "2.6b", clerk)
    page.post(f"{at}end/", {"summary": "一人未着工装"})
    row.refresh_from_db()
    assert row.state == InspectionState.HELD
    shown = said(page.get(at))
    assert finding.number in shown
    assert "一人未着工装" in shown
    shown = page.get(f"/inspections/pictures/{picture.pk}.jpg")
    assert b"".join(shown.streaming_content)[:2] == b"\xff\xd8"
    assert Sighting.objects.filter(what="picture").exists()
    verbs = list(LogEntry.objects.values_list("verb", flat=True))
    assert verbs == ["inspections.begin", "inspections.tick", "inspections.picture",
                     "findings.find", "inspections.hold"]  # fmt: skip


def test_ticks_that_a_phone_sends_after_the_end_are_refused_and_not_lost(page, hall):
    at = begin(page, hall)["Location"]
    page.post(f"{at}end/", {"summary": "良好"})
    answer = page.post(f"{at}tick/", {"r:2.6b": "broken", "n:2.6b": "见照片"},
                       headers={"X-Step": "1"})  # fmt: skip
    assert "已结束" in answer.json()["error"]
    kept = LogEntry.objects.get(verb="inspections.refused")
    assert kept.data["told"] == {"2.6b": ["broken", "见照片"]}


def test_an_unannounced_visit_is_not_in_the_list_of_those_looked_at(page, hall, browser):
    at = begin(page, hall)["Location"]
    head = browser("厅长", Role.HEAD, reach=Reach.UNIT)
    head.person.grants.update(unit=hall)
    assert head.get(at).status_code == 404
    assert at.split("/")[-2] not in said(head.get("/inspections/"))
    page.post(f"{at}end/", {"summary": "良好"})
    shown = said(head.get(at))
    assert "良好" in shown
    # Who came unannounced may come again.
    assert "质检" not in shown


def test_what_is_no_picture_is_refused(page, hall, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    at = begin(page, hall)["Location"]
    page.post(f"{at}photo/", {"photo": SimpleUploadedFile("x.jpg", b"<svg onload=x>")})
    assert not Picture.objects.exists()


def test_a_form_sent_twice_begins_one_inspection(page, hall):
    once = "6f0f6a0e-1111-4222-8333-444455556666"
    first, second = begin(page, hall, once=once), begin(page, hall, once=once)
    assert first["Location"] == second["Location"]
    assert Inspection.objects.count() == 1


def test_a_list_asks_the_same_number_of_queries_however_long_it_is(page, officer, hall):
    def many(n):
        for _ in range(n):
            inspecting.begin(officer, Asked(Kind.OPEN, hall, places=("手机",)))
        with CaptureQueriesContext(connection) as seen:
            page.get("/inspections/")
        return len(seen)

    many(1)  # The first page of a process loads what later ones have.
    assert many(2) == many(12)
