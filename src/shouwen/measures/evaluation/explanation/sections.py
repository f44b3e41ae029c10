"""What an outcome rests on, section by section."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from shouwen.measures.evaluation import wording
from shouwen.measures.evaluation.consequences import exact
from shouwen.measures.evaluation.events import Event
from shouwen.measures.evaluation.explanation.model import Line
from shouwen.measures.evaluation.explanation.subject import Subject
from shouwen.measures.evaluation.explanation.summaries import summary
from shouwen.measures.evaluation.ledgers import in_period
from shouwen.measures.evaluation.notes import Note
from shouwen.measures.evaluation.outcomes import (
    Balance,
    Breach,
    ConsequenceOutcome,
    DutyOutcome,
    LedgerEntry,
    Outcome,
    ThresholdReached,
)
from shouwen.measures.feel.tables import DecisionTable
from shouwen.measures.feel.tree import Expr, Literal, RangeNode
from shouwen.measures.feel.types import EnumType, Type
from shouwen.measures.feel.unparse import unparse
from shouwen.measures.feel.values import Amount
from shouwen.measures.language.model import Field


def clauses(subject: Subject) -> Iterator[Line]:
    """The clauses it rests on, each with its text."""
    outcome = subject.outcome
    norms: list[str | None] = [outcome.norm]
    if isinstance(outcome, ConsequenceOutcome):
        norms += [*outcome.norms, *outcome.modified]
    duty = subject.duty()
    if duty is not None:
        norms += [duty.norm, duty.excused_by, *(n.norm for n in duty.notes)]
    norms += [n.norm for n in outcome.notes]
    for norm in dict.fromkeys(n for n in norms if n is not None):
        clause = subject.measure.clauses.get(norm)
        if clause is None:
            continue
        text = clause.text if subject.zh else clause.gloss or clause.text
        colon = subject.say("：", ": ")
        yield Line(subject.clause(norm) + (colon + text if text else ""), norm=norm)


def causes(subject: Subject) -> Iterator[Line]:
    """The outcomes of other rules it comes from, the first of them first."""
    for cause in subject.causes():
        yield Line(summary(subject.of(cause)), norm=cause.norm, outcome=cause.id)


def happenings(subject: Subject) -> Iterator[Line]:
    """The events it rests on, in order of time, with what they say."""
    for event in subject.events():
        yield Line(_event(subject, event), event=event.id)


def _event(subject: Subject, event: Event) -> str:
    relation = subject.measure.vocabulary.events[event.type]
    facts = [
        f"{_label(subject, relation.fields[name])} {_fact(subject, event, name)}"
        for name in event.facts
        # The id of a proposal says nothing to people.
        if not (event.type == "decision.made" and name == "proposal")
    ]
    if event.known_from > event.at:
        at = subject.instant(event.known_from)
        facts.append(subject.say(f"{at}录入", f"recorded {at}"))
    head = f"{subject.instant(event.at)} {subject.pick(relation.label)}"
    if not facts:
        return head
    return head + subject.say("（{}）", " ({})").format(subject.say("，", ", ").join(facts))


def _label(subject: Subject, field: Field) -> str:
    if field.label.zh == "norm":
        return subject.say("条款", "clause")  # a field without a label of its own
    return subject.pick(field.label)


def _fact(subject: Subject, event: Event, name: str) -> str:
    value = event.facts[name]
    type_ = subject.measure.vocabulary.events[event.type].fields[name].type
    posts = subject.measure.vocabulary.posts
    if event.type == "post.held" and name == "post" and value in posts:
        return subject.pick(posts[value])
    quantity = subject.measure.vocabulary.quantities.get(name)
    if quantity is not None:
        return wording.amount(value, subject.pick(quantity.unit), subject.language)
    return subject.value(value, type_)


# --- the table ----------------------------------------------------------------------------------


def table(subject: Subject) -> Iterator[Line]:
    """The table row that decided: its cells, and the values they were compared with."""
    outcome: Outcome = subject.duty() or subject.outcome
    rule = subject.rule(outcome.rule)
    found: DecisionTable | None = getattr(rule, "table", None)
    if rule is None or found is None or outcome.row is None or not outcome.inputs:
        return
    row = found.rows[outcome.row - 1]
    tests = []
    for column, cell in zip(found.inputs, row.cells, strict=True):
        if cell.dash:
            continue
        label = _column(subject, column.label)
        is_ = subject.value(outcome.inputs.get(column.label), column.type)
        cell_text = _worded(subject, unparse(cell, chinese=subject.zh), column.type)
        compared = cell_text[0] in "<>≤≥≠[]("
        text = subject.say(f"{label}为{cell_text}", f"{label} is {cell_text}")
        if compared:
            text = f"{label} {cell_text}"
        if is_ != cell_text:
            text += subject.say(f"（这次是{is_}）", f" (here {is_})")
        tests.append(text)
    # What a cell works out is said where it is used: in the deadline, in the arithmetic.
    outputs = [
        _output(subject, output.name, fixed, output.type)
        for output, given in zip(found.outputs, row.outputs, strict=True)
        if given is not None and (fixed := _fixed(given)) is not None
    ]
    when = subject.say("，", ", ").join(tests) or subject.say("不论情形", "in any case")
    what = f" → {subject.joined(outputs)}" if outputs else ""
    norm = subject.norms_of_row(rule, outcome.row)
    yield Line(
        subject.say(
            f"适用表中第{row.number}行：{when}{what}",
            f"row {row.number} of the table applies: {when}{what}",
        ),
        norm=norm,
    )


def _column(subject: Subject, label: str) -> str:
    """The header of a column as a label: ``culpability`` is ``过错程度``, a reading its name."""
    if label.startswith(("reading.", "释义.")):
        return subject.say(
            f"释义“{label.partition('.')[2]}”", f"reading '{label.partition('.')[2]}'"
        )
    found = subject.field(label)
    if found is None:
        for fact in subject.measure.facts.values():
            if fact.label.zh == label:
                return subject.pick(fact.label)
        for event in subject.measure.vocabulary.events.values():
            for item in event.fields.values():
                if item.label.zh == label:
                    return subject.pick(item.label)
        return subject.say(f"“{label}”", f"'{label}'")
    return subject.pick(found.label)


def _output(subject: Subject, name: str, fixed: Any, type_: Type) -> str:
    vocabulary = subject.measure.vocabulary
    if name in vocabulary.quantities:
        return wording.quantity(subject.measure, name, exact(fixed), subject.language)
    if name in vocabulary.acts:
        return wording.act(subject.measure, name, fixed, subject.language)
    text = subject.value(fixed, type_)
    labels = {"within": ("时限", "within"), "by": ("最迟", "by"), "may": ("可以", "may")}
    own = wording.type_label(subject.measure, type_, name, subject.language)
    zh, en = labels.get(name, (own, own))
    return subject.say(f"{zh}{text}", f"{en} {text}")


def _fixed(given: Expr) -> Any:
    """The value of a cell without names, as far as it is written out; None otherwise."""
    if isinstance(given, Literal):
        return given.value
    if isinstance(given, RangeNode) and isinstance(given.low, Literal):
        low, high = given.low.value, given.high
        if isinstance(low, Decimal | int) and (high is None or isinstance(high, Literal)):
            top = None if high is None else high.value
            if top is None or isinstance(top, Decimal | int):
                return Amount(Decimal(low), None if top is None else Decimal(top))
    return None


def _worded(subject: Subject, text: str, type_: Type) -> str:
    """An expression with its members, norms and periods in words."""
    from shouwen.measures.calendars import Period, PeriodError

    def replaced(found: re.Match[str]) -> str:
        inner = found.group(2)
        if found.group(1):
            try:
                period = Period.parse(inner)
            except PeriodError:
                return inner
            return period.zh() if subject.zh else period.en()
        if isinstance(type_, EnumType):
            return wording.member(subject.measure, type_, inner, subject.language)
        return inner

    if isinstance(type_, EnumType) and type_.name == "norm":
        text = _fewest(subject, text)
    if subject.zh:
        text = text.replace('", "', '"、"')
    for sign, shown in (("<=", "≤"), (">=", "≥"), ("!=", "≠")):
        text = text.replace(sign, shown)
    return re.sub(r'(@?)"([^"]*)"', replaced, text)


def _fewest(subject: Subject, text: str) -> str:
    """A list of norms without those that stand under another of the list."""
    named = re.findall(r'"([^"]*)"', text)
    if text != ", ".join(f'"{n}"' for n in named):
        return text
    clauses = subject.measure.clauses
    under = {
        below
        for n in named
        if n in clauses and clauses[n].children
        for below in subject.measure.under(n) - {n}
    }
    return ", ".join(f'"{n}"' for n in named if n not in under)


# --- the clock ----------------------------------------------------------------------------------


def clock(subject: Subject) -> Iterator[Line]:
    """How the deadline came about: the start, every step that moved it, the end."""
    duty = subject.duty()
    if duty is None:
        return
    yield from (_note(subject, n) for n in duty.notes)
    if duty.deadline is None:
        return
    due = wording.limit(duty.deadline, subject.language)
    inclusive = duty.deadline.inclusive
    yield Line(
        subject.say(
            f"期限为{due}" + ("，正好在这一刻完成也算按时" if inclusive else ""),
            f"the deadline is {due}" + (", that very moment included" if inclusive else ""),
        )
    )
    if not duty.deadline.published:
        yield Line(
            subject.say(
                "所涉年份的放假安排尚未公布，期限是推算的",
                "the holidays concerned are not published yet; the deadline is computed",
            )
        )


def _note(subject: Subject, note: Note) -> Line:
    text = subject.say(note.zh, note.en)
    if note.law:
        law = wording.law(note.law, subject.language)
        text += subject.say(f"（{law}）", f" ({law})")
    return Line(text, norm=note.norm, law=note.law)


# --- facts, steps, readings ---------------------------------------------------------------------


def facts(subject: Subject) -> Iterator[Line]:
    """The derived facts the rule looked at."""
    duty = subject.duty()
    looked_at = {**(duty.facts if duty is not None else {}), **subject.outcome.facts}
    for name, found in looked_at.items():
        fact = subject.measure.facts.get(name)
        if fact is None:
            continue
        label = subject.pick(fact.label).rstrip(".")
        text = subject.say(f"{label}：{subject.value(found, fact.type)}", "")
        yield Line(text or f"{label}: {subject.value(found, fact.type)}", norm=fact.norm)


def steps(subject: Subject) -> Iterator[Line]:
    """The arithmetic, or how a breach was found."""
    kinds = (Breach, ConsequenceOutcome, LedgerEntry, ThresholdReached)
    outcome = subject.outcome
    if isinstance(outcome, Balance):
        yield from _entries(subject, outcome)
    # Of a missed duty the clock has said it all.
    elif isinstance(outcome, kinds) and not (outcome.kind == "breach" and subject.duty()):
        yield from (_note(subject, n) for n in outcome.notes)


def _entries(subject: Subject, balance: Balance) -> Iterator[Line]:
    """The entries a balance is made of, from the base on."""
    ledger = next(r for r in subject.measure.ledgers if r.id == balance.ledger)
    unit = subject.pick(subject.measure.vocabulary.quantities[ledger.quantity].unit)
    base = wording.amount(ledger.base, unit, subject.language)
    yield Line(subject.say(f"期初{base}", f"at the start {base}"))
    for entry in subject.outcomes.of(LedgerEntry):
        mine = entry.ledger == balance.ledger and entry.subject == balance.subject
        if mine and in_period(ledger, entry.at) == balance.period:
            at, note = subject.instant(entry.at), entry.notes[0]
            yield Line(
                f"{at} {subject.say(note.zh, note.en)}", norm=entry.norm, outcome=entry.source
            )


def pending(subject: Subject) -> Iterator[Line]:
    """The consequences that a balance does not count yet."""
    if isinstance(subject.outcome, Balance):
        for id_ in subject.outcome.pending:
            waiting = next((o for o in subject.outcomes if o.id == id_), None)
            if waiting is not None:
                yield Line(summary(subject.of(waiting)), outcome=id_)


def readings(subject: Subject) -> Iterator[Line]:
    """The readings it rests on: the question, the option chosen, and why."""
    duty = subject.duty()
    chosen = dict(duty.readings) if isinstance(duty, DutyOutcome) else {}
    chosen |= dict(subject.outcome.readings)
    for name, option in sorted(chosen.items()):
        reading = subject.measure.readings.get(name)
        if reading is None:
            continue
        question = subject.pick(reading.question).rstrip("？?") + subject.say("？", "?")
        answer = subject.pick(reading.options[option]).rstrip("。.")
        if option == reading.default:
            reason = subject.pick(reading.reason).rstrip("。.")
            why = subject.say(f"理由：{reason}。", f"Reason: {reason}.")
        else:
            other = subject.pick(reading.options[reading.default]).rstrip("。.")
            why = subject.say(
                f"本单位选用这一读法；默认的是：{other}。",
                f"Chosen by the organisation; the default would be: {other}.",
            )
        text = subject.say(
            f"{name}：{question}采用：{answer}。{why}",
            f"{name}: {question} Taken as: {answer}. {why}",
        )
        yield Line(text, norm=reading.norm)
