"""A million open clocks: how long after its instant is it known that a clock has turned?

    .venv/bin/python benchmarks/service/clocks.py [CLOCKS WORKERS]

An organisation has this many open clocks, three to a repair. Real workers (`shouwen worker`) run.
First clocks turn at a steady pace, that at which a million of them turn once each within a day
(11.6 a second); then as many at one instant as a large failure brings. The lag is from the
instant at which the measure says that a clock turns to the commit after which everyone sees that
it has, with the notices of it; the database itself takes the time of the commit. A turn that is
missing, or there twice, fails the benchmark.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import psycopg

from benchmarks.service._ground import ground

PER_SECOND, SECONDS, AT_ONCE = 12, 60, 600
AMBER_AFTER = timedelta(minutes=20)
"""A repair in town is reached within half an hour, and presses after two thirds of it."""

# Everything that hangs on the template's thread, told of repair n, reported at `at`; the clocks and
# the alarm of those that are to stay open lie further ahead.
COPY = """
WITH wanted AS (
    SELECT n, 'K' || n AS case_key, 'k' || n AS uid,
           {at} AS at, {ahead} AS ahead
    FROM generate_series(%(first)s::int, %(last)s::int) AS n
), t AS (SELECT * FROM enactment_thread WHERE key = 'case:TEMPLATE'
), e AS (SELECT e.* FROM enactment_event e JOIN t ON e.thread_id = t.id
), threads AS (
    INSERT INTO enactment_thread (organisation_id, key, opened_at, adoption_id, asked_at)
    SELECT t.organisation_id, 'case:' || w.case_key, w.at, t.adoption_id, w.at FROM wanted w, t
    RETURNING id, key, organisation_id
), known AS (
    SELECT w.*, h.id AS thread_id, h.organisation_id AS org
    FROM wanted w JOIN threads h ON h.key = 'case:' || w.case_key
), keys AS (
    INSERT INTO enactment_threadkey (organisation_id, key, thread_id)
    SELECT org, 'case:' || case_key, thread_id FROM known
), events AS (
    INSERT INTO enactment_event (organisation_id, uid, type, at, recorded_at, facts, retracts,
        thread_id, keys, people)
    SELECT org, k.uid, e.type, k.at, k.at, jsonb_set(e.facts, '{{case}}', to_jsonb(k.case_key)),
        false, k.thread_id, ARRAY['case:' || k.case_key], e.people
    FROM known k, e RETURNING id, organisation_id, at, keys, people
), named AS (
    INSERT INTO enactment_eventkey (organisation_id, key, event_id, at, alone)
    SELECT organisation_id, unnest(keys || people), id, at, false FROM events
), clocks AS (
    INSERT INTO enactment_clock (organisation_id, outcome, thread_id, case_key, rule, norm,
        label_zh, label_en, status, stage, bearer, person_id, unit_id, start, deadline, by_day,
        amber_at, missing, reasons, aim)
    SELECT k.org, replace(c.outcome, e.uid, k.uid), k.thread_id, k.case_key, c.rule, c.norm,
        c.label_zh, c.label_en, c.status, c.stage, c.bearer, c.person_id, c.unit_id, k.at,
        c.deadline + (k.at - e.at) + k.ahead, c.by_day, c.amber_at + (k.at - e.at) + k.ahead,
        c.missing, c.reasons, c.aim
    FROM known k, e, enactment_clock c WHERE c.thread_id = (SELECT id FROM t)
)
INSERT INTO enactment_alarm (organisation_id, thread_id, at)
SELECT org, thread_id, at + %(amber_after)s + ahead FROM known
"""
# When a turn was committed: a constraint that is looked at then, and always holds.
WATCH = """
CREATE TABLE bench_turned (clock_id bigint, stage text, at timestamptz);
CREATE FUNCTION bench_note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
    INSERT INTO bench_turned VALUES (NEW.clock_id, NEW.stage, clock_timestamp());
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER bench_note AFTER INSERT ON enactment_clockchange
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bench_note();
"""
LAGS = """
SELECT count(*), count(DISTINCT b.clock_id),
    percentile_cont(ARRAY[0.5, 0.99, 1.0]) WITHIN GROUP (
        ORDER BY extract(epoch FROM b.at - c.amber_at)),
    max(b.at)
FROM bench_turned b JOIN enactment_clock c ON c.id = b.clock_id
WHERE c.rule = 'arrive' AND b.stage = 'amber' AND c.case_key = ANY (
    SELECT 'K' || n FROM generate_series(%s::int, %s::int) AS n)
