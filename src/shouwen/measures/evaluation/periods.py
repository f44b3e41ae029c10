"""The rows of periodic rules: one for every period and subject."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from shouwen.measures.calendars import Counting
from shouwen.measures.evaluation.engine import Engine
from shouwen.measures.evaluation.env import Env
from shouwen.measures.evaluation.limits import Clock, Limit
from shouwen.measures.evaluation.rows import Row
from shouwen.measures.feel.values import Unknown
from shouwen.measures.language.model import Each, Trigger


@dataclass(frozen=True, slots=True, eq=False)
class PeriodRow(Row):
    """A period that a subject owes something for.

    `first` and `last` are its days. An event without a date of its own belongs to the period
    whose (`opens`, `closes`] it falls in: from the due moment of the period before to its own;
    what comes later is late for this one only while nothing else is due.
    """

    first: date = date.min
    last: date = date.max
    opens: datetime = datetime.min
    limit: Limit | None = None
    follows: datetime | None = None

    def takes(self, at: datetime) -> bool:
        """Whether an event at an instant belongs to this period."""
        assert self.limit is not None
        return self.opens < at and self.limit.met_by(at)


def period_rows(engine: Engine, rule: str, trigger: Trigger, clock: Clock) -> list[PeriodRow]:
    """The rows of a periodic rule that have begun by `as_of`, in order."""
    assert trigger.every is not None
    rows = []
    owed: set[tuple[Any, date]] = set()
    for subject, start, until, events, origin in _spans(engine, trigger.each):
        for first, last in _periods(trigger.every, start.date(), engine.as_of.date()):
            due_nominal = due_day(trigger.due, trigger.every, first, last)
            reached = min(last, due_nominal)
            if reached < start.date() or (
                until is not None and _first_instant(reached, engine) >= until
            ):
                continue
            if (subject, first) in owed:
                # One span ended on the day that decides, another began on it.
                continue
            owed.add((subject, first))
            previous_first, previous_last = _previous(trigger.every, first)
            previous = clock.at(due_day(trigger.due, trigger.every, previous_first, previous_last))
            values: dict[str, Any] = {"period_start": first, "period_end": last}
            name = ""
            if trigger.each is not None:
                values[trigger.each.key] = subject
                name = f"{subject}:"
            end = datetime.combine(last, time(23, 59, 59), engine.zone)
            rows.append(
                PeriodRow(
                    rule, f"{name}{first:%Y-%m-%d}", end, values, origin, events,
                    first=first, last=last, opens=previous.last_instant,
                    limit=clock.at(due_nominal),
                )
            )  # fmt: skip
    rows.sort(key=lambda r: (r.at, r.id))
    return rows


def ended_periods(engine: Engine, rule: str, trigger: Trigger) -> list[PeriodRow] | None:
    """The rows of what is decided at the end of a period: only periods that are over by `as_of`.

    None for a rule that is not periodic.
    """
    if trigger.every is None:
        return None
    clock = Clock(engine.adoption.calendar, Counting.CIVIL, engine.zone)
    return [r for r in period_rows(engine, rule, trigger, clock) if r.at < engine.as_of]


def _spans(
    engine: Engine, each: Each | None
) -> Iterator[tuple[Any, datetime, datetime | None, tuple[str, ...], str]]:
    """Who owes it, from when, until when, by which events."""
    if each is None:
        begin = engine.adoption.first_day
        if begin is None:
            first = engine.history.events[0].at if engine.history.events else engine.as_of
            begin = first.date()
        yield None, datetime.combine(begin, time(), engine.zone), None, (), ""
        return
    spans: dict[Any, list[tuple[datetime, datetime | None, Row]]] = {}
    for row in engine.rows(each.relation):
        subject = row.values.get(each.column)
        if subject is None:
            continue
        env = Env(engine, row)
        start = _moment(engine, each.start, env, row.at)
        until = _moment(engine, each.until, env, None, end=True)
        spans.setdefault(subject, []).append((start or row.at, until, row))
    for subject, found in spans.items():
        for start, until, row in _merged(found):
            yield subject, start, until, row.events, row.origin


def _merged(
    spans: list[tuple[datetime, datetime | None, Row]],
) -> Iterator[tuple[datetime, datetime | None, Row]]:
    """Spans that overlap or touch, as one: nobody owes the same period twice."""
    spans.sort(key=lambda s: s[0])
    current: tuple[datetime, datetime | None, Row] | None = None
    for start, until, row in spans:
        if current is not None and (current[1] is None or start <= current[1]):
            end = None if current[1] is None or until is None else max(current[1], until)
            current = (current[0], end, current[2])
            continue
        if current is not None:
            yield current
        current = (start, until, row)
    if current is not None:
        yield current


def _moment(
    engine: Engine, tree: Any, env: Env, default: datetime | None, *, end: bool = False
) -> datetime | None:
    if tree is None:
        return default
    value = engine.program.expression(tree)(env)
    if isinstance(value, Unknown) or value is None:
        return default
    if isinstance(value, datetime):
        return value
    # As the last day of a span, a date belongs to it whole.
    day = value + timedelta(days=1) if end else value
    return datetime.combine(day, time(), engine.zone)


def _periods(every: str, start: date, until: date) -> Iterator[tuple[date, date]]:
    first, last = containing(every, start)
    while first <= until:
        yield first, last
        first, last = containing(every, last + timedelta(days=1))


def _previous(every: str, first: date) -> tuple[date, date]:
    return containing(every, first - timedelta(days=1))


def containing(every: str, day: date) -> tuple[date, date]:
    """The first and last day of the period of the calendar that a day lies in."""
    if every == "day":
        return day, day
    if every == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    months = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}[every]
    start_month = (day.month - 1) // months * months + 1
    first = date(day.year, start_month, 1)
    following = start_month + months
    after = date(day.year + (following - 1) // 12, (following - 1) % 12 + 1, 1)
    return first, after - timedelta(days=1)


def due_day(due: str | None, every: str, first: date, last: date) -> date:
    """The day, before any roll, on which something is due for a period."""
    if due is None or due in ("last day", "最后一日"):
        return last
    number = re.search(r"\d+", due)
    if re.fullmatch(r"\d{2}-\d{2}", due):
        month, day = (int(p) for p in due.split("-"))
        year = first.year if (month, day) >= (first.month, first.day) else first.year + 1
        return _clamped(year, month, day)
    assert number is not None
    count = int(number.group())
    if due.startswith("+") or due.startswith("次期"):
        return last + timedelta(days=count)
    return _clamped(last.year, last.month, count)


def _first_instant(day: date, engine: Engine) -> datetime:
    return datetime.combine(day, time(), engine.zone)


def _clamped(year: int, month: int, day: int) -> date:
    """A date; a day that the month does not have is its last one (民法典 202)."""
    while True:
        try:
            return date(year, month, day)
        except ValueError:
            day -= 1
