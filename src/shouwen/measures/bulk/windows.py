"""Windows: the next opening of an instant, by joining tables of openings day by day.

A day on which special hours hold is special only for instants at which that had been declared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pyarrow as pa

from shouwen.measures.bulk.frames import Frame
from shouwen.measures.bulk.relations import AT
from shouwen.measures.bulk.sqltypes import (
    SECOND_US,
    Expr,
    Table,
    day_number,
    either,
    floored,
    holds,
    instant,
    null,
    us,
    whole,
)
from shouwen.measures.calendars import Window, parse_spans
from shouwen.measures.calendars.hours import Spans, merge
from shouwen.measures.calendars.zones import LAST_DAY, zone_table
from shouwen.measures.language.model import WindowRule

if TYPE_CHECKING:
    from shouwen.measures.bulk.lowering import Lowering


_KEYS = ("day", "special")


@dataclass(frozen=True)
class Opening:
    """Columns: whether an instant is inside, and the instant itself or the next opening."""

    inside: str
    next: str


def opening(lowering: Lowering, frame: Frame, window: str, at: str) -> Opening:
    """How the instants of a column lie to a window."""
    rule = lowering.measure.windows[window]
    hours = Window.parse(rule.daily, lowering.measure.zone)
    zone = lowering.measure.zone
    most = max(len(spans) for _, _, spans in _patterns(hours, _extra(rule)))
    schema = {"day": "int64", "special": "boolean"} | {
        f"{edge}{i}": "int64" for i in range(most) for edge in ("opens", "closes")
    }
    days = lowering.steps.constant(f"window {window}", schema, lambda: _days(rule, zone, most))
    prefix = frame.fresh("window")
    frame.table, local = lowering.zone.local(frame.table, at, prefix)
    first, asked = frame.table[local.day], us(frame.table[at])
    frame.add(
        **{
            f"{prefix}first": day_number(first),
            f"{prefix}us": asked,
            f"{prefix}second": asked - floored(asked, SECOND_US)[1],
        }
    )
    contains, following = [], []
    for offset in range(-1, _horizon(hours) + 1):
        mark = _with_day(lowering, frame, rule, days, at, prefix, offset)
        for i in range(most):
            t = frame.table
            opens, closes = t[f"{mark}opens{i}"], t[f"{mark}closes{i}"]
            second = t[f"{prefix}second"]
            if offset <= 0:
                ended = second <= closes if hours.includes_end else second < closes
                contains.append(holds((opens <= second) & ended))
            following.append(ibis.ifelse(opens > t[f"{prefix}us"], opens, null("int64")))
    frame.add(**{f"{prefix}in": either(*contains)})
    later = _earliest(following)
    frame.add(
        **{f"{prefix}opens": ibis.ifelse(
            frame.table[f"{prefix}in"], frame.table[at], instant(later)
        )}
    )  # fmt: skip
    found = Opening(f"{prefix}in", f"{prefix}opens")
    kept = {found.inside, found.next}
    frame.drop(*(c for c in frame.table.columns if c.startswith(prefix) and c not in kept))
    return found


def _with_day(
    lowering: Lowering, frame: Frame, rule: WindowRule, days: Table, at: str, prefix: str,
    offset: int,
) -> str:  # fmt: skip
    """Join the spans of the day so many days after that of an instant; what their columns begin
    with."""
    mark = f"{prefix}{offset}~"
    day = frame.table[f"{prefix}first"] + whole(offset)
    special: Expr = ibis.literal(False)
    frame.add(**{f"{mark}day": day})
    if rule.special is not None and not lowering.is_empty("special-time.declared"):
        declared = _special_days(lowering)
        right = declared.select(
            **{f"{mark}s": declared["day"], f"{mark}from": declared["known_from"]}
        )
        left = frame.table
        frame.table = left.left_join(right, [left[f"{mark}day"] == right[f"{mark}s"]])
        special = holds(frame.table[f"{mark}from"] <= frame.table[at])
    frame.add(**{f"{mark}special": special})
    right = days.select(**{f"{mark}{c}" if c not in _KEYS else f"{mark}of {c}": days[c]
                           for c in days.columns})  # fmt: skip
    left = frame.table
    frame.table = left.left_join(
        right,
        [left[f"{mark}{key}"] == right[f"{mark}of {key}"] for key in _KEYS],
    )
    return mark


def _earliest(instants: list[Expr]) -> Expr:
    """The least of several numbers of which some are NULL; NULL if all are.

    LEAST leaves NULLs out; asked pair by pair, the query would grow threefold with each.
    """
    return ibis.least(*instants) if len(instants) > 1 else instants[0]


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


def _extra(rule: WindowRule) -> Spans:
    """The spans that special days have besides."""
    return parse_spans(rule.special) if rule.special is not None else ()


def _days(rule: WindowRule, zone: str, most: int) -> pa.Table:
    """The spans of every day, with and without the special hours, as instants side by side.

    `most` is how many spans a day has at most; those that a day has not are NULL.
    """
    days = np.arange(0, LAST_DAY, dtype=np.int64)
    parts: list[pa.Table] = []
    for special, weekday, spans in _patterns(Window.parse(rule.daily, zone), _extra(rule)):
        on = days[(days + 3) % 7 == weekday]
        columns: dict[str, Any] = {"day": on, "special": np.full(len(on), special)}
        for i in range(most):
            if i < len(spans):
                columns[f"opens{i}"] = _instants(zone, on, spans[i][0])
                columns[f"closes{i}"] = _instants(zone, on, spans[i][1])
            else:
                columns[f"opens{i}"] = columns[f"closes{i}"] = pa.nulls(len(on), pa.int64())
        parts.append(pa.table(columns))
    return pa.concat_tables(parts)


def _patterns(window: Window, extra: Spans) -> Iterator[tuple[bool, int, Spans]]:
    for weekday, usual in enumerate(window.week):
        yield False, weekday, usual
        yield True, weekday, merge((*usual, *extra)) if extra else usual


def _instants(zone: str, days: np.ndarray, seconds: int) -> np.ndarray:
    return zone_table(zone).instants(days, np.full(len(days), seconds * SECOND_US, np.int64))
