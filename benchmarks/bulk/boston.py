"""How many events a second, beside the reference evaluator, on the log of Boston.

Both evaluate the same measure over the same events, in one run; the bulk engine's time includes
registering the tables and reading the outcomes out as Arrow tables, the reference's includes
checking the events. Making the plan (once for a measure) is timed apart. What the two say of every
duty and breach is compared; a disagreement is a failure, and no figure is printed.
"""

from __future__ import annotations

import platform
import statistics
import sys
import time
from importlib.metadata import version
from pathlib import Path

from shouwen.measures.bulk import lower, run
from shouwen.measures.evaluation import adopt, evaluate
from shouwen.measures.interchange.logs import measure_of, read_log, read_mapping
from shouwen.measures.language import load_measure
from tests.measures.bulk.agreement import by_bulk, by_reference, differences

EXAMPLE = Path(__file__).parents[2] / "examples" / "boston311"
ROUNDS = 3


def main() -> int:
    path = EXAMPLE / "mapping.yaml"
    named = measure_of(path)
    assert named is not None
    mapping = read_mapping(path, load_measure(named))
    assert mapping.log is not None
    assert mapping.as_of is not None
    log = read_log(EXAMPLE / mapping.log, mapping)
    measure, as_of = mapping.measure, mapping.as_of
    adoption = adopt(measure)
    events = list(log.events())
    began = time.perf_counter()
    plan = lower(adoption)
    statements = len(plan.statements)
    planned = time.perf_counter() - began
    bulk_times, reference_times = [], []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        found = run(plan, log.table.tables, as_of)
        bulk_times.append(time.perf_counter() - began)
        began = time.perf_counter()
        outcomes = evaluate(adoption, events, as_of)
        reference_times.append(time.perf_counter() - began)
    said = differences(measure, by_reference(outcomes, plan.rules), by_bulk(found, measure))
    if said:
        print(f"The two disagree in {len(said)} places; the first:\n{said[0]}")
        return 1
    ratios = [r / b for r, b in zip(reference_times, bulk_times, strict=True)]
    print(f"{len(events):,} events of {log.rows:,} requests, {len(found['duties']):,} duties")
    print(f"CPython {platform.python_version()}, duckdb {version('duckdb')}, "
          f"ibis {version('ibis-framework')}, {platform.machine()}")  # fmt: skip
    print(f"plan: {planned:.2f} s, once; {statements} statements")
    for name, times in (("bulk", bulk_times), ("reference", reference_times)):
        median = statistics.median(times)
        print(f"{name:>9}: {median:6.2f} s, {len(events) / median:>10,.0f} events/s")
    print(f"bulk is {statistics.median(ratios):.1f} times as fast (of {ROUNDS} rounds: "
          f"{min(ratios):.1f} to {max(ratios):.1f})")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
