"""The clock of a duty: when it starts, what moves it, when it runs out.

Moves are taken in order of time. Each must come on or before the deadline it moves, unless the
rule lifts that; the first that comes too late ends the chain, for then the breach is complete.
So whether a move counts depends only on the deadline of the one before it, which is what lets the
same rule be written as a window function over a whole log.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from shouwen.measures.calendars import CalendarError, Counting, Period, PeriodError
from shouwen.measures.evaluation import wording
from shouwen.measures.evaluation.engine import Engine
from shouwen.measures.evaluation.env import Env
from shouwen.measures.evaluation.limits import COUNTINGS, Clock, Limit
from shouwen.measures.evaluation.notes import Note
from shouwen.measures.evaluation.rows import Row
from shouwen.measures.feel.values import Unknown
from shouwen.measures.language.model import Duty, Effect, Move


@dataclass
class Run:
    """A clock as it stands: its start, its limit, the table row, the norm that a miss breaks."""

    start: datetime
    limit: Limit | None
    row: int | None
    norm: str
    missing: frozenset[str] = frozenset()
    period: Period | None = None
    inputs: dict[str, Any] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)


def clock_of(engine: Engine, duty: Duty) -> Clock:
    """How a duty counts."""
    known = engine.clocks.get(duty.id)
    if known is not None:
        return known
    name = duty.calendar
    calendars = engine.adoption.calendars
    calendar = calendars[name] if name not in (None, "none") else engine.adoption.calendar
    counting = COUNTINGS.get(duty.counting or "civil", Counting.CIVIL)
    found = Clock(calendar, counting, engine.zone, roll=name != "none")
    engine.clocks[duty.id] = found
    return found


def run_clock(engine: Engine, duty: Duty, env: Env) -> Run:
    """Start the clock of a duty for one row; moves come after (`move_clock`)."""
    run = Run(env["at"], None, None, duty.norms.default)
    _start(engine, duty, env, run)
    if not run.notes:
        run.notes.append(_starts(run.start, None))
    env["start"] = run.start
    if run.missing:
        return run
    clock = clock_of(engine, duty)
    limit_value, ahead = _limit_value(engine, duty, env, run)
    if isinstance(limit_value, Unknown):
        run.missing = limit_value.names or frozenset({"within"})
        return run
    if limit_value is None:
        return run
    try:
        if isinstance(limit_value, Period):
            run.period = limit_value
            zh, en = limit_value.zh(), limit_value.en()
            run.notes.append(
                Note(f"须提前{zh}", f"{en} ahead", run.norm)
                if ahead
                else Note(f"时限{zh}", f"within {en}", run.norm)
            )
            run.limit = (
                clock.before(run.start, limit_value)
                if ahead
                else clock.after(run.start, limit_value)
            )
        else:
            run.limit = clock.at(limit_value)
    except (CalendarError, PeriodError) as error:
        run.missing = frozenset({str(error)})
    if run.limit is not None:
        run.notes += run.limit.notes
    return run


def _start(engine: Engine, duty: Duty, env: Env, run: Run) -> None:
    for shift in duty.starts:
        if shift.when is not None:
            holds = engine.program.expression(shift.when)(env)
            if isinstance(holds, Unknown):
                run.missing = holds.names
                return
            if holds is not True:
                continue
        if shift.at is not None:
            value = engine.program.expression(shift.at)(env)
            if isinstance(value, Unknown):
                run.missing = value.names
                return
            run.start = _instant(value, engine)
            run.notes.append(_starts(run.start, shift.norm))
        if shift.opening is not None:
            opened = engine.next_opening(shift.opening, run.start)
            if opened != run.start:
                run.notes.append(
                    Note(
                        f"{wording.instant(run.start)}不在“{shift.opening}”内，"
                        f"自{wording.instant(opened)}起算",
                        f"{wording.instant(run.start, 'en')} lies outside '{shift.opening}'; "
                        f"the clock starts at {wording.instant(opened, 'en')}",
                        shift.norm,
                    )
                )
            run.start = opened
        return


def _starts(start: datetime, norm: str | None) -> Note:
    return Note(
        f"自{wording.instant(start)}起算",
        f"the clock starts at {wording.instant(start, 'en')}",
        norm,
    )


def _instant(value: Any, engine: Engine) -> datetime:
    if isinstance(value, datetime):
        return value.astimezone(engine.zone)
    assert isinstance(value, date)
    return datetime(value.year, value.month, value.day, tzinfo=engine.zone)


def _limit_value(engine: Engine, duty: Duty, env: Env, run: Run) -> tuple[Any, bool]:
    """The period, day or instant of the limit (None: open), and whether it runs backward."""
    if duty.table is not None:
        decided = engine.decide(duty.table, env)
        run.inputs = decided.inputs
        if decided.unknown is not None:
            return decided.unknown, False
        if decided.outputs is None:
            return Unknown.of("a row of the table that applies"), False
        run.row = decided.number
        run.norm = duty.norms.of(run.row)
        return decided.outputs.get("within", decided.outputs.get("by")), False
    for tree, ahead in ((duty.within, False), (duty.by, False), (duty.ahead, True)):
        if tree is not None:
            return engine.program.expression(tree)(env), ahead
    return None, False


def move_clock(
    engine: Engine, duty: Duty, env: Env, run: Run, until: datetime | None
) -> tuple[Run, list[tuple[Move, Row]]]:
    """Apply what moves the deadline, up to an instant (the performance), and say what did."""
    candidates = sorted(
        (
            (row, move)
            for move in duty.moves
            for row in _following(engine, duty, env, move.event)
            if until is None or row.at <= until
        ),
        key=lambda c: c[0].order,
    )
    clock = clock_of(engine, duty)
    applied: list[tuple[Move, Row]] = []
    pauses: list[tuple[datetime, datetime]] = []
    for row, move in candidates:
        if run.limit is None:
            break
        inner = env.child(row)
        holds = True if move.when is None else engine.program.expression(move.when)(inner)
        if isinstance(holds, Unknown):
            run.missing |= holds.names
            continue
        if holds is not True:
            continue
        if move.in_time and not run.limit.met_by(row.at):
            run.notes.append(
                Note(
                    f"{_event(engine, move, row, 'zh')}已过当时的期限"
                    f"{wording.limit(run.limit)}，期限不变",
                    f"{_event(engine, move, row, 'en')} came after the deadline of "
                    f"{wording.limit(run.limit, 'en')} and does not move it",
                    move.norm,
                )
            )
            break
        value = engine.program.expression(move.value)(inner)
        if isinstance(value, Unknown):
            run.missing |= value.names
            continue
        _apply(engine, move, row, value, run, clock, pauses)
        if move.cites is not None:
            run.norm = move.cites
        env.evidence[row.id] = None
        applied.append((move, row))
    return run, applied


def _apply(
    engine: Engine,
    move: Move,
    row: Row,
    value: Any,
    run: Run,
    clock: Clock,
    pauses: list[tuple[datetime, datetime]],
) -> None:
    assert run.limit is not None
    try:
        match move.effect:
            case Effect.UNTIL:
                run.limit = clock.at(value)
                run.period = None
            case Effect.RESTART:
                run.start = _instant(value, engine)
                pauses.clear()
                if run.period is not None:
                    run.limit = clock.after(run.start, run.period)
                else:
                    run.limit = clock.at(run.start)
            case Effect.EXTEND:
                run.limit = clock.after(run.limit.last_instant, value)
                run.period = None
            case Effect.PAUSE:
                end = _instant(value, engine)
                pauses.append((row.at, max(end, row.at)))
                if run.period is not None:
                    run.limit = clock.after(run.start, run.period, pauses)
                else:
                    pause = max(end, row.at) - row.at
                    run.limit = Limit(run.limit.at + pause, run.limit.inclusive)
    except (CalendarError, PeriodError) as error:
        run.missing |= {str(error)}
        return
    run.notes.append(
        Note(
            f"{_event(engine, move, row, 'zh')}，期限变更为{wording.limit(run.limit)}",
            f"{_event(engine, move, row, 'en')}: the deadline is now "
            f"{wording.limit(run.limit, 'en')}",
            move.norm,
        )
    )
    run.notes += [n for n in run.limit.notes if n not in run.notes]


def _event(engine: Engine, move: Move, row: Row, language: wording.Language) -> str:
    """What moved the deadline, and when: ``另约时间（2026年5月6日09:10）``."""
    label = wording.pick(engine.measure.vocabulary.events[move.event].label, language)
    at = wording.instant(row.at, language)
    return f"{label}（{at}）" if language == "zh" else f"{label} ({at})"


def _following(engine: Engine, duty: Duty, env: Env, event: str) -> Sequence[Row]:
    """The events of a type that agree with the trigger in the duty's keys and do not precede it."""
    return [r for r in matching_events(engine, duty.same, env, event) if r.at >= env.row.at]


def matching_events(engine: Engine, same: tuple[str, ...], env: Env, event: str) -> Sequence[Row]:
    """The events of a type that agree with a row in those of the keys that the type has."""
    fields = engine.measure.vocabulary.events[event].fields
    keys = tuple(k for k in same if k in fields or k.startswith("this_"))
    values = tuple(env[k] for k in keys)
    if any(isinstance(v, Unknown) for v in values):
        return []
    return engine.matching(event, keys, values)
