"""Bad rows may be set aside: nothing is lost, nothing is half taken."""

from __future__ import annotations

import csv

import pytest

from shouwen.measures.interchange.logs import LogError
from tests.measures.interchange.bad_logs import CASES

HEAD = "id,at,case,area,fee\n"
MIXED = (
    HEAD + "1,2026-05-06,C1,城区,\n"
    "2,never,C2,城市,\n"
    "3,2026-05-06\n"
    "4,2026-05-06,C4,,\n"
    "4,2026-05-07,C4,,\n"
    "5,2026-05-06,C5,,\n"
)
TWO_EVENTS = """\
mapping: two
instants: {zone: Asia/Shanghai}
events:
  - {type: report.made, at: opened}
  - {type: report.settled, at: closed, when: closed}
"""


@pytest.fixture
def rejects(tmp_path):
    return tmp_path / "rejects.csv"


def table(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_good_rows_are_taken_and_bad_ones_written_with_their_reasons(read, rejects):
    log = read(MIXED, rejects=rejects)
    assert [e.id for e in log.events()] == ["1", "5"]
    assert (log.rows, log.set_aside) == (6, 4)
    found = {row["#row"]: row for row in table(rejects)}
    assert set(found) == {"3", "4", "5", "6"}
    assert found["3"]["at"] == "never"
    assert "'never' is no instant" in found["3"]["#reason"]
    assert "'城市' is no area" in found["3"]["#reason"]
    assert found["4"]["#text"] == "3,2026-05-06"
    assert "also stands for row 6" in found["5"]["#reason"]
    assert "also stands for row 5" in found["6"]["#reason"]


def test_what_is_wrong_with_them_is_told_as_for_a_log_that_is_refused(read, rejects):
    log = read(MIXED, rejects=rejects)
    with pytest.raises(LogError) as refusal:
        read(MIXED)
    assert list(log.faults) == refusal.value.diagnostics


def test_every_row_is_either_taken_or_set_aside(read, rejects):
    log = read(MIXED, rejects=rejects)
    assert len(log.table) + len(table(rejects)) == log.rows == 6


def test_a_row_is_taken_or_set_aside_with_all_its_events(read, rejects):
    text = "opened,closed\n2026-05-06,2026-05-07\n2026-05-06,soon\n2026-05-06,\n"
    log = read(text, TWO_EVENTS, rejects=rejects)
    assert [e.id for e in log.events()] == ["2/report.made", "4/report.made", "2/report.settled"]
    assert [row["#row"] for row in table(rejects)] == ["3"]


def test_corrected_rejects_can_be_read_by_the_same_mapping(read, rejects):
    read(MIXED, rejects=rejects)
    again = (
        rejects.read_text("utf-8-sig")
        .replace("never", "2026-05-06")
        .replace("城市", "城区")
        .replace("4,2026-05-07", "6,2026-05-07")
    )
    lines = [line for line in again.splitlines() if not line.startswith(",")]
    log = read("\n".join(lines) + "\n")
    assert [e.id for e in log.events()] == ["2", "4", "6"]


def test_no_file_is_written_when_all_rows_are_good(read, rejects, tmp_path):
    read(HEAD + "1,2026-05-06,C1,,\n", rejects=rejects)
    assert not rejects.exists()
    assert [p.name for p in tmp_path.iterdir()] == ["log.csv"]


@pytest.mark.parametrize(
    "name",
    ["a column is missing", "a packed file that breaks off", "no encoding at all", "broken XML",
     "a quotation mark that is not closed", "XES without a column"],
)  # fmt: skip
def test_a_file_that_is_wrong_as_a_whole_is_refused_all_the_same(read, rejects, tmp_path, name):
    file, content, mapping = CASES[name]
    with pytest.raises(LogError):
        read(content, mapping, file, rejects=rejects)
    assert [p.name for p in tmp_path.iterdir()] == [file]


def test_rows_of_parquet_and_xes_are_set_aside_too(read, rejects):
    for name in ("a Parquet file with values that do not fit", "XES with a time without a zone"):
        file, content, mapping = CASES[name]
        log = read(content, mapping, file, rejects=rejects)
        assert (len(log.table), log.set_aside) == (1, 1)
        assert [row["#row"] for row in table(rejects)] == ["2"]


def test_an_event_whose_correction_is_bad_is_still_taken(read, rejects):
    file, content, mapping = CASES["a correction of nothing"]
    log = read(content, mapping, file, rejects=rejects)
    assert [e.id for e in log.events()] == ["1", "2"]
