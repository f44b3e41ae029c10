"""Business-time deadlines: one at a time beside `businesstimedelta`, and whole columns.

Both libraries count the same hours in the same zone from the same starts, in turn in one process;
the ratio of the best rounds is what matters, the microseconds belong to the machine. Results are
compared first, start by start.
"""

from __future__ import annotations

import datetime as dt
import gc
import random
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import businesstimedelta
import numpy as np
import pytz  # type: ignore[import-untyped]

from shouwen.measures.calendars import (
    Calendar,
    Counting,
    Holidays,
    Period,
    always,
    cn,
    deadline,
    deadlines,
    parse_week,
    statutory,
)

STARTS = 2_000
ROUNDS = 5
COLUMN = 5_000_000
YEARS = (2015, 2025)


def best(run: Callable[[], object]) -> float:
    """The seconds of the fastest of some rounds, without the garbage collector in between."""
    times = []
    for _ in range(ROUNDS):
        gc.collect()
        gc.disable()
        begun = time.perf_counter()
        run()
        times.append(time.perf_counter() - begun)
        gc.enable()
    return min(times)


def one_at_a_time() -> None:
    zone = "America/New_York"
    ours = Calendar.simple("city-hall", zone, parse_week("Mon-Fri 08:30-17:00"))
    rule = businesstimedelta.WorkDayRule(
        start_time=dt.time(8, 30),
        end_time=dt.time(17),
        working_days=[0, 1, 2, 3, 4],
        tz=pytz.timezone(zone),
    )
    rules = businesstimedelta.Rules([rule])
    rng = random.Random(11)
    first = dt.datetime(YEARS[0], 1, 1, tzinfo=dt.UTC)
    seconds = (YEARS[1] - YEARS[0]) * 365 * 86_400
    starts = [first + dt.timedelta(seconds=rng.randrange(seconds)) for _ in range(STARTS)]
    print(f"businesstimedelta {version('businesstimedelta')}, Mon-Fri 08:30-17:00 in {zone},")
    print(f"{STARTS} starts {YEARS[0]}-{YEARS[1]}, best of {ROUNDS} rounds, us each:")
    for hours in (1, 4, 40, 200):
        period, delta = (
            Period(seconds=hours * 3600),
            businesstimedelta.BusinessTimeDelta(rules, hours=hours),
        )

        def theirs(delta: Any = delta) -> list[dt.datetime]:
            return [start + delta for start in starts]

        def mine(period: Period = period) -> list[dt.datetime]:
            return [deadline(start, period, ours, Counting.WORKING).at for start in starts]

        different = sum(
            a.astimezone(dt.UTC) != b.astimezone(dt.UTC)
            for a, b in zip(theirs(), mine(), strict=True)
        )
        if different:
            raise SystemExit(f"{hours} h: {different} of {STARTS} deadlines differ.")
        a, b = best(theirs), best(mine)
        print(
            f"  {hours:4} h: businesstimedelta {a / STARTS * 1e6:7.1f}   "
            f"shouwen {b / STARTS * 1e6:5.1f}   {a / b:6.1f} times as fast, all equal"
        )


def in_columns() -> None:
    week = parse_week("Mon-Fri 08:30-12:00, 14:30-17:30")
    calendars = [
        Calendar.simple("city-hall", "America/New_York", parse_week("Mon-Fri 08:30-17:00")),
        Calendar.simple("office", "Asia/Shanghai", week, Holidays(statutory())),
        cn(),
        always(),
    ]
    cases = [
        (Counting.WORKING, "PT4H"),
        (Counting.WORKING, "P1WD"),
        (Counting.CIVIL, "P10WD"),
        (Counting.CIVIL, "P1M"),
        (Counting.SAME_TIME, "P120D"),
        (Counting.ELAPSED, "PT30M"),
    ]
    rng = np.random.default_rng(11)
    low, high = (np.datetime64(f"{year}-01-01", "us").astype(np.int64) for year in YEARS)
    us = rng.integers(low, high, COLUMN)
    starts = us.view("M8[us]")
    sample = rng.integers(0, COLUMN, 500)
    print(f"\nnumpy {np.__version__}, a column of {COLUMN:,} random starts, one core,")
    print(f"best of {ROUNDS} rounds, millions of deadlines a second:")
    for calendar in calendars:
        rates = []
        for counting, text in cases:
            period = Period.parse(text)
            found = deadlines(starts, period, calendar, counting).at
            for i in sample.tolist():
                start = dt.datetime.fromtimestamp(0, dt.UTC) + dt.timedelta(microseconds=int(us[i]))
                single = deadline(start, period, calendar, counting).at
                if np.datetime64(single.astimezone(dt.UTC).replace(tzinfo=None)) != found[i]:
                    raise SystemExit(f"{calendar.key} {counting.name} {text}: {start} differs.")

            def run(
                period: Period = period,
                calendar: Calendar = calendar,
                counting: Counting = counting,
            ) -> object:
                return deadlines(starts, period, calendar, counting)

            rates.append(f"{counting.name} {text} {COLUMN / best(run) / 1e6:.0f}")
        print(f"  {calendar.key:9}  " + ", ".join(rates))
    print("  (500 of each equal the deadlines counted one at a time)")


if __name__ == "__main__":
    one_at_a_time()
    in_columns()
