"""Telling of what is to be put right, before its day and after: for the worker."""

from __future__ import annotations

from datetime import date, timedelta

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from shouwen.service.enactment.models import Clock, Stage
from shouwen.service.inspections.models import Rectification
from shouwen.service.inspections.models.findings import OPEN
from shouwen.service.inspections.queries import TO_EXECUTIVES
from shouwen.service.notices.actions import Day, tell
from shouwen.service.organisations.models import Person, Role
from shouwen.service.organisations.roles import having

SOON = timedelta(days=1)
AT_ONCE = 500
"""So many rows are read from the database at once."""


def remind(today: date) -> int:
    """Tell whoever has to put something right when its day is near, and those above them when it
    has passed. What was found not put right again and again comes to the executives.

    Where the measure has a clock of its own for the correction, that one tells.

    Returns:
        how many were told.
    """
    rows = Rectification.objects.filter(state__in=OPEN, due_on__lte=today + SOON)
    rows = rows.select_related("finding", "responsible", "unit").order_by("due_on", "id")
    told = 0
    for row in rows.iterator(chunk_size=AT_ONCE):
        if _has_clock(row):
            continue
        late = row.due_on < today
        above = _executives() if late and row.level >= TO_EXECUTIVES - 1 else ()
        day = Day(
            f"rectification:{row.pk}:{row.due_on}", _said(row, late, "zh-hans"),
            _said(row, late, "en"), reverse("inspections:finding", args=[row.finding.number]),
            row.responsible, row.unit, above,
        )  # fmt: skip
        told += tell(day, Stage.RED if late else Stage.AMBER)
    return told


def _has_clock(row: Rectification) -> bool:
    clocks = Clock.objects.filter(case_key=row.finding.occasion, person=row.responsible)
    return clocks.filter(start__gte=row.ordered_at).exclude(status="withdrawn").exists()


def _executives() -> tuple[Person, ...]:
    rows = Person.objects.filter(having(role=Role.EXECUTIVE), is_active=True)
    return tuple(rows.distinct())


def _said(row: Rectification, late: bool, language: str) -> str:
    with translation.override(language):
        said = {
            "number": row.finding.number, "day": f"{row.due_on:%Y-%m-%d}",
            "who": row.responsible.label, "what": row.demand[:120],
        }  # fmt: skip
        if late:
            return _("%(number)s was to be put right by %(day)s (%(who)s): %(what)s") % said
        return _("%(number)s is to be put right by %(day)s (%(who)s): %(what)s") % said
