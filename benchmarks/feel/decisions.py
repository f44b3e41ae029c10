"""How many traced decisions a second, beside zen-engine.

A table of four rows and two inputs (area and hours out of service) decides a fine and points for
the same facts in both engines. Ours runs in one thread; zen-engine may use what it likes. Both
keep a trace: ours the rows and the inputs' values in every `Decision`, zen-engine what its `trace`
option records. zen-engine also runs without a trace, which are the rates to beat.
Rounds alternate, so that the machine's moods meet both; ratios are taken within a round.
"""

from __future__ import annotations

import json
import platform
import random
import statistics
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from importlib.metadata import version
from typing import Any

import zen

from shouwen.measures.diagnostics import Report, SourceText
from shouwen.measures.feel import (
    NUMBER,
    Decision,
    EnumType,
    Outcome,
    Scope,
    compile_table,
    parse_table,
)

DECISIONS, ROUNDS = 20_000, 7
FLOOR = 100_000
"""Traced decisions a second that the table must reach."""

AREA = EnumType("area", ("城区", "农村"))
HEADER = ["U", "area", "hours", "→ fine", "→ points"]
ROWS = [
    ["1", "城区", "< 4", "0", "0"],
    ["2", "城区", ">= 4", "100", "2"],
    ["3", "农村", "< 8", "0", "0"],
    ["4", "农村", ">= 8", "50", "1"],
]


def our_table() -> Callable[[dict[str, Any]], Decision]:
    report = Report()
    table = parse_table(
        [SourceText.alone(c) for c in HEADER],
        [[SourceText.alone(c) for c in row] for row in ROWS],
        Scope({"area": AREA, "hours": NUMBER}),
        report,
    )
    report.raise_if_errors()
    assert table is not None
    return compile_table(table)


def zen_content() -> zen.ZenDecisionContent:
    columns = [("i0", "area"), ("i1", "hours")]
    content = {
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode", "content": {}},
            {
                "id": "table",
                "name": "table",
                "type": "decisionTableNode",
                "content": {
                    "hitPolicy": "first",
                    "inputs": [{"id": i, "name": f, "field": f} for i, f in columns],
                    "outputs": [
                        {"id": "o0", "name": "fine", "field": "fine"},
                        {"id": "o1", "name": "points", "field": "points"},
                    ],
                    "rules": [
                        {"_id": n, "i0": f'"{area}"', "i1": hours, "o0": fine, "o1": points}
                        for n, area, hours, fine, points in ROWS
                    ],
                },
            },
            {"id": "out", "name": "out", "type": "outputNode", "content": {}},
        ],
        "edges": [
            {"id": "e1", "sourceId": "in", "targetId": "table", "type": "edge"},
            {"id": "e2", "sourceId": "table", "targetId": "out", "type": "edge"},
        ],
    }
    return zen.ZenDecisionContent(json.dumps(content))


def timed(run: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = run()
    return DECISIONS / (time.perf_counter() - start), result


def main() -> int:
    rng = random.Random(20130901)
    cases = [(rng.choice(AREA.members), rng.randrange(0, 12)) for _ in range(DECISIONS)]
    decide, content = our_table(), zen_content()
    engine = zen.ZenEngine({"loader": lambda key: content})
    facts = [{"area": area, "hours": Decimal(hours)} for area, hours in cases]
    contexts = [{"area": area, "hours": hours} for area, hours in cases]
    requests: list[Any] = [{"key": "t", "context": context} for context in contexts]

    runs: dict[str, Callable[[], Any]] = {
        "shouwen, traced": lambda: [decide(f) for f in facts],
        "zen-engine batch": lambda: engine.evaluate_batch(requests),
        "zen-engine batch, traced": lambda: engine.evaluate_batch(requests, {"trace": True}),
        "zen-engine single": lambda: [engine.evaluate("t", c) for c in contexts],
        "zen-engine single, traced": lambda: [
            engine.evaluate("t", c, {"trace": True}) for c in contexts
        ],
    }
    rates: dict[str, list[float]] = {name: [] for name in runs}
    for round_ in range(ROUNDS + 1):
        results = {}
        for name, run in runs.items():
            rate, results[name] = timed(run)
            if round_:  # the first is to warm up
                rates[name].append(rate)
        ours = results.pop("shouwen, traced")
        assert all(d.outcome is Outcome.MATCHED and d.trace["hours"] is not None for d in ours)
        expected = [(d.outputs["fine"], d.outputs["points"]) for d in ours]
        for name, theirs in results.items():
            data = [r.get("data", r) for r in theirs]
            assert [(r["result"]["fine"], r["result"]["points"]) for r in data] == expected, name

    print(f"{DECISIONS} decisions x {ROUNDS} rounds, results equal in every round")
    print(
        f"Python {platform.python_version()}, zen-engine {version('zen-engine')}, "
        f"{platform.machine()}"
    )
    median = {name: statistics.median(r) for name, r in rates.items()}
    for name, rate in median.items():
        ratios = [a / b for a, b in zip(rates["shouwen, traced"], rates[name], strict=True)]
        print(f"  {name:28} {rate:12,.0f} /s   shouwen is {statistics.median(ratios):6.1f} x")
    slowest = min(rates["shouwen, traced"])
    print(f"  slowest round of shouwen     {slowest:12,.0f} /s   (floor {FLOOR:,})")
    best = map(max, zip(rates["zen-engine batch"], rates["zen-engine single"], strict=True))
    beaten = all(a > b for a, b in zip(rates["shouwen, traced"], best, strict=True))
    return 0 if slowest > FLOOR and beaten else 1


if __name__ == "__main__":
    sys.exit(main())
