"""What is kept with a decision: everything it rests on, as it was, so that nobody has to reckon
it anew to know why."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from shouwen.measures.evaluation import explain, wording
from shouwen.measures.evaluation.outcomes import ConsequenceOutcome
from shouwen.service.conduct.amounts import acts_stored, stored
from shouwen.service.conduct.asking import Answer
from shouwen.service.conduct.models import Decision, Proposal
from shouwen.service.enactment.enacted import Enacted
from shouwen.service.enactment.models import Adoption, Event, Thread

TOLD_LATE = timedelta(days=1)
"""A fact that was registered so long after it happened is marked."""


def frozen(
    answer: Answer, outcome: ConsequenceOutcome, proposal: Proposal, thread: Thread
) -> dict[str, Any]:
    """An outcome with its clauses, events, table row, readings and arithmetic, as plain JSON."""
    outcomes = answer.outcomes
    adoption = answer.adoption
    rows = {e.uid: e for e in answer.slice.events}
    return {
        "as_of": outcomes.as_of.isoformat(),
        "measure": _measure(answer.known, adoption),
        "thread": thread.key,
        "offered": {"amounts": stored(outcome.amounts), "acts": acts_stored(outcome.acts)},
        "label": [proposal.label_zh, proposal.label_en],
        "said": [proposal.said_zh, proposal.said_en],
        "clauses": [_clause(answer.known, n) for n in
                    dict.fromkeys((outcome.norm, *outcome.norms, *outcome.modified))],
        "facts": [_fact(rows[i], answer.known) for i in outcome.events if i in rows],
        "notes": [[n.zh, n.en] for n in outcome.notes],
        "readings": [_reading(answer.known, r, o) for r, o in outcome.readings],
        "why": {language: _sections(answer, outcome, language) for language in wording.LANGUAGES},
        "missing": sorted(outcome.missing),
    }  # fmt: skip


def _measure(known: Enacted, adoption: Adoption) -> dict[str, Any]:
    measure = known.measure
    return {
        "key": adoption.measure,
        "version": measure.version,
        "title": [measure.title.zh, measure.title.en],
        "adoption": adoption.pk,
        "adopted_from": adoption.first_day.isoformat(),
        "chosen": dict(adoption.readings),
    }


def _clause(known: Enacted, norm: str) -> dict[str, str]:
    clause = known.measure.clauses.get(norm)
    if clause is None:
        return {"id": norm, "cite": norm, "zh": norm, "en": norm}
    return {"id": norm, "cite": clause.cite, "zh": clause.text or clause.title,
            "en": clause.gloss or clause.title}  # fmt: skip


def _fact(row: Event, known: Enacted) -> dict[str, Any]:
    relation = known.measure.vocabulary.events.get(row.type)
    label = [relation.label.zh, relation.label.en] if relation else [row.type, row.type]
    return {
        "id": row.uid,
        "type": row.type,
        "label": label,
        "at": row.at.isoformat(),
        "recorded_at": row.recorded_at.isoformat(),
        "late": row.recorded_at - row.at > TOLD_LATE,
        "facts": row.facts,
    }


def _reading(known: Enacted, reading: str, option: str) -> dict[str, Any]:
    found = known.measure.readings[reading]
    question, chosen = found.question, found.options[option]
    return {
        "id": reading,
        "norm": found.norm,
        "option": option,
        "default": option == found.default,
        "question": [question.zh, question.en],
        "chosen": [chosen.zh, chosen.en],
    }


def _sections(answer: Answer, outcome: ConsequenceOutcome, language: Any) -> list[dict[str, Any]]:
    explanation = explain(outcome, answer.outcomes, language)
    return [
        {"title": s.title,
         "lines": [{"text": line.text, "norm": line.norm, "law": line.law} for line in s.lines]}
        for s in explanation.sections
    ]  # fmt: skip


def digest(decision: Decision) -> str:
    """SHA-256 over everything in a decision."""
    said = [
        decision.organisation_id, decision.year, decision.seq, decision.kind, decision.follows_id,
        decision.with_decision_id, decision.outcome, decision.subject_id, decision.person_id,
        decision.unit_id, decision.rule, decision.norm, decision.row, _instant(decision.act_at),
        decision.waived, decision.amounts, decision.acts, decision.reason, decision.decided_by_id,
        _instant(decision.decided_at), decision.event_uid, decision.frozen,
    ]  # fmt: skip
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _instant(moment: datetime) -> str:
    """An instant as the database gives it back, whatever zone it was written in."""
    return moment.astimezone(UTC).isoformat()
