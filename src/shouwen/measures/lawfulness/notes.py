"""What the law says beside the outcomes of a measure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shouwen.measures.evaluation.outcomes import (
    ConsequenceOutcome,
    DutyOutcome,
    GradeOutcome,
    Outcome,
    Outcomes,
    ThresholdReached,
)
from shouwen.measures.lawfulness.deduction import NOTHING
from shouwen.measures.lawfulness.law import Law, Statement, builtin_law
from shouwen.measures.lawfulness.model import LawNote, LegalFacts, Use
from shouwen.measures.lawfulness.reckoning import Debt, Reckoned, deduction, old_fine, penalty
from shouwen.measures.lawfulness.uses import Declared, Uses
from shouwen.measures.lawfulness.wages import MinimumWages, builtin_minimum_wages


def notes(
    outcomes: Outcomes,
    facts: LegalFacts,
    uses: Uses,
    *,
    law: Law | None = None,
    wages: MinimumWages | None = None,
    unchecked: bool = False,
) -> tuple[LawNote, ...]:
    """What the law says beside outcomes, in their order; it never changes them.

    Pure: the same arguments give the same notes. The law is that of the day of the act, which is
    the day of the outcome in the measure's zone; the minimum wage that of the payroll month.

    Args:
        outcomes: what the measure says.
        facts: the payroll month, wages, regions, sums paid, losses.
        uses: what the owner of the measure declared its amounts, acts and rules to be.
        law: another law than the one that comes with the library.
        wages: another table of minimum wages.
        unchecked: also what is not established.
    """
    acts = [outcome for outcome in outcomes if _stands(outcome)]
    teller = _Teller(
        facts,
        law if law is not None else builtin_law(),
        wages if wages is not None else builtin_minimum_wages(),
        unchecked,
        _queue(acts, facts, uses),
    )
    return tuple(note for outcome in acts for note in teller.of(outcome, uses))


def standing(
    uses: Uses,
    day: date,
    *,
    region: str | None = None,
    law: Law | None = None,
    unchecked: bool = False,
) -> tuple[LawNote, ...]:
    """What the law of a day says of everything declared, without any outcome: for drafters.

    The `rule` of a note is the name that was declared.
    """
    known = law if law is not None else builtin_law()
    return tuple(
        _note(statement, None, declared.name, None, day, Reckoned())
        for declared in uses.declared
        for statement in known.says(declared.use, day, region, unchecked=unchecked)
    )


@dataclass(frozen=True)
class _Teller:
    facts: LegalFacts
    law: Law
    wages: MinimumWages
    unchecked: bool
    ahead: Mapping[tuple[str, str], Decimal]
    """What is deducted before a sum, by outcome and amount."""

    def of(self, outcome: Outcome, uses: Uses) -> Iterator[LawNote]:
        """The notes on one outcome, each once, though it may be declared by rule and by clause."""
        given: set[tuple[str, str | None]] = set()
        for declared in uses.declared:
            if not declared.concerns(outcome) or not _fits(declared.use, outcome):
                continue
            amount = declared.amount_of(outcome)
            for note in self._said(outcome, declared, amount):
                if (note.id, amount) not in given:
                    given.add((note.id, amount))
                    yield note

    def _said(self, outcome: Outcome, declared: Declared, amount: str | None) -> Iterator[LawNote]:
        person = _bearer(outcome)
        region, _ = self.facts.region_of(person)
        day = outcome.at.date()
        for statement in self.law.says(declared.use, day, region, unchecked=self.unchecked):
            reckoned = self._reckon(statement, outcome, amount)
            yield _note(statement, outcome.id, outcome.rule, person, day, reckoned)

    def _reckon(self, statement: Statement, outcome: Outcome, amount: str | None) -> Reckoned:
        if amount is None:
            return Reckoned()
        debt = _debt(outcome, amount)
        match statement.reckon:
            case "deduction":
                ahead = self.ahead[outcome.id, amount]
                return deduction(debt, ahead, self.facts, self.wages)
            case "old fine":
                return old_fine(debt, self.facts)
            case "penalty":
                return penalty(debt, self.facts)
        return Reckoned()


def _queue(
    outcomes: list[Outcome], facts: LegalFacts, uses: Uses
) -> dict[tuple[str, str], Decimal]:
    """What is deducted before each sum from the same wage.

    Compensation goes before fines, which have no claim on a wage of their own; within both, the
    order is that of the outcomes. A range goes before nothing: nobody can deduct what is not
    decided.
    """
    ahead: dict[tuple[str, str], Decimal] = {}
    owed: dict[str | None, Decimal] = {}
    for use in (Use.EMPLOYEE_COMPENSATION, Use.EMPLOYEE_FINE):
        for outcome in outcomes:
            for declared in uses.declared:
                if declared.use is not use or (amount := declared.amount_of(outcome)) is None:
                    continue
                if (outcome.id, amount) in ahead:
                    continue
                debt = _debt(outcome, amount)
                ahead[outcome.id, amount] = owed.get(debt.person, NOTHING)
                owed[debt.person] = ahead[outcome.id, amount] + debt.left(facts)
    return ahead


def _debt(outcome: Outcome, amount: str) -> Debt:
    assert isinstance(outcome, ConsequenceOutcome)  # nothing else gives amounts
    return Debt(outcome.id, outcome.to, outcome.amounts[amount])


def _stands(outcome: Outcome) -> bool:
    """Whether something follows from it: not where it is unknown, excused or waived."""
    match outcome:
        case ConsequenceOutcome():
            return outcome.status in ("proposed", "decided")
        case DutyOutcome():
            return outcome.status not in ("unknown", "exempt")
    return True


def _fits(use: Use, outcome: Outcome) -> bool:
    """An automated decision is one about somebody that no person has made yet."""
    if use is not Use.AUTOMATED_DECISION:
        return True
    match outcome:
        case ConsequenceOutcome():
            return outcome.status == "proposed" and outcome.to is not None
        case GradeOutcome() | ThresholdReached():
            return outcome.subject is not None
    return False


def _bearer(outcome: Outcome) -> str | None:
    found = outcome.columns()
    for name in ("to", "subject", "person"):
        if isinstance(value := found.get(name), str):
            return value
    return None


def _note(
    statement: Statement,
    outcome: str | None,
    rule: str,
    person: str | None,
    day: date,
    reckoned: Reckoned,
) -> LawNote:
    return LawNote(
        id=statement.id,
        outcome=outcome,
        rule=rule,
        use=statement.use,
        severity=statement.severity,
        on=day,
        person=person,
        zh=statement.zh,
        en=statement.en,
        cites=statement.cites,
        steps=reckoned.steps,
        missing=reckoned.missing,
    )
