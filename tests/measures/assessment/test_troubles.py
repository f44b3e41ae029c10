"""What goes wrong in a long assessment is named, and nothing of what is done is lost."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shouwen.measures.assessment import (
    AssessmentStopped,
    EventSource,
    FolderSource,
    Terms,
    assess_to,
)
from shouwen.measures.evaluation import Event

ROOT = Path(__file__).resolve().parents[3]
AS_OF = datetime(2027, 1, 10, tzinfo=UTC)
PROMISES = ("arrive", "restore")
assess_module = import_module("shouwen.measures.assessment.assess")


@pytest.fixture
def whole(tmp_path, cable, folder, read):
    """What is said when nothing goes wrong."""
    assess_to(tmp_path / "whole", FolderSource(folder), Terms(cable, AS_OF, rules=PROMISES))
    return read(tmp_path / "whole")


def test_events_in_any_order_say_the_same(tmp_path, cable, folder, read, whole):
    shutil.copytree(folder, tmp_path / "backwards")
    for file in (tmp_path / "backwards").rglob("*.parquet"):
        rows = pq.read_table(file)
        backwards = pa.array(range(len(rows) - 1, -1, -1), pa.int64())
        pq.write_table(rows.take(backwards), file)
    terms = Terms(cable, AS_OF, rules=PROMISES, target=700)
    assess_to(tmp_path / "result", FolderSource(tmp_path / "backwards"), terms)
    assert read(tmp_path / "result") == whole


def test_without_an_organisation_chart_it_says_whom_nobody_knows(tmp_path, cable, folder, read):
    shutil.copytree(folder, tmp_path / "events")
    shutil.rmtree(tmp_path / "events" / "post.held")
    terms = Terms(cable, AS_OF, rules=("general-fine",))
    assess_to(tmp_path / "with", FolderSource(folder), terms)
    assess_to(tmp_path / "without", FolderSource(tmp_path / "events"), terms)
    fines, nameless = (
        {
            tuple(e for e in r["events"] if e.startswith("C")): r
            for r in read(tmp_path / n)["consequences"].values()
        }
        for n in ("with", "without")
    )
    assert all(fine["to"] and not fine["missing"] for fine in fines.values())
    # The same fines; nobody is made up for those that fall on the holder of a post.
    assert nameless.keys() == fines.keys()
    unknown = [fine for fine in nameless.values() if fine["to"] is None]
    assert unknown
    assert all(fine["missing"] == ["person"] for fine in unknown)
    assert all(fine["to"] in (None, fines[of]["to"]) for of, fine in nameless.items())


def test_a_part_that_fails_is_named_and_the_others_are_kept(
    tmp_path, cable, folder, read, whole, monkeypatch
):
    run_part = assess_module.run_part

    def failing(connection, plan, parts, number, *rest, **more):
        if number == 2:
            connection.execute("SELECT error('sector 7 cannot be read')")
        return run_part(connection, plan, parts, number, *rest, **more)

    terms = Terms(cable, AS_OF, rules=PROMISES, target=700)
    with monkeypatch.context() as patch:
        patch.setattr(assess_module, "run_part", failing)
        with pytest.raises(
            AssessmentStopped, match=r"failed at part 3 of \d+ .*sector 7.* 2 of \d+ parts are done"
        ):
            assess_to(tmp_path / "result", FolderSource(folder), terms)
    assert not (tmp_path / "result").exists()
    assert assess_to(tmp_path / "result", FolderSource(folder), terms).kept == 2
    assert read(tmp_path / "result") == whole


def test_a_log_that_is_judged_at_once_is_read_where_it_lies_also_when_it_is_gone_on_with(
    tmp_path, cable, folder, read, whole, monkeypatch
):
    def failing(*args, **kwargs):
        raise duckdb.IOException("Could not read file: Input/output error")

    terms = Terms(cable, AS_OF, rules=PROMISES)
    with monkeypatch.context() as patch:
        patch.setattr(assess_module, "run_part", failing)
        with pytest.raises(AssessmentStopped, match="failed at part 1 of 1"):
            assess_to(tmp_path / "result", FolderSource(folder), terms)
    assert not list(tmp_path.glob("result.work/*/parts/*/*.parquet"))
    assert assess_to(tmp_path / "result", FolderSource(folder), terms).parts == 1
    assert read(tmp_path / "result") == whole


def test_a_process_that_is_killed_is_gone_on_with(tmp_path, folder, read, whole):
    command = [
        sys.executable, "-m", "shouwen", "assess", str(folder), "-o", str(tmp_path / "result"),
        "--measure", "cable", "--as-of", "2027-01-10T00:00:00Z", "--part-size", "300", "--json",
        *(word for rule in PROMISES for word in ("--rule", rule)),
    ]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    outcomes = "result.work/*/outcomes/[0-9]"
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    while not list(tmp_path.glob(outcomes)):
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=0.01)
    process.kill()
    process.wait()
    assert not (tmp_path / "result").exists()
    done = list(tmp_path.glob(outcomes))
    again = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    assert read(tmp_path / "result") == whole
    assert not list(tmp_path.glob("result.work"))
    assert json.loads(again.stdout)["parts_kept"] >= len(done)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limits of this kind")
@pytest.mark.parametrize(
    ("room", "stage"), [(4_096, "cutting the log into parts"), (40_000, "writing the result")]
)
def test_a_disk_that_takes_no_more_leaves_nothing_half_written(
    tmp_path, folder, read, whole, room, stage
):
    """The system itself refuses what is written beyond some bytes of a file."""
    import resource

    command = [
        sys.executable, "-m", "shouwen", "assess", str(folder), "-o", str(tmp_path / "result"),
        "--measure", "cable", "--as-of", AS_OF.isoformat(), "--part-size", "1500",
        *(word for rule in PROMISES for word in ("--rule", rule)),
    ]  # fmt: skip
    full = subprocess.run(
        command, capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
    )  # fmt: skip
    said = " ".join(full.stderr.split())
    assert full.returncode == 1, full.stderr
    assert "Traceback" not in said
    assert "the same command goes on from there" in said
    assert "File too large" in said
    assert f"It failed at {stage}" in said
    assert not (tmp_path / "result").exists()
    assert not list(tmp_path.glob("result*.part"))
    again = subprocess.run(command, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr
    assert read(tmp_path / "result") == whole
    assert not list(tmp_path.glob("result.*"))


def test_a_late_correction_counts_from_the_instant_at_which_it_was_recorded(tmp_path, cable, read):
    def at(text):
        return datetime.fromisoformat(f"2026-05-{text}+08:00")

    events = [
        Event("E1", "repair.reported", at("06T09:00"),
              {"case": "C1", "area": "城区", "technician": "甲"}),
        Event("E2", "repair.arrived", at("06T09:50"), {"case": "C1"}),
        # Three weeks later somebody finds out that it was earlier.
        Event("E3", "repair.arrived", at("06T09:20"), {"case": "C1"}, at("27T10:00"), "E2"),
    ]  # fmt: skip
    found = {}
    for day in ("20", "28"):
        source = EventSource("log", "a correction", lambda: iter(events))
        terms = Terms(cable, at(f"{day}T12:00"), rules=("arrive",))
        assess_to(tmp_path / day, source, terms)
        found[day] = [d["status"] for d in read(tmp_path / day)["duties"].values()]
    assert found == {"20": ["breached"], "28": ["met"]}
