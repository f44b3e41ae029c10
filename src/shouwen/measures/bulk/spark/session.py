"""Sessions of Spark, set so that a plan means there what it means everywhere."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SETTINGS: Mapping[str, str] = {
    # Instants are in UTC, whatever the zone of a machine.
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_LTZ",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "false",
    # What does not fit is an error, never a NULL or a wrapped number.
    "spark.sql.ansi.enabled": "true",
    # Sums keep their twelve decimals; by default Spark rounds them to make room.
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    # Facts may differ in case only.
    "spark.sql.caseSensitive": "true",
    # Times of day may stand in files; a plan reads them as microseconds.
    "spark.sql.timeType.enabled": "true",
    # Files of one table are read with the union of their columns.
    "spark.sql.parquet.mergeSchema": "true",
}
"""What a plan rests on; set in a session of its own, beside those of others."""


class SparkUnavailable(RuntimeError):
    """Spark cannot be had here; the message says what to do."""


def require() -> None:
    """Raise `SparkUnavailable` where PySpark or Java is not there."""
    try:
        import pyspark  # noqa: F401
    except ImportError as error:
        raise SparkUnavailable(
            "Spark is an extra that is not installed here: pip install 'shouwen[spark]'."
        ) from error
    import os

    home = os.environ.get("JAVA_HOME")
    if shutil.which("java") is None and not (home and shutil.which("java", path=f"{home}/bin")):
        raise SparkUnavailable(
            "Spark needs Java 17 or newer, and there is no java on the PATH (nor in JAVA_HOME). "
            "Debian, Ubuntu: apt-get install default-jre-headless."
        )


@contextmanager
def connected(
    master: str | None = None, settings: Mapping[str, str] | None = None
) -> Iterator[SparkSession]:
    """A session on a cluster, stopped at the end.

    Args:
        master: as Spark has it (``spark://host:7077``, ``k8s://https://host:443``, ``yarn``,
            ``local[2]``). None: that of the surroundings (spark-submit, spark-defaults.conf).
        settings: further ones of Spark, by name.

    Raises:
        SparkUnavailable: when PySpark or Java is not there, or nothing answers.
    """
    require()
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("shouwen")
    if master is not None:
        builder = builder.master(master)
    for name, value in {"spark.ui.showConsoleProgress": "false", **(settings or {})}.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except (Py4JError, PySparkException) as error:
        raise SparkUnavailable(f"Spark at {master} did not start: {first_line(error)}") from error
    try:
        yield session
    finally:
        session.stop()


def own(session: SparkSession) -> SparkSession:
    """A session beside another, with the settings of plans and tables of its own."""
    beside = session.newSession()
    for name, value in SETTINGS.items():
        beside.conf.set(name, value)
    return beside


def first_line(error: BaseException) -> str:
    """What an error of Spark says, without the stack of the JVM."""
    java = getattr(error, "java_exception", None)
    text = str(java.toString() if java is not None else error)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
