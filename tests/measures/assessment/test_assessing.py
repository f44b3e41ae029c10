"""An assessment in parts says what the reference evaluator says of the whole."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path

import pyarrow as pa
import pytest

from benchmarks.operation.logs import log
from shouwen.measures.assessment import (
    AssessmentStopped,
    EventSource,
    FolderSource,
    Limits,
    Period,
    Terms,
    TooManyRows,
    assess_to,
    results,
)
from shouwen.measures.diagnostics import SourceError
from shouwen.measures.evaluation import adopt, evaluate
from shouwen.measures.evaluation.events import Event
from shouwen.measures.language import load_measure
from tests.measures.bulk.agreement import by_bulk, by_reference, differences

PROMISES = ("arrive", "restore", "install-same-day", "install-in-days", "keep-install-appointment")
PENALTIES = ("general-fine", "slip-fine", "heavy-fine", "admonish-chief")
HALL = Path(__file__).parents[1] / "bulk" / "hall.md"
assess_module = import_module("shouwen.measures.assessment.assess")

AS_OF = datetime(2027, 1, 10, tzinfo=UTC)


def tables(path):
    import pyarrow.parquet as pq

    return {f.stem: pq.read_table(f) for f in path.glob("*.parquet")}


@pytest.mark.parametrize(
    ("rules", "keys", "parts"),
    [(PROMISES, ("case",), 8), ((*PROMISES, *PENALTIES), ("case", "person", "unit"), 3)],
    ids=["promises, by case", "penalties, by whoever belongs together"],
)
def test_parts_say_what_the_whole_says(tmp_path, cable, folder, rules, keys, parts):
    terms = Terms(cable, AS_OF, rules=rules, target=300)
    found = assess_to(tmp_path / "result", FolderSource(folder), terms)
    assert set(found.parted_by) >= set(keys)
    assert found.parts >= parts
    events = list(log("cable", 4_000).events())
    reference = by_reference(evaluate(cable, events, AS_OF), found.rules)
    bulk = by_bulk(tables(tmp_path / "result"), cable.measure)
    assert len(reference["duties"]) > 1_000
    assert differences(cable.measure, reference, bulk)[:5] == []
    assert {k: len(v) for k, v in bulk.items() if v} == {k: n for k, n in found.counts.items() if n}


@pytest.mark.parametrize("rules", [PROMISES, ("arrive", "slip-fine")])
def test_without_trails_and_what_does_not_fit_everything_else_is_the_same(
    tmp_path, cable, folder, read, rules
):
    terms = Terms(cable, AS_OF, rules=rules, target=900)
    assess_to(tmp_path / "with", FolderSource(folder), terms)
    assess_to(tmp_path / "without", FolderSource(folder), replace(terms, trails=False))
    trails = {"events", "readings"}
    assert read(tmp_path / "without") == {
        kind: {i: {k: v for k, v in r.items() if k not in trails} for i, r in rows.items()}
        for kind, rows in read(tmp_path / "with").items()
        if kind != "anomalies"
    }


def test_only_outcomes_of_the_period_are_told_but_what_came_before_still_counts(
    tmp_path, cable, folder, read
):
    everything = Terms(cable, AS_OF, rules=("arrive", "restore"))
    assess_to(tmp_path / "year", FolderSource(folder), everything)
    period = Period(date(2026, 7, 1), date(2026, 7, 31))
    terms = Terms(cable, AS_OF, period, ("arrive", "restore"))
    assess_to(tmp_path / "july", FolderSource(folder), terms)
    year, july = read(tmp_path / "year"), read(tmp_path / "july")
    begin, end = datetime(2026, 6, 30, 16, tzinfo=UTC), datetime(2026, 7, 31, 16, tzinfo=UTC)
    for kind, rows in year.items():
        assert july[kind] == {i: r for i, r in rows.items() if begin <= r["at"] < end}
    assert july["duties"]


def test_what_was_done_before_an_interruption_is_kept(tmp_path, cable, folder, read, monkeypatch):
    terms = Terms(cable, AS_OF, rules=("arrive", "restore"), target=800)
    assess_to(tmp_path / "whole", FolderSource(folder), terms)
    begun = []
    run_part = assess_module.run_part

    def interrupted(connection, plan, parts, number, *rest, **more):
        begun.append(number)
        if len(begun) == 3:
            raise KeyboardInterrupt
        return run_part(connection, plan, parts, number, *rest, **more)

    monkeypatch.setattr(assess_module, "run_part", interrupted)
    with pytest.raises(AssessmentStopped, match=r"Interrupted at part 3 of 3 .* 2 of 3 parts"):
        assess_to(tmp_path / "result", FolderSource(folder), terms)
    assert not (tmp_path / "result").exists()
    found = assess_to(tmp_path / "result", FolderSource(folder), terms)
    assert begun == [0, 1, 2, 2]
    assert found.kept == 2
    assert read(tmp_path / "result") == read(tmp_path / "whole")
    assert not (tmp_path / "result.work").exists()


def test_another_question_begins_anew(tmp_path, cable, folder, monkeypatch):
    def fails(*_):
        raise KeyboardInterrupt

    terms = Terms(cable, AS_OF, rules=("arrive",))
    with monkeypatch.context() as patch:
        patch.setattr(assess_module, "write_result", fails)
        with pytest.raises(AssessmentStopped):
            assess_to(tmp_path / "result", FolderSource(folder), terms)
    (kept,) = (tmp_path / "result.work").iterdir()
    other = Terms(cable, AS_OF, rules=("arrive", "restore"))
    assert other.fingerprint(FolderSource(folder)) != kept.name
    assert assess_to(tmp_path / "result", FolderSource(folder), other).kept == 0


def test_a_part_that_needs_more_memory_than_it_may_have_is_named(tmp_path, cable, folder):
    terms = Terms(cable, AS_OF, rules=("arrive",), target=2_000)
    limits = Limits(memory="2MB", spill=tmp_path / "none")
    with pytest.raises(AssessmentStopped, match=r"Memory or disk did not suffice.*--memory"):
        assess_to(tmp_path / "result", FolderSource(folder), terms, limits)
    assert not (tmp_path / "result").exists()


def test_a_full_disk_leaves_no_half_result(tmp_path, cable, folder, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pyarrow.parquet.ParquetWriter", full)
    with pytest.raises(AssessmentStopped, match=r"writing the result.*No space left"):
        assess_to(tmp_path / "result", FolderSource(folder), Terms(cable, AS_OF, rules=("arrive",)))
    assert [p.name for p in tmp_path.iterdir()] == ["result.work"]


def test_a_workbook_holds_local_times_and_says_how_it_came_about(tmp_path, cable, folder):
    from openpyxl import load_workbook

    found = assess_to(
        tmp_path / "july.xlsx", FolderSource(folder),
        Terms(cable, AS_OF, Period(date(2026, 7, 1), date(2026, 7, 31)), ("arrive",)),
    )  # fmt: skip
    book = load_workbook(tmp_path / "july.xlsx")
    assert book.sheetnames == ["duties", "breaches", "anomalies", "about"]
    rows = list(book["duties"].values)
    assert len(rows) == found.counts["duties"] + 1
    at = rows[0].index("at")
    assert all(r[at].month == 7 for r in rows[1:])
    assert ["measure", "cable"] in [list(r[:2]) for r in book["about"].values]


def test_a_sheet_that_is_too_long_is_refused_with_its_rows(tmp_path, cable, folder, monkeypatch):
    monkeypatch.setattr(results, "MOST_ROWS", 10)
    with pytest.raises(TooManyRows, match=r"'duties' has .* holds 10"):
        assess_to(tmp_path / "r.xlsx", FolderSource(folder), Terms(cable, AS_OF, rules=("arrive",)))
    assert not (tmp_path / "r.xlsx").exists()


def test_a_copy_of_an_event_counts_once_and_two_events_of_one_id_are_refused(
    tmp_path, cable, folder, read
):
    import pyarrow.parquet as pq

    terms = Terms(cable, AS_OF, rules=("arrive",))
    assess_to(tmp_path / "plain", FolderSource(folder), terms)
    copied = tmp_path / "copied"
    shutil.copytree(folder, copied)
    first = sorted((copied / "repair.reported").glob("*.parquet"))[0]
    rows = pq.read_table(first)
    pq.write_table(rows.slice(0, 3), first.with_name("again.parquet"))
    found = assess_to(tmp_path / "result", FolderSource(copied), terms)
    assert [n.code for n in found.notes] == ["copies"]
    assert read(tmp_path / "result") == read(tmp_path / "plain")
    other = rows.slice(0, 1).set_column(
        rows.schema.get_field_index("area"), "area", pa.array(["农村" if rows["area"][0].as_py()
                                                               == "城区" else "城区"])
    )  # fmt: skip
    pq.write_table(other, first.with_name("again.parquet"))
    with pytest.raises(SourceError, match="stands for two different events"):
        assess_to(tmp_path / "refused", FolderSource(copied), terms)


def test_values_that_the_vocabulary_does_not_have_refuse_a_folder(tmp_path, cable, folder):
    import pyarrow.parquet as pq

    wrong = tmp_path / "wrong"
    shutil.copytree(folder, wrong)
    file = sorted((wrong / "repair.classified").glob("*.parquet"))[0]
    table = pq.read_table(file)
    place = table.schema.get_field_index("severity")
    table = table.set_column(place, "severity", pa.array(["大毛病"] * len(table)))
    pq.write_table(table.append_column("colour", pa.array(["red"] * len(table))), file)
    with pytest.raises(SourceError) as refused:
        assess_to(tmp_path / "r", FolderSource(wrong), Terms(cable, AS_OF, rules=("arrive",)))
    assert {d.code for d in refused.value.diagnostics} == {"wrong-type", "unknown-fact"}


def test_events_from_elsewhere_are_taken_one_by_one(tmp_path, cable):
    events = list(log("cable", 1_500).events())
    source = EventSource("list", "1", lambda: iter(events), len(events))
    found = assess_to(tmp_path / "r", source, Terms(cable, AS_OF, rules=("arrive",), target=10**9))
    assert found.parts == 1
    assert found.events == len(events)


def test_an_event_of_no_type_refuses_the_source(tmp_path, cable):
    from shouwen.measures.evaluation import EventError

    events = [Event("1", "repair.reportet", AS_OF, {})]
    source = EventSource("list", "1", lambda: iter(events))
    with pytest.raises(EventError, match=r"repair\.reported"):
        assess_to(tmp_path / "r", source, Terms(cable, AS_OF, rules=("arrive",)))


def test_a_measure_without_a_first_day_counts_from_the_first_event_of_the_whole_log(tmp_path):
    hall = adopt(load_measure(HALL))
    begins = datetime(2026, 2, 10, 9, tzinfo=UTC)
    events = [Event("first", "hall.opened", begins, {"hall": "H"})]
    events += [Event(f"r{m}", "report.made", datetime(2026, m, 4, tzinfo=UTC)) for m in (3, 5)]
    as_of = datetime(2026, 6, 20, tzinfo=UTC)
    terms = Terms(hall, as_of, rules=("report",))
    found = assess_to(tmp_path / "result", EventSource("list", "1", lambda: iter(events), 3), terms)
    reference = by_reference(evaluate(hall, events, as_of), found.rules)
    bulk = by_bulk(tables(tmp_path / "result"), hall.measure)
    assert len(reference["duties"]) == 5
    assert differences(hall.measure, reference, bulk) == []
