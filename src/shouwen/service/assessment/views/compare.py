"""Two periods and any units beside each other: as tables, as plots, and as a workbook."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.assessment import comparing
from shouwen.service.assessment.comparing import WHOLE, Line
from shouwen.service.assessment.figures import FIGURES, Figure
from shouwen.service.assessment.models import Scope
from shouwen.service.assessment.periods import Period, asked_for, choices
from shouwen.service.assessment.permissions import SEE_FIGURES
from shouwen.service.assessment.queries import Subject
from shouwen.service.assessment.views.common import address, today
from shouwen.service.organisations.models import Unit
from shouwen.service.ui.workbooks import download, listed


@dataclass(frozen=True)
class _Asked:
    """What an address asks to be put beside each other."""

    first: Period
    second: Period
    subjects: list[Subject]
    figures: list[Figure]

    @property
    def here(self) -> str:
        """The address that asks for the same."""
        units = [WHOLE if s.unit is None else str(s.unit.pk) for s in self.subjects]
        keys = [f.key for f in self.figures]
        return urlencode(
            {"a": self.first.token, "b": self.second.token, "unit": units, "figure": keys},
            doseq=True,
        )


def _asked(request: ActorRequest) -> _Asked:
    asked = request.GET

    def days(name: str) -> dict[str, str]:
        given = {"period": name, "from": f"{name}-from", "until": f"{name}-until"}
        return {key: asked.get(field, "") for key, field in given.items()}

    first = asked_for(days("a"), today(request))
    second = asked_for(days("b"), first.before.last)
    if not any(days("b").values()):
        second = first.before
    return _Asked(
        first, second, comparing.subjects_of(request.actor, asked.getlist("unit")[:100]),
        comparing.figures_of(asked.getlist("figure")[:100]),
    )  # fmt: skip


@page(SEE_FIGURES)
def compare(request: ActorRequest) -> HttpResponseBase:
    """The comparison on a page; each value leads to its cases."""
    asked = _asked(request)
    found = comparing.compared(asked.subjects, asked.first, asked.second, asked.figures)
    sight = request.actor.sight(SEE_FIGURES)
    units = Unit.objects.filter(is_active=True).order_by("code")
    chosen = {s.unit.pk for s in asked.subjects if s.unit is not None}
    context = {
        "asked": asked,
        "sections": [(f, [_shown(asked, line) for line in lines], _plot(asked, lines))
                     for f, lines in found],
        "choices": choices(today(request)),
        "units": [(u, u.pk in chosen)
                  for u in (units if sight.everything else units.filter(pk__in=sight.units))],
        "everything": sight.everything,
        "whole": any(s.scope is Scope.ORGANISATION for s in asked.subjects),
        "figures": [(f, f in asked.figures) for f in FIGURES.values()],
        "most": comparing.MOST,
        "uneven": asked.first.days != asked.second.days
        and (asked.first.months is None or asked.first.months != asked.second.months),
    }  # fmt: skip
    return render(request, "assessment/compare.html", context)


def _shown(asked: _Asked, line: Line) -> tuple[Line, str, str, str]:
    """A line, the name of its subject, and where its two values lead."""
    return (
        line, _name(line.subject),
        address(line.subject, asked.first.first, asked.first.last),
        address(line.subject, asked.second.first, asked.second.last),
    )  # fmt: skip


def _name(subject: Subject) -> str:
    return subject.label or _("The whole organisation")


def _plot(asked: _Asked, lines: list[Line]) -> str:
    """Bars: a group for each subject, a bar for each period."""

    def bars(which: str) -> list[float | None]:
        values = [getattr(line, which).value for line in lines]
        return [None if v is None else float(v) for v in values]

    return json.dumps({
        "groups": [_name(line.subject) for line in lines],
        "series": [
            {"name": asked.second.label, "values": bars("second")},
            {"name": asked.first.label, "values": bars("first")},
        ],
    }, ensure_ascii=False)  # fmt: skip


@page(SEE_FIGURES)
def compare_xlsx(request: ActorRequest) -> HttpResponseBase:
    """The comparison as a workbook: a row for each figure and unit, parts and values apart."""
    asked = _asked(request)
    found = comparing.compared(asked.subjects, asked.first, asked.second, asked.figures)
    heads = [_("Figure"), _("Unit")]
    for period in (asked.first, asked.second):
        heads += [f"{period.label} · {part}" for part in (_("Value"), _("Good"), _("Of all"))]
    heads += [_("Difference"), _("Measured in"), _("Formula")]
    rows = []
    for figure, lines in found:
        for line in lines:
            row: list[object] = [str(figure.label), _name(line.subject)]
            for value in (line.first, line.second):
                number = None if value.value is None else float(value.value)
                row += [number, float(value.good), value.total]
            difference = line.difference
            row += [None if difference is None else float(difference), str(figure.measure),
                    str(figure.formula)]  # fmt: skip
            rows.append(row)
    name = f"{asked.first.token} {asked.second.token}"
    return download(listed(_("Compare"), heads, rows), name)
