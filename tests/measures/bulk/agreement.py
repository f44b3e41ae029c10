"""The same history through the reference evaluator and through the bulk engine, side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import Any

import pyarrow as pa

from shouwen.measures.bulk import BulkPlan, lower, run
from shouwen.measures.bulk.event_table import event_table
from shouwen.measures.bulk.outcomes import KINDS
from shouwen.measures.bulk.sqltypes import SCALE
from shouwen.measures.calendars import Period
from shouwen.measures.evaluation import Event, Outcomes, evaluate
from shouwen.measures.evaluation.outcomes import (
    Anomaly,
    Balance,
    Breach,
    ConsequenceOutcome,
    DutyOutcome,
    GradeOutcome,
    LedgerEntry,
    RightOutcome,
    ThresholdReached,
    UnknownOutcome,
)
from shouwen.measures.feel.values import Amount
from shouwen.measures.language import Measure
from tests.measures.bulk.smallest import as_scenario, renamed, smallest

Answers = dict[str, dict[str, dict[str, Any]]]
"""By kind and id: the columns that both sides must agree in."""


def by_reference(outcomes: Outcomes, rules: Iterable[str]) -> Answers:
    """What the reference evaluator says, of some rules."""
    wanted = set(rules)
    found: Answers = {k: {} for k in KINDS}
    for o in outcomes:
        # A threshold is named after its ledger.
        if o.rule not in wanted and o.rule.rpartition(".")[0] not in wanted:
            continue
        common = {
            "rule": o.rule,
            "norm": o.norm,
            "at": o.at.astimezone(UTC),
            "row": o.row,
            "events": set(o.events),
            "readings": {r for r, _ in o.readings},
        }
        match o:
            case DutyOutcome():
                limit = o.deadline
                found["duties"][o.id] = common | {
                    "trigger": o.id.removeprefix(f"{o.rule}:"),
                    "status": o.status,
                    "person": o.bearer,
                    "unit": unit if isinstance(unit := o.facts.get("unit"), str) else None,
                    "start": o.start.astimezone(UTC),
                    "deadline": limit.at.astimezone(UTC) if limit else None,
                    "inclusive": limit.inclusive if limit else None,
                    "due": o.due,
                    "performed_at": o.performed_at.astimezone(UTC) if o.performed_at else None,
                    "missing": set(o.missing),
                    "excused_by": o.excused_by,
                }
            case Breach():
                found["breaches"][o.id] = common | {
                    "person": o.person, "unit": o.unit, "occasion": o.occasion,
                }  # fmt: skip
            case ConsequenceOutcome():
                found["consequences"][o.id] = common | {
                    "to": o.to,
                    "unit": o.unit,
                    "status": o.status,
                    "norms": list(o.norms),
                    "modified": list(o.modified),
                    "share_of": o.share_of,
                    "missing": set(o.missing),
                    "amounts": {n: _amount(a) for n, a in o.amounts.items()},
                    "acts": {n: a.iso() if isinstance(a, Period) else a for n, a in o.acts.items()},
                }
            case LedgerEntry():
                found["entries"][o.id] = common | {
                    "ledger": o.ledger,
                    "subject": o.subject,
                    "amount": _places(o.amount),
                    "balance": _places(o.balance),
                    "source": o.source,
                }
            case Balance():
                found["balances"][o.id] = common | {
                    "ledger": o.ledger,
                    "subject": o.subject,
                    "period": o.period,
                    "value": _places(o.value),
                    "pending": set(o.pending),
                }
            case ThresholdReached():
                found["thresholds"][o.id] = common | {
                    "ledger": o.ledger, "subject": o.subject, "balance": o.balance,
                }  # fmt: skip
            case GradeOutcome():
                found["grades"][o.id] = common | {
                    "subject": o.subject, "outputs": dict(o.outputs),
                }  # fmt: skip
            case RightOutcome():
                found["rights"][o.id] = common | {
                    "who": o.who,
                    "until": o.until.astimezone(UTC) if o.until else None,
                }
            case Anomaly():
                found["anomalies"][o.id] = common
            case UnknownOutcome():
                found["unknowns"][o.id] = common | {"missing": set(o.missing)}
    return found


def _amount(amount: Any) -> tuple[Any, Any, bool]:
    if isinstance(amount, Amount):
        return (_places(amount.lo), _places(amount.hi), False)
    return (_places(amount), _places(amount), True)


def _places(number: Any) -> Any:
    """A number to the places that bulk keeps: a third of a point has 34 in the reference and 12
    there (`sqltypes.SCALE`). Money is in fen long before that."""
    if isinstance(number, Decimal) and number.as_tuple().exponent < -SCALE:  # type: ignore[operator]
        return number.quantize(Decimal(1).scaleb(-SCALE), ROUND_HALF_UP)
    return number


def by_bulk(found: Mapping[str, pa.Table], measure: Measure) -> Answers:
    """What the bulk engine says, in the same shape."""
    answers: Answers = {k: {} for k in KINDS}
    vocabulary = measure.vocabulary
    for kind, table in found.items():
        for row in table.to_pylist():
            id_ = row.pop("id")
            row["events"], row["readings"] = set(row["events"]), set(row["readings"])
            if "missing" in row:
                row["missing"] = set(row["missing"])
            if kind == "consequences":
                row["amounts"] = {
                    n: (a["lo"], a["hi"], a["fixed"])
                    for n in vocabulary.quantities
                    if (a := row.pop(n)) is not None
                }
                row["acts"] = {n: a for n in vocabulary.acts if (a := row.pop(n)) is not None}
            if kind == "balances":
                row["pending"] = set(row["pending"])
            if kind == "grades":
                names = [n for n in row if "." in n]
                said = {n: v for n in names if (v := row.pop(n)) is not None}
                row["outputs"] = {n.removeprefix(f"{row['rule']}."): v for n, v in said.items()}
            if kind == "unknowns":
                row["row"] = None
            assert id_ not in answers[kind], f"two outcomes {id_}"
            answers[kind][id_] = row
    return answers


def differing(wanted: Answers, found: Answers) -> dict[tuple[str, str], tuple[Any, Any]]:
    """By kind and id, the outcomes of which two answers differ: both of them, None for nothing."""
    return {
        (kind, id_): (a, b)
        for kind in wanted
        for id_ in sorted(wanted[kind].keys() | found[kind].keys())
        if (a := wanted[kind].get(id_)) != (b := found[kind].get(id_))
    }


def differences(measure: Measure, wanted: Answers, found: Answers) -> list[str]:
    """Where two answers differ, each in a few lines."""
    return _in_words(differing(wanted, found))


def _in_words(differing: Mapping[tuple[str, str], tuple[Any, Any]]) -> list[str]:
    said = []
    for (kind, id_), (a, b) in differing.items():
        if a is None or b is None:
            said.append(f"{kind} {id_}: only in {'bulk' if a is None else 'reference'}: {a or b}")
            continue
        for column in sorted(a.keys() | b.keys()):
            if a.get(column) != b.get(column):
                said.append(
                    f"{kind} {id_} {column}:\n    reference {a.get(column)!r}\n"
                    f"    bulk      {b.get(column)!r}"
                )
    return said


def both(plan: BulkPlan, events: list[Event], as_of: datetime) -> tuple[Answers, Answers]:
    """What both sides say of a history."""
    measure = plan.adoption.measure
    reference = by_reference(evaluate(plan.adoption, events, as_of), plan.rules)
    bulk = by_bulk(run(plan, event_table(measure, events).tables, as_of), measure)
    return reference, bulk


def agree(plan: BulkPlan, events: list[Event], as_of: datetime) -> None:
    """Fail with the smallest history and both answers where they differ."""
    agree_on_each(plan, {"": events}, as_of)


def agree_on_each(plan: BulkPlan, logs: Mapping[str, list[Event]], as_of: datetime) -> Counter[str]:
    """Fail if several logs, taken as one, are judged differently; show the smallest that is.

    The logs have ids of their own (their key is a prefix of them), so that most disagreements are
    those of one of them. Gives how many outcomes of each rule both sides agree in.
    """
    together = [e for events in logs.values() for e in events]
    wanted, found = both(plan, together, as_of)
    differ = differing(wanted, found)
    if not differ:
        return Counter(o["rule"] for said in wanted.values() for o in said.values())
    concerned = [o for o in logs if o and any(o in id_ for _, id_ in differ)]
    concerned.sort(key=lambda own: len(logs[own]))
    plan, own, events = _one_that_differs(plan, logs, concerned[:5], differ, as_of)
    events = smallest(events, partial(_which_differ, plan, as_of, own))
    raise Disagreement(plan, events, as_of, len(differ))


class Disagreement(AssertionError):
    """The smallest history found about which the evaluators disagree, as a scenario to paste.

    Attributes:
        plan: the plan that shows it.
        events, as_of: the history, and when it is looked at.
    """

    def __init__(self, plan: BulkPlan, events: list[Event], as_of: datetime, count: int) -> None:
        self.plan, self.events, self.as_of = plan, events, as_of
        differ = differing(*both(plan, events, as_of))
        shown = "\n".join(_in_words(differ)[:40])
        scenario = as_scenario(plan.adoption, events, as_of, differ)
        super().__init__(
            f"{count} outcomes are not the same. The smallest history found, as a scenario of what "
            f"the reference says:\n\n{scenario}\n\n{shown}"
        )


def _which_differ(
    plan: BulkPlan, as_of: datetime, own: str, histories: Sequence[list[Event]]
) -> list[bool]:
    """Of histories whether they are judged differently: all at once, each under a prefix in place
    of their `own`, where they have one."""
    if own and all(own in e.id for events in histories for e in events):
        logs = {f"k{n}.": renamed(h, own, f"k{n}.") for n, h in enumerate(histories)}
        together = [e for log in logs.values() for e in log]
        ids = [id_ for _, id_ in differing(*both(plan, together, as_of))]
        return [any(prefix in id_ for id_ in ids) for prefix in logs]
    return [bool(differing(*both(plan, events, as_of))) for events in histories]


def _one_that_differs(
    plan: BulkPlan, logs: Mapping[str, list[Event]], concerned: Sequence[str],
    differ: Mapping[tuple[str, str], Any], as_of: datetime,
) -> tuple[BulkPlan, str, list[Event]]:  # fmt: skip
    """A history that is judged differently with its prefix, and a small plan that shows it if
    there is one."""
    together = [e for events in logs.values() for e in events]
    rules = {(a or b)["rule"] for a, b in differ.values()}
    rules = {r if r in plan.rules else r.rpartition(".")[0] for r in rules}
    small = lower(plan.adoption, rules, {e.type for e in together})
    for tried in (small, plan):
        for own in concerned:
            if _which_differ(tried, as_of, "", [logs[own]])[0]:
                return tried, own, logs[own]
    return plan, "", together
