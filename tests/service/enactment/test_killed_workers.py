"""Workers that are killed in the middle of their work lose no escalation and double none."""

from __future__ import annotations

import signal
import subprocess
import sys

import psycopg
import pytest

from tests.service.databases import ROOT, environment_of, fresh, superuser

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL"),
]
CLOCKS, WORKERS, KILLS = 240, 3, 6


@pytest.fixture(scope="module")
def ground(tmp_path_factory):
    """A database with many expired clocks: the environment of its processes, and a view of it."""
    found = fresh(tmp_path_factory, "killed")
    environment = environment_of(found)
    make = [sys.executable, "-m", "tests.service.enactment.many_due", str(CLOCKS)]
    subprocess.run(make, cwd=ROOT, env=environment, check=True, timeout=120)
    # Only a superuser is shown what the connections of others are at.
    with psycopg.connect(superuser(found), autocommit=True) as connection:
        yield environment, lambda sql, *values: connection.execute(sql, values).fetchall()


class Crew:
    """Workers that can be told apart by the name of their connection."""

    def __init__(self, environment, ask):
        self.environment, self.ask = environment, ask
        self.there: dict[str, subprocess.Popen[bytes]] = {}
        self.hired = self.killed = 0

    def hire(self):
        self.hired += 1
        name = f"worker-{self.hired}"
        self.there[name] = subprocess.Popen(
            [sys.executable, "-m", "shouwen", "worker"], cwd=ROOT,
            env={**self.environment, "PGAPPNAME": name},
        )  # fmt: skip

    def kill_if_in_the_middle(self, name):
        """Hold a worker; if it is inside a transaction, kill it there, else let it go on."""
        process = self.there[name]
        process.send_signal(signal.SIGSTOP)
        state = self.ask("SELECT state FROM pg_stat_activity WHERE application_name = %s", name)
        if ("idle in transaction",) not in state:
            process.send_signal(signal.SIGCONT)
            return
        process.kill()
        process.wait()
        del self.there[name]
        self.killed += 1
        self.hire()

    def dismiss(self):
        for process in self.there.values():
            process.terminate()
        return [process.wait(timeout=60) for process in self.there.values()]


def test_no_escalation_is_lost_or_doubled_when_workers_are_killed(ground):
    environment, ask = ground
    due = "SELECT count(*) FROM enactment_alarm WHERE at <= now()"
    assert ask(due) == [(CLOCKS,)]
    crew = Crew(environment, ask)
    for _ in range(WORKERS):
        crew.hire()
    try:
        while ask(due) != [(0,)]:
            for name in list(crew.there):
                # Waits a moment, and fails the test if a worker ended by itself.
                with pytest.raises(subprocess.TimeoutExpired):
                    crew.there[name].wait(timeout=0.02)
                if crew.killed < KILLS:
                    crew.kill_if_in_the_middle(name)
    finally:
        ended = crew.dismiss()
    assert ended == [0] * WORKERS
    assert crew.killed == KILLS
    red = ask("SELECT count(*) FROM enactment_clock WHERE rule = 'arrive' AND stage = 'red'")
    assert red == [(CLOCKS,)]
    # Each clock turned once, each turn told the technician and the head, once each.
    turns = ask(
        "SELECT c.rule, x.stage, count(DISTINCT c.id), count(DISTINCT x.id), count(n.id), "
        "count(DISTINCT (n.clock_id, n.person_id)) "
        "FROM enactment_clock c JOIN enactment_clockchange x ON x.clock_id = c.id "
        "LEFT JOIN notices_notice n ON n.clock_id = c.id AND n.stage = x.stage "
        "WHERE c.rule = 'arrive' GROUP BY c.rule, x.stage"
    )
    assert turns == [("arrive", "red", CLOCKS, CLOCKS, 2 * CLOCKS, 2 * CLOCKS)]
    twice = ask(
        "SELECT outcome FROM enactment_breach WHERE NOT gone GROUP BY outcome HAVING count(*) > 1"
    )
    assert twice == []
    broken = ask("SELECT count(*) FROM enactment_breach WHERE norm = '3.3.2c' AND NOT gone")
    assert broken == [(CLOCKS,)]
