"""Bad logs and what is said of them: ``bad_logs.py`` and ``said/<name>.txt``.

After a deliberate change of messages, write the expectations anew with
``pytest tests/measures/interchange/test_bad_logs.py --rewrite`` and read the difference.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shouwen.measures.diagnostics import Severity, render
from shouwen.measures.interchange.logs import LogError
from tests.measures.interchange.bad_logs import CASES

SAID = Path(__file__).parent / "said"


@pytest.fixture
def refused(read):
    def refusing(name: str, **options) -> LogError:
        file, content, mapping = CASES[name]
        with pytest.raises(LogError) as refusal:
            read(content, mapping, file, **options)
        return refusal.value

    return refusing


@pytest.mark.parametrize("name", CASES)
def test_a_bad_log_is_refused_with_every_error_at_its_place(name, refused, request):
    error = refused(name)
    said = "\n\n".join(render(d) for d in error.diagnostics) + "\n"
    # How much of a packed file comes out before its end depends on the version of zlib.
    said = re.sub(r"after [\d,]+ bytes", "after N bytes", said)
    expected = SAID / f"{name.replace(' ', '-')}.txt"
    if request.config.getoption("--rewrite", default=False):
        expected.write_text(said, "utf-8")
    assert said == expected.read_text("utf-8")


def test_every_error_says_where_it_is_and_what_to_do(refused):
    for name in CASES:
        for diagnostic in refused(name).diagnostics:
            assert diagnostic.severity is Severity.ERROR
            assert diagnostic.where
            assert diagnostic.where.startswith(CASES[name][0]), name
            assert diagnostic.hint or "more of this kind" in diagnostic.message, name


def test_nothing_is_written_for_a_log_that_is_refused(refused, tmp_path):
    for name, (file, _, _) in CASES.items():
        refused(name)
        assert [p.name for p in tmp_path.iterdir()] == [file]
        (tmp_path / file).unlink()


def test_no_expectation_is_left_over():
    assert {p.stem for p in SAID.glob("*.txt")} == {n.replace(" ", "-") for n in CASES}


def test_all_errors_are_counted_though_few_are_shown(refused):
    error = refused("the same wrong a hundred times")
    assert error.counts == {("bad-instant", "at"): 100}
    assert error.bad_rows == 100
    assert len(error.diagnostics) == 6


def test_a_row_that_is_bad_in_two_ways_is_one_bad_row(refused):
    error = refused("bad in more than one way")
    assert error.bad_rows == 2
    assert sum(error.counts.values()) == 4
