"""Two periods and any units beside each other, figure by figure.

However many units are chosen: days are asked for once a period, and added up along the tree here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from shouwen.service.access.actor import Actor
from shouwen.service.assessment.figures import FIGURES, Figure, Kind
from shouwen.service.assessment.models import DayFigure, Scope
from shouwen.service.assessment.periods import Period
from shouwen.service.assessment.permissions import SEE_FIGURES
from shouwen.service.assessment.queries import (
    Parts,
    Subject,
    added,
    customers_by_unit,
    sums_by,
    tree_of_units,
)
from shouwen.service.organisations.models import Unit

MOST = 12
"""So many units are put beside each other; more cannot be read."""
WHOLE = "all"
"""What stands for the whole organisation in addresses."""


@dataclass(frozen=True)
class Value:
    """A figure of a subject in a period: its parts and its value."""

    good: Decimal
    total: int
    value: Decimal | None


@dataclass(frozen=True)
class Line:
    """A figure of a subject in two periods."""

    figure: Figure
    subject: Subject
    first: Value
    second: Value

    @property
    def difference(self) -> Decimal | None:
        """By how much the first is more than the second; None where one of them is none."""
        if self.first.value is None or self.second.value is None:
            return None
        return self.first.value - self.second.value

    @property
    def better(self) -> bool | None:
        """Whether the first is better; None where they are equal, or nobody can say."""
        if not self.difference or self.figure.higher is None:
            return None
        return (self.difference > 0) == self.figure.higher


def subjects_of(actor: Actor, chosen: Sequence[str]) -> list[Subject]:
    """The subjects that an address names ("all", keys of units), as far as the actor may see them;
    where it names none, the whole organisation, or the units the actor answers for."""
    sight = actor.sight(SEE_FIGURES)
    tree = tree_of_units()
    units = Unit.objects.filter(is_active=True).order_by("code")
    if not sight.everything:
        units = units.filter(pk__in=sight.units)
    whole = [Subject(Scope.ORGANISATION)] if sight.everything else []
    wanted = {int(c) for c in chosen if c.isdecimal() and len(c) < 18}
    found = [Subject.of_unit(u, tree) for u in units.filter(pk__in=wanted)] if wanted else []
    if WHOLE in chosen:
        found = [*whole, *found]
    return (found or whole or [Subject.of_unit(u, tree) for u in units[:MOST]])[:MOST]


def compared(
    subjects: Sequence[Subject], first: Period, second: Period, figures: Sequence[Figure]
) -> list[tuple[Figure, list[Line]]]:
    """Figures of subjects in two periods, figure by figure."""
    values = [_values(subjects, period, figures) for period in (first, second)]
    return [
        (
            figure,
            [
                Line(figure, subject, *(by_subject[n][figure.key] for by_subject in values))
                for n, subject in enumerate(subjects)
            ],
        )
        for figure in figures
    ]


def _values(
    subjects: Sequence[Subject], period: Period, figures: Sequence[Figure]
) -> list[dict[str, Value]]:
    days = DayFigure.objects.filter(day__gte=period.first, day__lte=period.last)
    sums = sums_by("unit", days, figures)
    customers = customers_by_unit(period.last) if _per_customer(figures) else {}
    found = []
    for subject in subjects:
        own = set(sums) | set(customers) if subject.scope is Scope.ORGANISATION else subject.units
        parts: Parts = added(sums.get(pk, {}) for pk in own)
        served = sum(customers.get(pk, 0) for pk in own)
        found.append(
            {f.key: _value(f, *parts.get(f.key, (Decimal(0), 0)), served) for f in figures}
        )
    return found


def _value(figure: Figure, good: Decimal, total: int, customers: int) -> Value:
    return Value(good, total, figure.value(good, total, customers))


def _per_customer(figures: Sequence[Figure]) -> bool:
    return any(f.kind is Kind.PER_THOUSAND for f in figures)


def figures_of(chosen: Sequence[str]) -> list[Figure]:
    """The figures that an address names; those of the whole catalogue that say how well it goes,
    where it names none."""
    found = [FIGURES[k] for k in FIGURES if k in chosen]
    return found or [f for f in FIGURES.values() if f.higher is not None]
