"""The arithmetic of a note, in words."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from shouwen.measures.evaluation.notes import Note
from shouwen.measures.evaluation.wording import amount
from shouwen.measures.feel.values import Amount
from shouwen.measures.lawfulness.deduction import FEN, NOTHING, Plan, Room, fifth
from shouwen.measures.lawfulness.model import LegalFacts, Missing
from shouwen.measures.lawfulness.wages import MinimumWages

TOLERANCE = Decimal("1.30")
"""A penalty above 130 % of the loss is as a rule taken to be excessive."""


@dataclass(frozen=True)
class Reckoned:
    """Steps of an arithmetic, and what would have to be known to finish it."""

    steps: tuple[Note, ...] = ()
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True)
class Debt:
    """A sum that an outcome gives: fixed, or a range that is still to be decided in."""

    outcome: str
    person: str | None
    sum: Decimal | Amount

    @property
    def bounds(self) -> tuple[Decimal, ...]:
        """The sum; of a range its lower and, where it has one, its upper bound."""
        if not isinstance(self.sum, Amount):
            return (in_fen(self.sum),)
        found = (self.sum.lo,) if self.sum.hi is None else (self.sum.lo, self.sum.hi)
        return tuple(in_fen(value) for value in found)

    def left(self, facts: LegalFacts) -> Decimal:
        """What is left to pay of a fixed sum; nothing of a range, for that is not decided."""
        if isinstance(self.sum, Amount):
            return NOTHING
        return max(NOTHING, in_fen(self.sum) - facts.settled.get(self.outcome, NOTHING))


def in_fen(value: Decimal) -> Decimal:
    """A sum in whole fen; a measure's own sums are that already, unless nothing rounded them."""
    return value.quantize(FEN, ROUND_HALF_UP)


def zh(value: Decimal | Amount) -> str:
    """A sum in Chinese."""
    return amount(value, "元", "zh")


def en(value: Decimal | Amount) -> str:
    """A sum in English."""
    return amount(value, "yuan", "en")


def deduction(debt: Debt, ahead: Decimal, facts: LegalFacts, wages: MinimumWages) -> Reckoned:
    """What is due beside what may be deducted in the month, and how long the rest takes.

    `ahead` is what the same person owes that is deducted first.
    """
    month = facts.month
    steps = [
        Note(f"依办法应付{zh(debt.sum)}。", f"Due under the measure: {en(debt.sum)}."),
    ]
    paid = facts.settled.get(debt.outcome, NOTHING)
    if paid:
        steps.append(Note(f"已付{zh(paid)}。", f"Paid already: {en(paid)}."))
    known = facts.people.get(debt.person or "")
    if known is None or known.wage is None:
        missing = Missing(
            "wage",
            f"不知道{debt.person or '本人'}{month.zh}的工资，可扣多少算不出来。",
            f"The wage of {debt.person or 'the person'} in {month} is not known, so it cannot be "
            "said how much may be deducted.",
            person=debt.person,
            month=month,
        )
        return Reckoned(tuple(steps), (missing,))
    wage = known.wage
    steps.append(
        Note(
            f"{month.zh}工资{zh(wage)}，百分之二十是{zh(fifth(wage))}。",
            f"The wage in {month} is {en(wage)}, 20 percent of it {en(fifth(wage))}.",
        )
    )
    region, tier = facts.region_of(debt.person)
    minimum: Decimal | Missing
    if region is None:
        minimum = Missing(
            "region",
            f"不知道{debt.person}在何地工作，{month.zh}的最低工资无从查起。",
            f"It is not known where {debt.person} works, nor therefore the minimum wage in "
            f"{month}.",
            person=debt.person,
            month=month,
        )
    else:
        minimum = wages.of(region, tier, month)
    if isinstance(minimum, Missing):
        return Reckoned(tuple(steps), (minimum,))
    room = Room(wage, minimum, known.deducted)
    assert region is not None
    steps.append(_room_in_words(room, wages.name(region).zh, wages.name(region).en))
    if ahead:
        steps.append(
            Note(
                f"另有{zh(ahead)}先行扣除。",
                f"Other sums of {en(ahead)} come first.",
            )
        )
    for bound in debt.bounds:
        plan = Plan(max(NOTHING, bound - paid), room, ahead)
        steps.append(_plan_in_words(plan, bound, isinstance(debt.sum, Amount)))
    return Reckoned(tuple(steps))


