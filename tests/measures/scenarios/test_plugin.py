"""Scenario files as tests of pytest."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]
PLUGIN = ("-p", "shouwen.measures.scenarios.pytest_plugin", "-p", "no:cacheprovider")


@pytest.fixture
def folder(pytester, desk):
    folder = pytester.mkdir("scenarios")
    (folder / "one.yaml").write_text(
        f"measure: {desk}\nscenarios:\n"
        "  - name: 没有违规\n    as_of: 2026-05-06\n    none: [{breach: '*'}]\n"
        "  - name: 有违规\n    as_of: 2026-05-06\n    expect: [{breach: 1.1}]\n",
        "utf-8",
    )
    return folder


def test_every_scenario_is_a_test_with_its_name(pytester, folder):
    result = pytester.runpytest_inprocess(*PLUGIN)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*one.yaml:6:5: 有违规", "*nothing matches*"])
    result.stdout.fnmatch_lines(["FAILED scenarios/one.yaml::有违规*"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_a_test_can_be_asked_for_by_its_name(pytester, folder):
    result = pytester.runpytest_inprocess(*PLUGIN, "scenarios/one.yaml::没有违规")
    result.assert_outcomes(passed=1)


def test_a_file_that_is_refused_fails_with_its_errors(pytester, folder, desk):
    (folder / "two.yaml").write_text(
        f"measure: {desk}\nscenarios:\n  - {{name: 甲, as_of: 2026-05-06, expct: []}}\n", "utf-8"
    )
    result = pytester.runpytest_inprocess(*PLUGIN)
    result.assert_outcomes(passed=1, failed=2)
    result.stdout.fnmatch_lines(["*two.yaml:3:*unknown-key*"])


def test_other_yaml_is_left_alone(pytester, folder):
    (folder / "values.yaml").write_text("other: 1\n", "utf-8")
    (pytester.path / "measure.yaml").write_text("measure: nowhere\n", "utf-8")
    result = pytester.runpytest_inprocess(*PLUGIN)
    result.assert_outcomes(passed=1, failed=1)
