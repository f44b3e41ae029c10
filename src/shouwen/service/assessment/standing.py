"""What the measure itself says of a person in a period: accounts and grades.

The evaluator says so, and nothing is worked out here. A person is asked about with everything that
weighs for them (`conduct.slices`), however much it is: a sheet is never cut. Grades that compare
people are asked with all of them (`together`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from shouwen.measures.evaluation.ledgers import in_period
from shouwen.measures.evaluation.outcomes import GradeOutcome, LedgerEntry
from shouwen.measures.language.model import Grade, Label, Ledger
from shouwen.service.access.actor import Actor
from shouwen.service.assessment.figures import Span
from shouwen.service.assessment.models import Scope
from shouwen.service.assessment.queries import Subject
from shouwen.service.assessment.together import comparing, judged_together
from shouwen.service.conduct.asking import Answer, answers
from shouwen.service.conduct.stirring import subject_of
from shouwen.service.enactment.enacted import NotInForce
from shouwen.service.organisations.models import Person


@dataclass(frozen=True)
class Account:
    """A ledger of the measure for a person, as it stood at the end of a period.

    `entries` are those of the period, in order of the acts; `period` the ledger's own, a year.
    """

    ledger: Ledger
    period: str | None
    value: Decimal
    entries: tuple[LedgerEntry, ...]


def answer_for(person: Person, last: date) -> Answer | None:
    """What the measure says of a person just now, with all that weighs: by the adoption that is in
    force on a day, as far as it decides about anything, else by the present one; None where there
    is none."""
    try:
        said, _slice = answers(subject_of(f"person:{person.number}"), whole=True)
    except NotInForce:
        return None
    fitting = [a for a in said if a.adoption.first_day <= last]
    return fitting[-1] if fitting else said[-1]


def accounts_of(answer: Answer, person: Person, span: Span) -> Iterator[Account]:
    """The accounts of a person: what was booked in days, and what it came to at their end.

    An entry is booked at the instant of its act, so a decision made later belongs to the day of
    what it is about.
    """
    booked = [e for e in answer.outcomes.of(LedgerEntry) if e.subject == person.number]
    for ledger in answer.known.measure.ledgers:
        if ledger.per != "person":
            continue
        period = in_period(ledger, _last(span))
        own = [
            e for e in booked
            if e.ledger == ledger.id and e.at < span.ends and in_period(ledger, e.at) == period
        ]  # fmt: skip
        value = own[-1].balance if own else ledger.base
        yield Account(ledger, period, value, tuple(e for e in own if e.at >= span.begins))


def grades_of(answer: Answer, person: Person, span: Span) -> Iterator[GradeOutcome]:
    """The grades given to a person within days, those that compare people left out."""
    for grade in _given(answer, person, span):
        if grade.rule not in comparing(answer.known.measure):
            yield grade


def compared_grades_of(answer: Answer, person: Person, span: Span) -> Iterator[GradeOutcome]:
    """Those that compare people, asked with all of them. Raises TooMany."""
    rules = {g.rule for g in _given(answer, person, span)} & comparing(answer.known.measure)
    if rules:
        found = judged_together(answer.known, rules, span)
        yield from (g for g in found if g.subject == person.number)


def _given(answer: Answer, person: Person, span: Span) -> list[GradeOutcome]:
    return [
        g for g in answer.outcomes.of(GradeOutcome)
        if g.subject == person.number and span.begins <= g.at < span.ends
    ]  # fmt: skip


def standing_of(actor: Actor, subject: Subject, first: date, last: date) -> list[dict[str, Any]]:
    """Accounts at the end of the days, and the grades given within them, of a person; empty for
    anything else. Each has `norm`, `label` (zh, en), `value` and `period`.

    Raises:
        TooMany: when a grade compares people and more weighs than can be asked about at once.
    """
    person = subject.person
    if subject.scope is not Scope.PERSON or person is None:
        return []
    answer = answer_for(person, last)
    if answer is None:
        return []
    span = Span(first, last, actor.zone)
    found = [account_row(a.ledger, a.value, a.period) for a in accounts_of(answer, person, span)]
    grades = {g.id: g for g in answer.known.measure.grades}
    for given in (*grades_of(answer, person, span), *compared_grades_of(answer, person, span)):
        found.append(grade_row(grades[given.rule], given.norm, given.outputs.values()))
    return found


def account_row(ledger: Ledger, value: Decimal, period: str | None) -> dict[str, Any]:
    """An account as a sheet keeps it."""
    return {
        "norm": ledger.norm,
        "label": _both(ledger.label),
        "value": _plain(value),
        "period": period or "",
    }


def grade_row(grade: Grade, norm: str, outputs: Iterable[Any]) -> dict[str, Any]:
    """A grade as a sheet keeps it, by the norm it was given under."""
    said = "; ".join(_plain(v) for v in outputs if v is not None)
    return {"norm": norm, "label": _both(grade.label), "value": said, "period": ""}


def _plain(value: Any) -> str:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _last(span: Span) -> datetime:
    return datetime.combine(span.last, datetime.min.time(), span.zone)


def _both(label: Label | None) -> dict[str, str]:
    return {"zh": label.zh, "en": label.en} if label is not None else {"zh": "", "en": ""}
