"""Databases for tests that need one of their own. All are copies of one in which the tables have
been made: that takes twenty seconds, a copy half of one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import fasteners
import psycopg
import pytest
from psycopg import sql

from shouwen.service.database import embedded
from shouwen.service.database.roles import OWNER

ROOT = Path(__file__).resolve().parents[2]
MADE = "made"


def environment_of(found: embedded.Addresses) -> dict[str, str]:
    """The environment of a process of the service that works on a database."""
    return {
        **os.environ, "DATABASE_URL": found.service, "DATABASE_OWNER_URL": found.owner,
        "SHOUWEN_SECRET_KEY": "k" * 50, "SHOUWEN_DEMO": "", "SHOUWEN_DEBUG": "",
        "DJANGO_SETTINGS_MODULE": "shouwen.service.config.settings",
    }  # fmt: skip


def superuser(found: embedded.Addresses) -> str:
    """The address of whoever may do everything, and is shown what the connections of others do."""
    return re.sub("//[^@]+@", "//postgres@", found.owner)


def fresh(factory: pytest.TempPathFactory, name: str) -> embedded.Addresses:
    """A database with empty tables, on one server for all processes of a run of the tests.

    Args:
        factory: knows the folder of the run.
        name: told apart by the process of the tests that asks.
    """
    folder = factory.getbasetemp()
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is not None:
        folder = folder.parent
    name = f"{name}_{worker or 'alone'}"
    with fasteners.InterProcessLock(folder / "postgres.lock"):
        made = embedded.start(folder / "postgres", database=MADE, careless=True)
        if not (folder / "made").exists():
            migrate = [sys.executable, "-m", "shouwen", "manage", "migrate", "--database", "owner",
                       "--verbosity", "0"]  # fmt: skip
            subprocess.run(migrate, cwd=ROOT, env=environment_of(made), check=True, timeout=300)
            (folder / "made").touch()
        with psycopg.connect(superuser(made).replace(MADE, "postgres"), autocommit=True) as server:
            copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}")
            server.execute(copy.format(*map(sql.Identifier, (name, MADE, OWNER))))
        return embedded.start(folder / "postgres", database=name)
