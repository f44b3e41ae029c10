"""Which columns an expectation of each kind may name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from shouwen.measures.feel.types import DATE, NUMBER
from shouwen.measures.language.model import Field, Measure
from shouwen.measures.scenarios import wanted
from shouwen.measures.scenarios.wanted import Column, Reader

BREACH = "breach"

EVERY: Mapping[str, Reader] = {
    "id": wanted.text,
    "rule": wanted.rule,
    "norm": wanted.norm,
    "at": wanted.instant,
    "row": wanted.row,
    "readings": wanted.readings,
}
"""The columns of every outcome."""

OWN: Mapping[str, Mapping[str, Reader]] = {
    "duty": {
        "status": wanted.status(("pending", "met", "breached", "exempt", "unknown", "aim missed")),
        "person": wanted.text,
        "start": wanted.instant,
        "deadline": wanted.instant,
        "due": wanted.of_type(DATE, "due"),
        "performed_at": wanted.instant,
        "missing": wanted.names,
    },
    "breach": {"person": wanted.text, "unit": wanted.text, "occasion": wanted.text},
    "consequence": {
        "to": wanted.text,
        "unit": wanted.text,
        "status": wanted.status(("proposed", "decided", "waived", "unknown")),
        "norms": wanted.norms,
        "modified": wanted.norms,
        "share_of": wanted.text,
        "missing": wanted.names,
        "occasion": wanted.text,
    },
    "entry": {
        "amount": wanted.of_type(NUMBER, "amount"),
        "balance": wanted.of_type(NUMBER, "balance"),
        "subject": wanted.text,
        "source": wanted.text,
    },
    "balance": {
        "subject": wanted.text,
        "period": wanted.text,
        "value": wanted.of_type(NUMBER, "value"),
        "pending": wanted.names,
    },
    "threshold": {"subject": wanted.text, "balance": wanted.of_type(NUMBER, "balance")},
    "grade": {"subject": wanted.text},
    "right": {"who": wanted.text, "from": wanted.instant, "until": wanted.instant},
    "unknown": {"missing": wanted.names},
    "anomaly": {},
}
"""The columns of each kind, besides the facts of what triggered it."""

KINDS = tuple(OWN)


def names_of(measure: Measure, kind: str) -> tuple[str, ...]:
    """What may stand behind a kind: rules, norms, ledgers, thresholds."""
    rules = {
        "duty": [r.id for r in measure.duties],
        "consequence": [r.id for r in measure.consequences],
        "entry": [r.id for r in measure.ledgers],
        "balance": [r.id for r in measure.ledgers],
        "threshold": [t.id for ledger in measure.ledgers for t in ledger.thresholds],
        "grade": [r.id for r in measure.grades],
        "right": [r.id for r in measure.rights],
        "breach": list(measure.clauses),
    }
    found = rules.get(kind)
    return tuple(found if found is not None else rule_ids(measure))


def rule_ids(measure: Measure) -> list[str]:
    """The ids of all rules that have outcomes."""
    return [
        rule.id
        for group in (
            measure.duties,
            measure.findings,
            measure.consequences,
            measure.ledgers,
            measure.grades,
            measure.rights,
        )
        for rule in group
    ]


def columns_of(measure: Measure, kind: str, name: str) -> dict[str, Column]:
    """The columns of the outcomes of a kind and name, by name and by Chinese label.

    The fields of what triggers the rule, the derived facts (shown where the rule looked at them),
    the columns of every outcome and those of the kind; the later hide the earlier.
    """
    fields: dict[str, Field] = {}
    for fact in measure.facts.values():
        fields[fact.name] = Field(fact.name, fact.type, fact.label)
    for relation in _relations(measure, kind, name):
        fields |= dict(measure.relations[relation].fields)
    readers: dict[str, Reader] = {f.name: _reader(measure, f) for f in fields.values()}
    if kind == "consequence":
        readers |= dict.fromkeys(measure.vocabulary.quantities, wanted.amount)
        readers |= dict.fromkeys(measure.vocabulary.acts, wanted.act)
    readers |= {**EVERY, **OWN[kind]}
    found = {n: Column(n, r) for n, r in readers.items()}
    for field in fields.values():
        found.setdefault(field.label.zh, found[field.name])
    return found


def _reader(measure: Measure, field: Field) -> Reader:
    return wanted.of_type(field.type, field.name)


def _relations(measure: Measure, kind: str, name: str) -> Iterable[str]:
    """The relations whose fields the facts of an outcome may come from."""
    if kind == BREACH:
        yield from (f"breach of {d.id}" for d in measure.duties)
        yield from (f.id for f in measure.findings)
        for duty in measure.duties:
            yield from (r for r in duty.trigger.relations if r in measure.relations)
        return
    names = rule_ids(measure) if name == "*" or kind in ("unknown", "anomaly") else [name]
    for rule in names:
        if rule in measure.relations:
            yield rule
        shares = f"{rule}.shares"
        if shares in measure.relations:
            yield shares
