"""Figures of a period, added up from days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum

from shouwen.service.access.actor import Actor
from shouwen.service.assessment.figures import FIGURES, PEOPLE, Figure
from shouwen.service.assessment.models import CUSTOMERS, DayFigure, Scope
from shouwen.service.assessment.periods import Period
from shouwen.service.assessment.permissions import SEE_FIGURES
from shouwen.service.organisations.models import Person, Unit


@dataclass(frozen=True)
class Subject:
    """Of whom figures speak: the organisation, a unit with those below it, or a person."""

    scope: Scope
    unit: Unit | None = None
    person: Person | None = None
    units: frozenset[int] = frozenset()
    """The unit and those below it, by primary key."""

    @classmethod
    def of_unit(cls, unit: Unit, children: Mapping[int | None, list[int]] | None = None) -> Subject:
        """A unit with all below it; `children`, where the tree of units is known already."""
        children = tree_of_units() if children is None else children
        found, open_ = set[int](), [unit.pk]
        while open_:
            here = open_.pop()
            if here not in found:
                found.add(here)
                open_ += children.get(here, [])
        return cls(Scope.UNIT, unit=unit, units=frozenset(found))

    @property
    def label(self) -> str:
        """The name of the unit or person; empty for the organisation."""
        if self.unit is not None:
            return self.unit.label
        return self.person.label if self.person is not None else ""

    def keep(self, rows: QuerySet[Any], unit: str, person: str) -> QuerySet[Any]:
        """Those rows that belong to it, by the names of their fields."""
        if self.scope is Scope.UNIT:
            return rows.filter(**{f"{unit}__in": self.units})
        if self.scope is Scope.PERSON:
            assert self.person is not None
            return rows.filter(**{person: self.person.pk})
        return rows

    def figures(self) -> list[Figure]:
        """The figures that say something of it."""
        if self.scope is Scope.PERSON:
            return [FIGURES[key] for key in PEOPLE]
        return list(FIGURES.values())


def tree_of_units() -> dict[int | None, list[int]]:
    """The units right below each unit; those at the top under None."""
    children: dict[int | None, list[int]] = {}
    for pk, parent in Unit.objects.values_list("pk", "parent_id"):
        children.setdefault(parent, []).append(pk)
    return children


def may_see(actor: Actor, subject: Subject) -> bool:
    """Whether an actor may see the figures of a subject."""
    sight = actor.sight(SEE_FIGURES)
    if sight.everything:
        return True
    if subject.scope is Scope.UNIT:
        return bool(subject.unit and subject.unit.pk in sight.units)
    if subject.scope is Scope.PERSON and subject.person is not None:
        own = sight.own and subject.person == actor.person
        return own or subject.person.unit_id in sight.units
    return False


@dataclass(frozen=True)
class Row:
    """A figure of a period: its parts and its value. `norm` is empty where it is all norms."""

    figure: Figure
    norm: str
    good: Decimal
    total: int
    value: Decimal | None
    before: Decimal | None = None
    """The value of the period before: as many months, or as many days."""

    @property
    def change(self) -> Decimal | None:
        """By how much it changed."""
        if self.value is None or self.before is None:
            return None
        return self.value - self.before

    @property
    def better(self) -> bool | None:
        """Whether it changed for the better; None where it did not change, or nobody can say."""
        if not self.change or self.figure.higher is None:
            return None
        return (self.change > 0) == self.figure.higher


def rows_of(subject: Subject, first: date, last: date, *, compare: bool = True) -> list[Row]:
    """The figures of a subject over days, both included, in the order of the catalogue."""
    now = _sums(subject, first, last)
    rows = rows_from(subject.figures(), now, customers_on(last, subject))
    if not compare:
        return rows
    ago = Period(first, last).before
    before = _sums(subject, ago.first, ago.last)
    served = customers_on(ago.last, subject)
    return [
        replace(r, before=r.figure.value(*_pick(before, r.figure, r.norm), served)) for r in rows
    ]


def rows_from(figures: Iterable[Figure], sums: Sums, customers: int) -> list[Row]:
    """Figures with their norms and values, from what was counted."""
    found = []
    for figure in figures:
        norms = sorted({n for f, n in sums if f == figure.key and n}, key=_places)
        for norm in ("", *norms):
            good, total = _pick(sums, figure, norm)
            found.append(Row(figure, norm, good, total, figure.value(good, total, customers)))
    return found


Sums = dict[tuple[str, str], tuple[Decimal, int]]
"""By figure and norm, what was counted: good ones, and all."""


def _sums(subject: Subject, first: date, last: date) -> Sums:
    rows = DayFigure.objects.filter(
        figure__in=[f.key for f in subject.figures()], day__gte=first, day__lte=last
    )
    groups = (
        subject.keep(rows, "unit_id", "person_id")
        .order_by()
        .values("figure", "norm")
        .annotate(good_sum=Sum("good"), rows=Sum("total"))
    )
    return {(g["figure"], g["norm"]): (g["good_sum"], g["rows"]) for g in groups}


def _pick(sums: Sums, figure: Figure, norm: str) -> tuple[Decimal, int]:
    chosen = [v for (f, n), v in sums.items() if f == figure.key and (not norm or n == norm)]
    return sum((g for g, _ in chosen), Decimal(0)), sum(t for _, t in chosen)


def _places(norm: str) -> list[tuple[int, str]]:
    """So that 3.10 comes after 3.9."""
    parts = norm.replace("-", ".").split(".")
    return [(int(d), p) if (d := "".join(c for c in p if c.isdecimal())) else (0, p) for p in parts]


def customers_on(day: date, subject: Subject) -> int:
    """How many customers there were: as last counted up to a day, else as first counted after."""
    if subject.scope is Scope.PERSON:
        return 0
    counted = customers_by_unit(day)
    if subject.scope is Scope.UNIT:
        return sum(counted.get(pk, 0) for pk in subject.units)
    return sum(counted.values())


def customers_by_unit(day: date) -> dict[int | None, int]:
    """How many customers each unit had, as `customers_on` counts them."""
    known = DayFigure.objects.filter(figure=CUSTOMERS)
    days = known.values_list("day", flat=True)
    when = days.filter(day__lte=day).order_by("-day").first() or days.order_by("day").first()
    return dict(known.filter(day=when).values_list("unit_id", "total")) if when else {}


def parts_of(
    subject: Subject, first: date, last: date, keys: Iterable[str]
) -> list[tuple[Subject, dict[str, Decimal | None]]]:
    """The units right below a subject, or the people of a unit that has none below it.

    However many they are, days and customers are asked for once.
    """
    if subject.scope is Scope.PERSON:
        return []
    tree = tree_of_units()
    below = Unit.objects.filter(parent=subject.unit, is_active=True).order_by("code")
    parts = [Subject.of_unit(unit, tree) for unit in below]
    people = not parts and subject.unit is not None
    chosen = [FIGURES[k] for k in keys if k in FIGURES and (not people or k in PEOPLE)]
    days = DayFigure.objects.filter(day__gte=first, day__lte=last)
    if people:
        here = days.filter(unit__in=subject.units).exclude(person=None).values("person")
        persons = Person.objects.filter(pk__in=here).order_by("number")[:300]
        parts = [Subject(Scope.PERSON, person=p) for p in persons]
        sums = sums_by("person", days.filter(person__in=[p.pk for p in persons]), chosen)
    else:
        sums = sums_by("unit", days, chosen)
    customers = {} if people else customers_by_unit(last)
    found = []
    for part in parts:
        own = [part.person.pk] if part.person is not None else list(part.units)
        mine = added(sums.get(pk, {}) for pk in own)
        served = sum(customers.get(pk, 0) for pk in own)
        values = {f.key: f.value(*mine.get(f.key, (Decimal(0), 0)), served) for f in chosen}
        found.append((part, values))
    return found


Parts = dict[str, tuple[Decimal, int]]
"""By figure: the sum, and how many."""


def sums_by(
    field: str, days: QuerySet[DayFigure], figures: Iterable[Figure]
) -> dict[int | None, Parts]:
    """What figures come to over days for each unit or person."""
    rows = days.filter(figure__in=[f.key for f in figures])
    groups = (
        rows.order_by().values(field, "figure").annotate(good_sum=Sum("good"), rows=Sum("total"))
    )
    found: dict[int | None, Parts] = {}
    for group in groups:
        found.setdefault(group[field], {})[group["figure"]] = (group["good_sum"], group["rows"])
    return found


def added(many: Iterable[Parts]) -> Parts:
    """The same of several, added up."""
    found: Parts = {}
    for parts in many:
        for key, (good, total) in parts.items():
            before = found.get(key, (Decimal(0), 0))
            found[key] = (before[0] + good, before[1] + total)
    return found


def series(
    subject: Subject, figure: Figure, first: date, last: date
) -> list[tuple[date, Decimal | None]]:
    """The value of a figure day by day; for more than ninety days, month by month."""
    rows = subject.keep(
        DayFigure.objects.filter(figure=figure.key, day__gte=first, day__lte=last),
        "unit_id", "person_id",
    )  # fmt: skip
    monthly = (last - first).days > 90
    sums: dict[date, tuple[Decimal, int]] = {}
    groups = rows.order_by().values("day").annotate(good_sum=Sum("good"), rows=Sum("total"))
    for group in groups:
        day = group["day"].replace(day=1) if monthly else group["day"]
        good, total = sums.get(day, (Decimal(0), 0))
        sums[day] = (good + group["good_sum"], total + group["rows"])
    customers = customers_on(last, subject)
    return [(day, figure.value(*sums[day], customers)) for day in sorted(sums)]
