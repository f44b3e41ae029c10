"""Events and expectations: the two kinds of lines a scenario is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shouwen.measures.diagnostics import Span, did_you_mean
from shouwen.measures.evaluation import Adoption, Event
from shouwen.measures.evaluation.outcomes import (
    Balance,
    Breach,
    LedgerEntry,
    Outcome,
)
from shouwen.measures.language.blocks import Value
from shouwen.measures.language.model import Measure, Relation
from shouwen.measures.scenarios import wanted
from shouwen.measures.scenarios.columns import KINDS, columns_of, names_of
from shouwen.measures.scenarios.model import Decision, Expectation, Wanted

KINDS_ZH: Mapping[str, str] = {
    "义务": "duty",
    "违规": "breach",
    "后果": "consequence",
    "记账": "entry",
    "余额": "balance",
    "界限": "threshold",
    "等次": "grade",
    "权利": "right",
    "不明": "unknown",
    "异常": "anomaly",
}
EVENT_KEYS_ZH: Mapping[str, str] = {"事件": "event", "时间": "at", "编号": "id"}
OWN_KEYS = ("event", "at", "id", "recorded_at", "supersedes", "retracts")
ANY_NAME = "*"


@dataclass(frozen=True)
class ReadEvent:
    """An event with its place, and the description of its proposal if it has one."""

    event: Event
    span: Span
    decision: Decision | None = None


# --- events -------------------------------------------------------------------------------------


def read_event(value: Value, adoption: Adoption, default_id: str) -> ReadEvent | None:
    """An event of a history; None, with all of its errors in the report, if it is not sound."""
    report = value.report
    if not value.is_mapping:
        report.error(
            "shape", "An event is a mapping.", value.span,
            hint="Write it as {event: repair.reported, at: 2026-05-06 09:00, case: C1}.",
        )  # fmt: skip
        return None
    before = len(report.errors)
    parts = {EVENT_KEYS_ZH.get(k, k): (key.span, v) for k, key, v in value.pairs()}
    relation = _event_type(parts, value, adoption.measure)
    id_ = parts["id"][1].word() if "id" in parts else default_id
    at = _at(parts, "at", adoption)
    if "at" not in parts:
        report.error(
            "missing-key", "This event does not say 'at'.", value.span,
            hint="Add 'at:' — the instant it happened.",
        )  # fmt: skip
    recorded = _at(parts, "recorded_at", adoption)
    facts: dict[str, Any] = {}
    decision = None
    for written, (span, item) in parts.items():
        if written in OWN_KEYS or relation is None:
            continue
        if relation.name == "decision.made" and written == "proposal" and item.is_mapping:
            proposal = read_expectation(item, adoption)
            decision = None if proposal is None else Decision(id_, proposal)
            continue
        _fact(relation, written, span, item, adoption, facts)
    supersedes = parts["supersedes"][1].word() if "supersedes" in parts else None
    retracts = "retracts" in parts and parts["retracts"][1].flag()
    if retracts and supersedes is None:
        report.error(
            "missing-key", "'retracts' does not say what it retracts.", parts["retracts"][0],
            hint="Add 'supersedes:' — the id of the event that is taken back.",
        )  # fmt: skip
    if len(report.errors) > before or relation is None or at is None:
        return None
    event = Event(id_, relation.name, at, facts, recorded, supersedes, retracts)
    return ReadEvent(event, value.span, decision)


def _event_type(
    parts: Mapping[str, tuple[Span, Value]], value: Value, measure: Measure
) -> Relation | None:
    if "event" not in parts:
        value.report.error(
            "missing-key", "This event does not say 'event'.", value.span,
            hint="Add 'event:' — what happened, such as "
            + next(iter(measure.vocabulary.events)) + ".",
        )  # fmt: skip
        return None
    written = parts["event"][1]
    known = measure.vocabulary.events
    word = written.word()
    if word in known:
        return known[word]
    by_label = next((r for r in known.values() if r.label.zh == word), None)
    if by_label is None:
        value.report.error(
            "unknown-event-type", f"There is no event '{word}' in measure {measure.id}.",
            written.span, hint=did_you_mean(word, [*known, *(r.label.zh for r in known.values())]),
        )  # fmt: skip
    return by_label


def _at(parts: Mapping[str, tuple[Span, Value]], key: str, adoption: Adoption) -> datetime | None:
    return wanted.read_instant(parts[key][1], adoption) if key in parts else None


def _fact(
    relation: Relation,
    written: str,
    span: Span,
    item: Value,
    adoption: Adoption,
    facts: dict[str, Any],
) -> None:
    labels = {f.label.zh: n for n, f in relation.fields.items()}
    name = written if written in relation.fields else labels.get(written, written)
    field = relation.fields.get(name)
    if field is None:
        item.report.error(
            "unknown-fact", f"'{relation.name}' has no fact '{written}'.", span,
            hint=did_you_mean(written, [*relation.fields, *labels]),
        )  # fmt: skip
        return
    if name in facts:
        item.report.error(
            "duplicate-key", f"'{written}' says the same as a fact before it.", span,
            hint="Keep one of them.",
        )  # fmt: skip
        return
    if not item.is_list and not item.is_mapping and item.word() in wanted.NOTHING:
        return
    found = wanted.read_value(item, field.type, adoption, name)
    if found is not None:
        facts[name] = found


# --- expectations -------------------------------------------------------------------------------


def read_expectation(value: Value, adoption: Adoption) -> Expectation | None:
    """An expectation; None, with all of its errors in the report, if it is not sound."""
    report = value.report
    if not value.is_mapping:
        report.error(
            "shape", "An expectation is a mapping.", value.span,
            hint="Write it as {duty: arrive, case: C1, status: met}.",
        )  # fmt: skip
        return None
    before = len(report.errors)
    pairs = [(name, key.span, item) for name, key, item in value.pairs()]
    kinds = [(KINDS_ZH.get(k, k), span, v) for k, span, v in pairs if KINDS_ZH.get(k, k) in KINDS]
    # A fact may be called like a kind; the kind is what comes first.
    if not kinds or kinds[0][1] != pairs[0][1]:
        known = [*KINDS, *KINDS_ZH]
        report.error(
            "unknown-kind", f"An expectation begins with a kind of outcome, not '{pairs[0][0]}'."
            if pairs else "This expectation is empty.", pairs[0][1] if pairs else value.span,
            hint=(did_you_mean(pairs[0][0], known) if pairs else None)
            or "One of: " + ", ".join(KINDS) + ".",
        )  # fmt: skip
        return None
    kind, _, named = kinds[0]
    name = named.word()
    measure = adoption.measure
    known_names = names_of(measure, kind)
    if name != ANY_NAME and name not in known_names:
        what = "clause" if kind == "breach" else "rule" if kind in ("unknown", "anomaly") else kind
        report.error(
            f"unknown-{what}", f"Measure {measure.id} has no {what} '{name}'.", named.span,
            hint=did_you_mean(name, known_names),
        )  # fmt: skip
        return None
    columns = columns_of(measure, kind, name)
    found: dict[str, Wanted] = {}
    for written, span, item in pairs[1:]:
        column = columns.get(written)
        if column is None:
            report.error(
                "unknown-column", f"A {kind} of '{name}' has no column '{written}'.", span,
                hint=did_you_mean(written, columns),
            )  # fmt: skip
            continue
        if column.name in found:
            report.error(
                "duplicate-key", f"'{written}' says the same as a column before it.", span,
                related=(("the first is here", found[column.name].span),),
                hint="Keep one of them.",
            )  # fmt: skip
            continue
        test = wanted.read_wanted(item, adoption, column.read)
        if test is not None:
            found[column.name] = Wanted(column.name, item.source_text.text, test, item.span)
    if len(report.errors) > before:
        return None
    return Expectation(
        kind, name, _subject(measure, kind, name), tuple(found.values()),
        _one_line(value), value.span,
    )  # fmt: skip


def _one_line(value: Value) -> str:
    return " ".join(value.source_text.text.split())


def _subject(measure: Measure, kind: str, name: str) -> Callable[[Outcome], bool]:
    if name == ANY_NAME:
        return lambda outcome: True
    if kind == "breach":
        norms = measure.under(name)
        return lambda outcome: isinstance(outcome, Breach) and outcome.norm in norms
    if kind in ("entry", "balance"):
        return lambda outcome: isinstance(outcome, LedgerEntry | Balance) and outcome.ledger == name
    return lambda outcome: outcome.rule == name
