"""Events come out of PostgreSQL as columns, and say what they said as rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import psycopg
import pyarrow as pa
import pytest

from benchmarks.operation.logs import log, measure_of
from shouwen.measures.bulk.event_table import EventTable, event_table
from shouwen.measures.diagnostics import SourceError
from shouwen.measures.evaluation import Event as Happened
from shouwen.service.enactment import extract
from shouwen.service.enactment.history import history_of
from shouwen.service.enactment.models import Adoption, Event, Thread
from shouwen.service.enactment.values import plain
from tests.service.conftest import NOON


@pytest.fixture
def keep(organisation):
    """Writes events down as they are, without asking the measure about each."""
    thread = Thread.objects.create(key="", opened_at=NOON, adoption=Adoption.objects.get())

    def write(events):
        Event.objects.bulk_create(
            Event(
                uid=e.id, type=e.type, at=e.at, recorded_at=e.recorded_at or e.at,
                facts=plain(e.facts), supersedes=e.supersedes, retracts=e.retracts, thread=thread,
            )
            for e in events
        )  # fmt: skip

    return write


def as_events(measure, pieces):
    by_type: dict[str, list[pa.Table]] = {}
    for type_, table in pieces:
        by_type.setdefault(type_, []).append(table)
    found = EventTable(measure, {t: pa.concat_tables(v) for t, v in by_type.items()})
    return {e.id: e for e in found.events()}


def test_columns_say_what_rows_say_whatever_the_type_of_a_fact(keep, monkeypatch):
    monkeypatch.setattr(extract, "ROWS", 97)
    measure = measure_of("cable")
    given = list(log("cable", 3_000).events())
    assert len({e.type for e in given}) > 10
    assert any(e.supersedes for e in given)
    keep(given)
    history = history_of("cable")
    rows = event_table(measure, history.events())
    pieces = list(extract.tables(history, measure))
    assert len(pieces) > len({t for t, _ in pieces})
    assert as_events(measure, pieces) == {e.id: e for e in rows.events()}


def test_texts_with_quotes_lines_and_nothing_in_them_come_out_as_they_went_in(keep):
    texts = ['他说"没来"，走了', "两行\n文字", "a,b", "", "\\N", "  "]
    measure = measure_of("cable")
    keep(
        Happened(f"e{n}", "repair.reported", NOON, {"case": text or "C", "technician": text})
        for n, text in enumerate(texts)
    )
    found = as_events(measure, extract.tables(history_of("cable"), measure))
    assert [found[f"e{n}"].facts["technician"] for n in range(len(texts))] == texts
    assert "area" not in found["e0"].facts


def test_what_another_version_knew_is_passed_over(keep):
    measure = measure_of("cable")
    keep([
        Happened("old", "repair.dreamt", NOON, {"case": "C1"}),
        Happened("new", "repair.reported", NOON, {"case": "C1", "colour": "red"}),
    ])  # fmt: skip
    found = as_events(measure, extract.tables(history_of("cable"), measure))
    assert {i: dict(e.facts) for i, e in found.items()} == {"new": {"case": "C1"}}


def test_a_fact_of_another_type_is_refused_with_the_events_that_hold_it(keep):
    measure = measure_of("cable")
    keep(
        Happened(f"e{n}", "repair.reported", NOON, {"case": "C", "area": "月球"}) for n in range(7)
    )
    with pytest.raises(SourceError) as refused:
        list(extract.tables(history_of("cable"), measure))
    (fault,) = refused.value.diagnostics
    assert "'月球' is no area for 'area' of repair.reported" in fault.message
    assert fault.where == "events e0, e1, e2, e3, e4 and 2 more"


def test_other_organisations_and_what_came_later_are_not_read(keep, db):
    from shouwen.service.tenancy.models import Organisation

    measure = measure_of("cable")
    keep([Happened("mine", "repair.reported", NOON, {"case": "C1"})])
    before = history_of("cable")
    keep([Happened("later", "repair.reported", NOON + timedelta(hours=1), {"case": "C2"})])
    assert set(as_events(measure, extract.tables(before, measure))) == {"mine"}
    Organisation.objects.create(code="other", name="别处")
    assert list(extract.tables(history_of("other"), measure)) == []


def test_a_log_that_is_not_the_one_asked_about_is_noticed(keep):
    keep([Happened("one", "repair.reported", NOON, {"case": "C1"})])
    with pytest.raises(extract.Changed, match="had 2 events when this was asked, and 1 now"):
        list(extract.tables(replace(history_of("cable"), count=2), measure_of("cable")))


def test_a_database_that_goes_away_is_told_with_the_type_it_was_at(keep, monkeypatch):
    keep([Happened("one", "repair.reported", NOON, {"case": "C1"})])

    def gone(*_):
        raise psycopg.OperationalError("server closed the connection unexpectedly")
        yield

    monkeypatch.setattr(extract, "_copied", gone)
    with pytest.raises(extract.Broken, match=r"'repair.reported': server closed .* ask again"):
        list(extract.tables(history_of("cable"), measure_of("cable")))
