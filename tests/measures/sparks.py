"""Spark for tests: in one process, and as a standalone cluster of two workers on this machine."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from scripts import java

LIMIT = 120
"""Seconds after which something that should have happened has not."""

# Events of a test are few: what it takes to compile a statement is worth more than what it saves.
SMALL = {
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.memory": "1g",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.extraJavaOptions": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
    "spark.log.level": "ERROR",
}


def require() -> None:
    """Pass a test over, and say so, where there is no Spark."""
    pytest.importorskip("pyspark", reason="there is no PySpark; run `make install`")
    if java.find() is None:
        pytest.skip("there is no Java 17; run `make java`")


@contextmanager
def local(**settings: str) -> Iterator[Any]:
    """A session in this process."""
    require()
    from shouwen.measures.bulk.spark import connected

    with connected("local[2]", SMALL | settings) as session:
        yield session


def until(what: str, holds: Callable[[], Any], pause: float = 0.02) -> Any:
    """Wait for something, at most so long as `LIMIT`; gives what it is."""
    never = threading.Event()
    for _ in range(int(LIMIT / pause)):
        found = holds()
        if found:
            return found
        never.wait(pause)
    raise AssertionError(f"after {LIMIT} seconds still not: {what}")


@dataclass
class Standalone:
    """A master and its workers, each a process group of its own."""

    home: Path
    port: int
    page: int
    groups: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def master(self) -> str:
        return f"spark://127.0.0.1:{self.port}"

    def start(self, name: str, class_: str, *arguments: str) -> None:
        import pyspark

        place = Path(pyspark.__file__).parent
        environment = os.environ | {
            "SPARK_HOME": str(place), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "256m",
            "SPARK_LOCAL_DIRS": str(self.home / name),
        }  # fmt: skip
        with (self.home / f"{name}.log").open("wb") as log:
            self.groups[name] = subprocess.Popen(
                [str(place / "bin" / "spark-class"), class_, *arguments],
                env=environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def workers(self) -> int:
        """How many workers the master knows to be alive."""
        try:
            with urlopen(f"http://127.0.0.1:{self.page}/json/", timeout=10) as answer:
                return int(json.load(answer)["aliveworkers"])
        except (URLError, OSError):
            return 0

    def kill(self, name: str) -> None:
        """End a process and all that it started, as when a machine is switched off."""
        group = self.groups.pop(name)
        os.killpg(group.pid, signal.SIGKILL)
        group.wait(LIMIT)


def free_port() -> int:
    """A port of the loopback that nobody has."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def standalone(home: Path, workers: int = 2) -> Iterator[Standalone]:
    """A cluster of a master and some workers of one core each."""
    require()
    cluster = Standalone(home, free_port(), free_port())
    try:
        cluster.start(
            "master", "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1",
            "--port", str(cluster.port), "--webui-port", str(cluster.page),
        )  # fmt: skip
        for number in range(workers):
            cluster.start(
                f"worker {number}", "org.apache.spark.deploy.worker.Worker", cluster.master,
                "--host", "127.0.0.1", "--cores", "1", "--memory", "1g", "--webui-port", "0",
                "--work-dir", str(home / f"work {number}"),
            )  # fmt: skip
        until(f"{workers} workers", lambda: cluster.workers() == workers)
        yield cluster
    finally:
        for name in list(cluster.groups):
            cluster.kill(name)
