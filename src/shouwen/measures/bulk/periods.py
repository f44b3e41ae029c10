"""The rows of periodic rules, one for every period and subject, by joining tables of periods.

The periods of the calendar are a constant table; who owes something from when until when are
spans, of which those that overlap or touch are first made one (gaps and islands). A period belongs
to a span if the day on which it is due, or ends, lies in the span.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa

from shouwen.measures.bulk.calendars import Clock, Limit, last_instant, met_by
from shouwen.measures.bulk.candidates import WHEN, judged, needed_names, paired
from shouwen.measures.bulk.errors import NotLoweredYet
from shouwen.measures.bulk.frames import AT, DAY, Frame
from shouwen.measures.bulk.relations import EVENTS, ID, ORIGIN, READINGS, SEQ, Rows
from shouwen.measures.bulk.sqltypes import (
    DAY_US,
    INSTANT,
    SECOND_US,
    Table,
    holds,
    instant,
    names_of,
    nothing,
    null,
    us,
    whole,
)
from shouwen.measures.calendars import Counting
from shouwen.measures.calendars.zones import LAST_DAY, day_date
from shouwen.measures.evaluation.periods import containing, due_day
from shouwen.measures.feel import tree
from shouwen.measures.feel.types import DATE, DATETIME, Type
from shouwen.measures.language.model import Duty, Each, Performance, Trigger

if TYPE_CHECKING:
    from shouwen.measures.bulk.lowering import Lowering

FIRST, LAST, OPENS = "~p first", "~p last", "~p opens"
LIMIT = Limit("~p limit", "~p inclusive")
CARRIED = (FIRST, LAST, OPENS, LIMIT.at, LIMIT.inclusive)
"""Columns of the rows of periods: their days, the due moment of the period before, their own."""
_PERIODS = {"first": "date", "last": "date", "due": "date", "due_before": "date"}
_FOREVER = 2**62


def period_rows(lowering: Lowering, rule: str, trigger: Trigger, clock: Clock) -> Rows:
    """The rows of a periodic rule that have begun by `as_of`, with the columns `CARRIED`."""
    assert trigger.every is not None
    every, due = trigger.every, trigger.due
    periods = lowering.steps.constant(
        f"periods {every} {due or ''}".strip(), _PERIODS, lambda: _calendar(every, due)
    )
    fields: dict[str, Type] = {"period_start": DATE, "period_end": DATE}
    spans = _spans(lowering, rule, trigger.each)
    now, today = _today(lowering)
    begun = periods.mutate(reached=ibis.least(periods["last"], periods["due"]))
    begun = begun.mutate(**{"~midnight": whole(0), "~evening": whole(DAY_US - SECOND_US)})
    begun = lowering.zone.instants(begun, "reached", "~midnight", "~reached at")
    begun = lowering.zone.instants(begun, "last", "~evening", AT)
    begun = begun.cross_join(now).filter(lambda t: t["first"] <= t[today])
    found = spans.inner_join(
        begun,
        [
            begun["reached"] >= spans["from"],
            spans["until"].isnull() | holds(us(begun["~reached at"]) < spans["until"]),
        ],
    )
    if trigger.each is not None:
        # One span may end on the day that decides and another begin on it.
        rank = ibis.row_number().over(
            group_by=[found["subject"], found["first"]], order_by=found["island"]
        )
        found = lowering.steps.add(f"{rule} owed", found.mutate(**{"~rank": rank}))
        found = found.filter(found["~rank"] == 0)
    id_ = found["first"].strftime("%Y-%m-%d")
    columns = {
        AT: found[AT],
        DAY: found["last"],
        ORIGIN: found["origin"],
        SEQ: whole(0),
        EVENTS: found["events"],
        READINGS: nothing(),
        FIRST: found["first"],
        LAST: found["last"],
        "~due": found["due"],
        "~due before": found["due_before"],
        "period_start": found["first"],
        "period_end": found["last"],
    }
    if trigger.each is not None:
        id_ = found["subject"].cast("string") + ":" + id_
        columns[trigger.each.key] = found["subject"]
        fields[trigger.each.key] = lowering.rows(trigger.each.relation).fields[trigger.each.column]
    table = found.select(**{ID: id_}, **columns)
    order = ibis.row_number().over(group_by=[table[AT], table[ORIGIN]], order_by=table[ID])
    frame = Frame(lowering.ground, rule, table.mutate(**{SEQ: order}), {})
    frame.keep("periods")
    own, before = clock.at_day(frame, "~due"), clock.at_day(frame, "~due before")
    t = frame.table
    frame.add(
        **{LIMIT.at: t[own.at], LIMIT.inclusive: t[own.inclusive], OPENS: last_instant(t, before)}
    )
    frame.drop(own.at, own.inclusive, before.at, before.inclusive, "~due", "~due before")
    frame.keep("periods and limits")
    return Rows(rule, frame.table, fields)


def ended(lowering: Lowering, rule: str, trigger: Trigger) -> Rows:
    """The rows of what is decided at the end of a period: only periods that are over."""
    clock = Clock(lowering.steps, lowering.adoption.calendar, Counting.CIVIL, lowering.zone)
    rows = period_rows(lowering, rule, trigger, clock)
    over = rows.table.filter(rows.table[AT] < lowering.steps.as_of()).drop(*CARRIED)
    return Rows(rule, over, rows.fields)


def _calendar(every: str, due: str | None) -> pa.Table:
    """All periods of a kind that the tables of the wall clock reach."""
    first, last = containing(every, day_date(0))
    before = due_day(due, every, *containing(every, first - timedelta(days=1)))
    end = day_date(LAST_DAY - 1)
    found: dict[str, list[date]] = {c: [] for c in _PERIODS}
    while last <= end:
        own = due_day(due, every, first, last)
        for column, day in zip(_PERIODS, (first, last, own, before), strict=True):
            found[column].append(day)
        before = own
        first, last = containing(every, last + timedelta(days=1))
    return pa.table({c: pa.array(days, pa.date32()) for c, days in found.items()})


def _today(lowering: Lowering) -> tuple[Table, str]:
    """A table of one row with the local date of `as_of`, and the name of its column."""
    now = ibis.table({"as_of": INSTANT}, name="~now")
    now, local = lowering.zone.local(now, "as_of", "~now")
    now = lowering.steps.add("today", now.select(**{"~today": now[local.day]}))
    return now, "~today"


# --- who owes it --------------------------------------------------------------------------------


def _spans(lowering: Lowering, rule: str, each: Each | None) -> Table:
    """Who owes it (`subject`), `from` which day, `until` which instant (microseconds, excluded;
    NULL: for ever), by which `events`, of which `origin`."""
    if each is None:
        begin = lowering.adoption.first_day
        if begin is None:
            return _since_the_first_event(lowering)
        schema = {"from": "date", "until": "int64", "events": "array<string>", "origin": "string"}
        made = ibis.schema(schema).to_pyarrow()
        row: dict[str, Any] = {"from": begin, "until": None, "events": [], "origin": ""}
        return lowering.steps.constant(
            "in force", schema, lambda: pa.Table.from_pylist([row], schema=made)
        )
    rows = lowering.rows(each.relation)
    if each.column not in rows.fields:
        raise AssertionError(f"{rule} reads '{each.column}', which was left out")
    frame = lowering.frame(rows, f"{rule} subjects")
    start = _moment(lowering, frame, each.start, end=False)
    until = _moment(lowering, frame, each.until, end=True)
    t = frame.table
    begins = us(t[AT]) if start is None else us(ibis.coalesce(t[start], t[AT]))
    ends = null("int64") if until is None else us(t[until])
    t = t.select(
        subject=t[each.column],
        start=begins,
        end=ibis.coalesce(ends, whole(_FOREVER)),
        events=rows.events(t),
        **{c: t[c] for c in (AT, ORIGIN, SEQ)},
    )
    t = lowering.steps.add(f"{rule} spans", t.filter(t["subject"].notnull()))
    return lowering.steps.add(f"{rule} spans merged", _merged(lowering, t))


def _since_the_first_event(lowering: Lowering) -> Table:
    """The span of a measure without a first day: the log says since when there is something."""
    table, local = lowering.zone.local(lowering.steps.first_event(), "at", "~first")
    table = table.select(
        until=null("int64"),
        events=nothing(),
        origin=ibis.literal(""),
        **{"from": table[local.day]},
    )
    return lowering.steps.add("since the first event", table)


def _merged(lowering: Lowering, t: Table) -> Table:
    """Spans that overlap or touch, as one: nobody owes the same period twice."""
    place = [t["start"], t[AT], t[ORIGIN], t[SEQ]]
    t = t.mutate(place=ibis.row_number().over(group_by="subject", order_by=place))
    before = t["end"].max().over(group_by=t["subject"], order_by=t["place"], rows=(None, -1))
    t = t.mutate(opens=ibis.ifelse(holds(t["start"] <= before), 0, 1))
    island = t["opens"].sum().over(group_by=t["subject"], order_by=t["place"], rows=(None, 0))
    t = t.mutate(island=island)
    first = [t["place"]]
    merged = t.group_by("subject", "island").agg(
        start=t["start"].min(),
        end=t["end"].max(),
        events=t["events"].first(order_by=first),
        origin=t[ORIGIN].first(order_by=first),
    )
    merged = merged.mutate(begins=instant(merged["start"]))
    merged, local = lowering.zone.local(merged, "begins", "~begins")
    return merged.select(
        "subject",
        "events",
        "origin",
        "island",
        until=merged["end"].nullif(whole(_FOREVER)),
        **{"from": merged[local.day]},
    )


def _moment(lowering: Lowering, frame: Frame, expr: tree.Expr | None, *, end: bool) -> str | None:
    """A column with the instant at which a span begins or ends; None where nothing is said."""
    if expr is None:
        return None
    value = frame.put(expr)
    if value.type == DATETIME:
        return value.value
    if value.type != DATE:
        raise NotLoweredYet(f"a span given as {value.type}")
    # As the last day of a span, a date belongs to it whole.
    time, at = frame.fresh(), frame.fresh("instant")
    frame.add(**{time: whole(DAY_US if end else 0)})
    frame.table = lowering.zone.instants(frame.table, value.value, time, at)
    return at


# --- what performs it ---------------------------------------------------------------------------


def performances_in_period(
    lowering: Lowering, duty: Duty, rows: Rows, frame: Frame, number: int, performance: Performance
) -> Table:
    """The events of a performance that belong to the period of each row."""
    name = performance.period_of
    needed = needed_names(lowering, performance.when)
    if name is not None:
        if name in rows.fields:
            raise NotLoweredYet(f"for: {name}, a field of the period too")
        needed |= {name}
    inner = paired(lowering, frame, rows, duty.same, performance.event, CARRIED, needed)
    if name is None:
        t = inner.table
        inner.table = t.filter((t[OPENS] < t[WHEN]) & holds(met_by(t, LIMIT, t[WHEN])))
        columns = judged(inner, performance.when, number)
        return inner.table.select(**columns)
    meant = _day_of(lowering, inner, name)
    t = inner.table
    inner.table = t.filter(t[meant].isnull() | holds(t[meant].between(t[FIRST], t[LAST])))
    columns = judged(inner, performance.when, number)
    unsaid = inner.table[meant].isnull()
    otherwise = {
        "~holds": null("boolean"), "~names": names_of([name]), "~readings": nothing(),
        "~events": nothing(),
    }  # fmt: skip
    columns |= {c: ibis.ifelse(unsaid, v, columns[c]) for c, v in otherwise.items()}
    return inner.table.select(**columns)


def _day_of(lowering: Lowering, frame: Frame, name: str) -> str:
    """A column with the local date that an event says its period by."""
    slot = frame.slots[name]
    if slot.type != DATETIME:
        return slot.value
    frame.table, local = lowering.zone.local(frame.table, slot.value, frame.fresh())
    return local.day
