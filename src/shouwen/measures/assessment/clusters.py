"""A whole log on a cluster, without parts.

One machine judges a log part by part because it cannot hold more; a cluster holds it, and Spark
cuts every table by the keys of the step at hand. So the plan runs once over everything.

- **What is put down.** Every table that is read more than once is written, as Parquet, to the
  working folder, and read from there. What comes after a table does not hang on how it was worked
  out: a worker that is lost takes only the tasks of the statement that runs with it, which Spark
  gives to others. A table counts as there when Spark has marked it as whole (``_SUCCESS``).
- **Going on.** The same question finds its tables in the folder, and works out only what it lacks.
  Tables that nothing reads any more are removed on the way.
- **Where.** Events, working folder and result lie in a file system that the driver and all workers
  see under the same path.

Events are checked, and corrections followed, by the process that calls, in DuckDB: that is one pass
over ids and instants, in bounded memory. The plan is what takes a cluster.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from shouwen.measures.assessment.results import Tables
from shouwen.measures.assessment.running import TRAILS, Period, outcomes_without
from shouwen.measures.assessment.store import Store, Tell
from shouwen.measures.bulk import BulkPlan
from shouwen.measures.bulk.pruning import last_reads
from shouwen.measures.bulk.steps import event_name

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from shouwen.measures.bulk.spark.statements import Script, Statement

SERIAL = "~serial"
WHOLE = "_SUCCESS"
"""The file that Spark writes into a folder when all of it is there."""


class ClusterFailed(RuntimeError):
    """Spark could not do it; what is put down is kept."""


@dataclass(frozen=True)
class Cluster:
    """Where Spark runs: its master (None: as spark-submit or spark-defaults.conf say), and further
    settings by name."""

    master: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """The engine, as a result tells it."""
        try:
            return f"spark {version('pyspark')}"
        except PackageNotFoundError:
            return "spark"


@dataclass(frozen=True)
class Known:
    """What is known of a log at an instant.

    Attributes:
        as_of: the instant.
        gone: the ids that no longer count (``id``).
        first: the instant of the first event that counts.
        copied: the event types that have copies.
    """

    as_of: datetime
    gone: pa.Table
    first: datetime
    copied: frozenset[str] = frozenset()


def judge(
    cluster: Cluster, home: Path, plan: BulkPlan, store: Store, known: Known, period: Period,
    say: Tell, *, trails: bool,
) -> tuple[Tables, int]:  # fmt: skip
    """Judge a store on a cluster: by kind the files with the outcomes; how many were there.

    Raises:
        ClusterFailed: when there is no Spark, nothing answers, or Spark gives up.
    """
    from shouwen.measures.bulk.spark.session import connected

    folder = home / "outcomes"
    there = {k for k in plan.outcomes if (folder / k / WHOLE).is_file()}
    if there != plan.outcomes.keys():
        with _failing(), connected(cluster.master, cluster.settings) as session:
            run = _Run(session, home / "tables", plan, trails=trails)
            run.question(store, known)
            run.tables(plan.outcomes.keys() - there, say)
            for kind in plan.outcomes.keys() - there:
                _write(run.outcomes(kind, period), folder / kind)
        shutil.rmtree(home / "tables", ignore_errors=True)
    return {k: sorted((folder / k).glob("*.parquet")) for k in plan.outcomes}, len(there)


@contextmanager
def _failing() -> Iterator[None]:
    """Errors of Spark as ours, without the stack of the JVM."""
    from shouwen.measures.bulk.spark.session import SparkUnavailable, first_line, require

    try:
        require()
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
    except SparkUnavailable as error:
        raise ClusterFailed(str(error)) from error
    try:
        yield
    except SparkUnavailable as error:
        raise ClusterFailed(str(error)) from error
    except (Py4JError, PySparkException) as error:
        raise ClusterFailed(first_line(error)) from error


class _Run:
    """A plan on its way through a session; tables are put down in a folder."""

    def __init__(
        self, session: SparkSession, folder: Path, plan: BulkPlan, *, trails: bool
    ) -> None:
        from shouwen.measures.bulk.spark.engine import frame_of
        from shouwen.measures.bulk.spark.session import own

        self.session = own(session)
        self.folder = folder
        self.plan = plan
        self.script = _script(plan, trails=trails)
        self.trails = trails
        self.places = {s.name: folder / str(n) for n, s in enumerate(self.script.statements)}
        for number, (name, make) in enumerate({**plan.steps.given, **self.script.given}.items()):
            place = folder / f"given {number}"
            if not (place / WHOLE).is_file():
                _write(frame_of(self.session, make()), place)
            self._name(name, place)

    def question(self, store: Store, known: Known) -> None:
        """Name the events, the instant, and what is known of the log."""
        from shouwen.measures.bulk.spark.engine import register_question

        self.as_of = known.as_of.astimezone(UTC)
        register_question(self.session, self.as_of, known.gone, known.first)
        for type_, schema in self.plan.steps.inputs.items():
            here = type_ in store.rows
            self._events(type_, schema, store.folder / type_ if here else None,
                         copied=type_ in known.copied)  # fmt: skip

    def tables(self, kinds: Collection[str], say: Tell) -> None:
        """Work out what some kinds of outcomes take; what is there already is read."""
        from shouwen.measures.bulk.spark.engine import work_out
        from shouwen.measures.bulk.spark.statements import needed

        there = {n for n, place in self.places.items() if (place / WHOLE).is_file()}
        for name in there:
            self._name(name, self.places[name])
        wanted = [self.plan.outcomes[k] for k in kinds]
        todo = needed(self.script.statements, wanted, there)
        last = last_reads([(s.name, s.reads, s.kept) for s in todo], wanted)
        done = len(self.script.statements) - len(todo)
        say("judging", done, len(self.script.statements))

        def finished(statement: Statement) -> None:
            nonlocal done
            done += 1
            say("judging", done, len(self.script.statements))
            for name in last.get(statement.name, ()):
                shutil.rmtree(self.places[name], ignore_errors=True)

        work_out(self.session, todo, self.as_of, self._kept, finished)

    def outcomes(self, kind: str, period: Period) -> DataFrame:
        """The outcomes of a kind, of a period."""
        from shouwen.measures.bulk.spark.engine import read

        table = self.plan.outcomes[kind]
        columns = read(self.session, table).columns
        kept = [c for c in columns if self.trails or c not in TRAILS]
        return _within(read(self.session, table, kept), period, self.plan.adoption.zone)

    def _kept(self, statement: Statement, rows: DataFrame) -> DataFrame:
        place = self.places[statement.name]
        _write(rows, place)
        return self._read(place)

    def _read(self, place: Path) -> DataFrame:
        return self.session.read.parquet(place.resolve().as_uri())

    def _name(self, name: str, place: Path) -> None:
        from shouwen.measures.bulk.spark.engine import quoted

        self._read(place).createOrReplaceTempView(quoted(name))

    def _events(self, type_: str, schema: Any, folder: Path | None, *, copied: bool) -> None:
        """The events of a type in the columns and types that the plan reads."""
        from pyspark.sql import functions as f

        from shouwen.measures.bulk.spark.dialect import SparkTypes
        from shouwen.measures.bulk.spark.engine import quoted

        types = {n: SparkTypes.from_ibis(t).sql("spark") for n, t in schema.items()}
        if folder is None:
            described = ", ".join(f"{quoted(n)} {t}" for n, t in types.items())
            rows = self.session.createDataFrame([], described)
        else:
            files = self.session.read.parquet(folder.resolve().as_uri())
            have = {c.name: c.dataType.typeName() for c in files.schema}
            # Told by where a row lies, the number is the same whenever a task is run again.
            rows = files.withColumn(SERIAL, f.monotonically_increasing_id())
            if copied:
                # Copies say the same: whichever is kept, it is the same in every attempt.
                rows = rows.groupBy("id").agg(
                    f.min(SERIAL).alias(SERIAL),
                    *(f.min_by(quoted(c), SERIAL).alias(c) for c in have if c != "id"),
                )
            columns = []
            for name, type_name in types.items():
                column = SERIAL if name == "n" else name.removeprefix("f:")
                value = f.col(quoted(column)) if column in (SERIAL, *have) else f.lit(None)
                if have.get(column) == "time":
                    value = f.expr(f"time_to_micros({quoted(column)})")
                columns.append(value.cast(type_name).alias(name))
            rows = rows.select(*columns)
        rows.createOrReplaceTempView(quoted(event_name(type_)))


def _script(plan: BulkPlan, *, trails: bool) -> Script:
    """The statements of a plan, without what outcomes do not need."""
    from shouwen.measures.bulk.spark.statements import script_of

    return script_of(plan.steps, outcomes_without(plan, () if trails else TRAILS))


def _within(rows: DataFrame, period: Period, zone: ZoneInfo) -> DataFrame:
    """Those outcomes that lie in a period."""
    begin, end = period.bounds(zone)
    if begin is not None:
        rows = rows.where(rows["at"] >= begin)
    if end is not None:
        rows = rows.where(rows["at"] < end)
    return rows


def _write(rows: DataFrame, place: Path) -> None:
    """Put rows down; the folder has `WHOLE` in it when all of them are there."""
    rows.write.mode("overwrite").option("compression", "zstd").parquet(place.resolve().as_uri())
