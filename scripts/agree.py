"""Random histories through the reference evaluator and the bulk engine, until they disagree.

    .venv/bin/python scripts/agree.py [--histories N] [--batch N] [--seed N] [MEASURE ...]

A measure is one of the library by its name, or one of `tests/measures/bulk` by its file; all of
them when none is given. Many histories are judged as one log, which shares what a run of a plan
costs. A disagreement prints the smallest history found, as a scenario, and the run goes on; it
fails at the end.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from shouwen.measures.bulk import BulkPlan, lower  # noqa: E402
from shouwen.measures.evaluation import adopt  # noqa: E402
from shouwen.measures.language import load_measure  # noqa: E402
from tests.measures.bulk import library  # noqa: E402
from tests.measures.bulk.agreement import Disagreement, agree_on_each  # noqa: E402
from tests.measures.bulk.chronicle import random_log  # noqa: E402
from tests.measures.bulk.words import Words  # noqa: E402

SMALL = ROOT / "tests" / "measures" / "bulk"
MEASURES = [*sorted(p.name for p in SMALL.glob("*.md")), *library.ALL]


def plan_of(name: str) -> BulkPlan:
    """The whole measure, for any events."""
    if name in library.ALL:
        return library.plan(name)
    return lower(adopt(load_measure(SMALL / name)))


def check(name: str, histories: int, batch: int, seed: int) -> bool:
    """Judge so many histories of a measure; whether no disagreement was found."""
    begun = time.perf_counter()
    plan = plan_of(name)
    statements = len(plan.statements)
    planned = time.perf_counter() - begun
    words = Words(plan.adoption)
    compared: Counter[str] = Counter()
    events = wrong = done = 0
    while done < histories:
        count = min(batch, histories - done)
        logs, as_of = random_log(words, seed, count)
        try:
            compared += agree_on_each(plan, logs, as_of)
        except Disagreement as found:
            wrong += 1
            print(f"{name}, seed {seed}, {count} histories: {found}\n", flush=True)
        done += count
        seed += 1
        events += sum(map(len, logs.values()))
    print(
        f"{name}: {done:,} histories, {events:,} events, {compared.total():,} outcomes of "
        f"{sum(r in compared for r in plan.rules)} of {len(plan.rules)} rules compared, "
        f"{wrong} logs differ; {statements} statements made in {planned:.0f} s, "
        f"{time.perf_counter() - begun:.0f} s in all",
        flush=True,
    )
    return not wrong


def main() -> None:
    """Read the arguments, check measure by measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("measures", nargs="*", metavar="MEASURE", help=", ".join(MEASURES))
    parser.add_argument("--histories", type=int, default=100_000, help="over all measures")
    parser.add_argument("--batch", type=int, default=500, help="histories that make one log")
    parser.add_argument("--seed", type=int, default=0, help="of the first log")
    given = parser.parse_args()
    chosen = given.measures or MEASURES
    unknown = sorted(set(chosen) - set(MEASURES))
    if unknown:
        parser.error(f"no measure {', '.join(unknown)}; there are {', '.join(MEASURES)}")
    share = -(-given.histories // len(chosen))
    agreed = [check(name, share, given.batch, given.seed) for name in chosen]
    if not all(agreed):
        sys.exit("The evaluators disagree.")


if __name__ == "__main__":
    main()
