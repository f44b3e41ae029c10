"""Deadlines by joins are the deadlines of `calendars.deadline`."""

from __future__ import annotations

from datetime import UTC, date

import ibis
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from shouwen.measures.bulk.calendars import Clock
from shouwen.measures.bulk.engine import Engine
from shouwen.measures.bulk.frames import Frame, Ground
from shouwen.measures.bulk.sqltypes import INSTANT, PERIOD_TYPE
from shouwen.measures.bulk.steps import Steps
from shouwen.measures.bulk.zones import Zone
from shouwen.measures.calendars import (
    Calendar,
    CalendarError,
    Counting,
    Period,
    PeriodError,
    Schedule,
    Version,
    cn,
    deadline,
    parse_week,
)
from shouwen.measures.calendars.zones import from_us, to_us
from shouwen.measures.evaluation.limits import Clock as Reference
from tests.measures.bulk.effort import examples
from tests.measures.calendars.test_arrays import schedules, starts

PARTS = ("months", "days", "working_days", "seconds")
amounts = st.integers(0, 12)
periods = st.one_of(
    st.builds(Period, seconds=st.integers(0, 200 * 3600)),
    st.builds(Period, days=amounts),
    st.builds(Period, working_days=amounts),
    st.builds(Period, months=amounts, days=amounts, working_days=amounts),
    st.builds(Period, days=amounts, seconds=st.integers(0, 86_400)),
)


@st.composite
def calendars(draw):
    """A random calendar; some have a second version with other hours."""
    first = draw(schedules())
    versions = [Version(None, first)]
    if draw(st.booleans()):
        second = Schedule("second", first.zones.key, parse_week("Mon-Sat 10:00-16:30"))
        versions.append(Version(date(2024, 3, 11), second))
    return Calendar("random", versions)


def in_duckdb(rows, calendar, counting, roll=True):
    """(at, inclusive) for every (start in microseconds, period); at None where there is none."""
    steps = Steps()
    zone = Zone(steps, calendar.zone.key)
    schema = {"~key": "int64", "start": INSTANT, "length": PERIOD_TYPE}
    frame = Frame(Ground(steps, zone, {}), "asking", ibis.table(schema, name="asked"), {})
    limit = Clock(steps, calendar, counting, zone, roll).after(frame, "start", "length")
    steps.add("limits", frame.table.select("~key", limit.at, limit.inclusive))
    table = pa.table(
        {
            "~key": pa.array(range(len(rows)), pa.int64()),
            "start": pa.array([us for us, _ in rows], pa.int64()).cast(pa.timestamp("us")),
            "length": pa.array([{p: getattr(period, p) for p in PARTS} for _, period in rows]),
        }
    )
    with Engine(steps) as engine:
        engine.given()
        engine.register("asked", table)
        engine.run()
        found = sorted(engine.table("limits").to_pylist(), key=lambda r: r["~key"])
    return [
        None
        if row[limit.at] is None
        else (to_us(row[limit.at].replace(tzinfo=UTC)), row[limit.inclusive])
        for row in found
    ]


def one_by_one(rows, calendar, counting, roll=True):
    found: list[tuple[int, bool] | None] = []
    for us, period in rows:
        try:
            limit = deadline(from_us(us, calendar.zone), period, calendar, counting, roll=roll)
            found.append((to_us(limit.at), limit.inclusive))
        except (CalendarError, PeriodError):
            found.append(None)
    return found


@examples(10, 2_000)
@given(
    st.lists(st.tuples(starts, periods), min_size=1, max_size=60),
    calendars(),
    st.sampled_from(list(Counting)),
    st.booleans(),
)
def test_deadlines_by_joins_equal_deadlines_one_by_one(rows, calendar, counting, roll):
    wanted = one_by_one(rows, calendar, counting, roll)
    assert in_duckdb(rows, calendar, counting, roll) == wanted


@examples(4, 500)
@given(st.lists(starts, min_size=1, max_size=60), st.booleans())
def test_limits_at_days_and_instants_equal_those_of_the_reference(us, roll):
    reference = Reference(cn(), Counting.CIVIL, cn().zone, roll)
    steps = Steps()
    zone = Zone(steps, "Asia/Shanghai")
    schema = {"~key": "int64", "at": INSTANT, "day": "date"}
    frame = Frame(Ground(steps, zone, {}), "asking", ibis.table(schema, name="asked"), {})
    clock = Clock(steps, cn(), Counting.CIVIL, zone, roll)
    limits = [clock.at_instant(frame, "at"), clock.at_day(frame, "day")]
    steps.add("limits", frame.table)
    moments = [from_us(t, cn().zone) for t in us]
    table = pa.table(
        {
            "~key": pa.array(range(len(us)), pa.int64()),
            "at": pa.array(us, pa.int64()).cast(pa.timestamp("us")),
            "day": pa.array([m.date() for m in moments]),
        }
    )
    with Engine(steps) as engine:
        engine.given()
        engine.register("asked", table)
        engine.run()
        rows = sorted(engine.table("limits").to_pylist(), key=lambda r: r["~key"])
    for row, moment in zip(rows, moments, strict=True):
        for limit, asked in zip(limits, (moment, moment.date()), strict=True):
            wanted = reference.at(asked)
            assert row[limit.at].replace(tzinfo=UTC) == wanted.at
            assert row[limit.inclusive] is wanted.inclusive