def _room_in_words(room: Room, name_zh: str, name_en: str) -> Note:
    already_zh = f"，本月已扣{zh(room.deducted)}" if room.deducted else ""
    already_en = f"; {en(room.deducted)} is deducted already" if room.deducted else ""
    return Note(
        f"{name_zh}最低工资{zh(room.minimum)}，工资高出{zh(room.above)}{already_zh}；"
        f"本月至多可扣{zh(room.now)}。",
        f"The minimum wage of {name_en} is {en(room.minimum)}, which the wage exceeds by "
        f"{en(room.above)}{already_en}: at most {en(room.now)} may be deducted this month.",
    )


def _plan_in_words(plan: Plan, bound: Decimal, named: bool) -> Note:
    which_zh = f"按{zh(bound)}计，" if named else ""
    which_en = f"For {en(bound)}: " if named else ""
    further = plan.further_months
    if further is None:
        rest_zh = f"其余{zh(plan.rest)}从这样的工资中无从扣起"
        rest_en = f"the other {en(plan.rest)} cannot be deducted from such a wage at all"
    elif further == 0:
        rest_zh, rest_en = "没有余额", "nothing is left"
    else:
        months = "month" if further == 1 else "months"
        rest_zh = f"其余{zh(plan.rest)}，工资不变还需{further}个月"
        rest_en = f"the other {en(plan.rest)} takes {further} more {months} at the same wage"
    return Note(
        f"{which_zh}本月扣{zh(plan.now)}，{rest_zh}。",
        f"{which_en}{en(plan.now)} this month; {rest_en}.",
    )


def old_fine(debt: Debt, facts: LegalFacts) -> Reckoned:
    """A fine beside a fifth of the standard monthly wage, under the regulations of 1982."""
    known = facts.people.get(debt.person or "")
    if known is None or known.standard_wage is None:
        missing = Missing(
            "standard wage",
            f"不知道{debt.person or '本人'}的月标准工资，限额算不出来。",
            f"The standard monthly wage of {debt.person or 'the person'} is not known, nor "
            "therefore the limit.",
            person=debt.person,
        )
        return Reckoned(missing=(missing,))
    return Reckoned((_against(debt, fifth(known.standard_wage), "限额", "The limit"),))


def penalty(debt: Debt, facts: LegalFacts) -> Reckoned:
    """A penalty beside 130 % of the loss."""
    loss = facts.losses.get(debt.outcome)
    if loss is None:
        missing = Missing(
            "loss",
            "不知道造成的损失，是否过高无从比较。",
            "The loss is not known, so the penalty cannot be compared with it.",
        )
        return Reckoned(missing=(missing,))
    limit = (loss * TOLERANCE).quantize(FEN, ROUND_FLOOR)
    return Reckoned((_against(debt, limit, f"损失{zh(loss)}，其百分之一百三十",
                              f"The loss is {en(loss)}; 130 percent of it"),))  # fmt: skip


def _against(debt: Debt, limit: Decimal, what_zh: str, what_en: str) -> Note:
    ranged = isinstance(debt.sum, Amount)
    low, high = debt.bounds[0], debt.bounds[-1]
    unbounded = isinstance(debt.sum, Amount) and debt.sum.hi is None
    if high <= limit and not unbounded:
        result_zh, result_en = "没有超过", "does not exceed it"
    elif low > limit:
        result_zh = f"{'至少' if ranged else ''}超出{zh(low - limit)}"
        result_en = f"exceeds it by {'at least ' if ranged else ''}{en(low - limit)}"
    else:
        result_zh, result_en = "的一部分超出", "exceeds it in part"
    return Note(
        f"{what_zh}是{zh(limit)}；{zh(debt.sum)}{result_zh}。",
        f"{what_en} is {en(limit)}; {en(debt.sum)} {result_en}.",
    )
