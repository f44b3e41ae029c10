"""Figures of a period, added up from days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum

from shouwen.service.access.actor import Actor
from shouwen.service.assessment.figures import FIGURES, PEOPLE, Figure
from shouwen.service.assessment.models import CUSTOMERS, DayFigure, Scope
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
    def of_unit(cls, unit: Unit) -> Subject:
        """A unit with all below it."""
        children: dict[int | None, list[int]] = {}
        for pk, parent in Unit.objects.values_list("pk", "parent_id"):
            children.setdefault(parent, []).append(pk)
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
    """The value of the period before, of the same length."""

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
    length = last - first + timedelta(days=1)
    before = _sums(subject, first - length, first - timedelta(days=1)) if compare else {}
    customers = customers_on(last, subject)
    found = []
    for figure in subject.figures():
        norms = sorted({n for f, n in now if f == figure.key and n}, key=_places)
        for norm in ("", *norms):
            good, total = _pick(now, figure, norm)
            value = figure.value(good, total, customers)
            earlier = None
            if compare:
                earlier = figure.value(*_pick(before, figure, norm), customers)
            found.append(Row(figure, norm, good, total, value, earlier))
    return found


Sums = dict[tuple[str, str], tuple[Decimal, int]]


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
    return [(int(d), p) if (d := "".join(c for c in p if c.isdigit())) else (0, p) for p in parts]


def customers_on(day: date, subject: Subject) -> int:
    """How many customers there were: as last counted up to a day, else as first counted after."""
    rows = subject.keep(DayFigure.objects.filter(figure=CUSTOMERS), "unit_id", "person_id")
    known = DayFigure.objects.filter(figure=CUSTOMERS)
    when = known.filter(day__lte=day).order_by("-day").values_list("day", flat=True).first()
    when = when or known.order_by("day").values_list("day", flat=True).first()
    if when is None:
        return 0
    return rows.filter(day=when).aggregate(n=Sum("total"))["n"] or 0


@dataclass(frozen=True)
class Line:
    """A part of the organisation, or a person, with its values by figure."""

    label: str
    address: str
    values: dict[str, Decimal | None] = field(default_factory=dict)


def parts_of(
    subject: Subject, first: date, last: date, keys: Iterable[str]
) -> list[tuple[Unit | Person, dict[str, Decimal | None]]]:
    """The units right below a subject, or the people of a unit that has none below it."""
    keys = [k for k in keys if k in FIGURES]
    if subject.scope is Scope.PERSON:
        return []
    below = Unit.objects.filter(parent=subject.unit, is_active=True).order_by("code")
    things: list[Unit | Person] = list(below)
    if not things and subject.unit is not None:
        keys = [k for k in keys if k in PEOPLE]
        seen = DayFigure.objects.filter(unit__in=subject.units, day__gte=first, day__lte=last)
        people = Q(pk__in=seen.exclude(person=None).values("person"))
        things = list(Person.objects.filter(people).order_by("number")[:300])
    found = []
    for thing in things:
        inner = (
            Subject.of_unit(thing)
            if isinstance(thing, Unit)
            else Subject(Scope.PERSON, person=thing)
        )
        sums, customers = _sums(inner, first, last), customers_on(last, inner)
        values = {k: FIGURES[k].value(*_pick(sums, FIGURES[k], ""), customers) for k in keys}
        found.append((thing, values))
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
