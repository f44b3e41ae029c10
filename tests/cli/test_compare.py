"""``shouwen compare`` as its users meet it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from benchmarks.operation.logs import write
from shouwen import library
from shouwen.cli.app import app

SHEET = """单号,区域,维修员,单位,报修,到场
1,城区,甲,城关站,2026-05-06 09:00,2026-05-06 09:25
2,城区,甲,城关站,2026-05-06 10:00,2026-05-06 10:30
3,农村,乙,河口站,2026-05-07 09:00,2026-05-07 10:40
"""
MAPPING = """mapping: repairs
measure: {measure}
instants: {{zone: Asia/Shanghai}}
events:
  - type: repair.reported
    at: 报修
    id: "{{单号}}/报修"
    facts: {{case: 单号, area: 区域, technician: 维修员, unit: 单位}}
  - {{type: repair.arrived, at: 到场, id: "{{单号}}/到场", facts: {{case: 单号}}}}
"""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments], env={"SHOUWEN_LANG": "en"})


@pytest.fixture
def sheet(tmp_path: Path) -> tuple[Path, Path]:
    """Three repairs, all in time."""
    table, mapping = tmp_path / "repairs.csv", tmp_path / "mapping.yaml"
    table.write_text(SHEET, "utf-8")
    mapping.write_text(MAPPING.format(measure=library.path_of("cable")), "utf-8")
    return table, mapping


@pytest.fixture
def stricter(tmp_path: Path) -> Path:
    """Another version: an hour and a half in the countryside instead of two hours."""
    folder = tmp_path / "stricter"
    shutil.copytree(library.path_of("cable"), folder, ignore=shutil.ignore_patterns("scenarios"))
    chapter = folder / "chapter-3-3.md"
    text = chapter.read_text("utf-8")
    old = "| 2 | 农村 | 2小时 | 3.3.2f |"
    assert old in text
    chapter.write_text(text.replace(old, "| 2 | 农村 | 90分钟 | 3.3.2f |"), "utf-8")
    measure = folder / "measure.md"
    head = measure.read_text("utf-8").replace('version: "2013"', 'version: "2027"')
    head = head.replace("from: 2013-09-01", "from: 2027-01-01")
    assert "2027-01-01" in head
    measure.write_text(head, "utf-8")
    return folder


def test_another_reading_shows_who_loses_and_in_which_case(tmp_path, sheet):
    table, mapping = sheet
    arguments = ("compare", "cable", "cable", table, "-m", mapping, "-o", tmp_path / "r",
                 "--rule", "arrive", "--as-of", "2026-06-01",
                 "--reading-b", "半小时整=算迟到")  # fmt: skip
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["readings"] == {"半小时整": ["算按时", "算迟到"]}
    assert found["changes"] == [
        {"unit": "城关站", "clause": "3.3.2c", "a": 0, "b": 1, "gone": 0, "new": 1}
    ]
    (flip,) = found["examples"]
    assert (flip["occasion"], flip["person"], flip["change"]) == ("2", "甲", "new")
    assert (flip["status_a"], flip["status_b"]) == ("met", "breached")
    assert (flip["clause_a"], flip["clause_b"]) == (None, "3.3.2c")
    assert found["deadlines_moved"] == 2
    (row,) = pq.read_table(tmp_path / "r" / "flips.parquet").to_pylist()
    assert row["occasion"] == "2"
    text = run(*arguments).stdout
    assert "1 cases flip; 2 deadlines move." in text
    assert "loses" in text


def test_another_version_is_tried_on_days_before_it_is_in_force(tmp_path, sheet, stricter):
    table, mapping = sheet
    arguments = ("compare", "cable", stricter, table, "-m", mapping, "-o", tmp_path / "r",
                 "--rule", "arrive", "--as-of", "2026-06-01", "--json")  # fmt: skip
    found = json.loads(run(*arguments).stdout)
    assert [(c["unit"], c["clause"], c["b"]) for c in found["changes"]] == [("河口站", "3.3.2f", 1)]
    assert (found["a"]["version"], found["b"]["version"]) == ("2013", "2027")
    on_its_own_days = json.loads(run(*arguments, "--own-days").stdout)
    assert on_its_own_days["b"]["outcomes"]["duties"] == 0


def test_the_same_twice_says_the_same(tmp_path, sheet):
    table, mapping = sheet
    result = run("compare", "cable", "cable", table, "-m", mapping, "-o", tmp_path / "r.xlsx",
                 "--rule", "arrive")  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "The two say the same of these events." in result.stdout
    assert (tmp_path / "r.xlsx").exists()


def test_fines_are_compared_by_unit(tmp_path, stricter):
    write(tmp_path / "events", "cable", 2_000)
    result = run("compare", "cable", stricter, tmp_path / "events", "-o", tmp_path / "r",
                 "--rule", "arrive", "--rule", "general-fine", "--json")  # fmt: skip
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["flips"] > 0
    assert all(c["b"] == c["a"] - c["gone"] + c["new"] for c in found["changes"])
    assert sum(c["new"] for c in found["changes"] if c["clause"] == "3.3.2f") > 0
    assert {m["quantity"] for m in found["money"]} == {"fine"}
    assert all(m["b_most"] > m["a_most"] for m in found["money"])


def test_a_reading_that_is_none_is_refused_with_a_suggestion(tmp_path, sheet):
    table, mapping = sheet
    result = run("compare", "cable", "cable", table, "-m", mapping, "-o", tmp_path / "r",
                 "--reading-b", "半小时正=算迟到")  # fmt: skip
    assert result.exit_code == 1
    assert "半小时整" in result.stderr
