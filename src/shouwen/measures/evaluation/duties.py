"""Duties: for every row that triggers one, whether it was done in time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from shouwen.measures.evaluation import wording
from shouwen.measures.evaluation.clocks import (
    Run,
    clock_of,
    matching_events,
    move_clock,
    run_clock,
)
from shouwen.measures.evaluation.engine import BREACH, Engine
from shouwen.measures.evaluation.env import Env
from shouwen.measures.evaluation.notes import Note
from shouwen.measures.evaluation.outcomes import Anomaly, Breach, DutyOutcome, UnknownOutcome
from shouwen.measures.evaluation.periods import PeriodRow, period_rows
from shouwen.measures.evaluation.rows import Row
from shouwen.measures.evaluation.triggers import triggered
from shouwen.measures.feel.values import Unknown
from shouwen.measures.language.model import Duty, DutyKind, Force, Performance


@dataclass
class _Done:
    """When and by what a duty was performed; or what is missing to know."""

    at: datetime | None = None
    row: Row | None = None
    missing: frozenset[str] = frozenset()


def evaluate_duty(engine: Engine, duty: Duty) -> None:
    """Add the outcomes and rows of a duty."""
    if duty.kind in (DutyKind.NEVER, DutyKind.MAINTAIN):
        _forbidden(engine, duty)
        return
    rows: list[Row] = []
    breaches: list[Row] = []
    for env in triggered(engine, duty.id, duty.norms.default, duty.trigger, _periods(engine, duty)):
        outcome = _achieve(engine, duty, env)
        engine.outcomes.append(outcome)
        row = _row(engine, duty, env, outcome)
        rows.append(row)
        if outcome.status == "breached":
            breaches.append(_breach(engine, duty, env, outcome, row))
    engine.add_rows(duty.id, rows)
    _add_breaches(engine, duty.id, breaches)


def _periods(engine: Engine, duty: Duty) -> list[PeriodRow] | None:
    if duty.kind is not DutyKind.PERIODIC:
        return None
    return period_rows(engine, duty.id, duty.trigger, clock_of(engine, duty))


def _achieve(engine: Engine, duty: Duty, env: Env) -> DutyOutcome:
    period = getattr(env.row, "period", None)
    if isinstance(env.row, PeriodRow):
        period = env.row
        run = Run(period.opens, period.limit, None, duty.norms.default)
        run.notes += period.limit.notes if period.limit is not None else ()
        done = _performed_in_period(engine, duty, env, period)
    else:
        run = run_clock(engine, duty, env)
        done = _performed(engine, duty, env)
        run, _ = move_clock(engine, duty, env, run, done.at)
    bearer = _bearer(engine, duty, env)
    excuse = _excuse(engine, duty, env, run)
    status, missing = _status(engine, duty, run, done, excuse)
    if done.row is not None:
        env.evidence[done.row.id] = None
    notes = [*run.notes]
    if isinstance(excuse, Note):
        notes.append(excuse)
    return DutyOutcome(
        id=f"{duty.id}:{env.row.id}",
        rule=duty.id,
        norm=run.norm,
        at=env.row.at,
        events=tuple(env.evidence),
        readings=engine.chosen(env.readings),
        row=run.row,
        inputs=run.inputs,
        facts=engine.facts_of(env),
        notes=tuple(notes),
        because=engine.because(duty.id, env),
        status=status,
        bearer=bearer,
        start=run.start,
        deadline=run.limit,
        performed_at=done.at,
        missing=missing,
        excused_by=excuse.norm if isinstance(excuse, Note) else None,
    )


def _status(
    engine: Engine, duty: Duty, run: Run, done: _Done, excuse: Note | Unknown | None
) -> tuple[str, frozenset[str]]:
    if isinstance(excuse, Note):
        return "exempt", frozenset()
    if run.missing:
        return "unknown", run.missing
    if run.limit is None:
        return ("met" if done.at is not None else "pending"), frozenset()
    if done.at is not None and run.limit.met_by(done.at):
        return "met", frozenset()
    if done.at is None and run.limit.met_by(engine.as_of):
        return "pending", frozenset()
    # Late, or not done: a performance or an excuse that may exist would change that.
    if done.missing:
        return "unknown", done.missing
    if isinstance(excuse, Unknown):
        return "unknown", excuse.names
    return ("breached" if duty.force is Force.BINDING else "aim missed"), frozenset()


def _bearer(engine: Engine, duty: Duty, env: Env) -> str | None:
    if duty.who is None:
        return None
    person = engine.person(duty.who, env)
    return None if isinstance(person, Unknown) or person is None else str(person)


def _performances(engine: Engine, duty: Duty, env: Env) -> Iterable[tuple[Row, Performance]]:
    found = [
        (row, performance)
        for performance in duty.performances
        for row in matching_events(engine, duty.same, env, performance.event)
    ]
    return sorted(found, key=lambda f: f[0].order)


def _performed(engine: Engine, duty: Duty, env: Env) -> _Done:
    """The performance that completes the duty: the `at_least`-th that does not precede it."""
    done, count = _Done(missing=_unknown_keys(engine, duty, env)), 0
    ahead = duty.early or duty.ahead is not None
    before: dict[str, Row] = {}
    for row, performance in _performances(engine, duty, env):
        if row.at < env.row.at and not ahead:
            before[row.id] = row
            continue
        holds = _holds(engine, performance, env, row)
        if isinstance(holds, Unknown):
            done.missing |= holds.names
        elif holds is True:
            count += 1
            if count == duty.at_least:
                done.at, done.row = row.at, row
                break
    for row in before.values():
        _precedes(engine, duty, env, row)
    return done


def _unknown_keys(engine: Engine, duty: Duty, env: Env) -> frozenset[str]:
    """The keys without which it cannot be known what performs the duty for a row."""
    events = engine.measure.vocabulary.events
    keys = {k for p in duty.performances for k in duty.same if k in events[p.event].fields}
    values = [env[k] for k in keys]
    return frozenset(n for v in values if isinstance(v, Unknown) for n in v.names)


def _holds(engine: Engine, performance: Performance, env: Env, row: Row) -> Any:
    if performance.when is None:
        return True
    return engine.program.expression(performance.when)(env.child(row))


def _precedes(engine: Engine, duty: Duty, env: Env, row: Row) -> None:
    """An act before what calls for it: shown once, and without effect."""
    if _called_before(engine, duty, env, row):
        return  # it belongs to an earlier trigger of the same case
    label = engine.measure.vocabulary.events[row.relation].label
    trigger = engine.label_of(env.row.relation)
    (act, call), (act_en, call_en) = (
        [wording.instant(at, language) for at in (row.at, env.row.at)]
        for language in wording.LANGUAGES
    )
    engine.outcomes.append(
        Anomaly(
            id=f"{duty.id}:{env.row.id}:{row.id}",
            rule=duty.id,
            norm=duty.norms.default,
            at=row.at,
            events=(row.id, *env.row.events),
            zh=f"{label.zh}（{act}）早于{trigger.zh}（{call}），不计入",
            en=f"{label.en} ({act_en}) lies before {trigger.en} ({call_en}) and does not count",
        )
    )


def _called_before(engine: Engine, duty: Duty, env: Env, row: Row) -> bool:
    """Whether a row of the same keys called for an act already when it was done."""
    key = tuple(env[k] for k in duty.same)
    clauses = duty.trigger.clauses
    return any(
        r.at <= row.at and (not clauses or name != BREACH or r.values.get("norm") in clauses)
        for name in duty.trigger.relations
        for r in engine.matching(name, duty.same, key)
    )


def _performed_in_period(engine: Engine, duty: Duty, env: Env, period: PeriodRow) -> _Done:
    done, count = _Done(), 0
    for row, performance in _performances(engine, duty, env):
        if performance.period_of is not None:
            meant = row.values.get(performance.period_of)
            if meant is None:
                done.missing |= {performance.period_of}
                continue
            day = meant.date() if isinstance(meant, datetime) else meant
            if not period.first <= day <= period.last:
                continue
        elif not period.takes(row.at):
            continue
        holds = _holds(engine, performance, env, row)
        if isinstance(holds, Unknown):
            done.missing |= holds.names
        elif holds is True:
            count += 1
            if count == duty.at_least:
                done.at, done.row = row.at, row
                break
    return done


def _excuse(engine: Engine, duty: Duty, env: Env, run: Run) -> Note | Unknown | None:
    """What excuses, if anything does; an Unknown if something might."""
    doubt: frozenset[str] = frozenset()
    for exemption in duty.exemptions:
        if exemption.event is None:
            assert exemption.when is not None
            holds = engine.program.expression(exemption.when)(env)
            if holds is True:
                return Note("符合免责条件", "a condition excuses it", exemption.norm or run.norm)
            if isinstance(holds, Unknown):
                doubt |= holds.names
            continue
        label = engine.measure.vocabulary.events[exemption.event].label
        for row in matching_events(engine, duty.same, env, exemption.event):
            if exemption.in_time and run.limit is not None and not run.limit.met_by(row.at):
                continue
            holds = True
            if exemption.when is not None:
                holds = engine.program.expression(exemption.when)(env.child(row))
            if holds is True:
                env.evidence[row.id] = None
                return Note(
                    f"{label.zh}（{wording.instant(row.at)}），免责",
                    f"excused by: {label.en} ({wording.instant(row.at, 'en')})",
                    exemption.norm or run.norm,
                )
            if isinstance(holds, Unknown):
                doubt |= holds.names
    return Unknown(doubt) if doubt else None


def _row(engine: Engine, duty: Duty, env: Env, outcome: DutyOutcome) -> Row:
    # Whoever else the trigger speaks of, it is the bearer's duty.
    values = {k: v for k, v in env.row.values.items() if k != "person"}
    values |= {"status": outcome.status, "start": outcome.start}
    if outcome.deadline is not None:
        values |= {"deadline": outcome.deadline.at, "due": outcome.due}
    if outcome.performed_at is not None:
        values["performed_at"] = outcome.performed_at
    values |= engine.borne(env, outcome.bearer)
    return Row(
        duty.id, outcome.id, env.row.at, values, env.row.origin, outcome.events,
        frozenset(env.readings),
    )  # fmt: skip


def _breach(engine: Engine, duty: Duty, env: Env, outcome: DutyOutcome, own: Row) -> Row:
    assert outcome.deadline is not None
    at = outcome.deadline.last_instant
    done_zh, done_en = "尚未完成", "not done"
    if outcome.performed_at is not None:
        done_zh = f"实际于{wording.instant(outcome.performed_at)}完成"
        done_en = f"done {wording.instant(outcome.performed_at, 'en')}"
    notes = (
        Note(
            f"“{duty.label.zh}”的期限为{wording.limit(outcome.deadline)}，{done_zh}",
            f"{duty.label.en}: due {wording.limit(outcome.deadline, 'en')}, {done_en}",
            outcome.norm,
        ),
    )
    row = make_breach(
        engine, duty.id, outcome.norm, at, env, outcome.bearer, outcome.row, notes, outcome.id,
        of_issuer=duty.who is None,
    )  # fmt: skip
    row.values.update({k: v for k, v in own.values.items() if k not in row.values})
    return row


def make_breach(
    engine: Engine,
    rule: str,
    norm: str,
    at: datetime,
    env: Env,
    person: str | None,
    row_number: int | None,
    notes: tuple[Note, ...],
    because: str | None = None,
    key: str | None = None,
    of_issuer: bool = False,
) -> Row:
    """Add the breach outcome of a row and give its row for other rules.

    `because` is the outcome of the duty that was missed; otherwise the row is what broke the norm.
    `key` tells breaches of one row apart. `of_issuer`: nobody in person is to answer for it.
    """
    # A breach of nobody known is not one of whoever else the trigger speaks of.
    values = {k: v for k, v in env.row.values.items() if k != "person"}
    values |= engine.borne(env, person)
    if of_issuer:
        values["person"] = None  # known to be nobody, which is not the same as unknown
    occasion = values.get("case") or env.row.origin
    values |= {"norm": norm, "rule": rule, "occasion": occasion}
    outcome = Breach(
        id=f"breach:{rule}:{key or env.row.id}",
        rule=rule,
        norm=norm,
        at=at,
        events=tuple(env.evidence),
        readings=engine.chosen(env.readings),
        row=row_number,
        facts=engine.facts_of(env),
        notes=notes,
        because=engine.because(rule, env) if because is None else (because,),
        person=person,
        unit=values.get("unit"),
        occasion=str(occasion),
    )
    engine.outcomes.append(outcome)
    return Row(
        BREACH, outcome.id, at, values, env.row.origin, outcome.events, frozenset(env.readings)
    )


def _add_breaches(engine: Engine, rule: str, rows: list[Row]) -> None:
    engine.add_rows(f"breach of {rule}", rows)
    engine.add_rows(BREACH, rows)


def _forbidden(engine: Engine, duty: Duty) -> None:
    """Prohibitions and duties to keep something up: every matching event is a breach."""
    breaches: list[Row] = []
    relations = tuple(dict.fromkeys(duty.trigger.relations))
    trigger = replace(duty.trigger, relations=relations)
    for env in triggered(engine, duty.id, duty.norms.default, trigger, None):
        if duty.window is not None and not engine.in_window(duty.window, env.row.at):
            continue
        by_norm: dict[str, list[Performance]] = {}
        for performance in duty.performances:
            if performance.event == env.row.relation:
                by_norm.setdefault(performance.norm or duty.norms.default, []).append(performance)
        # One event may break several norms, each once.
        for number, (norm, acts) in enumerate(by_norm.items()):
            key = f"{env.row.id}:{norm}" if number else env.row.id
            row = _broken(engine, duty, acts, norm, key, env)
            if row is not None:
                breaches.append(row)
    engine.add_rows(duty.id, [])
    _add_breaches(engine, duty.id, breaches)


def _broken(
    engine: Engine, duty: Duty, acts: list[Performance], norm: str, key: str, env: Env
) -> Row | None:
    """The breach of a norm by a forbidden event, if it is one."""
    held = [_holds(engine, act, env, env.row) for act in acts]
    doubtful = [h for h in held if isinstance(h, Unknown)]
    if not doubtful and not any(h is True for h in held):
        return None
    excuse = _excuse(engine, duty, env, Run(env.row.at, _until(env), None, norm))
    if isinstance(excuse, Note):
        return None
    doubt = [] if any(h is True for h in held) else doubtful
    doubt += [excuse] if isinstance(excuse, Unknown) else []
    if doubt:
        engine.outcomes.append(
            UnknownOutcome(
                id=f"{duty.id}:{key}",
                rule=duty.id,
                norm=norm,
                at=env.row.at,
                events=tuple(env.evidence),
                readings=engine.chosen(env.readings),
                facts=engine.facts_of(env),
                because=(env.row.id,),
                missing=frozenset(n for u in doubt for n in u.names),
            )
        )
        return None
    if duty.force is Force.AIM:
        return None
    note = Note(f"违反“{duty.label.zh}”", f"broken: {duty.label.en}", norm)
    person = _bearer(engine, duty, env)
    return make_breach(
        engine, duty.id, norm, env.row.at, env, person, None, (note,), key=key,
        of_issuer=duty.who is None,
    )  # fmt: skip


def _until(env: Env) -> Any:
    from shouwen.measures.evaluation.limits import Limit

    return Limit(env.row.at, inclusive=True)
