"""What stands in the accounts of a subject, now or at a past instant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import F, Sum
from django.utils.translation import gettext as _

from shouwen.measures.evaluation import wording
from shouwen.measures.evaluation.ledgers import in_period
from shouwen.measures.evaluation.outcomes import Balance, LedgerEntry
from shouwen.measures.language.model import Measure
from shouwen.service import clock
from shouwen.service.conduct.asking import answers
from shouwen.service.conduct.fines import FINE
from shouwen.service.conduct.models import Decision, Entry, Subject
from shouwen.service.conduct.queries import standing_only
from shouwen.service.enactment.enacted import NotInForce, enacted, in_force
from shouwen.service.measurebook.words import language, pick
from shouwen.service.workorders.models import Receipt


@dataclass(frozen=True)
class Line:
    """An entry of a ledger of the measure; `decision` the one it rests on, if any yet."""

    at: datetime
    norm: str
    amount: str
    balance: str
    said: str
    decision: Decision | None


@dataclass
class Ledger:
    """A ledger of the measure for one period (points of a year)."""

    label: str
    period: str
    value: str
    base: str
    pending: int
    lines: list[Line] = field(default_factory=list)


def ledgers(subject: Subject, as_of: datetime | None = None) -> list[Ledger]:
    """The ledgers of the measure for a subject as they stood at an instant, the last period
    first. A subject without entries in the present period has the base of it."""
    try:
        said, _found = answers(subject, as_of)
    except NotInForce:
        return []
    answer = said[-1]
    measure = answer.known.measure
    at = answer.outcomes.as_of
    decided = _decided(answer.outcomes.of(LedgerEntry), at)
    found: dict[tuple[str, str | None], Ledger] = {}
    rules = {r.id: r for r in measure.ledgers}
    for balance in answer.outcomes.of(Balance):
        rule = rules[balance.ledger]
        if balance.subject != subject.name:
            continue
        unit = pick(measure.vocabulary.quantities[rule.quantity].unit)
        found[rule.id, balance.period] = Ledger(
            pick(rule.label), balance.period or "", wording.amount(balance.value, unit, language()),
            wording.amount(rule.base, unit, language()), len(balance.pending),
        )  # fmt: skip
    for entry in answer.outcomes.of(LedgerEntry):
        key = (entry.ledger, in_period(rules[entry.ledger], entry.at))
        if entry.subject == subject.name and key in found:
            said_ = [n.zh if language() == "zh" else n.en for n in entry.notes]
            found[key].lines.append(
                Line(entry.at, entry.norm, f"{entry.amount:+f}".rstrip("0").rstrip("."),
                     wording.number(entry.balance), "; ".join(said_), decided.get(entry.source))
            )  # fmt: skip
    for rule in measure.ledgers:
        period = in_period(rule, at)
        if (rule.id, period) not in found:
            unit = pick(measure.vocabulary.quantities[rule.quantity].unit)
            base = wording.amount(rule.base, unit, language())
            found[rule.id, period] = Ledger(pick(rule.label), period or "", base, base, 0)
    return sorted(found.values(), key=lambda x: (x.period, x.label), reverse=True)


def _decided(entries: Iterable[LedgerEntry], at: datetime) -> dict[str, Decision]:
    """The decision that stood for each source at an instant."""
    rows = Decision.objects.filter(outcome__in={e.source for e in entries}, decided_at__lte=at)
    return {d.outcome: d for d in rows.order_by("id")}


@dataclass(frozen=True)
class Account:
    """The book of one account of a subject: entries booked up to an instant, and their sum."""

    name: str
    label: str
    unit: str
    sum: Decimal
    entries: list[Entry]


def accounts(subject: Subject, as_of: datetime | None = None) -> list[Account]:
    """What was booked for a subject up to an instant, account by account."""
    at = as_of or clock.now()
    rows = Entry.objects.filter(subject=subject, booked_at__lte=at).order_by("number")
    rows = rows.select_related("decision__proposal", "by", "reverses", "reversed_by")
    found: dict[str, list[Entry]] = {}
    for entry in rows:
        found.setdefault(entry.account, []).append(entry)
    measure = _measure()
    return [
        Account(n, *label_of(measure, n), sum((e.amount for e in entries), Decimal(0)), entries)
        for n, entries in found.items()
    ]


def _measure() -> Measure | None:
    try:
        return enacted(in_force(clock.now())).measure
    except NotInForce:
        return None


def label_of(measure: Measure | None, name: str) -> tuple[str, str]:
    """What an account is called, and its unit."""
    quantity = measure.vocabulary.quantities.get(name) if measure is not None else None
    return (pick(quantity.label), pick(quantity.unit)) if quantity else (name, "")


@dataclass(frozen=True)
class Fine:
    """A fine that was decided: what is due of it, until when, and whether that has passed."""

    decision: Decision
    amount: Decimal
    due: Decimal
    until: date | None
    suspended: bool
    joint: bool
    overdue: bool

    @property
    def state(self) -> str:
        """Where it stands, in a word."""
        if self.suspended:
            return _("suspended")
        if self.due <= 0:
            return _("paid")
        if self.until is None:
            return _("not served")
        return _("overdue") if self.overdue else _("to be paid")


def fines(subject: Subject, as_of: datetime | None = None) -> list[Fine]:
    """The fines that stood for a subject at an instant, the last first."""
    at = as_of or clock.now()
    rows = Decision.objects.filter(subject=subject, decided_at__lte=at, amounts__has_key=FINE)
    if as_of is None:
        rows = standing_only(rows)
    rows = rows.select_related("service", "appeal__verdict", "proposal").order_by("-decided_at")
    last: dict[str, Decision] = {}
    for decision in rows:
        last.setdefault(decision.outcome, decision)
    sums = dict(
        Entry.objects.filter(decision__outcome__in=list(last), account=FINE, booked_at__lte=at)
        .values_list("decision__outcome")
        .annotate(sum=Sum("amount"))
    )
    day = at.astimezone(ZoneInfo(subject.organisation.zone)).date()
    return [_fine(d, sums.get(d.outcome, Decimal(0)), at, day) for d in last.values()]


def _fine(decision: Decision, due: Decimal, at: datetime, day: date) -> Fine:
    until = pay_until(decision, at)
    suspended = is_suspended(decision, at)
    overdue = due > 0 and not suspended and until is not None and until < day
    joint = bool(decision.with_decision_id or decision.proposal.share_of)
    return Fine(decision, Decimal(decision.amounts[FINE]), due, until, suspended, joint, overdue)


def pay_until(decision: Decision, at: datetime) -> date | None:
    """The last day to pay, as it was known at an instant; None before it was served."""
    served = getattr(decision, "service", None)
    if served is None or served.at > at:
        return None
    verdict = getattr(getattr(decision, "appeal", None), "verdict", None)
    if verdict is not None and verdict.at <= at and verdict.pay_until is not None:
        found: date | None = verdict.pay_until
        return found
    until: date | None = served.pay_until
    return until


def is_suspended(decision: Decision, at: datetime) -> bool:
    """Whether an open appeal suspended a decision at an instant."""
    appeal = getattr(decision, "appeal", None)
    if appeal is None or not appeal.suspends or appeal.at > at:
        return False
    verdict = getattr(appeal, "verdict", None)
    return verdict is None or verdict.at > at


def slips_out(subject: Subject) -> int:
    """How many slips of a person's jobs were not brought back yet."""
    if subject.person is None:
        return 0
    return Receipt.objects.filter(
        work_order__technician=subject.person, returned_at__isnull=True
    ).count()


def sums_of(subjects: Iterable[Subject]) -> dict[int, list[tuple[str, str, Decimal]]]:
    """The sum of each account of some subjects, in one query."""
    rows = Entry.objects.filter(subject__in=[s.pk for s in subjects])
    measure = _measure()
    found: dict[int, list[tuple[str, str, Decimal]]] = {}
    for key, account, total in rows.values_list("subject", "account").annotate(
        total=Sum(F("amount"))
    ).order_by("subject", "account"):  # fmt: skip
        found.setdefault(key, []).append((*label_of(measure, account), total))
    return found
