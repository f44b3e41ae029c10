"""A million rows, one of them bad."""

from __future__ import annotations

import tracemalloc

import pytest

from shouwen.measures.interchange.logs import LogError

ROWS = 1_000_000


@pytest.fixture(scope="module")
def content():
    lines = [
        f"{n},2026-{n % 12 + 1:02}-{n % 28 + 1:02} {n % 24:02}:{n % 60:02},C{n // 3},,{n % 500}.5\n"
        for n in range(ROWS)
    ]
    lines[777_777] = lines[777_777].replace("2026", "20x6")
    return "id,at,case,area,fee\n" + "".join(lines)


@pytest.mark.slow
def test_one_bad_row_in_a_million_is_found_and_refuses_the_log(read, content):
    tracemalloc.start()
    with pytest.raises(LogError) as refusal:
        read(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert refusal.value.bad_rows == 1
    assert [d.where for d in refusal.value.diagnostics] == ["log.csv, row 777779, column at"]
    assert peak < 150 << 20, "rows are not held as Python objects"


@pytest.mark.slow
def test_one_bad_row_in_a_million_is_set_aside_and_the_others_are_taken(read, content, tmp_path):
    log = read(content, rejects=tmp_path / "rejects.csv")
    assert (log.rows, log.set_aside, len(log.table)) == (ROWS, 1, ROWS - 1)
    assert "777777,20x6" in (tmp_path / "rejects.csv").read_text("utf-8-sig")
