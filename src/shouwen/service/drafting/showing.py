"""What came of a trial as tables and plots, in the language of the page.

People are shown by name to whoever may see the records of others; to everyone else, masked.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from shouwen.measures.assessment.spreads import NEVER
from shouwen.measures.diagnostics import SourceError
from shouwen.measures.evaluation import AdoptionError
from shouwen.measures.language.model import Clause, Measure
from shouwen.service.access.actor import Actor
from shouwen.service.drafting import documents
from shouwen.service.drafting.models import Trial
from shouwen.service.measurebook.permissions import SEE_RECORDS
from shouwen.service.measurebook.words import language, pick
from shouwen.service.organisations.models import Person, Unit
from shouwen.service.ui.templatetags.ui import masked_name

PLOTTED = 12
"""So many rows of a plot; the table beside it has all."""


@dataclass(frozen=True)
class Row:
    """A row of a table: what it is about, and both sides."""

    label: str
    a: float
    b: float
    norm: str = ""
    gone: int = 0
    new: int = 0
    note: str = ""
    lang: str = ""
    """The language of the label, where it is another than the page's."""

    @classmethod
    def of_clause(cls, titles: Titles, norm: str, a: float, b: float, gone: int = 0, new: int = 0
                  ) -> Row:  # fmt: skip
        """A row about a clause."""
        title = titles.clause(norm)
        return cls(title.text, a, b, norm, gone, new, lang=title.lang)

    @property
    def more(self) -> float:
        """How much more there is under B."""
        return self.b - self.a


@dataclass(frozen=True)
class Money:
    """What changes for a unit or person in amounts of one kind, least and most."""

    label: str
    quantity: str
    a: tuple[float, float]
    b: tuple[float, float]

    @property
    def more(self) -> tuple[float, float]:
        """How much more it is under B, least and most."""
        return self.b[0] - self.a[0], self.b[1] - self.a[1]


@dataclass(frozen=True)
class Plot:
    """A picture of both sides, with the same as a table."""

    key: str
    title: str
    rows: tuple[Row, ...]
    lying: bool = False
    """Whether the bars lie, since labels are long."""

    @property
    def data(self) -> str:
        """The points for the script."""
        shown = self.rows[:PLOTTED] if self.lying else self.rows
        return json.dumps(
            {
                "labels": [f"{r.norm} {r.label}".strip() for r in shown],
                "a": [r.a for r in shown],
                "b": [r.b for r in shown],
                "lying": self.lying,
            },
            ensure_ascii=False,
        )


@dataclass(frozen=True)
class Result:
    """All that a page shows of a result."""

    totals: tuple[Row, ...]
    statuses: tuple[Row, ...]
    changes: tuple[tuple[str, Row], ...]
    people: tuple[Row, ...]
    money: tuple[Money, ...]
    money_of_people: tuple[Money, ...]
    sums: tuple[Money, ...]
    plots: tuple[Plot, ...]
    masked: bool


def result_of(actor: Actor, trial: Trial) -> Result:
    """What came of a trial, as an actor may see it."""
    found: dict[str, Any] = trial.found or {}
    titles = Titles(trial)
    units = unit_names(r["unit"] for r in [*found["changes"], *found["money"]])
    numbers = [r["person"] for r in [*found["people"], *found["money_of_people"]]]
    names, masked = people_names(actor, numbers)
    changes = tuple(
        (units.get(r["unit"], r["unit"] or "—"),
         Row.of_clause(titles, r["clause"], r["a"], r["b"], r["gone"], r["new"]))
        for r in found["changes"]
    )  # fmt: skip
    people = tuple(
        Row(names.get(r["person"], r["person"]), r["a"], r["b"], "", r["gone"], r["new"],
            units.get(r["unit"], r["unit"] or ""))
        for r in found["people"]
    )  # fmt: skip
    money = tuple(_money(r, units.get(r["unit"], r["unit"] or "—"), titles) for r in found["money"])
    of_people = tuple(
        _money(r, names.get(r["person"], r["person"] or "—"), titles)
        for r in found["money_of_people"]
    )
    return Result(
        _totals(found), _statuses(found), changes, people, money, of_people, _sums(money),
        _plots(found, changes, titles), masked,
    )  # fmt: skip


@dataclass(frozen=True)
class Title:
    """What a clause is called; `lang` where that is in another language than the page."""

    text: str
    lang: str = ""

    def __str__(self) -> str:
        return self.text


class Titles:
    """What clauses and amounts are called, by B where it has them, else by A."""

    def __init__(self, trial: Trial) -> None:
        self.a: Measure | None = documents.side_a(trial).measure
        self.b: Measure | None = None
        # Where the library has changed since, what was found stays readable by A.
        with contextlib.suppress(SourceError, AdoptionError, KeyError):
            self.b = documents.side_b(trial).measure

    def clause(self, id_: str) -> Title:
        """What a clause is called, in the language of the page where it says so: in English by its
        gloss, since titles are Chinese."""
        found = next((side[id_] for side in self._clauses() if id_ in side), None)
        if found is None:
            return Title("")
        if language() == "zh":
            return Title(found.title)
        return Title(found.gloss) if found.gloss else Title(found.title, "zh")

    def _clauses(self) -> list[Mapping[str, Clause]]:
        """The clauses of both sides, those of B first."""
        return [side.clauses for side in (self.b, self.a) if side is not None]

    def quantity(self, name: str) -> str:
        """What an amount is called."""
        for side in (self.b, self.a):
            if side is not None and name in side.vocabulary.quantities:
                return pick(side.vocabulary.quantities[name].label)
        return name


