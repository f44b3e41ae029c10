"""The yearly evaluation: accounts, grades and caps of everyone, with the reasons."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from shouwen.service import clock
from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.audit.actions import log
from shouwen.service.conduct import years
from shouwen.service.conduct.models import Subject
from shouwen.service.conduct.permissions import SEE_ACCOUNTS
from shouwen.service.measurebook.grades import grade_words
from shouwen.service.organisations.models import Unit
from shouwen.service.ui.asked import possible
from shouwen.service.ui.paging import page_of
from shouwen.service.ui.workbooks import download, listed

BACK = 4
TAKEN = 5_000


@page(SEE_ACCOUNTS)
def year(request: ActorRequest) -> HttpResponseBase:
    """A year: who stands where, and why."""
    this = clock.now().astimezone(request.actor.zone).year
    asked = request.GET.get("year", "")
    chosen = int(asked) if asked.isdecimal() and possible(int(asked[:5])) else this
    rows = years.subjects(request.actor, chosen).select_related("person__unit", "complaint")
    text = request.GET.get("q", "").strip()[:60]
    unit = request.GET.get("unit", "")
    if text:
        rows = rows.filter(person__name__contains=text)
    if unit.isdecimal():
        rows = rows.filter(person__unit_id=int(unit))
    if request.GET.get("format") == "xlsx":
        log(request.actor, "conduct.take-out-year", f"year:{chosen}", {"unit": unit, "q": text})
        return download(_workbook(rows.order_by("key")[:TAKEN], chosen), f"{chosen}")
    found = page_of(request, rows, "key")
    said, words = years.standings(found.rows, chosen), grade_words()
    context = {
        "page": found,
        "lines": [(s, [(row, words(row.value)) for row in said.get(s.pk, [])]) for s in found.rows],
        "chosen": {"year": chosen, "unit": unit, "q": text},
        "years": range(this, this - BACK, -1),
        "ended": chosen < this,
        "units": Unit.objects.filter(is_active=True),
    }
    return render(request, "conduct/years.html", context)


def _workbook(rows: Iterable[Subject], chosen: int) -> bytes:
    subjects = list(rows)
    said, words = years.standings(subjects, chosen), grade_words()
    lines = (
        [
            s.label, s.person.unit.label if s.person else "", row.label, row.norm,
            words(row.value),            row.said, "\n".join(row.steps),
        ]
        for s in subjects
        for row in said.get(s.pk, [])
    )  # fmt: skip
    heads = [_("Who"), _("Unit"), _("What is said"), _("Clause"), _("Stands at"), _("In words"),
             _("Why")]  # fmt: skip
    return listed(str(chosen), heads, lines)
