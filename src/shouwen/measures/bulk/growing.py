"""Moves whose limit grows out of the one before: `extend` and `pause until`.

What such a move sets hangs on every move before it, by rules of the calendar that do not add up: a
last day that is a holiday rolls on, and the next extension starts from there. No window function
says that. So all moves of one clock are laid into one list, in order of time, and a function of the
calendar folds it: the only part of a plan that is not SQL. It is called once for each clock that
something moved, which few are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import ibis

from shouwen.measures.bulk.calendars import UNCOUNTABLE, Clock
from shouwen.measures.bulk.candidates import EVENT, TRIGGER, WHEN
from shouwen.measures.bulk.sqltypes import Table, holds, instant, names_of, struct, us
from shouwen.measures.calendars import CalendarError, Period, PeriodError, deadline
from shouwen.measures.calendars.zones import SECOND_US, from_us, to_us
from shouwen.measures.language.model import Effect

if TYPE_CHECKING:
    from shouwen.measures.bulk.lowering import Lowering

EFFECTS = (Effect.UNTIL, Effect.RESTART, Effect.EXTEND, Effect.PAUSE)
GROWING = (Effect.EXTEND, Effect.PAUSE)

_PERIOD = {"months": "int64", "days": "int64", "working_days": "int64", "seconds": "int64"}
_MOVE = {
    "effect": "int64", "holds": "boolean", "valued": "boolean",
    "in_time": "boolean", "at": "int64", "new": "int64", "new_inclusive": "boolean",
    "bare": "int64", "bare_inclusive": "boolean", "start": "int64", "until": "int64",
    **_PERIOD,
}  # fmt: skip
"""A move: instants in microseconds; `new` is the limit it sets while there is a period, `bare` the
one without; `until` is the end of a pause, the parts of a period are those of an extension."""
_CLOCK = {
    "limit": "int64", "inclusive": "boolean", "start": "int64", "counts": "boolean", **_PERIOD,
}  # fmt: skip
"""A clock before any move; `counts`: whether it has a period."""
_MOVED = {
    "own": "int64", "own_inclusive": "boolean", "reached": "boolean",
    "asked": "boolean", "applied": "boolean", "failed": "boolean",
}  # fmt: skip
"""What becomes of a move: the limit it set, whether it was looked at, whether its value was, and
whether it counts; `failed`: the calendar cannot count it."""


def _record(columns: Mapping[str, str]) -> str:
    return "struct<" + ", ".join(f"{n}: {t}" for n, t in columns.items()) + ">"


def folded(lowering: Lowering, label: str, moves: Table, clock: Clock) -> Table:
    """What becomes of the moves of every clock, in the columns of `clocks._settled`.

    `moves` has besides ``~begun``, the start of the clock; of moves that grow ``~by`` (a period)
    and ``~end`` (of a pause).
    """
    order = ibis.row_number().over(
        group_by=TRIGGER, order_by=[moves[WHEN], moves[EVENT], moves["~rule"]]
    )
    moves = lowering.steps.add(f"{label} moves", moves.mutate(**{"~order": order}))
    m = moves
    by, period = m["~by"], m["~period"]
    said = {
        "effect": m["~effect"], "holds": m["~holds"],
        "valued": m["~value names"].length() == 0, "in_time": m["~in time"], "at": us(m[WHEN]),
        "new": us(m["~new"]), "new_inclusive": m["~new inclusive"], "bare": us(m["~bare"]),
        "bare_inclusive": m["~bare inclusive"], "start": us(m["~start"]), "until": us(m["~end"]),
        **{part: by[part] for part in _PERIOD},
    }  # fmt: skip
    was = {
        "limit": us(m["~limit"]), "inclusive": m["~limit inclusive"], "start": us(m["~begun"]),
        "counts": period.notnull(), **{part: period[part] for part in _PERIOD},
    }  # fmt: skip
    whole = m.select(
        TRIGGER,
        "~order",
        move=struct(said, _record(_MOVE)),
        clock=struct(was, _record(_CLOCK)),
    )
    lists = whole.group_by(TRIGGER).agg(
        moves=whole["move"].collect(order_by=whole["~order"]),
        clock=whole["clock"].first(order_by=whole["~order"]),
    )
    lists = lowering.steps.add(f"{label} moves in lists", lists)
    function = lowering.steps.function(
        f"{clock.calendar.key} {clock.counting.name} {clock.roll}",
        _fold_of(clock),
        (f"array<{_record(_MOVE)}>", _record(_CLOCK)),
        f"array<{_record(_MOVED)}>",
    )
    found = lists.select(
        **{"f~trigger": lists[TRIGGER], "f~moved": function(lists["moves"], lists["clock"])}
    )
    found = lowering.steps.add(f"{label} moves folded", found)
    t = moves.inner_join(found, [moves[TRIGGER] == found["f~trigger"]])
    own = t["f~moved"][t["~order"]]
    failed = ibis.ifelse(holds(own["failed"]), names_of([UNCOUNTABLE]), t["~value names"])
    t = t.mutate(
        **{
            "~own": instant(own["own"]),
            "~own inclusive": own["own_inclusive"],
            "~reached": holds(own["reached"]),
            "~asked": holds(own["asked"]),
            "~applied": holds(own["applied"]),
            "~value names": failed,
        }
    ).drop("f~trigger", "f~moved")
    return lowering.steps.add(f"{label} moves judged", t)


# --- the fold -----------------------------------------------------------------------------------


@dataclass
class _Clock:
    """A clock as it stands."""

    limit: int
    inclusive: bool
    start: int
    period: Period | None
    pauses: list[tuple[datetime, datetime]] = field(default_factory=list)

    def met_by(self, at: int) -> bool:
        return at <= self.limit if self.inclusive else at < self.limit


def _fold_of(clock: Clock) -> Callable[..., Any]:
    """The function that folds the moves of one clock, as `evaluation.clocks.move_clock` does."""
    calendar, counting, roll = clock.calendar, clock.counting, clock.roll
    zone = calendar.zone

    def after(start: int, period: Period, pauses: Sequence[Any] = ()) -> tuple[int, bool]:
        found = deadline(from_us(start, zone), period, calendar, counting, pauses=pauses, roll=roll)
        return to_us(found.at), found.inclusive

    def apply(now: _Clock, move: Mapping[str, Any]) -> None:
        match EFFECTS[move["effect"]]:
            case Effect.UNTIL:
                now.limit, now.inclusive, now.period = move["new"], move["new_inclusive"], None
            case Effect.RESTART:
                kind = "bare" if now.period is None else "new"
                now.start = move["start"]
                now.pauses.clear()
                now.limit, now.inclusive = move[kind], move[f"{kind}_inclusive"]
            case Effect.EXTEND:
                last = now.limit if now.inclusive else now.limit - SECOND_US
                now.limit, now.inclusive = after(last, _period_of(move))
                now.period = None
            case Effect.PAUSE:
                end = max(move["until"], move["at"])
                now.pauses.append((from_us(move["at"], zone), from_us(end, zone)))
                if now.period is None:
                    now.limit += end - move["at"]
                else:
                    now.limit, now.inclusive = after(now.start, now.period, now.pauses)

    def fold(moves: Sequence[Mapping[str, Any]], begun: Mapping[str, Any]) -> list[dict[str, Any]]:
        period = _period_of(begun) if begun["counts"] else None
        now = _Clock(begun["limit"], begun["inclusive"], begun["start"], period)
        found: list[dict[str, Any]] = []
        late = False
        for move in moves:
            said: dict[str, Any] = dict.fromkeys(_MOVED, False)
            said |= {"own": None, "own_inclusive": None, "reached": not late}
            found.append(said)
            if late or move["holds"] is not True:
                continue
            late = move["in_time"] and not now.met_by(move["at"])
            if late:
                continue
            said["asked"] = True
            if not move["valued"]:
                continue
            try:
                apply(now, move)
            except (CalendarError, PeriodError):
                said["failed"] = True
                continue
            said |= {"applied": True, "own": now.limit, "own_inclusive": now.inclusive}
        return found

    return fold


def _period_of(parts: Mapping[str, Any]) -> Period:
    return Period(**{n: parts[n] for n in _PERIOD})
