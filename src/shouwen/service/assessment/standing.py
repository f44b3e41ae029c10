"""What the measure itself says of a person at the end of a period: accounts and grades.

The evaluator says so from the person's events; nothing is worked out here.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from shouwen.measures.evaluation.outcomes import Balance, GradeOutcome
from shouwen.measures.language.model import Label
from shouwen.service.access.actor import Actor
from shouwen.service.assessment.models import Scope
from shouwen.service.assessment.queries import Subject
from shouwen.service.enactment.enacted import NotInForce, enacted, in_force
from shouwen.service.measurebook.record import outcomes_of


def standing_of(actor: Actor, subject: Subject, first: date, last: date) -> list[dict[str, Any]]:
    """Balances, and the grades given within the days, of a person; empty for anything else.

    Each has `norm`, `label` (zh, en) and `value`.
    """
    person = subject.person
    if subject.scope is not Scope.PERSON or person is None:
        return []
    begins = datetime.combine(first, time(), actor.zone)
    end = datetime.combine(last + timedelta(days=1), time(), actor.zone)
    end -= timedelta(microseconds=1)
    try:
        known = enacted(in_force(end))
    except NotInForce:
        return []
    outcomes, _cut = outcomes_of(person, known, end)
    ledgers = {r.id: r for r in known.measure.ledgers}
    newest: dict[str, Balance] = {}
    for balance in outcomes.of(Balance):
        if balance.subject == person.number:
            newest[balance.ledger] = balance
    found = [
        {
            "norm": b.norm,
            "label": _both(ledgers[b.ledger].label),
            "value": f"{b.value.normalize():f}",
            "period": b.period or "",
        }
        for b in newest.values()
    ]
    grades = {g.id: g for g in known.measure.grades}
    for grade in outcomes.of(GradeOutcome):
        if grade.subject == person.number and begins <= grade.at <= end:
            rule = grades[grade.rule]
            said = "; ".join(str(v) for v in grade.outputs.values())
            found.append(
                {"norm": grade.norm, "label": _both(rule.label), "value": said, "period": ""}
            )
    return found


def _both(label: Label | None) -> dict[str, str]:
    return {"zh": label.zh, "en": label.en} if label is not None else {"zh": "", "en": ""}