"""


def template(organisation: int) -> int:
    """One repair, taken up in the ordinary way; how many clocks it has opened."""
    from shouwen.service.access.actor import Actor
    from shouwen.service.enactment.bridge import perform
    from shouwen.service.enactment.models import Clock
    from shouwen.service.organisations.models import Person, Role
    from shouwen.service.tenancy.models import Organisation
    from shouwen.service.tenancy.scope import scope

    with scope(organisation):
        in_daytime(organisation)
        technician = Person.objects.filter(grants__role=Role.TECHNICIAN).earliest("id")
        facts = {
            "kind": "repair",
            "technician": technician.number,
            "unit": "城关站",
            "area": "城区",
        }
        actor = Actor(Organisation.objects.get(pk=organisation), None)
        perform(actor, "work.reported", facts, case="TEMPLATE")
        return Clock.objects.filter(case_key="TEMPLATE").count()


def in_daytime(organisation: int) -> None:
    """Let it be ten o'clock in the morning where the measure applies, whenever this runs.

    By night a repair in town is not due before the morning, and no clock would turn.
    """
    from shouwen.service.access.actor import Actor
    from shouwen.service.enactment.models import Adoption
    from shouwen.service.enactment.texts import MAIN, texts_of
    from shouwen.service.measurebook.texts import keep_text
    from shouwen.service.organisations.models import Person, Role
    from shouwen.service.tenancy.models import Organisation

    now = datetime.now(UTC)
    east = (10 - now.hour + 12) % 24 - 12
    text = texts_of("cable")[MAIN].replace("zone: Asia/Shanghai", f"zone: Etc/GMT{-east:+d}")
    drafter = Person.objects.filter(grants__role=Role.DRAFTER).earliest("id")
    actor = Actor.of(drafter)
    assert actor.organisation == Organisation.objects.get(pk=organisation)
    kept = keep_text(actor, "cable", {MAIN: text})
    Adoption.objects.create(
        measure=kept.key, first_day=now.date() - timedelta(days=2), adopted_at=now
    )


class Ground:
    """The tables as their owner sees them."""

    def __init__(self, owner: psycopg.Connection) -> None:
        self.owner, self.next = owner, 1
        self.workers: list[subprocess.Popen[bytes]] = []

    def copy(self, many: int, at: str, ahead: str, **values: object) -> tuple[int, int]:
        """So many copies of the template; the first and the last number of theirs."""
        first, last = self.next, self.next + many - 1
        sql = COPY.format(at=at, ahead=ahead)
        for begin in range(first, last + 1, 50_000):
            more = {"first": begin, "last": min(last, begin + 49_999), "amber_after": AMBER_AFTER}
            self.owner.execute(sql, values | more)  # type: ignore[call-overload]
        self.next = last + 1
        return first, last

    def wait(self, name: str, numbers: tuple[int, int], since: datetime | None) -> None:
        """Wait until all these have turned, and print how long it took."""
        wanted = numbers[1] - numbers[0] + 1
        while True:
            assert all(p.poll() is None for p in self.workers), "a worker has ended"
            found = self.owner.execute(LAGS, numbers).fetchone()
            assert found is not None
            turned, clocks, lags, last = found
            if clocks == wanted:
                break
            time.sleep(1)
        assert turned == wanted, f"{turned - wanted} turns are there twice"
        p50, p99, most = lags
        line = f"{name:<28} {wanted:>6,} p50 {p50:6.3f} s   p99 {p99:6.3f} s   most {most:6.3f} s"
        if since is not None:
            line += f"   {wanted / (last - since).total_seconds():.0f} a second"
        print(line, flush=True)


def main() -> None:
    """Measure and print."""
    clocks, workers = (int(a) for a in (sys.argv[1:3] or ("1000000", "2")))
    with ground() as (owner, organisation), psycopg.connect(owner, autocommit=True) as connection:
        each = template(organisation)
        there = Ground(connection)
        connection.execute(WATCH)
        begun = time.perf_counter()
        there.copy(clocks // each, "now() - interval '5 minutes'",
                   "make_interval(hours => 12 + n %% 240, secs => n %% 3600)")  # fmt: skip
        connection.execute("VACUUM ANALYZE")
        open_ = connection.execute("SELECT count(*) FROM enactment_clock").fetchone()
        version = connection.execute("SHOW server_version").fetchone()
        assert open_ is not None
        assert version is not None
        print(f"{open_[0]:,} open clocks, made in {time.perf_counter() - begun:.0f} s; {workers} "
              f"workers; {os.cpu_count()} processors; PostgreSQL {version[0]}; "
              f"Python {platform.python_version()}", flush=True)  # fmt: skip
        command = [sys.executable, "-m", "shouwen", "worker"]
        processes = there.workers = [subprocess.Popen(command) for _ in range(workers)]
        try:
            time.sleep(12)
            start = datetime.now().astimezone() + timedelta(seconds=10)
            steady = there.copy(
                PER_SECOND * SECONDS, "%(start)s + make_interval(secs => (n - %(base)s)::float8 / "
                "%(rate)s) - %(amber_after)s", "interval '0'",
                start=start, base=there.next, rate=PER_SECOND,
            )  # fmt: skip
            there.wait(f"{PER_SECOND} a second", steady, None)
            start = datetime.now().astimezone() + timedelta(seconds=10)
            burst = there.copy(AT_ONCE, "%(start)s - %(amber_after)s", "interval '0'", start=start)
            there.wait("all at one instant", burst, start)
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait()


if __name__ == "__main__":
    main()
