"""Windows: the next opening of an instant, by joining tables of openings day by day.

A day on which special hours hold is special only for instants at which that had been declared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis
import numpy as np
import pyarrow as pa

from shouwen.measures.bulk.frames import KEY, Frame
from shouwen.measures.bulk.relations import AT
from shouwen.measures.bulk.sqltypes import (
    SECOND_US,
    Table,
    day_number,
    floored,
    holds,
    instant,
    us,
    whole,
)
from shouwen.measures.calendars import Window, parse_spans
from shouwen.measures.calendars.hours import Spans, merge
from shouwen.measures.calendars.zones import LAST_DAY, zone_table
from shouwen.measures.language.model import WindowRule

if TYPE_CHECKING:
    from shouwen.measures.bulk.lowering import Lowering

_SCHEMA = {
    "day": "int64", "special": "boolean", "opens": "int64", "closes": "int64", "inside": "boolean",
}  # fmt: skip


@dataclass(frozen=True)
class Opening:
    """Columns: whether an instant is inside, and the instant itself or the next opening."""

    inside: str
    next: str


def opening(lowering: Lowering, frame: Frame, window: str, at: str) -> Opening:
    """How the instants of a column lie to a window."""
    rule = lowering.measure.windows[window]
    hours = Window.parse(rule.daily, lowering.measure.zone)
    spans = lowering.steps.constant(
        f"window {window}", _SCHEMA, lambda: _spans(rule, lowering.measure.zone)
    )
    prefix = frame.fresh("window")
    frame.table, local = lowering.zone.local(frame.table, at, prefix)
    frame.add(**{f"{prefix}at": frame.table[at]})
    frame.keep(f"before {window}")
    table = frame.table
    first = day_number(table[local.day])
    days = ibis.array([first + n for n in range(-1, _horizon(hours) + 1)])
    asking = table.select(
        **{"a~key": table[KEY], "a~at": table[f"{prefix}at"], "a~first": first, "a~days": days}
    )
    asking = asking.filter(asking["a~at"].notnull())
    asking = asking.mutate(**{"a~day": asking["a~days"].unnest()}).drop("a~days")
    asking = _with_special(lowering, asking, rule)
    pairs = asking.inner_join(
        spans, [asking["a~day"] == spans["day"], asking["a~special"] == spans["special"]]
    )
    second = us(pairs["a~at"]) - floored(us(pairs["a~at"]), SECOND_US)[1]
    contains = (
        (pairs["a~day"] <= pairs["a~first"])
        & (pairs["opens"] <= second)
        & ((second < pairs["closes"]) | ((second == pairs["closes"]) & pairs["inside"]))
    )
    grouped = pairs.group_by("a~key").agg(
        **{
            f"{prefix}inside": contains.any(),
            f"{prefix}next": pairs["opens"].min(where=pairs["opens"] > us(pairs["a~at"])),
        }
    )
    grouped = grouped.rename({f"{prefix}key": "a~key"})
    joined = table.left_join(grouped, [table[KEY] == grouped[f"{prefix}key"]])
    inside = holds(joined[f"{prefix}inside"])
    following = ibis.ifelse(inside, joined[f"{prefix}at"], instant(joined[f"{prefix}next"]))
    frame.table = joined.mutate(
        **{f"{prefix}in": inside, f"{prefix}opens": following}
    ).drop(
        f"{prefix}inside", f"{prefix}next", f"{prefix}key", f"{prefix}at",
        local.day, local.time,
    )  # fmt: skip
    return Opening(f"{prefix}in", f"{prefix}opens")


def _with_special(lowering: Lowering, asking: Table, rule: WindowRule) -> Table:
    """Whether each candidate day was known to be special at the asking instant."""
    if rule.special is None or lowering.is_empty("special-time.declared"):
        return asking.mutate(**{"a~special": ibis.literal(False)})
    special = _special_days(lowering)
    right = special.select(**{"s~day": special["day"], "s~from": special["known_from"]})
    found = asking.left_join(right, [asking["a~day"] == right["s~day"]])
    known = holds(found["s~from"] <= found["a~at"])
    return found.mutate(**{"a~special": known}).drop("s~day", "s~from")


def _special_days(lowering: Lowering) -> Table:
    """Every day that was ever declared special, and when that was first known."""
    if lowering.special_days is None:
        declared = lowering.rows("special-time.declared").table
        declared = declared.filter(declared["from"].notnull())
        first = day_number(declared["from"])
        last = day_number(ibis.coalesce(declared["to"], declared["from"]))
        declared = declared.select(first=first, last=last, known_from=declared[AT])
        declared = declared.filter(declared["last"] >= declared["first"])
        days = ibis.range(declared["first"], declared["last"] + whole(1))
        each = declared.select(day=days.unnest(), known_from=declared["known_from"])
        grouped = each.group_by("day").agg(known_from=each["known_from"].min())
        lowering.special_days = lowering.steps.add("special days", grouped)
    return lowering.special_days


def _horizon(window: Window) -> int:
    """In how many days, at the latest, the window opens again."""
    open_days = [i for i, spans in enumerate(window.week) if spans]
    longest = max(
        (b - a for a, b in zip(open_days, [*open_days[1:], open_days[0] + 7], strict=True)),
        default=7,
    )
    return longest


def _spans(rule: WindowRule, zone: str) -> pa.Table:
    """The spans of every day, with and without the special hours, as instants."""
    window = Window.parse(rule.daily, zone)
    extra = parse_spans(rule.special) if rule.special is not None else ()
    days = np.arange(0, LAST_DAY, dtype=np.int64)
    parts: list[pa.Table] = []
    for special, weekday, spans in _patterns(window, extra):
        on = days[(days + 3) % 7 == weekday]
        for opens, closes in spans:
            parts.append(
                pa.table(
                    {
                        "day": on,
                        "special": np.full(len(on), special),
                        "opens": _instants(zone, on, opens),
                        "closes": _instants(zone, on, closes),
                        "inside": np.full(len(on), window.includes_end),
                    }
                )
            )
    return pa.concat_tables(parts)


def _patterns(window: Window, extra: Spans) -> Iterator[tuple[bool, int, Spans]]:
    for weekday, usual in enumerate(window.week):
        yield False, weekday, usual
        yield True, weekday, merge((*usual, *extra)) if extra else usual


def _instants(zone: str, days: np.ndarray, seconds: int) -> np.ndarray:
    return zone_table(zone).instants(days, np.full(len(days), seconds * SECOND_US, np.int64))
