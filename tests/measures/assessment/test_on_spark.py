"""A log on a cluster: what Spark says of it is what DuckDB says, whatever happens on the way."""

from __future__ import annotations

import json
import sys
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pyarrow.parquet as pq
import pytest

from benchmarks.operation.logs import write
from shouwen.measures.assessment import (
    AssessmentStopped,
    Cluster,
    FolderSource,
    Period,
    Terms,
    assess_to,
    clusters,
)
from shouwen.measures.bulk.event_table import event_table
from shouwen.measures.evaluation import Event, adopt
from shouwen.measures.language import load_measure
from tests.measures import sparks
from tests.measures.bulk.test_shop import NOON, SHOP

AS_OF = datetime(2027, 1, 10, tzinfo=UTC)
RULES = ("arrive", "restore")


@pytest.fixture(scope="module")
def here():
    """Spark in this process, as a cluster."""
    sparks.require()
    return Cluster("local[2]", sparks.SMALL)


@pytest.mark.slow
def test_what_was_put_down_before_an_interruption_is_not_worked_out_again(
    tmp_path, cable, folder, read, here, monkeypatch
):
    period = Period(date(2026, 7, 1), date(2026, 7, 31))
    terms = Terms(cable, AS_OF, period, RULES)
    source = FolderSource(folder)
    assess_to(tmp_path / "duckdb", source, terms)
    written: list[str] = []
    again = False
    write_rows = clusters._write

    def interrupted(rows, place):
        if "tables" in place.parts and "given" not in place.name:
            written.append(place.name)
        if len(written) == 4 and not again:
            raise KeyboardInterrupt
        write_rows(rows, place)

    monkeypatch.setattr(clusters, "_write", interrupted)
    with pytest.raises(AssessmentStopped, match="Interrupted at judging on Spark"):
        assess_to(tmp_path / "spark", source, terms, cluster=here)
    assert not (tmp_path / "spark").exists()
    before, written, again = written[:3], [], True
    found = assess_to(tmp_path / "spark", source, terms, cluster=here)
    assert not set(before) & set(written)
    assert read(tmp_path / "spark") == read(tmp_path / "duckdb")
    assert found.counts["duties"] > 50
    about = json.loads((tmp_path / "spark" / "about.json").read_text("utf-8"))
    assert about["engine"].startswith("spark ")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["duckdb", "spark"]


def test_without_the_extra_it_says_what_to_install(tmp_path, cable, folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark", None)
    terms = Terms(cable, AS_OF, rules=RULES)
    cluster = Cluster("local")
    with pytest.raises(AssessmentStopped, match=r"pip install 'shouwen\[spark\]'"):
        assess_to(tmp_path / "result", FolderSource(folder), terms, cluster=cluster)
    assert not (tmp_path / "result").exists()


@pytest.mark.slow
def test_times_of_day_corrections_and_copies_count_as_everywhere(tmp_path, read, here):
    shop = adopt(load_measure(SHOP))
    placed = {"person": "P", "unit": "U", "size": "小", "price": Decimal("49.99"), "urgent": True}
    orders = [
        Event(f"o{n}", "order.placed", NOON + timedelta(hours=n),
              {**placed, "case": f"c{n}", "by_time": time(9 + n, 30), "wish": date(2026, 10, 1)})
        for n in range(6)
    ]  # fmt: skip
    late = [Event(f"l{n}", "order.sent", NOON + timedelta(days=n), {"case": f"c{n}", "person": "P"})
            for n in range(6)]  # fmt: skip
    events = [
        *orders, *late,
        replace(orders[1], id="o1b", facts={**orders[1].facts, "size": "大"}, supersedes="o1"),
        replace(orders[2], id="o2b", supersedes="o2", retracts=True),
        replace(late[3], id="l3b", at=NOON, supersedes="l3", recorded_at=NOON + timedelta(days=9)),
        replace(late[4], id="l4b", at=NOON, supersedes="l4", recorded_at=NOON + timedelta(days=99)),
    ]  # fmt: skip
    for type_, table in event_table(shop.measure, events).tables.items():
        (tmp_path / "events" / type_).mkdir(parents=True)
        for number in range(2):
            pq.write_table(table, tmp_path / "events" / type_ / f"{number}.parquet")
    terms = Terms(shop, NOON + timedelta(days=20))
    source = FolderSource(tmp_path / "events")
    assess_to(tmp_path / "duckdb", source, terms)
    found = assess_to(tmp_path / "spark", source, terms, cluster=here)
    assert [n.code for n in found.notes] == ["copies"]
    assert found.counts["duties"]
    assert read(tmp_path / "spark") == read(tmp_path / "duckdb")


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_worker_that_is_killed_in_the_middle_changes_nothing(tmp_path, cable, read):
    sparks.require()
    write(tmp_path / "events", "cable", 100_000)
    source, terms = FolderSource(tmp_path / "events"), Terms(cable, AS_OF, rules=RULES)
    assess_to(tmp_path / "duckdb", source, terms)
    (tmp_path / "cluster").mkdir()
    with sparks.standalone(tmp_path / "cluster") as cluster:
        settings = sparks.SMALL | {
            "spark.executor.memory": "512m",
            "spark.executor.cores": "1",
            "spark.sql.shuffle.partitions": "4",
            # What is on the machine that is gone is soon not asked for any more.
            "spark.shuffle.io.maxRetries": "1",
            "spark.shuffle.io.retryWait": "1s",
        }
        half = threading.Event()

        def tell(stage, done, total):
            if stage == "judging" and done >= total // 2:
                half.set()

        killed = []

        def kill():
            half.wait(sparks.LIMIT * 3)
            killed.append(sparks.until("both workers at work", lambda: tasks_at_work() >= 2))
            cluster.kill("worker 1")

        killer = threading.Thread(target=kill)
        killer.start()
        found = assess_to(
            tmp_path / "spark", source, terms, tell=tell,
            cluster=Cluster(cluster.master, settings),
        )  # fmt: skip
        killer.join(sparks.LIMIT)
        assert killed
        sparks.until("one worker", lambda: cluster.workers() == 1)
    assert found.counts["duties"] > 15_000
    assert read(tmp_path / "spark") == read(tmp_path / "duckdb")


def tasks_at_work() -> int:
    """How many tasks executors are at right now."""
    from pyspark import SparkContext

    context = SparkContext._active_spark_context
    if context is None:
        return 0
    tracker = context.statusTracker()
    stages = [tracker.getStageInfo(n) for n in tracker.getActiveStageIds()]
    return sum(s.numActiveTasks for s in stages if s is not None)
