"""Spark, when one machine is outgrown: the same plan, on as many machines as it takes.

A plan is Ibis; what DuckDB is told in its SQL, Spark is told in its own. Nothing else differs: not
the rules, not the calendars, not what counts as late. Executors run SQL only, so no Python and
nothing of Shouwen has to be on them.

- `dialect` writes the relations of a plan for Spark, and says where the two differ.
- `statements` puts them in order, and numbers rows so that a task may be run twice.
- `calls` is the exception: what no SQL says is called on the driver.
- `session` connects, and sets what the exact fen and second hang on.
- `engine` runs them over events in memory (`run_on`); `measures.assessment` over whole logs.

PySpark is the extra ``[spark]``; this room is imported only where it is asked for.
"""

from shouwen.measures.bulk.spark.engine import run_on
from shouwen.measures.bulk.spark.session import SparkUnavailable, connected

__all__ = ["SparkUnavailable", "connected", "run_on"]
