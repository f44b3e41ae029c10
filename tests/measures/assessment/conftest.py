from __future__ import annotations

import pyarrow.parquet as pq
import pytest

from benchmarks.operation.logs import measure_of, write
from shouwen.measures.evaluation import adopt


@pytest.fixture(scope="session")
def cable():
    return adopt(measure_of("cable"))


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """Some four thousand events of a cable operator."""
    home = tmp_path_factory.mktemp("events")
    write(home, "cable", 4_000)
    return home


@pytest.fixture
def read():
    """Reads the result of an assessment: by kind, rows by id."""

    def rows(path):
        found = {}
        for file in sorted(path.glob("*.parquet")):
            table = pq.read_table(file).to_pylist()
            found[file.stem] = {r["id"]: r for r in table}
            assert len(found[file.stem]) == len(table), f"an outcome twice in {file.name}"
        return found

    return rows
