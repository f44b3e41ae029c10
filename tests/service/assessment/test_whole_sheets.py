"""Everyone's sheet from the whole log is the one that the service has, cell by cell."""

from __future__ import annotations

import json
from datetime import date

import openpyxl
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from shouwen.service.aftercare.models import Answer
from shouwen.service.assessment import actions
from shouwen.service.assessment.models import Scope
from shouwen.service.assessment.queries import Subject
from shouwen.service.assessment.whole.asking import a_day, columns_read
from shouwen.service.cases import actions as cases
from shouwen.service.cases.models import Channel, Topic
from shouwen.service.complaints.actions import receiving
from shouwen.service.complaints.models import Way
from shouwen.service.enactment.alarms import ring
from shouwen.service.enactment.models import Adoption, Breach, Clock
from shouwen.service.house import actions as house
from shouwen.service.intake import actions as intake
from shouwen.service.organisations.models import Reach, Role, Unit, UnitKind
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope

from ..conftest import NOON


@pytest.fixture
def assess(monkeypatch, tmp_path):
    """Runs the command in this process, which has its database already."""
    monkeypatch.setattr("shouwen.cli.service._django", lambda: None)
    from shouwen.cli.app import app

    def run(*arguments, out="sheet"):
        return CliRunner().invoke(
            app, ["assess", "--organisation", "cable", "-o", str(tmp_path / out), *arguments]
        )

    return run


@pytest.fixture
def a_month(visit, call_back, operator, technician, territory, station, staff, acting,
            the_clock_stands_at):  # fmt: skip
    """May: visits in time and late, someone who moved, calls, call-backs, complaints."""
    the_clock_stands_at("2026-05-04 09:00")
    for n, harassing in enumerate((False, False, True)):
        call = intake.rang(f"u{n}", "13900000000", station)
        if n != 1:
            intake.answer(operator, call)
        else:
            intake.missed(operator, call)
        if harassing:
            type(call).objects.filter(pk=call.pk).update(harassing=True)
    happy = visit("2026-05-06 09:00", stars=5)
    late = visit("2026-05-07 14:00", arrive="14:45", done="15:10", stars=2)
    visit("2026-05-08 10:00", topic=Topic.ENQUIRY)
    call_back(happy, Answer.SATISFIED, "2026-05-07 08:30")
    call_back(late, Answer.UNHAPPY, "2026-05-08 08:30")
    visit("2026-05-11 10:00", arrive="10:29", done="10:50", stars=4)
    receiving.receive(operator, receiving.Held(Way.BOOK, "窗口没人"))
    the_clock_stands_at("2026-05-14 10:00")
    cases.came_again(operator, late, Channel.PHONE)
    other = Unit.objects.create(code="乡站", name="乡镇服务站", kind=UnitKind.STATION)
    mover = acting(staff("质量办", Role.ADMINISTRATOR, Role.QUALITY, reach=Reach.ORGANISATION))
    house.move(mover, technician.person, other, date(2026, 5, 9))
    visit("2026-05-15 09:00", arrive="11:00", done="11:30", stars=1)
    the_clock_stands_at("2026-06-03 09:00")
    while ring():
        pass
    return mover


@pytest.mark.slow
def test_every_cell_is_what_the_service_has_and_what_is_tampered_with_is_named(
    a_month, assess, tmp_path
):
    told = assess("--sheet", "2026-05", "--check", "--json")
    assert told.exit_code == 0, told.output
    found = json.loads(told.stdout)
    assert found["differences"] == []
    assert found["measures"] == ["cable (2013-09-01)"]

    # The sheet is not an empty one: worked out by hand, from what happened above.
    rows = pq.read_table(found["result"] + "/figures.parquet").to_pylist()
    whole = {r["figure"]: r for r in rows if r["scope"] == "organisation" and not r["norm"]}
    assert (whole["connected"]["good"], whole["connected"]["of_all"]) == (1, 2)
    assert (whole["arrival"]["good"], whole["arrival"]["of_all"]) == (20 + 45 + 29 + 120, 4)
    assert (whole["stars"]["good"], whole["stars"]["of_all"]) == (5 + 2 + 4 + 1, 4)
    assert (whole["on-time"]["good"], whole["on-time"]["of_all"]) == (2, 4)
    assert (whole["reached"]["of_all"], whole["content"]["good"]) == (2, 1)
    assert whole["complaints"]["of_all"] == 1
    assert whole["breaches"]["of_all"] == Breach.objects.filter(gone=False).count() > 0
    own = {r["code"]: r["of_all"] for r in rows if r["figure"] == "breaches" and not r["norm"]}
    assert own[""] == own["城关站"] > own["维修员"] > 0

    issued = actions.issue(
        a_month, Subject(Scope.ORGANISATION), date(2026, 5, 1), date(2026, 5, 31)
    )
    # A projection that someone put out of order is found.
    kept = Clock.objects.filter(status="met", rule="arrive").order_by("deadline").first()
    Clock.objects.filter(pk=kept.pk).update(status="breached")
    told = assess("--sheet", "2026-05", "--check", "--json")
    assert told.exit_code == 1
    differing = json.loads(told.stdout)["differences"]
    assert {(d["row"], d["cell"], d["whole"], d["service"]) for d in differing} >= {
        ("on-time", "good", "2", "1"), ("on-time 3.3.2c", "good", "2", "1"),
    }  # fmt: skip
    assert {d["scope"] for d in differing} == {"organisation", "unit", "person"}
    assert {d["row"].split()[0] for d in differing} == {"kept", "on-time"}
    shown = assess("--sheet", "2026-05", "--check", out="sheet.xlsx")
    assert shown.exit_code == 1
    assert f"{len(differing)} cells differ" in shown.stderr

    # The workbook has what was issued before that.
    book = openpyxl.load_workbook(tmp_path / "sheet.xlsx")
    header, *rows = book["figures"].iter_rows(values_only=True)
    cells = [dict(zip(header, row, strict=True)) for row in rows]
    own = {
        (c["figure"], c["norm"] or ""): (c["value"], c["good"], c["of_all"])
        for c in cells
        if c["scope"] == "organisation"
    }
    assert own == {
        (r["figure"], r["norm"]): (
            None if r["value"] is None else float(r["value"]), float(r["good"]), r["total"],
        )
        for r in issued.figures["rows"]
    }  # fmt: skip
    assert not (tmp_path / "sheet.xlsx.work").exists()


