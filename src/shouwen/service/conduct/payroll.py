"""What may lawfully be deducted in a month beside what is due under the measure.

A fifth of the month's wage at most, and what is left at least the local minimum wage
(`measures.lawfulness.deduction`); what goes beyond is carried forward. Where the wage or the
minimum wage is not known, nothing is deducted and what is missing is named.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from shouwen.measures.lawfulness import Missing, Month, Plan, Room, builtin_minimum_wages
from shouwen.service import clock
from shouwen.service.conduct.balances import is_suspended
from shouwen.service.conduct.fines import FINE
from shouwen.service.conduct.models import Decision, Deduction, Entry, LocalMinimum, Wage
from shouwen.service.conduct.queries import standing_only
from shouwen.service.conduct.times import rules
from shouwen.service.measurebook.words import language
from shouwen.service.organisations.models import Person

NOTHING = Decimal(0)


@dataclass
class Line:
    """One person's month: what is due, what may be deducted, what is carried forward."""

    person: Person
    items: list[tuple[Decision, Decimal]] = field(default_factory=list)
    wage: Wage | None = None
    minimum: Decimal | None = None
    missing: str = ""
    made: Deduction | None = None

    @property
    def due(self) -> Decimal:
        """Due under the measure: decided, served, not suspended, not paid."""
        return sum((a for _by, a in self.items), NOTHING)

    @property
    def room(self) -> Room | None:
        """What the law leaves; None where a fact is missing."""
        if self.wage is None or self.minimum is None:
            return None
        return Room(self.wage.gross, self.minimum, self.wage.deducted)

    @property
    def cap(self) -> Decimal:
        """What may still be deducted this month."""
        room = self.room
        if room is None:
            return NOTHING
        return max(NOTHING, room.now - (self.made.amount if self.made else NOTHING))

    @property
    def now(self) -> Decimal:
        """What is deducted this month, or was."""
        if self.made is not None:
            return self.made.amount
        return min(self.due, self.cap)

    @property
    def rest(self) -> Decimal:
        """What is carried forward to the following months."""
        return self.due if self.made is not None else self.due - self.now

    @property
    def further_months(self) -> int | None:
        """How many months the rest takes; None where that cannot be said, or it never ends."""
        room = self.room
        return Plan(self.due, room).further_months if room is not None else None


def lines(month: Month, people: QuerySet[Person]) -> list[Line]:
    """The month of everyone of some people who owes something, by unit and number."""
    found: dict[int, Line] = {}
    rows = people.select_related("unit").order_by("unit__code", "number")
    owing = {p.pk: p for p in rows.filter(decisions__amounts__has_key=FINE).distinct()}
    for decision, due in _due(owing):
        key = decision.person_id
        if key is not None:
            found.setdefault(key, Line(owing[key])).items.append((decision, due))
    for made in Deduction.objects.filter(month=month.first, person__in=owing):
        found.setdefault(made.person_id, Line(owing[made.person_id])).made = made
    wages = {w.person_id: w for w in Wage.objects.filter(month=month.first, person__in=owing)}
    for key, line in found.items():
        line.wage = wages.get(key)
        _room(line, month)
    return [found[k] for k in owing if k in found]


def _due(people: Iterable[int]) -> list[tuple[Decision, Decimal]]:
    """The decisions by which someone owes something, the oldest first, with what is left."""
    now = clock.now()
    rows = standing_only(
        Decision.objects.filter(
            person__in=list(people), amounts__has_key=FINE, service__isnull=False
        )
    ).select_related("service", "appeal__verdict")
    sums = dict(
        Entry.objects.filter(decision__outcome__in=rows.values("outcome"), account=FINE)
        .values_list("decision__outcome")
        .annotate(sum=Sum("amount"))
    )
    return [
        (d, sums[d.outcome])
        for d in rows.order_by("decided_at", "id")
        if sums.get(d.outcome, NOTHING) > 0 and not is_suspended(d, now)
    ]


def _room(line: Line, month: Month) -> None:
    if line.wage is None:
        line.missing = _("The wage of this month is not known.")
        return
    chosen = rules()
    region = line.wage.region or chosen.region
    tier = line.wage.tier or chosen.tier
    if not region:
        line.missing = _("It is not known where the person works (region).")
        return
    minimum = minimum_wage(region, tier, month)
    if isinstance(minimum, Missing):
        line.missing = minimum.zh if language() == "zh" else minimum.en
    else:
        line.minimum = minimum


def minimum_wage(region: str, tier: str, month: Month) -> Decimal | Missing:
    """The minimum wage of a month: as the organisation entered it, else as the table has it.

    Where it changes within the month, the higher one.
    """
    rows = LocalMinimum.objects.filter(region=region, tier=tier, since__lte=month.last)
    found = list(rows.order_by("since", "id"))
    if found and found[0].since <= month.first:
        before = [r for r in found if r.since <= month.first][-1]
        within = [r for r in found if r.since > month.first]
        return max(r.monthly for r in (before, *within))
    return builtin_minimum_wages().of(region, tier or None, month)
