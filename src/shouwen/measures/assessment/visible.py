"""What a store knows at an instant: events as corrected, each once."""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb
import pyarrow as pa

from shouwen.measures.assessment.store import Store
from shouwen.measures.bulk.event_table import RECORDED_AT, RETRACTS, SUPERSEDES
from shouwen.measures.evaluation.events import no_longer_counting

KNOWN_FROM = f'coalesce({RECORDED_AT}, "at")'
"""The instant from which an event is known."""


def instant(moment: datetime) -> str:
    """An instant as a literal of DuckDB."""
    return f"TIMESTAMPTZ '{moment.astimezone(UTC).isoformat()}'"


def superseded(connection: duckdb.DuckDBPyConnection, store: Store, as_of: datetime) -> None:
    """The table ``gone``: ids of events that no longer count, as `inputs.superseded` has them.

    Corrections of all event types are followed, also of those that the plan does not read.
    """
    known: list[tuple[str, str, bool]] = []
    for type_ in store.rows:
        have = store.columns(connection, type_)
        if SUPERSEDES not in have:
            continue
        since = KNOWN_FROM if RECORDED_AT in have else '"at"'
        back = f"coalesce({RETRACTS}, false)" if RETRACTS in have else "false"
        result = connection.execute(
            f"SELECT id, {SUPERSEDES}, {back} FROM {store.source(type_)} "
            f"WHERE {SUPERSEDES} IS NOT NULL AND {since} <= {instant(as_of)}"
        )
        while rows := result.fetchmany(100_000):
            known += rows
    gone = pa.table({"id": pa.array(sorted(no_longer_counting(known)), pa.string())})
    connection.register("gone_given", gone)
    connection.execute("CREATE OR REPLACE TEMP TABLE gone AS SELECT id FROM gone_given")
    connection.unregister("gone_given")


def visible(
    connection: duckdb.DuckDBPyConnection,
    store: Store,
    type_: str,
    as_of: datetime,
    columns: list[str],
    more: str = "",
) -> str:
    """The events of a type that count at an instant, each once (see `Store.selected`)."""
    inner = store.selected(connection, type_, columns, more)
    return (
        f"SELECT * FROM ({inner}) WHERE {KNOWN_FROM} <= {instant(as_of)} "
        f"AND NOT coalesce({RETRACTS}, false) AND id NOT IN (SELECT id FROM gone)"
    )  # fmt: skip