@pytest.mark.slow
def test_an_adoption_in_the_middle_of_a_month_decides_about_what_began_under_it(
    visit, assess, the_clock_stands_at
):
    visit("2026-05-06 09:00", arrive="09:30")
    Adoption.objects.create(
        measure="cable", first_day=date(2026, 5, 12), readings={"半小时整": "算迟到"},
        adopted_at=NOON,
    )  # fmt: skip
    visit("2026-05-13 09:00", arrive="09:30")
    the_clock_stands_at("2026-06-03 09:00")
    while ring():
        pass
    told = assess("--sheet", "2026-05", "--check", "--json")
    assert told.exit_code == 0, told.output
    found = json.loads(told.stdout)
    assert found["measures"] == ["cable (2013-09-01)", "cable (2026-05-12)"]
    rows = pq.read_table(found["result"] + "/figures.parquet").to_pylist()
    (own,) = (r for r in rows if (r["scope"], r["norm"]) == ("organisation", "3.3.2c")
              and r["figure"] == "on-time")  # fmt: skip
    assert (own["good"], own["of_all"]) == (1, 2)


def test_what_does_not_fit_a_sheet_is_refused_with_what_to_do(organisation, assess):
    def said(*arguments):
        told = assess(*arguments)
        assert told.exit_code != 0
        return " ".join(told.stderr.split())

    assert "Write it as 2026-10" in said("--sheet", "Oktober")
    assert "--sheet does not go with --rule" in said("--sheet", "2026-05", "--rule", "arrive")
    assert "Give --sheet" in said("--check")
    assert "has not begun yet" in said("--sheet", "2027-01")


def test_where_nothing_happened_the_sheet_says_so(organisation, assess):
    told = assess("--sheet", "2026-05", "--check", "--json")
    assert told.exit_code == 0, told.output
    rows = pq.read_table(json.loads(told.stdout)["result"] + "/figures.parquet").to_pylist()
    assert {r["of_all"] for r in rows} == {0}
    assert {r["value"] for r in rows if r["figure"] == "kept"} == {None}


def test_neither_names_nor_telephone_numbers_leave_the_database(organisation):
    columns = columns_read(a_day())
    read = {f"{model.__name__}.{name}" for model, fields in columns.items() for name in fields}
    assert {"Call.rang_at", "CallBack.answer", "Complaint.state", "Receipt.rating"} <= read
    personal = ("name", "phone", "address", "matter", "said", "words", "text", "signature")
    assert not [r for r in read if r.partition(".")[2] in personal]


def test_only_rows_of_the_organisation_are_copied(visit, operator, tmp_path, organisation):
    from shouwen.measures.assessment import Limits
    from shouwen.measures.assessment.running import database
    from shouwen.service.assessment.whole.copying import copy_rows

    visit("2026-05-06 09:00")
    other = Organisation.objects.create(code="other", name="别处")
    columns = columns_read(a_day())
    with database(Limits()) as tables:
        copy_rows(tables, columns, tmp_path / "own")
        with scope(other.pk):
            copy_rows(tables, columns, tmp_path / "theirs")
    many = {
        home: sum(pq.read_metadata(f).num_rows for f in (tmp_path / home).glob("*.parquet"))
        for home in ("own", "theirs")
    }
    assert many["own"] >= 3
    assert many["theirs"] == 0


@pytest.mark.slow
def test_an_interrupted_work_goes_on_at_the_instant_it_was_asked_at(
    visit, assess, the_clock_stands_at, tmp_path, monkeypatch
):
    visit("2026-05-06 09:00")
    the_clock_stands_at("2026-06-03 09:00")
    while ring():
        pass
    from shouwen.service.assessment.whole import sheets

    with monkeypatch.context() as broken:

        def full(*_args):
            raise OSError(28, "No space left on device")

        broken.setattr(sheets, "write_result", full)
        told = assess("--sheet", "2026-05")
        assert told.exit_code == 1
        assert "goes on from there" in " ".join(told.stderr.split())
    assert not (tmp_path / "sheet").exists()
    the_clock_stands_at("2026-06-04 09:00")
    with monkeypatch.context() as gone:
        # Whoever goes on does not ask the database for rows that are there.
        def copied(*_args):
            raise AssertionError("Rows were copied again.")

        gone.setattr("shouwen.service.assessment.whole.copying._copy", copied)
        told = assess("--sheet", "2026-05", "--json")
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["as_of"].startswith("2026-06-03T01:00")
