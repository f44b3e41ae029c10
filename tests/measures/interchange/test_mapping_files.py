"""Mapping files: what they may say, and what is said of bad ones (``bad-mapping.txt``; write it
anew with ``--rewrite`` and read the difference)."""

from __future__ import annotations

from pathlib import Path

import pytest

from shouwen.measures.diagnostics import SourceError, render
from shouwen.measures.interchange.logs import measure_of, parse_mapping, read_mapping

HERE = Path(__file__).parent


def test_a_bad_mapping_is_refused_with_every_error_at_its_place(desk, request):
    with pytest.raises(SourceError) as refusal:
        parse_mapping((HERE / "bad-mapping.yaml").read_text("utf-8"), desk, "bad-mapping.yaml")
    said = "\n\n".join(render(d) for d in refusal.value.diagnostics) + "\n"
    expected = HERE / "bad-mapping.txt"
    if request.config.getoption("--rewrite", default=False):
        expected.write_text(said, "utf-8")
    assert said == expected.read_text("utf-8")


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "events: [", "mapping: x\n"])
def test_a_file_that_is_no_mapping_is_refused(desk, text):
    with pytest.raises(SourceError):
        parse_mapping(text, desk)


def test_a_mapping_names_its_measure_relative_to_itself(tmp_path, desk):
    path = tmp_path / "mapping.yaml"
    path.write_text("mapping: x\nmeasure: ../desk.md\nevents: []\n", "utf-8")
    assert measure_of(path) == tmp_path / ".." / "desk.md"
    assert read_mapping(path, desk).name == "x"
    path.write_text("mapping: x\nevents: []\n", "utf-8")
    assert measure_of(path) is None


def test_everything_may_be_named_by_its_chinese_label(mapped):
    mapping = mapped("mapping: x\nevents:\n  - {type: 报修, at: a, facts: {区域: b, 加急: c}}\n")
    (event,) = mapping.events
    assert (event.type, set(event.facts)) == ("report.made", {"area", "urgent"})
    assert mapping.columns == ("a", "b", "c")


def test_an_instant_takes_what_holds_for_all_unless_it_says_otherwise(mapped):
    mapping = mapped(
        "mapping: x\ninstants: {zone: Asia/Shanghai, format: '%Y'}\nevents:\n"
        "  - {type: report.made, at: {column: a, zone: UTC}, facts: {promised: b}}\n"
    )
    (event,) = mapping.events
    assert (event.at.zone, event.at.format) == ("UTC", "%Y")
    promised = event.facts["promised"].instant
    assert promised is not None
    assert (promised.column, promised.zone) == ("b", "Asia/Shanghai")
