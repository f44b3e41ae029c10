"""The test cases of the DMN Technology Compatibility Kit, compliance level 2."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from shouwen.measures.diagnostics import Report, render
from shouwen.measures.interchange.dmn import DmnModel, TestCase, read_cases, read_model, run_case

ROOT = Path(__file__).resolve().parents[3]
KIT = ROOT.parent / "shared" / "data" / "dmn-tck" / "compliance-level-2"
HERE = KIT.is_dir()
pytestmark = pytest.mark.skipif(
    not HERE, reason="the DMN TCK is not at ../shared/data/dmn-tck beside this checkout"
)

REFUSED: list[str] = []
"""Models that lie outside the expression language. None of this level does."""
DIALECT = ["0008-LX-arithmetic", "0009-invocation-arithmetic", "0105-feel-math"]
"""Models that need ``**`` or ``null``, which the DMN dialect has and measures have not."""


@cache
def model(name: str) -> tuple[DmnModel | None, Report]:
    report = Report()
    path = next((KIT / name).glob("*.dmn"))
    return read_model(path.read_text("utf-8"), path.name, report), report


@cache
def cases(name: str) -> list[TestCase]:
    found = []
    for path in sorted((KIT / name).glob("*-test-*.xml")):
        report = Report()
        found += read_cases(path.read_text("utf-8"), path.name, report)
        assert not report.diagnostics
    return found


MODELS = sorted(path.name for path in KIT.iterdir() if path.is_dir()) if HERE else []
CASES = [(name, i) for name in MODELS for i in range(len(cases(name)))]


def test_the_kit_is_whole():
    assert len(MODELS) == 28
    assert len(CASES) == 116


def test_exactly_these_models_are_refused():
    assert [name for name in MODELS if model(name)[0] is None] == REFUSED


def test_exactly_these_models_need_more_than_measures_have():
    def texts(name: str) -> str:
        return next((KIT / name).glob("*.dmn")).read_text("utf-8")

    assert [n for n in MODELS if "**" in texts(n) or "null" in texts(n)] == DIALECT
    assert sum(len(cases(n)) for n in DIALECT) == 39


@pytest.mark.parametrize(("name", "index"), CASES, ids=lambda value: str(value))
def test_a_case_comes_out_as_the_kit_says(name, index):
    read, report = model(name)
    assert read is not None, "\n".join(map(render, report))
    case = cases(name)[index]
    assert case.expected
    result = run_case(read, case)
    assert result.failures == {}
    assert result.passed
