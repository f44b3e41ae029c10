"""Pages with ten thousand and with a million work orders: they should take the same time.

    .venv/bin/python benchmarks/service/pages.py [SMALL LARGE]

One process asks for each page in turn, as someone who is logged in, through everything that a real
request goes through but the network. The same organisation is measured twice, before and after it
grows; what counts is the ratio. *intake* takes up a case, with its work order, events, clocks and
the chain of hashes.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

from benchmarks.service._ground import fill, ground

RUNS = 60
PAGES = {
    "intake": None,
    "workbench": "/",
    "dispatch board": "/jobs/dispatch/",
    "cases": "/cases/",
    "my open cases": "/cases/?mine=1&state=not-closed",
    "search, rare word": "/search/?q=1234",
    "case": "/cases/B000001000/",
    "call-backs": "/call-backs/",
}


def measure(label: str, action: Callable[[], object]) -> list[float]:
    """Milliseconds of each run, sorted; the first few do not count."""
    for _ in range(5):
        action()
    found = []
    for _ in range(RUNS):
        start = time.perf_counter()
        action()
        found.append((time.perf_counter() - start) * 1000)
    return sorted(found)


def ask(organisation: int) -> dict[str, list[float]]:
    """Every page, `RUNS` times."""
    from django.test import Client

    from shouwen.service.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(username="cable.operator"))
    number = iter(range(10**9))

    def intake() -> object:
        form = {
            "channel": "phone", "phone": "13800000042", "name": "客户", "address": "人民路1号",
            "topic": "repair", "matter": "电视没有信号", "rings": "2",
            "uid": f"{time.monotonic_ns()}-{next(number)}",
        }  # fmt: skip
        answer = client.post("/intake/", form)
        assert answer.status_code == 302, answer.content[:500]
        return answer

    def get(address: str) -> Callable[[], object]:
        def action() -> object:
            answer = client.get(address)
            assert answer.status_code == 200, (address, answer.status_code)
            return answer

        return action

    return {
        name: measure(name, intake if address is None else get(address))
        for name, address in PAGES.items()
    }


def main() -> None:
    """Measure and print."""
    small, large = (int(a) for a in (sys.argv[1:3] or ("10000", "1000000")))
    with ground() as (owner, organisation):
        fill(owner, organisation, 1, small)
        before = ask(organisation)
        fill(owner, organisation, small + 1, large)
        after = ask(organisation)
    print(f"{'page':<20} {small:>9,} p50  p95 {large:>11,} p50  p95   p95 ratio   (ms)")
    for name in PAGES:
        a, b = before[name], after[name]
        p95a, p95b = a[int(0.95 * RUNS)], b[int(0.95 * RUNS)]
        print(
            f"{name:<20} {statistics.median(a):>12.1f} {p95a:>5.1f} "
            f"{statistics.median(b):>14.1f} {p95b:>5.1f} {p95b / p95a:>9.2f}"
        )


if __name__ == "__main__":
    main()
