"""What tests share: the reference data, how hard hypothesis tries, and what may be skipped."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
SHARED = "../shared"

# The same examples every time, so that a failure belongs to the change that caused it; how long
# one example takes says more about the machine than about the code.
settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
# For finding what those examples miss: `make long`. What it finds is kept under .hypothesis.
settings.register_profile(
    "long",
    max_examples=5_000,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of reference data beside the checkout: `../shared/data` from its root."""
    folder = ROOT / SHARED / "data"
    if not folder.is_dir():
        pytest.skip(f"the reference data folder {SHARED} is not beside this checkout")
    return folder.resolve()


def excused(reason: object) -> bool:
    """Whether continuous integration puts up with a skip.

    Where nobody watches, a test that quietly stops running is worse than one that fails. Only the
    reference data may be absent: not every machine has it.
    """
    return not os.environ.get("CI") or SHARED in str(reason)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test that skips itself in continuous integration."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and not excused(report.longrepr):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Fail a file that skips itself as a whole in continuous integration."""
    report = yield
    if report.skipped and not excused(report.longrepr):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"
    return report


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--rewrite`: write golden files anew, to be read in the difference before they are kept."""
    parser.addoption(
        "--rewrite", action="store_true", help="write golden files anew from what is said now"
    )
