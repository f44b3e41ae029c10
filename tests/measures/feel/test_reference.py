"""The reference page says what the language does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shouwen.measures.diagnostics import Report, SourceText
from shouwen.measures.feel import (
    FUNCTIONS,
    NUMBER,
    HitPolicy,
    RangeNode,
    RangeType,
    parse_outcome,
)
from shouwen.measures.feel.tables import IN_MEASURES
from tests.measures.feel.words import AREA, SCOPE, cell, expression

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "reference" / "feel.md").read_text("utf-8")


def section(title: str) -> str:
    found = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^#+ |\Z)", PAGE, re.M | re.S)
    assert found is not None, title
    return found[1]


def rows(title: str) -> list[list[str]]:
    lines = [line for line in section(title).splitlines() if line.startswith("|")]
    return [[c.strip() for c in line.strip("|").split("|")] for line in lines[2:]]


def codes(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def test_every_function_is_listed_with_what_it_takes():
    listed = {codes(row[0])[0]: row for row in rows("Functions")}
    assert listed.keys() == {*FUNCTIONS, "is known"}
    for name, function in FUNCTIONS.items():
        mark, zh, takes, doc = listed[name]
        assert ("*" in mark) == (not function.total)
        assert zh == function.zh
        assert takes == "; ".join(map(str, function.signatures))
        assert doc == function.doc


@pytest.mark.parametrize(
    "text", [t for row in rows("Literals") for t in codes(row[0]) if "..." not in t]
)
def test_every_listed_literal_is_one(text):
    expression(text)


@pytest.mark.parametrize("text", [t for row in rows("Cells") for t in codes(row[0])])
def test_every_listed_cell_is_one(text):
    if text == '"a"':
        return  # of a text column
    cell(text, AREA if "区" in text else NUMBER)


def test_every_listed_amount_is_one():
    paragraph = section("Cells").rsplit("Where an output", 1)[1]
    for text in codes(paragraph):
        report = Report()
        outcome = parse_outcome(SourceText.alone(text), SCOPE, report, RangeType(NUMBER))
        assert isinstance(outcome, RangeNode), text


def test_every_hit_policy_of_measures_is_listed():
    listed = {code for row in rows("Hit policies") for code in codes(row[0])}
    assert {HitPolicy(code) for code in listed} == set(IN_MEASURES)
