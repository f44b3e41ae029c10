"""The process that works a trial out is killed in the middle; the worker goes on with it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import psycopg
import pytest

from tests.service.databases import ROOT, environment_of, fresh, superuser

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL"),
]


@pytest.fixture
def ground(tmp_path, tmp_path_factory):
    """A database with an organisation whose trial waits; its environment, and a view of it."""
    found = fresh(tmp_path_factory, "trial")
    environment = environment_of(found) | {"SHOUWEN_DATA": str(tmp_path / "data")}
    make = [sys.executable, "-m", "tests.service.drafting.one_waiting"]
    subprocess.run(make, cwd=ROOT, env=environment, check=True, timeout=200)
    with psycopg.connect(superuser(found), autocommit=True) as connection:
        yield environment, lambda sql: connection.execute(sql).fetchone(), tmp_path / "data"


STATE = "SELECT state, side, stage, attempts FROM drafting_trial"
HOLDS = (
    "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND granted "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


def until(process, what, seconds=180.0):
    """Looks again and again at what a process does, until it is so."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come to that"
        # Waits a moment, and fails the test if the process ended by itself.
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=0.05)


def test_a_trial_whose_process_is_killed_is_gone_on_with_by_the_worker(ground):
    environment, ask, data = ground
    command = [sys.executable, "-m", "shouwen.service.config.trying", "1", "1"]
    first = subprocess.Popen(command, cwd=ROOT, env=environment)
    until(first, lambda: ask(STATE)[2] == "judging")
    first.send_signal(signal.SIGSTOP)
    assert ask(HOLDS) is not None
    # Another process leaves what someone is at alone.
    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=60)
    assert ask(STATE)[3] == 1
    first.kill()
    first.wait()
    (home,) = (data / "trials").glob("*/*")
    assert list(home.rglob("*.parquet"))
    worker = subprocess.Popen([sys.executable, "-m", "shouwen", "worker"], cwd=ROOT,
                              env=environment)  # fmt: skip
    try:
        until(worker, lambda: ask(STATE)[0] == "done")
    finally:
        worker.terminate()
        worker.wait(timeout=60)
    assert ask(STATE)[3] == 2
    assert ask("SELECT count(*) FROM drafting_waiting") == (0,)
    assert ask("SELECT (found->>'flips')::int FROM drafting_trial") == (1,)
    assert not list(home.rglob("*.parquet"))