def unit_names(codes: Iterable[str | None]) -> dict[str, str]:
    """What units are called, by their codes."""
    rows = Unit.objects.filter(code__in={c for c in codes if c})
    return {u.code: u.label for u in rows}


def people_names(actor: Actor, numbers: Iterable[str | None]) -> tuple[dict[str, str], bool]:
    """What people are called, by their numbers; and whether that is masked."""
    masked = not actor.sight(SEE_RECORDS).everything
    wanted = {n for n in numbers if n}
    rows = {p.number: p.label for p in Person.objects.filter(number__in=wanted)}
    if masked:
        return {n: masked_name(rows.get(n, n)) for n in wanted}, True
    return {n: f"{rows[n]} {n}" if n in rows else n for n in wanted}, False


def _money(row: Mapping[str, Any], label: str, titles: Titles) -> Money:
    return Money(
        label, titles.quantity(row["quantity"]), (row["a_least"], row["a_most"]),
        (row["b_least"], row["b_most"]),
    )  # fmt: skip


def _sums(rows: tuple[Money, ...]) -> tuple[Money, ...]:
    """Amounts of each kind, over the units in which they differ."""
    found: dict[str, list[float]] = {}
    for row in rows:
        sums = found.setdefault(row.quantity, [0.0] * 4)
        for n, value in enumerate((*row.a, *row.b)):
            sums[n] += value
    return tuple(Money("", q, (s[0], s[1]), (s[2], s[3])) for q, s in found.items())


def _kinds() -> dict[str, str]:
    return {
        "duties": _("duties"), "breaches": _("breaches"), "consequences": _("consequences"),
        "entries": _("ledger entries"), "balances": _("balances"), "grades": _("grades"),
        "thresholds": _("thresholds reached"), "rights": _("rights"),
        "unknowns": _("facts missing"),
    }  # fmt: skip


def _totals(found: Mapping[str, Any]) -> tuple[Row, ...]:
    kinds = _kinds()
    a, b = found["a"]["outcomes"], found["b"]["outcomes"]
    return tuple(
        Row(kinds.get(k, k), a.get(k, 0), b.get(k, 0))
        for k in dict.fromkeys([*a, *b])
        if a.get(k) or b.get(k)
    )


def status_names() -> dict[str, str]:
    """What can become of a duty, in words."""
    return {
        "met": _("kept"), "breached": _("broken"), "pending": _("still open"),
        "exempt": _("excused"), "unknown": _("facts missing"), "aim missed": _("aim missed"),
    }  # fmt: skip


def _statuses(found: Mapping[str, Any]) -> tuple[Row, ...]:
    names = status_names()
    return tuple(
        Row(names.get(r["status"], r["status"]), r["a"], r["b"]) for r in found["statuses"]
    )


def _plots(
    found: Mapping[str, Any], changes: tuple[tuple[str, Row], ...], titles: Titles
) -> tuple[Plot, ...]:
    clauses = [Row.of_clause(titles, r["clause"], r["a"], r["b"]) for r in found["clauses"]]
    clauses.sort(key=lambda r: (-abs(r.more), -(r.a + r.b), r.norm))
    by_unit: dict[str, list[float]] = {}
    for unit, row in changes:
        sums = by_unit.setdefault(unit, [0, 0])
        sums[0] += row.a
        sums[1] += row.b
    units = sorted(
        (Row(u, a, b) for u, (a, b) in by_unit.items()), key=lambda r: (-abs(r.more), r.label)
    )
    plots = [
        Plot("clauses", _("Breaches by clause"), tuple(clauses), lying=True),
        Plot("units", _("Breaches by unit, in the clauses that differ"), tuple(units), lying=True),
        Plot("lateness", _("How late it was, where a time was missed"),
             tuple(Row(_late(r["upto"]), r["a"], r["b"]) for r in found["lateness"])),
    ]  # fmt: skip
    for quantity in dict.fromkeys(r["quantity"] for r in found["amounts"]):
        heights = tuple(
            Row(_height(r["upto"]), r["a"], r["b"])
            for r in found["amounts"]
            if r["quantity"] == quantity
        )
        title = _("How high it is: %(what)s") % {"what": titles.quantity(quantity)}
        plots.append(Plot(f"amounts-{quantity}", title, heights))
    return tuple(p for p in plots if p.rows)


def _late(upto: int | None) -> str:
    """A class of how late something was (`spreads.LATE`)."""
    if upto is None:
        return _("more than 3 days")
    if upto == NEVER:
        return _("not done at all")
    if upto < 3_600:
        return _("up to %(n)d min") % {"n": upto // 60}
    if upto < 86_400:
        return _("up to %(n)d h") % {"n": upto // 3_600}
    return _("up to %(n)d days") % {"n": upto // 86_400}


def _height(upto: int | None) -> str:
    """A class of how high an amount is (`spreads.STEPS`)."""
    if upto is None:
        return _("more")
    return _("up to %(n)s") % {"n": f"{upto:,}"} if upto else "0"
