"""The clock of a duty: when it starts, when it runs out, what moves it.

Whether a move counts depends only on the limit that the move before it has set. So all events
that may move a deadline are laid out in order of time; each knows its own limit, looks back at the
one before it, and the first that comes too late cuts off the rest: a window function over the
whole log. This works for moves that set a limit (`until`) or run the period anew (`restart`); the
limit of `extend` and `pause until` grows out of the one before (`growing`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from shouwen.measures.bulk.backward import before
from shouwen.measures.bulk.calendars import UNCOUNTABLE, Clock, Limit, met_by
from shouwen.measures.bulk.candidates import (
    EVENT,
    TRIGGER,
    WHEN,
    judged,
    needed_names,
    paired,
)
from shouwen.measures.bulk.codes import Slot, Trail
from shouwen.measures.bulk.errors import NotLoweredYet
from shouwen.measures.bulk.folding import fold
from shouwen.measures.bulk.frames import AT, KEY, Frame
from shouwen.measures.bulk.growing import EFFECTS, GROWING, folded
from shouwen.measures.bulk.relations import Rows
from shouwen.measures.bulk.sqltypes import (
    INSTANT,
    PERIOD_TYPE,
    Expr,
    Table,
    holds,
    joined,
    names_of,
    negated,
    nothing,
    null,
    stacked,
    whole,
)
from shouwen.measures.bulk.tables import decide
from shouwen.measures.bulk.windows import opening
from shouwen.measures.calendars import Counting, Period
from shouwen.measures.evaluation.limits import COUNTINGS
from shouwen.measures.feel import tree
from shouwen.measures.feel.types import DATE, DATETIME, PERIOD
from shouwen.measures.language.model import Duty, Effect, Move, RowNorms, StartShift

if TYPE_CHECKING:
    from shouwen.measures.bulk.lowering import Lowering

NO_ROW = "a row of the table that applies"


@dataclass
class Run:
    """A clock, as columns of the frame of its duty.

    `missing` is an array of names, empty where nothing is missing; `row` and `period` are None
    for duties that have none.
    """

    start: str
    limit: Limit
    norm: str
    missing: str
    row: str | None = None
    period: str | None = None
    exact: bool = False
    """Whether the period is certainly exact time, so that no calendar is needed."""

    def columns(self) -> tuple[str | None, ...]:
        """The columns it stands in."""
        return (self.start, self.limit.at, self.limit.inclusive, self.norm, self.missing, self.row,
                self.period)  # fmt: skip


def clock_of(lowering: Lowering, duty: Duty) -> Clock:
    """How a duty counts."""
    name = duty.calendar
    calendars = lowering.adoption.calendars
    calendar = calendars[name] if name not in (None, "none") else lowering.adoption.calendar
    counting = COUNTINGS.get(duty.counting or "civil", Counting.CIVIL)
    return Clock(lowering.steps, calendar, counting, lowering.zone, roll=name != "none")


def run_clock(lowering: Lowering, duty: Duty, frame: Frame) -> Run:
    """Start the clock of a duty for every row of a frame; moves come after (`move_clock`)."""
    start, missing = _start(lowering, duty, frame)
    frame.rebind("start", Slot(start, DATETIME))
    frame.sweep(start, missing)
    ok = frame.fresh("started")
    frame.add(**{ok: frame.table[missing].length() == 0})
    norm = frame.fresh("norm")
    frame.add(**{norm: ibis.literal(duty.norms.default)})
    run = Run(start, Limit("", ""), norm, missing)
    clock = clock_of(lowering, duty)
    value = _limit_value(lowering, duty, frame, run, ok)
    if value is None:
        _no_limit(frame, run)
        return run
    # A row whose start is not known has no limit either.
    wanted = frame.fresh("wanted")
    column = frame.table[value.value]
    frame.add(**{wanted: ibis.ifelse(frame.table[ok], column, null(column.type()))})
    if value.type == PERIOD:
        run.period = wanted
        run.exact = exact_only(_periods_written(duty), lowering.adoption.readings)
        if duty.ahead is not None and duty.table is None:
            run.limit = before(clock, frame, start, wanted)
        else:
            run.limit = clock.after(frame, start, wanted, exact=run.exact)
    else:
        run.limit = _limit_at(clock, frame, wanted, value)
    _uncountable(frame, run, wanted)
    frame.sweep(*run.columns())
    return run


def _periods_written(duty: Duty) -> list[tree.Expr | None]:
    """The expressions that give a duty its period."""
    if duty.table is None:
        return [duty.within if duty.within is not None else duty.ahead]
    place = next(i for i, o in enumerate(duty.table.outputs) if o.name == "within")
    cells = [row.outputs[place] for row in duty.table.rows]
    return [*(c for c in cells if c is not None), *(o.default for o in duty.table.outputs
                                                    if o.default is not None)]  # fmt: skip


def exact_only(written: Iterable[tree.Expr | None], readings: Mapping[str, str]) -> bool:
    """Whether all of some periods are written out, the readings chosen, as exact time."""
    for expr in written:
        if expr is None:
            return False
        stack = [fold(expr, readings)]
        while stack:
            node = stack.pop()
            if isinstance(node, tree.If):
                stack += [node.then, node.otherwise]
            elif (
                not (isinstance(node, tree.Literal) and isinstance(node.value, Period))
                or not node.value.is_exact
                or node.value.is_negative
            ):
                return False
    return True


def _no_limit(frame: Frame, run: Run) -> None:
    at, inclusive = frame.fresh("limit"), frame.fresh("inclusive")
    frame.add(**{at: null(INSTANT), inclusive: null("boolean")})
    run.limit = Limit(at, inclusive)


def _limit_at(clock: Clock, frame: Frame, column: str, value: Slot) -> Limit:
    if value.type == DATE:
        return clock.at_day(frame, column)
    if value.type == DATETIME:
        return clock.at_instant(frame, column)
    raise NotLoweredYet(f"a limit of type {value.type}")


def _uncountable(frame: Frame, run: Run, wanted: str) -> None:
    missing = frame.fresh("missing")
    table = frame.table
    lost = table[wanted].notnull() & table[run.limit.at].isnull()
    frame.add(**{missing: ibis.ifelse(lost, names_of([UNCOUNTABLE]), table[run.missing])})
    run.missing = missing


# --- the start ----------------------------------------------------------------------------------


def _start(lowering: Lowering, duty: Duty, frame: Frame) -> tuple[str, str]:
    """Columns: the instant a clock starts, and what is missing to know it."""
    start, missing, settled = frame.fresh("start"), frame.fresh("missing"), frame.fresh("settled")
    frame.add(**{start: frame.table[AT], missing: nothing(), settled: ibis.literal(False)})
    for shift in duty.starts:
        start, missing, settled = _shift(lowering, frame, shift, start, missing, settled)
    return start, missing


def _shift(
    lowering: Lowering, frame: Frame, shift: StartShift, start: str, missing: str, settled: str
) -> tuple[str, str, str]:
    """The start after one more shift, which counts where none before it has settled the matter."""
    when = frame.condition(shift.when)
    reached = frame.fresh("reached")
    frame.add(**{reached: negated(frame.table[settled])})
    frame.look(when.trail, reached)
    if lowering.never(shift.when):
        return start, missing, settled
    applies = frame.fresh("applies")
    frame.add(**{applies: frame.table[reached] & holds(frame.table[when.value])})
    unknown = frame.table[reached] & frame.table[when.value].isnull()
    names = ibis.ifelse(unknown, frame.names_column(when), frame.table[missing])
    new, new_missing, new_settled = (frame.fresh(n) for n in ("start", "missing", "settled"))
    frame.add(**{new_missing: names})
    frame.add(**{new_settled: frame.table[settled] | frame.table[applies] |
                 (frame.table[new_missing].length() > 0)})  # fmt: skip
    shifted = start
    if shift.at is not None:
        value = frame.put(shift.at)
        frame.look(value.trail, applies)
        instant = as_instant(lowering, frame, value)
        lost = frame.table[applies] & frame.table[value.value].isnull()
        frame.add(
            **{f"{new_missing}+": ibis.ifelse(lost, frame.names_column(value),
                                              frame.table[new_missing])}
        )  # fmt: skip
        new_missing = f"{new_missing}+"
        shifted = instant
    if shift.opening is not None:
        shifted = opening(lowering, frame, shift.opening, shifted).next
    known = frame.table[applies] & frame.table[shifted].notnull()
    frame.add(**{new: ibis.ifelse(known, frame.table[shifted], frame.table[start])})
    return new, new_missing, new_settled


def as_instant(lowering: Lowering, frame: Frame, value: Slot) -> str:
    """A column with a day or an instant as an instant; a day is its midnight."""
    if value.type == DATETIME:
        return value.value
    if value.type != DATE:
        raise NotLoweredYet(f"an instant given as {value.type}")
    time, at = frame.fresh(), frame.fresh("instant")
    frame.add(**{time: whole(0)})
    frame.table = lowering.zone.instants(frame.table, value.value, time, at)
    return at


# --- the limit ----------------------------------------------------------------------------------


def _limit_value(lowering: Lowering, duty: Duty, frame: Frame, run: Run, ok: str) -> Slot | None:
    """The period, day or instant of the limit; None for an open duty."""
    if duty.table is not None:
        return _from_table(duty, frame, run, ok)
    tree_ = next((t for t in (duty.within, duty.by, duty.ahead) if t is not None), None)
    if tree_ is None:
        return None
    value = frame.put(tree_)
    frame.look(value.trail, ok)
    _lost(frame, run, ok, frame.table[value.value].isnull(), _or_within(frame, value))
    return value


def _or_within(frame: Frame, value: Slot) -> Expr:
    names = frame.names_column(value)
    return ibis.ifelse(names.length() == 0, names_of(["within"]), names)


def _lost(frame: Frame, run: Run, ok: str, when: Expr, names: Expr) -> None:
    missing = frame.fresh("missing")
    lost = frame.table[ok] & when
    frame.add(**{missing: ibis.ifelse(lost, names, frame.table[run.missing])})
    run.missing = missing


def _from_table(duty: Duty, frame: Frame, run: Run, ok: str) -> Slot:
    assert duty.table is not None
    decided = decide(frame, duty.table, duty.norms.default)
    frame.look(decided.trail, ok)
    given = [n for n in ("within", "by") if n in decided.outputs]
    if len(given) != 1:
        raise NotLoweredYet("a table with both within and by", duty.norms.default, duty.span)
    value = decided.outputs[given[0]]
    said = decided.given[given[0]]
    table = frame.table
    undecided = table[decided.missing].length() > 0
    none = negated(table[decided.matched])
    unknown = holds(table[said]) & table[value.value].isnull()
    names = ibis.cases(
        (undecided, table[decided.missing]), (none, names_of([NO_ROW])),
        else_=_or_within(frame, value),
    )  # fmt: skip
    _lost(frame, run, ok, undecided | none | unknown, names)
    run.row = frame.fresh("row")
    frame.add(**{run.row: ibis.ifelse(frame.table[ok], table[decided.row], null("int64"))})
    run.norm = norm_of_row(frame, duty.norms, run.row)
    return value


def norm_of_row(frame: Frame, norms: RowNorms, row: str) -> str:
    """A column with the norm that a row of a table enacts."""
    norm = frame.fresh("norm")
    default = ibis.literal(norms.default)
    cases = [(frame.table[row] == n, ibis.literal(v)) for n, v in sorted(norms.by_row.items())]
    frame.add(**{norm: ibis.cases(*cases, else_=default) if cases else default})
    return norm


# --- moves --------------------------------------------------------------------------------------


def move_clock(
    lowering: Lowering, duty: Duty, rows: Rows, frame: Frame, run: Run, done: str
) -> None:
    """Apply the moves of a duty, up to its performance (`done`, an instant)."""
    moves = [m for m in duty.moves if not lowering.is_empty(m.event)]
    if not moves:
        return
    clock = clock_of(lowering, duty)
    frame.add(
        **{
            "~done": frame.table[done],
            "~limit": frame.table[run.limit.at],
            "~limit inclusive": frame.table[run.limit.inclusive],
            "~period": frame.table[run.period] if run.period else null(PERIOD_TYPE),
            "~begun": frame.table[run.start],
        }
    )
    parts = [
        _candidates(lowering, duty, rows, frame, run, clock, i, move)
        for i, move in enumerate(moves)
    ]
    if any(m.effect in GROWING for m in moves):
        settled = folded(lowering, frame.label, stacked(parts), clock)
    else:
        settled = _settled(lowering, frame.label, stacked(parts))
    _apply(frame, run, settled)


def _candidates(
    lowering: Lowering, duty: Duty, rows: Rows, frame: Frame, run: Run, clock: Clock, number: int,
    move: Move,
) -> Table:  # fmt: skip
    """The events of one move, each with the limit it would set."""
    carried = ("~done", "~limit", "~limit inclusive", "~period", "~begun")
    inner = paired(
        lowering, frame, rows, duty.same, move.event, carried,
        needed_names(lowering, move.when, move.value),
    )  # fmt: skip
    table = inner.table
    following = (table[WHEN] >= table["t~at"]) & (
        table["~done"].isnull() | holds(table[WHEN] <= table["~done"])
    )
    inner.table = table.filter(following & table["~limit"].notnull())
    columns = judged(inner, move.when, number)
    inner.add(**{f"j{k}": v for k, v in columns.items()})
    inner.keep("judged")
    inner.looked.clear()
    value = inner.put(move.value)
    inner.look(value.trail)
    limit, without, start = _new_limit(lowering, inner, clock, run, move, value)
    end = as_instant(lowering, inner, value) if move.effect is Effect.PAUSE else None
    table = inner.table
    counted = negated(table[limit.at].isnull()) | ibis.literal(move.effect in GROWING)
    return table.select(
        **{k: table[f"j{k}"] for k in columns},
        **{
            "~limit": table["~limit"],
            "~limit inclusive": table["~limit inclusive"],
            "~new": table[limit.at],
            "~new inclusive": table[limit.inclusive],
            "~bare": table[without.at],
            "~bare inclusive": table[without.inclusive],
            "~start": table[start] if start is not None else null(INSTANT),
            "~value names": ibis.ifelse(
                table[value.value].isnull(),
                inner.names_column(value),
                ibis.ifelse(counted, nothing(), names_of([UNCOUNTABLE])),
            ),
            "~value readings": inner.readings(),
            "~value events": inner.events(),
            "~in time": ibis.literal(move.in_time),
            "~sets": ibis.literal(move.effect is Effect.UNTIL),
            "~effect": whole(EFFECTS.index(move.effect)),
            "~by": table[value.value] if move.effect is Effect.EXTEND else null(PERIOD_TYPE),
            "~end": table[end] if end is not None else null(INSTANT),
            "~period": table["~period"],
            "~begun": table["~begun"],
            "~cites": ibis.literal(move.cites) if move.cites is not None else null("string"),
        },
    )


def _new_limit(
    lowering: Lowering, inner: Frame, clock: Clock, run: Run, move: Move, value: Slot
) -> tuple[Limit, Limit, str | None]:
    """The limit a move sets, the one it sets once the period is gone, and its new start.

    NULL where it grows out of the limit before.
    """
    if move.effect in GROWING:
        at, inclusive = inner.fresh("limit"), inner.fresh("inclusive")
        inner.add(**{at: null(INSTANT), inclusive: null("boolean")})
        return Limit(at, inclusive), Limit(at, inclusive), None
    if move.effect is Effect.UNTIL:
        limit = _limit_at(clock, inner, value.value, value)
        return limit, limit, None
    start = as_instant(lowering, inner, value)
    without = clock.at_instant(inner, start)
    if run.period is None:
        return without, without, start
    return clock.after(inner, start, "~period", exact=run.exact), without, start


def _settled(lowering: Lowering, label: str, moves: Table) -> Table:
    """Which moves count: each looks back at the limit of the one before it."""
    order = ibis.row_number().over(
        group_by=TRIGGER, order_by=[moves[WHEN], moves[EVENT], moves["~rule"]]
    )
    moves = moves.mutate(**{"~order": order})
    valued = holds(moves["~holds"]) & (moves["~value names"].length() == 0)
    moves = moves.mutate(**{"~valued": valued})
    before = {"group_by": TRIGGER, "order_by": moves["~order"], "rows": (None, -1)}
    place = ibis.ifelse(moves["~valued"], moves["~order"], null("int64"))
    cleared = ibis.ifelse(moves["~valued"] & moves["~sets"], 1, 0)
    moves = moves.mutate(
        **{
            "~previous": place.max().over(**before),
            "~cleared": cleared.max().over(**before).fill_null(0) == 1,
        }
    )
    moves = moves.mutate(
        **{
            "~own": ibis.ifelse(moves["~cleared"], moves["~bare"], moves["~new"]),
            "~own inclusive": ibis.ifelse(
                moves["~cleared"], moves["~bare inclusive"], moves["~new inclusive"]
            ),
        }
    )
    moves = lowering.steps.add(f"{label} moves", moves)
    earlier = moves.select(
        **{"p~trigger": moves[TRIGGER], "p~order": moves["~order"], "p~limit": moves["~own"],
           "p~inclusive": moves["~own inclusive"]}
    )  # fmt: skip
    seen = moves.left_join(
        earlier,
        [moves[TRIGGER] == earlier["p~trigger"], moves["~previous"] == earlier["p~order"]],
    )
    seen = seen.mutate(
        **{
            "p~limit": ibis.ifelse(seen["~previous"].isnull(), seen["~limit"], seen["p~limit"]),
            "p~inclusive": ibis.ifelse(
                seen["~previous"].isnull(), seen["~limit inclusive"], seen["p~inclusive"]
            ),
        }
    )
    in_time = met_by(seen, Limit("p~limit", "p~inclusive"), seen[WHEN])
    late = holds(seen["~holds"]) & seen["~in time"] & negated(holds(in_time))
    seen = seen.mutate(**{"~late": ibis.ifelse(late, seen["~order"], null("int64"))})
    seen = seen.mutate(**{"~cut": seen["~late"].min().over(group_by=TRIGGER)})
    reached = seen["~cut"].isnull() | holds(seen["~order"] <= seen["~cut"])
    before_cut = seen["~cut"].isnull() | holds(seen["~order"] < seen["~cut"])
    seen = seen.mutate(
        **{
            "~reached": reached,
            "~asked": before_cut & holds(seen["~holds"]),
            "~applied": before_cut & seen["~valued"],
        }
    )
    return lowering.steps.add(f"{label} moves judged", seen)


def _apply(frame: Frame, run: Run, moves: Table) -> None:
    """The last move that counts decides; all that were looked at are what it rests on."""
    applied, reached, asked = moves["~applied"], moves["~reached"], moves["~asked"]
    last = moves["~order"]
    restarted = applied & moves["~start"].notnull()
    cited = applied & moves["~cites"].notnull()
    unknown = reached & moves["~holds"].isnull()
    prefix = frame.fresh("moved")
    grouped = moves.group_by(TRIGGER).agg(
        **{
            f"{prefix}at": moves["~own"].argmax(last, where=applied),
            f"{prefix}inclusive": moves["~own inclusive"].argmax(last, where=applied),
            f"{prefix}start": moves["~start"].argmax(last, where=restarted),
            f"{prefix}cites": moves["~cites"].argmax(last, where=cited),
            f"{prefix}names": moves["~names"].collect(where=unknown).flatten(),
            f"{prefix}value names": moves["~value names"].collect(where=asked).flatten(),
            f"{prefix}r": moves["~readings"].collect(where=reached).flatten(),
            f"{prefix}vr": moves["~value readings"].collect(where=asked).flatten(),
            f"{prefix}e": moves["~events"].collect(where=reached).flatten(),
            f"{prefix}ve": moves["~value events"].collect(where=asked).flatten(),
            f"{prefix}own": moves[EVENT].collect(where=applied),
        }
    )
    grouped = grouped.rename({f"{prefix}key": TRIGGER})
    t = frame.table.left_join(grouped, [frame.table[KEY] == grouped[f"{prefix}key"]])

    def arrays(*names: str) -> Expr:
        return joined(*(t[f"{prefix}{n}"].fill_null(nothing()) for n in names))

    frame.table = t.mutate(
        **{
            f"{prefix}~limit": ibis.coalesce(t[f"{prefix}at"], t[run.limit.at]),
            f"{prefix}~inclusive": ibis.ifelse(
                t[f"{prefix}at"].isnull(), t[run.limit.inclusive], t[f"{prefix}inclusive"]
            ),
            f"{prefix}~start": ibis.coalesce(t[f"{prefix}start"], t[run.start]),
            f"{prefix}~norm": ibis.coalesce(t[f"{prefix}cites"], t[run.norm]),
            f"{prefix}~missing": joined(t[run.missing], arrays("names", "value names")),
            f"{prefix}~readings": arrays("r", "vr"),
            f"{prefix}~events": arrays("e", "ve", "own"),
        }
    )
    columns = frame.table.columns
    frame.drop(*(c for c in columns if c.startswith(prefix) and not c.startswith(f"{prefix}~")))
    frame.drop("~done", "~limit", "~limit inclusive", "~period", "~begun")
    run.limit = Limit(f"{prefix}~limit", f"{prefix}~inclusive")
    run.start, run.norm = f"{prefix}~start", f"{prefix}~norm"
    run.missing = f"{prefix}~missing"
    frame.look(
        Trail(
            reading_columns=frozenset({f"{prefix}~readings"}),
            event_columns=frozenset({f"{prefix}~events"}),
        )
    )
