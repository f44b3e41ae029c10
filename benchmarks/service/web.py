"""Requests a second of one web process, as `shouwen serve` runs it, for the main pages.

    .venv/bin/python benchmarks/service/web.py [CASES SECONDS]

Eight connections that are kept open ask for one page after another, as someone who is logged in,
from another process on the same machine, which therefore takes a part of it. An answer that is not
the page fails the benchmark.
"""

from __future__ import annotations

import http.client
import os
import platform
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from benchmarks.service._ground import fill, ground
from shouwen.cli.service import web_process

AT_ONCE = 8
PAGES = {
    "login": "/accounts/login/", "workbench": "/", "cases": "/cases/",
    "case": "/cases/B000001000/", "dispatch board": "/jobs/dispatch/",
    "call-backs": "/call-backs/", "search": "/search/?q=1234",
}  # fmt: skip


def session() -> str:
    """The cookie of someone who is logged in."""
    from django.conf import settings
    from django.test import Client

    from shouwen.service.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(username="cable.operator"))
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def ask(port: int, page: str, cookie: str, until: float) -> list[float]:
    """One connection asks until an instant; the seconds that each answer took."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    found = []
    while time.perf_counter() < until:
        begun = time.perf_counter()
        connection.request("GET", page, headers={"Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, (page, answer.status)
        found.append(time.perf_counter() - begun)
    return found


def measure(port: int, cookie: str, seconds: float) -> None:
    """Ask for every page, and print."""
    print(f"{'page':<16} {'a second':>9} {'p50':>8} {'p99':>8}   (ms)")
    for name, page in PAGES.items():
        ask(port, page, cookie, time.perf_counter() + 1)
        until = time.perf_counter() + seconds
        with ThreadPoolExecutor(AT_ONCE) as pool:
            work = [pool.submit(ask, port, page, cookie, until) for _ in range(AT_ONCE)]
            taken = sorted(t * 1000 for w in work for t in w.result())
        rate, p50, p99 = len(taken) / seconds, taken[len(taken) // 2], taken[len(taken) * 99 // 100]
        print(f"{name:<16} {rate:>9.0f} {p50:>8.0f} {p99:>8.0f}", flush=True)


def main() -> None:
    """Measure and print."""
    cases, seconds = (int(a) for a in (sys.argv[1:3] or ("100000", "5")))
    with ground() as (owner, organisation):
        fill(owner, organisation, 1, cases)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        process = subprocess.Popen(web_process("127.0.0.1", port, AT_ONCE))
        cookie = session()
        try:
            there = threading.Event()
            while not there.wait(0.2):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        there.set()
            print(f"{cases:,} cases; one process, {AT_ONCE} threads; {os.cpu_count()} processors; "
                  f"Python {platform.python_version()}", flush=True)  # fmt: skip
            measure(port, cookie, seconds)
        finally:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main()
