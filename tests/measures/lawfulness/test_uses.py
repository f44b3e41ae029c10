"""What the owner of a measure declares, and how errors in it are reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from shouwen.measures.diagnostics import SourceError
from shouwen.measures.language import Measure, load_measure
from shouwen.measures.lawfulness import Use, Uses, load_uses, read_uses

LIBRARY = Path(__file__).resolve().parents[3] / "src" / "shouwen" / "library"


def test_chinese_and_english_words_mean_the_same(uses: Uses) -> None:
    found = {d.name: d.use for d in uses.declared if d.section in ("amounts", "acts")}
    assert found["damages"] is Use.EMPLOYEE_COMPENSATION
    assert found["suspension"] is Use.SUSPENSION


def test_a_measure_without_a_file_has_no_declarations(small: Measure) -> None:
    assert load_uses(small) == Uses()


def test_the_cable_measure_declares_its_fines_and_its_suspension() -> None:
    found = load_uses(load_measure(LIBRARY / "cable"))
    assert {(d.name, d.use) for d in found.declared} >= {
        ("fine", Use.EMPLOYEE_FINE),
        ("suspension", Use.SUSPENSION),
    }


@pytest.mark.parametrize("key", ["bank", "agent"])
def test_the_declarations_of_the_other_measures_fit_them(key: str) -> None:
    assert load_uses(load_measure(LIBRARY / key)).declared


@pytest.mark.parametrize(
    ("written", "code", "line"),
    [
        ("measure: large\n", "other-measure", 1),
        ("amounts: {fine: employee fine}\n", "missing-field", 1),
        ("measure: small\namounts: {fien: employee fine}\n", "unknown-name", 2),
        ("measure: small\namounts:\n  fine: employee fines\n", "unknown-use", 3),
        ("measure: small\namounts:\n  fine: resale price\n", "wrong-use", 3),
        ("measure: small\namounts:\n  points: employee fine\n", "not-money", 3),
        ("measure: small\nacts: {suspend: 停工停薪}\n", "unknown-name", 2),
        ("measure: small\nrules:\n  floor: resale price\n", "unknown-name", 3),
        ('measure: small\nclauses:\n  "9": resale price\n', "unknown-name", 3),
        (
            "measure: small\namounts:\n  fine:\n    is: employee fine\n    rules: [latte]\n",
            "unknown-name",
            5,
        ),
        (
            "measure: small\nrules:\n  price-floor: {is: resale price, rules: [late]}\n",
            "unknown-field",
            3,
        ),
        ("measure: small\nfines: {}\n", "unknown-field", 2),
    ],
)
def test_an_error_in_the_declarations_says_where_it_is(
    small: Measure, written: str, code: str, line: int
) -> None:
    with pytest.raises(SourceError) as refused:
        read_uses(written, small)
    assert (code, line) in {(d.code, d.span.line) for d in refused.value.diagnostics}


def test_all_errors_are_reported_at_once(small: Measure) -> None:
    with pytest.raises(SourceError) as refused:
        read_uses("measure: small\namounts: {fien: x}\nacts: {suspend: y}\n", small)
    assert len(refused.value.diagnostics) == 2
