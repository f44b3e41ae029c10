"""``shouwen assess`` as its users meet it."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from benchmarks.operation.logs import log, write
from shouwen.cli.app import app
from shouwen.measures.bulk.event_table import EventTable
from shouwen.measures.interchange.logs import write_parquet

MAPPING = """mapping: repairs
measure: {measure}
instants: {{zone: Asia/Shanghai}}
events:
  - type: repair.reported
    at: 报修
    id: "{{单号}}/报修"
    facts: {{case: 单号, area: 区域, technician: 维修员}}
  - {{type: repair.arrived, when: 到场, at: 到场, id: "{{单号}}/到场", facts: {{case: 单号}}}}
"""
SHEET = """单号,区域,维修员,报修,到场
1,城区,甲,2026-05-06 09:00,2026-05-06 09:30
2,城区,甲,2026-05-06 10:00,2026-05-06 10:31
3,农村,乙,2026-05-07 09:00,
"""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments], env={"SHOUWEN_LANG": "en"})


@pytest.fixture
def sheet(tmp_path: Path) -> tuple[Path, Path]:
    """Three repairs as an office keeps them, and what the columns mean."""
    from shouwen import library

    table, mapping = tmp_path / "repairs.csv", tmp_path / "mapping.yaml"
    table.write_text(SHEET, "utf-8")
    mapping.write_text(MAPPING.format(measure=library.path_of("cable")), "utf-8")
    return table, mapping


def test_a_sheet_of_repairs_is_assessed_and_says_how_promises_were_kept(tmp_path, sheet):
    table, mapping = sheet
    result = run("assess", table, "-m", mapping, "-o", tmp_path / "may", "--rule", "arrive",
                 "--as-of", "2026-06-01", "--json")  # fmt: skip
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["outcomes"] == {"duties": 3, "breaches": 2, "anomalies": 0}
    assert {(c["clause"], c["met"], c["breached"]) for c in found["clauses"]} == {
        ("3.3.2c", 1, 1), ("3.3.2f", 0, 1),
    }  # fmt: skip
    rows = pq.read_table(tmp_path / "may" / "breaches.parquet").to_pylist()
    assert {(r["norm"], r["person"]) for r in rows} == {("3.3.2c", "甲"), ("3.3.2f", "乙")}
    about = json.loads((tmp_path / "may" / "about.json").read_text("utf-8"))
    assert about["readings"]["半小时整"] == "算按时"
    assert about["rules"] == ["arrive"]


def test_a_reading_and_a_day_change_what_is_told(tmp_path, sheet):
    table, mapping = sheet
    text = run("assess", table, "-m", mapping, "-o", tmp_path / "r", "--rule", "arrive",
               "--reading", "半小时整=算迟到",
               "--from", "2026-05-06", "--to", "2026-05-06")  # fmt: skip
    assert text.exit_code == 0, text.output
    assert "2 duties, 2 breaches" in text.stdout
    assert "as of 2026-05-07 09:00" in text.stdout


def test_a_workbook_is_written_where_the_name_says_so(tmp_path, sheet):
    table, mapping = sheet
    assert run("assess", table, "-m", mapping, "-o", tmp_path / "may.xlsx", "--rule", "arrive"
               ).exit_code == 0  # fmt: skip
    assert (tmp_path / "may.xlsx").stat().st_size > 0
    assert not list(tmp_path.glob("*.work"))


def test_a_log_of_its_own_needs_no_mapping_and_a_folder_gives_the_same(tmp_path):
    made = log("cable", 1_500)
    write(tmp_path / "events", "cable", 1_500)
    plain = EventTable(made.measure, {t: v for t, v in made.tables.items() if "repair" in t})
    write_parquet(tmp_path / "log.parquet", plain)
    options = ("--measure", "cable", "--rule", "arrive", "--as-of", "2027-02-01", "--json")
    one = run("assess", tmp_path / "log.parquet", "-o", tmp_path / "one", *options)
    assert one.exit_code == 0, one.output
    folder = run("assess", tmp_path / "events", "-o", tmp_path / "two", "--part-size", 400,
                 *options)  # fmt: skip
    assert folder.exit_code == 0, folder.output
    assert json.loads(folder.stdout)["parts"] > 1
    duties = json.loads(one.stdout)["outcomes"]["duties"]
    assert duties == json.loads(folder.stdout)["outcomes"]["duties"] > 100


def test_bad_rows_refuse_the_log_and_leave_nothing(tmp_path, sheet):
    table, mapping = sheet
    table.write_text(SHEET.replace("2026-05-06 10:00", "2026-15-06 10:00"), "utf-8")
    result = run("assess", table, "-m", mapping, "-o", tmp_path / "r", "--rule", "arrive")
    assert result.exit_code == 1
    assert "row 3" in result.stderr
    assert not (tmp_path / "r").exists()


def test_a_correction_of_nothing_is_named(tmp_path):
    made = log("cable", 8_000)
    table = made.tables["repair.arrived"]
    corrections = table.filter(table["supersedes"].is_valid())
    assert len(corrections)
    only = EventTable(made.measure, {"repair.arrived": corrections})
    write_parquet(tmp_path / "log.parquet", only)
    result = run("assess", tmp_path / "log.parquet", "--measure", "cable", "-o", tmp_path / "r",
                 "--rule", "arrive")  # fmt: skip
    assert result.exit_code == 1
    assert "which is not there" in " ".join(result.stderr.split())


def test_what_is_not_understood_says_what_to_do(tmp_path, sheet):
    table, mapping = sheet
    out = ("-o", tmp_path / "r")
    no_rule = run("assess", table, "-m", mapping, *out, "--rule", "arive")
    assert (no_rule.exit_code, "Did you mean 'arrive'?" in no_rule.stderr) == (2, True)
    assert "Give --mapping" in run("assess", table, "--measure", "cable", *out).stderr
    assert "Give a log, or --organisation" in run("assess", *out).stderr
    assert "is no day" in run("assess", table, "-m", mapping, *out, "--from", "May").stderr
