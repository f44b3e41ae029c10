"""The logs that benchmarks are run on: valid, repeatable, and shaped as they say."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.operation.logs import SHAPES, log, measure_of, write
from shouwen.measures.bulk.event_table import event_table


@pytest.mark.parametrize("key", SHAPES)
def test_every_event_is_in_the_vocabulary_of_its_measure(key):
    made = log(key, 2_000)
    checked = event_table(made.measure, made.events())
    assert len(checked) == len(made)
    assert len(made) == pytest.approx(2_000, rel=0.3)


def test_a_seed_gives_the_same_log_and_another_seed_another():
    first, again, other = log("cable", 1_500), log("cable", 1_500), log("cable", 1_500, seed=2)
    assert all(first.tables[t].equals(again.tables[t]) for t in first.tables)
    assert not first.tables["repair.arrived"].equals(other.tables["repair.arrived"])


def test_evenings_are_busier_than_nights_and_some_events_are_corrected_later():
    table = log("cable", 40_000).tables["call.answered"]
    local = table["at"].to_numpy().astype("datetime64[h]").astype(np.int64) + 8
    counts = np.bincount(local % 24, minlength=24)
    assert counts[19] > 10 * counts[3]
    corrections = table.filter(table["supersedes"].is_valid())
    assert 0 < len(corrections) < len(table) / 50
    assert corrections["recorded_at"].null_count == 0


def test_a_log_on_disk_has_the_events_of_the_one_in_memory(tmp_path):
    import pyarrow.parquet as pq

    made = log("bank", 3_000)
    assert write(tmp_path, "bank", 3_000) == len(made)
    for type_, table in made.tables.items():
        assert pq.read_table(tmp_path / type_).num_rows == len(table)
    assert measure_of("bank").id == "bank"
