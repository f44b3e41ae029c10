"""Findings, grades and rights."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from shouwen.measures.evaluation.duties import make_breach
from shouwen.measures.evaluation.engine import BREACH, Engine
from shouwen.measures.evaluation.env import Env
from shouwen.measures.evaluation.notes import Note
from shouwen.measures.evaluation.outcomes import GradeOutcome, RightOutcome, UnknownOutcome
from shouwen.measures.evaluation.periods import ended_periods
from shouwen.measures.evaluation.rows import Row
from shouwen.measures.evaluation.triggers import triggered
from shouwen.measures.feel.values import Unknown
from shouwen.measures.language.model import Finding, Grade, Right


def evaluate_finding(engine: Engine, finding: Finding) -> None:
    """Every row that triggers a finding is a breach of the norm it names."""
    rows: list[Row] = []
    for env in triggered(engine, finding.id, finding.norm, finding.trigger, None):
        norm = finding.norm
        if finding.norm_field is not None:
            named = env[finding.norm_field]
            if isinstance(named, Unknown):
                _unknown(engine, finding.id, finding.norm, env, named)
                continue
            norm = named
        person = engine.person(finding.who, env)
        if isinstance(person, Unknown):
            _unknown(engine, finding.id, norm, env, person)
            continue
        at = env.row.at
        if finding.at_field is not None:
            act = env[finding.at_field]
            if not isinstance(act, Unknown):
                at = act if isinstance(act, datetime) else _first_instant(act, engine)
                if not engine.in_force(at):
                    continue
                env["at"] = at
        title = engine.measure.clauses[norm].title
        note = Note(f"认定违反“{title}”（{norm}）", f"found: breach of clause {norm}", norm)
        row = make_breach(engine, finding.id, norm, at, env, person, None, (note,))
        rows.append(row)
    own = [Row(finding.id, r.id, r.at, r.values, r.origin, r.events, r.readings) for r in rows]
    engine.add_rows(finding.id, own)
    engine.add_rows(BREACH, rows)


def _first_instant(day: date, engine: Engine) -> datetime:
    return datetime.combine(day, time(), engine.zone)


def evaluate_grade(engine: Engine, grade: Grade) -> None:
    """Decide a grade for every row that asks for one."""
    rows: list[Row] = []
    periods = ended_periods(engine, grade.id, grade.trigger)
    for env in triggered(engine, grade.id, grade.norms.default, grade.trigger, periods):
        decided = engine.decide(grade.table, env)
        if decided.unknown is not None:
            _unknown(engine, grade.id, grade.norms.default, env, decided.unknown)
            continue
        if decided.outputs is None:
            continue
        row_number = decided.number
        subject = env.row.values.get(grade.subject)
        outputs = {k: v for k, v in decided.outputs.items() if v is not None}
        norm = grade.norms.of(row_number)
        shown = "；".join(f"{k}：{v}" for k, v in outputs.items())
        outcome = GradeOutcome(
            id=f"{grade.id}:{env.row.id}",
            rule=grade.id,
            norm=norm,
            at=env.row.at,
            events=tuple(env.evidence),
            readings=engine.chosen(env.readings),
            row=row_number,
            inputs=decided.inputs,
            facts=engine.facts_of(env),
            because=engine.because(grade.id, env),
            notes=(Note(shown, shown, norm),),
            subject=None if subject is None else str(subject),
            outputs=outputs,
        )
        engine.outcomes.append(outcome)
        values = {**env.row.values, **outputs}
        rows.append(
            Row(
                grade.id, outcome.id, env.row.at, values, env.row.origin, outcome.events,
                frozenset(env.readings),
            )
        )  # fmt: skip
    engine.add_rows(grade.id, rows)


def evaluate_right(engine: Engine, right: Right) -> None:
    """Every row that triggers a right gives it to someone."""
    rows: list[Row] = []
    periods = ended_periods(engine, right.id, right.trigger)
    for env in triggered(engine, right.id, right.norms.default, right.trigger, periods):
        norm, number = right.norms.default, None
        inputs: dict[str, Any] = {}
        if right.table is not None:
            decided = engine.decide(right.table, env)
            if decided.unknown is not None:
                _unknown(engine, right.id, norm, env, decided.unknown)
                continue
            if decided.outputs is None:
                continue
            number, inputs = decided.number, decided.inputs
            norm = right.norms.of(number)
        until: datetime | None = None
        if right.until is not None:
            value = engine.program.expression(right.until)(env)
            if isinstance(value, Unknown):
                _unknown(engine, right.id, norm, env, value)
                continue
            until = value
        outcome = RightOutcome(
            id=f"{right.id}:{env.row.id}",
            rule=right.id,
            norm=norm,
            row=number,
            at=env.row.at,
            events=tuple(env.evidence),
            readings=engine.chosen(env.readings),
            inputs=inputs,
            facts=engine.facts_of(env),
            because=engine.because(right.id, env),
            notes=(Note(right.may.zh, right.may.en, norm),),
            who=_whoever(engine, right, env),
            may=right.may,
            until=until,
        )
        engine.outcomes.append(outcome)
        rows.append(
            Row(
                right.id, outcome.id, env.row.at, dict(env.row.values), env.row.origin,
                outcome.events, frozenset(env.readings),
            )
        )  # fmt: skip
    engine.add_rows(right.id, rows)


def _whoever(engine: Engine, right: Right, env: Env) -> str:
    """Who has a right: the value of a key of the row, or a role by its Chinese name."""
    if right.who in env.row.values:
        return str(env.row.values[right.who])
    role = engine.measure.vocabulary.roles.get(right.who)
    return role.zh if role is not None else right.who


def _unknown(engine: Engine, rule: str, norm: str, env: Env, missing: Unknown) -> None:
    engine.outcomes.append(
        UnknownOutcome(
            id=f"{rule}:{env.row.id}?",
            rule=rule,
            norm=norm,
            at=env.row.at,
            events=tuple(env.evidence),
            readings=engine.chosen(env.readings),
            facts=engine.facts_of(env),
            because=engine.because(rule, env),
            missing=missing.names,
        )
    )
