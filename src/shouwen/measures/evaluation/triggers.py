"""The rows that set a rule off, each with its environment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shouwen.measures.evaluation.engine import BREACH, Engine
from shouwen.measures.evaluation.env import Env
from shouwen.measures.evaluation.outcomes import UnknownOutcome
from shouwen.measures.evaluation.rows import Row
from shouwen.measures.feel.values import Unknown
from shouwen.measures.language.model import Trigger


def triggered(
    engine: Engine, rule: str, norm: str, trigger: Trigger, periods: Sequence[Row] | None
) -> Iterator[Env]:
    """An environment for every row that triggers a rule while the measure is in force.

    A row of which it cannot be known whether it does gives an unknown outcome that names the
    missing facts, and is not yielded.
    """
    when = engine.program.condition(trigger.when)
    rows: Sequence[Row]
    if periods is not None:
        rows = periods
    elif len(trigger.relations) == 1:
        rows = engine.rows(trigger.relations[0])
    else:
        rows = sorted((r for n in trigger.relations for r in engine.rows(n)), key=lambda r: r.order)
    for row in list(rows):
        if not engine.in_force(row.at):
            continue
        if (
            trigger.clauses
            and row.relation == BREACH
            and row.values.get("norm") not in trigger.clauses
        ):
            continue
        env = Env(engine, row)
        holds = True if when is None else when(env)
        if holds is True:
            yield env
        elif isinstance(holds, Unknown):
            engine.outcomes.append(
                UnknownOutcome(
                    id=f"{rule}:{row.id}?", rule=rule, norm=norm, at=row.at,
                    events=tuple(env.evidence), readings=engine.chosen(env.readings),
                    facts=engine.facts_of(env), because=engine.because(rule, env),
                    missing=holds.names,
                )
            )  # fmt: skip
