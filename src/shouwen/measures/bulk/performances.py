"""What performs a duty, and what excuses from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from shouwen.measures.bulk.anomalies import add_preceding
from shouwen.measures.bulk.calendars import Limit, met_by
from shouwen.measures.bulk.candidates import (
    EVENT,
    TRIGGER,
    WHEN,
    judged,
    needed_names,
    paired,
)
from shouwen.measures.bulk.codes import Trail
from shouwen.measures.bulk.frames import KEY, Frame
from shouwen.measures.bulk.periods import performances_in_period
from shouwen.measures.bulk.relations import Rows
from shouwen.measures.bulk.sqltypes import (
    INSTANT,
    Expr,
    Table,
    holds,
    joined,
    nothing,
    null,
    stacked,
)
from shouwen.measures.feel.types import STRING
from shouwen.measures.language.model import Duty, DutyKind, Exemption, Performance

if TYPE_CHECKING:
    from shouwen.measures.bulk.lowering import Lowering


@dataclass(frozen=True)
class Done:
    """Columns: when a duty was performed, by which event, and what is missing to know (names)."""

    at: str
    event: str
    missing: str


def performed(lowering: Lowering, duty: Duty, rows: Rows, frame: Frame) -> Done:
    """The performance that completes a duty: the `at_least`-th that does not precede it.

    Adds the anomalies of acts that do precede it.
    """
    periodic = duty.kind is DutyKind.PERIODIC
    preceding: dict[str, Table] = {}
    parts = [
        performances_in_period(lowering, duty, rows, frame, i, p)
        if periodic
        else _performances(lowering, duty, rows, frame, i, p, preceding)
        for i, p in enumerate(duty.performances)
        if not lowering.is_empty(p.event)
    ]
    if preceding:
        add_preceding(lowering, duty, rows, frame, list(preceding.values()))
    doubt = _unknown_keys(lowering, duty, frame, periodic=periodic)
    if not parts:
        return _never_done(frame, doubt)
    found = stacked(parts)
    if duty.at_least == 1 and not periodic and all(p.when is None for p in duty.performances):
        return _first_of(frame, found, doubt)
    order = ibis.row_number().over(
        group_by=TRIGGER, order_by=[found[WHEN], found[EVENT], found["~rule"]]
    )
    found = found.mutate(**{"~order": order})
    true = ibis.ifelse(holds(found["~holds"]), 1, 0)
    running = {"group_by": TRIGGER, "order_by": found["~order"], "rows": (None, 0)}
    found = found.mutate(**{"~count": true.sum().over(**running)})
    completes = holds(found["~holds"]) & (found["~count"] == duty.at_least)
    found = found.mutate(**{"~hit": ibis.ifelse(completes, found["~order"], null("int64"))})
    found = found.mutate(**{"~done": found["~hit"].min().over(group_by=TRIGGER)})
    found = lowering.steps.add(f"{duty.id} performances", found)
    return _taken(frame, found, doubt)


def _unknown_keys(lowering: Lowering, duty: Duty, frame: Frame, *, periodic: bool) -> str:
    """A column with the keys without which it cannot be known what performs the duty."""
    events = lowering.measure.vocabulary.events
    keys = {k for p in duty.performances for k in duty.same if k in events[p.event].fields}
    if periodic:
        keys = set()
    slots = [frame.resolve(k, STRING) for k in sorted(keys)]
    column = frame.fresh("keys")
    frame.add(**{column: joined(*(frame.names_column(s) for s in slots if s.names is not None))})
    return column


def _never_done(frame: Frame, doubt: str) -> Done:
    prefix = frame.fresh("done")
    done = Done(f"{prefix}at", f"{prefix}event", f"{prefix}names")
    frame.add(
        **{done.at: null(INSTANT), done.event: null("string"), done.missing: frame.table[doubt]}
    )
    return done


def _performances(
    lowering: Lowering, duty: Duty, rows: Rows, frame: Frame, number: int, performance: Performance,
    preceding: dict[str, Table],
) -> Table:  # fmt: skip
    """The events of one performance; those before the trigger are put into `preceding`."""
    inner = paired(
        lowering, frame, rows, duty.same, performance.event, (),
        needed_names(lowering, performance.when),
    )  # fmt: skip
    if not duty.early and duty.ahead is None:
        t = inner.table
        earlier = t.filter(t[WHEN] < t["t~at"]).select(TRIGGER, EVENT, WHEN)
        preceding.setdefault(performance.event, earlier)
        inner.table = t.filter(t[WHEN] >= t["t~at"])
    columns = judged(inner, performance.when, number)
    return inner.table.select(**columns)


def _first_of(frame: Frame, found: Table, doubt: str) -> Done:
    """The first of events that all perform the duty: nothing is looked at but that one."""
    prefix = frame.fresh("done")
    order = ibis.struct({"at": found[WHEN], "event": found[EVENT]})
    grouped = found.group_by(TRIGGER).agg(
        **{f"{prefix}at": found[WHEN].min(), f"{prefix}event": found[EVENT].argmin(order)}
    )
    grouped = grouped.rename({f"{prefix}key": TRIGGER})
    t = frame.table.left_join(grouped, [frame.table[KEY] == grouped[f"{prefix}key"]])
    event = t[f"{prefix}event"]
    frame.table = t.mutate(
        **{
            f"{prefix}names": t[doubt],
            f"{prefix}e": ibis.ifelse(event.isnull(), nothing(), ibis.array([event])),
        }
    ).drop(f"{prefix}key")
    frame.look(Trail(event_columns=frozenset({f"{prefix}e"})))
    return Done(f"{prefix}at", f"{prefix}event", f"{prefix}names")


def _taken(frame: Frame, found: Table, doubt: str) -> Done:
    hit = found["~order"] == found["~done"]
    reached = found["~done"].isnull() | (found["~order"] <= found["~done"])
    prefix = frame.fresh("done")
    grouped = found.group_by(TRIGGER).agg(
        **{
            f"{prefix}at": found[WHEN].max(where=hit),
            f"{prefix}event": found[EVENT].max(where=hit),
            f"{prefix}names": found["~names"]
            .collect(where=reached & found["~holds"].isnull())
            .flatten(),
            f"{prefix}r": found["~readings"].collect(where=reached).flatten(),
            f"{prefix}e": found["~events"].collect(where=reached).flatten(),
        }
    )
    grouped = grouped.rename({f"{prefix}key": TRIGGER})
    t = frame.table.left_join(grouped, [frame.table[KEY] == grouped[f"{prefix}key"]])
    own = ibis.ifelse(t[f"{prefix}event"].isnull(), nothing(), ibis.array([t[f"{prefix}event"]]))
    frame.table = t.mutate(
        **{
            f"{prefix}names": joined(t[doubt], t[f"{prefix}names"].fill_null(nothing())),
            f"{prefix}r": t[f"{prefix}r"].fill_null(nothing()),
            f"{prefix}e": joined(t[f"{prefix}e"].fill_null(nothing()), own),
        }
    ).drop(f"{prefix}key")
    frame.look(
        Trail(reading_columns=frozenset({f"{prefix}r"}), event_columns=frozenset({f"{prefix}e"}))
    )
    return Done(f"{prefix}at", f"{prefix}event", f"{prefix}names")


@dataclass(frozen=True)
class Excuse:
    """Columns: whether something excuses (never NULL), by which norm, and what is missing to know
    whether something else does (names)."""

    excused: str
    norm: str
    missing: str


def excuse(
    lowering: Lowering, exemptions: tuple[Exemption, ...], same: tuple[str, ...], rows: Rows,
    frame: Frame, limit: Limit, norm: str,
) -> Excuse | None:  # fmt: skip
    """What excuses from a duty, if anything may; exemptions are tried in their order."""
    exemptions = tuple(x for x in exemptions if x.event is None or not lowering.is_empty(x.event))
    if not exemptions:
        return None
    frame.add(
        **{
            "~x limit": frame.table[limit.at],
            "~x inclusive": frame.table[limit.inclusive],
            "~x norm": frame.table[norm],
        }
    )
    parts = [
        _condition(frame, x, i) if x.event is None
        else _excusing(lowering, same, rows, frame, x, i)
        for i, x in enumerate(exemptions)
    ]  # fmt: skip
    found = stacked(parts)
    order = ibis.row_number().over(
        group_by=TRIGGER, order_by=[found["~rule"], found[WHEN], found[EVENT]]
    )
    found = found.mutate(**{"~order": order})
    hit = ibis.ifelse(holds(found["~holds"]), found["~order"], null("int64"))
    found = found.mutate(**{"~hit": hit})
    found = found.mutate(**{"~first": found["~hit"].min().over(group_by=TRIGGER)})
    found = lowering.steps.add(f"{frame.label} excuses", found)
    return _judged(frame, found)


def _condition(frame: Frame, exemption: Exemption, number: int) -> Table:
    """A condition of the triggering row itself."""
    slot = frame.condition(exemption.when)
    frame.keep("before excuses")
    inner = Frame(frame.ground, frame.label, frame.table, frame.slots)
    inner.look(slot.trail)
    table = inner.table
    return table.select(
        **{
            TRIGGER: table[KEY],
            EVENT: null("string"),
            WHEN: null(INSTANT),
            "~rule": ibis.literal(number, type="int64"),
            "~holds": table[slot.value],
            "~names": inner.names_column(slot),
            "~readings": inner.readings(),
            "~events": inner.events(),
            "~by": _norm(table, exemption),
        }
    )


def _excusing(
    lowering: Lowering, same: tuple[str, ...], rows: Rows, frame: Frame, exemption: Exemption,
    number: int,
) -> Table:  # fmt: skip
    """Events that excuse; those that come in time, unless the rule lifts that."""
    assert exemption.event is not None
    carried = ("~x limit", "~x inclusive", "~x norm")
    inner = paired(
        lowering, frame, rows, same, exemption.event, carried,
        needed_names(lowering, exemption.when),
    )  # fmt: skip
    if exemption.in_time:
        table = inner.table
        in_time = met_by(table, Limit("~x limit", "~x inclusive"), table[WHEN])
        inner.table = table.filter(table["~x limit"].isnull() | holds(in_time))
    columns = judged(inner, exemption.when, number)
    inner.add(**{f"j{k}": v for k, v in columns.items()})
    table = inner.table
    return table.select(**{k: table[f"j{k}"] for k in columns}, **{"~by": _norm(table, exemption)})


def _norm(table: Table, exemption: Exemption) -> Expr:
    return ibis.literal(exemption.norm) if exemption.norm is not None else table["~x norm"]


def _judged(frame: Frame, found: Table) -> Excuse:
    hit = holds(found["~order"] == found["~first"])
    reached = found["~first"].isnull() | holds(found["~order"] <= found["~first"])
    doubt = found["~first"].isnull() & found["~holds"].isnull()
    prefix = frame.fresh("excuse")
    grouped = found.group_by(TRIGGER).agg(
        **{
            f"{prefix}is": hit.any(),
            f"{prefix}norm": found["~by"].max(where=hit),
            f"{prefix}names": found["~names"].collect(where=doubt).flatten(),
            f"{prefix}r": found["~readings"].collect(where=reached).flatten(),
            f"{prefix}e": found["~events"].collect(where=reached).flatten(),
            f"{prefix}own": found[EVENT].collect(where=hit),
        }
    )
    grouped = grouped.rename({f"{prefix}key": TRIGGER})
    t = frame.table.left_join(grouped, [frame.table[KEY] == grouped[f"{prefix}key"]])
    frame.table = t.mutate(
        **{
            f"{prefix}is": holds(t[f"{prefix}is"]),
            f"{prefix}names": t[f"{prefix}names"].fill_null(nothing()),
            f"{prefix}r": t[f"{prefix}r"].fill_null(nothing()),
            f"{prefix}e": joined(
                t[f"{prefix}e"].fill_null(nothing()), t[f"{prefix}own"].fill_null(nothing())
            ),
        }
    ).drop(f"{prefix}key", f"{prefix}own", "~x limit", "~x inclusive", "~x norm")
    frame.look(
        Trail(reading_columns=frozenset({f"{prefix}r"}), event_columns=frozenset({f"{prefix}e"}))
    )
    return Excuse(f"{prefix}is", f"{prefix}norm", f"{prefix}names")
