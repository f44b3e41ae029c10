"""Runs the statements of a plan on Spark."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import pyarrow as pa

from shouwen.measures.bulk.compile import BulkPlan
from shouwen.measures.bulk.inputs import event_rows, first_event, superseded
from shouwen.measures.bulk.lowering import SUPERSEDED
from shouwen.measures.bulk.spark.dialect import AS_OF
from shouwen.measures.bulk.spark.session import own
from shouwen.measures.bulk.spark.statements import Script, Statement, script_of
from shouwen.measures.bulk.steps import FIRST_EVENT, NOW, event_name

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

Keep = Callable[[Statement, "DataFrame"], "DataFrame"]
"""Puts the rows of a statement down, and gives them back as they are read from there."""

_UTC = pa.timestamp("us", "UTC")


def run_on(
    session: SparkSession, plan: BulkPlan, events: Mapping[str, pa.Table], as_of: datetime
) -> dict[str, pa.Table]:
    """What a plan says of events that fit into memory: `bulk.run`, on Spark.

    Whatever is read more than once is held by the process that calls, between one step and the
    next. For logs larger than that see `measures.assessment`.

    Args:
        session: of any cluster, or ``local[*]``; its settings stay as they are.
        plan: see `bulk.lower`.
        events: by event type, as for `bulk.run`.
        as_of: an aware instant.

    Raises:
        ValueError: as `bulk.run`.
    """
    if as_of.tzinfo is None:
        raise ValueError(f"as_of ({as_of.isoformat()}) has no time zone; give an aware datetime.")
    now = as_of.astimezone(UTC)
    beside = own(session)
    script = script_for(plan)
    constants = []
    for name, make in {**plan.steps.given, **script.given}.items():
        # Cached, or Spark would work on copies of them in this process.
        constants.append(frame_of(beside, make()).cache())
        constants[-1].createOrReplaceTempView(quoted(name))
    gone = superseded(events, now)
    register_question(beside, now, gone, first_event(events, gone, now))
    for type_, schema in plan.steps.inputs.items():
        rows = event_rows(type_, schema, events.get(type_), plan.known.get(type_, ()))
        register(beside, event_name(type_), rows)

    def held(statement: Statement, frame: DataFrame) -> DataFrame:
        rows = frame.toArrow()
        return beside.createDataFrame(rows, schema=frame.schema)

    work_out(beside, script.statements, now, held)
    found = {kind: read(beside, name).toArrow() for kind, name in plan.outcomes.items()}
    for frame in constants:
        frame.unpersist()
    return found


def script_for(plan: BulkPlan) -> Script:
    """The statements for all outcomes of a plan; made once, which takes seconds."""
    if plan not in _SCRIPTS:
        _SCRIPTS[plan] = script_of(plan.steps, dict.fromkeys(plan.outcomes.values()))
    return _SCRIPTS[plan]


_SCRIPTS: WeakKeyDictionary[BulkPlan, Script] = WeakKeyDictionary()


def work_out(
    session: SparkSession,
    statements: Sequence[Statement],
    as_of: datetime,
    keep: Keep,
    done: Callable[[Statement], None] | None = None,
) -> None:
    """Every statement in order: those that are kept are run, the others named only.

    `done` is told of each.
    """
    for statement in statements:
        asked: dict[str, Any] | None = {AS_OF: as_of} if statement.asks_when else None
        frame = session.sql(statement.sql, args=asked)
        if statement.call is not None:
            frame = statement.call.answered(session, frame)
        if statement.kept:
            frame = keep(statement, frame)
        frame.createOrReplaceTempView(quoted(statement.name))
        if done is not None:
            done(statement)


def register_question(
    session: SparkSession, as_of: datetime, gone: pa.Table, first: datetime
) -> None:
    """The instant of the evaluation, the ids that no longer count, and since when there is
    something."""
    register(session, NOW, pa.table({"as_of": pa.array([as_of], _UTC)}))
    register(session, FIRST_EVENT, pa.table({"at": pa.array([first], _UTC)}))
    register(session, SUPERSEDED, gone)


def register(session: SparkSession, name: str, rows: pa.Table) -> None:
    """Let a table of this process be read by a name; its instants are in UTC."""
    frame_of(session, rows).createOrReplaceTempView(quoted(name))


def frame_of(session: SparkSession, rows: pa.Table) -> DataFrame:
    """A table of this process as one of Spark."""
    fields = [f.with_type(_UTC) if pa.types.is_timestamp(f.type) else f for f in rows.schema]
    return session.createDataFrame(rows.cast(pa.schema(fields)))


def read(session: SparkSession, name: str, columns: Collection[str] = ()) -> DataFrame:
    """The rows of a table of the session."""
    listed = ", ".join(map(quoted, columns)) or "*"
    return session.sql(f"SELECT {listed} FROM {quoted(name)}")


def quoted(name: str) -> str:
    """A name as an identifier of Spark."""
    return "`" + name.replace("`", "``") + "`"
