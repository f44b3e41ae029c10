"""Four promises of a cable operator over millions of events: the plan beside a query by hand.

    .venv/bin/python benchmarks/assessment/cable.py [EVENTS ...] [--memory 6GB] [--folder FOLDER]

For each size a log is made (`benchmarks.operation`), assessed as `shouwen assess` does, with and
without trails, and asked by `by_hand.sql`; each in a process of its own, one after the other. What
both say of every duty and every breach is compared; a disagreement is a failure.

Then what an event costs elsewhere, on a smaller log: the reference evaluator, with the same four
rules only; zen-engine and SpiffWorkflow, where they are installed, with far less to do (decisions
of one table a case, no clock, no calendar, no correction). See `benchmarks/requirements.txt`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]
SIZES = (1_000_000,)


def measured(what: str, events: Path, out: Path, memory: str) -> dict[str, float]:
    """Run one measurement in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.assessment._runs", what, str(events), str(out), memory],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def one_size(events: int, folder: Path, memory: str) -> float | None:
    """Measure and print one size; events a second of processor time, None if they disagree."""
    from benchmarks.assessment._runs import differences
    from benchmarks.operation.logs import write

    log = folder / f"events-{events}"
    if not log.exists():
        write(log, "cable", events)
    size = sum(f.stat().st_size for f in log.rglob("*.parquet")) / 2**20
    runs = {
        "by hand": measured("hand", log, folder / "hand", memory),
        "plan, no trails": measured("bare", log, folder / "bare", memory),
        "plan": measured("trails", log, folder / "trails", memory),
    }
    print(f"\n{events:,} events ({size:,.0f} MB of Parquet), "
          f"{runs['plan']['duties']:,.0f} duties, {runs['plan']['breaches']:,.0f} breaches, "
          f"{runs['plan']['parts']:.0f} parts")  # fmt: skip
    for other in ("bare", "trails"):
        wrong = differences(folder / "hand", folder / other)
        if any(wrong.values()):
            print(f"The two disagree ({other}): {wrong}")
            return None
    hand = runs["by hand"]
    for name, run in runs.items():
        # Only whether events are in order is not asked by hand; it is told apart.
        own = run["wall"] - run.get("checking", 0.0)
        print(
            f"{name:>16}: {own:7.1f} s, {events / own:>11,.0f} events/s, "
            f"{own / hand['wall']:5.1f} x by hand; {run['cpu']:7.1f} s of processor "
            f"({run['cpu'] / hand['cpu']:.1f} x); peak {run['peak']:,.0f} MB"
        )
    for name in ("making the plan", "checking", "parting", "judging and writing"):
        print(f"{name:>20}: {runs['plan'][name]:7.1f} s")
    return events / runs["plan"]["cpu"]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("events", nargs="*", type=lambda t: int(float(t)), default=SIZES)
    options.add_argument("--memory", default="6GB")
    options.add_argument("--folder", type=Path)
    options.add_argument("--no-others", action="store_true")
    given = options.parse_args()
    print(f"CPython {platform.python_version()}, duckdb {version('duckdb')}, "
          f"ibis {version('ibis-framework')}, {platform.machine()}, {os.cpu_count()} processors, "
          f"load {os.getloadavg()[0]:.1f}, memory limit {given.memory}")  # fmt: skip
    rate: float | None = None
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        for events in given.events:
            rate = one_size(events, folder, given.memory)
            if rate is None:
                return 1
    if not given.no_others:
        from benchmarks.assessment import _others

        _others.show(rate or 0.0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
