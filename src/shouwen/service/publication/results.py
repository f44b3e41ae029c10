"""Lists of results that are taken over from where they were made, names masked."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import require
from shouwen.service.assessment.export import said as words
from shouwen.service.assessment.export import value
from shouwen.service.assessment.models import Scope, Sheet
from shouwen.service.conduct.models import Decision, Standing, What
from shouwen.service.conduct.permissions import SEE_PUBLISHED
from shouwen.service.conduct.queries import standing_only
from shouwen.service.conduct.showing import decided_said
from shouwen.service.measurebook.grades import grade_words
from shouwen.service.publication.shares import month_after, month_before
from shouwen.service.publication.sheets import MOST
from shouwen.service.ui.templatetags.ui import masked_name

DECISIONS, REWARDS, SHEET, GRADES = "decisions", "rewards", "sheet", "grades"
MONTHS = 3
LANGUAGES = ("zh-hans", "en")
GIVEN = ("bonus", "credit")
"""The quantities by which measures give; whoever also pays or loses points is not rewarded."""


def sources(actor: Actor) -> list[tuple[str, str]]:
    """What a list can be taken from: ("decisions 2026-04", what it is called)."""
    today = clock.now().astimezone(actor.zone).date()
    months = [month_before(today, back) for back in range(MONTHS)]
    kinds = (
        (DECISIONS, gettext("Decisions of %(month)s")),
        (REWARDS, gettext("Rewards and stars of %(month)s")),
        (SHEET, gettext("Figures of %(month)s, as issued")),
    )
    found = [
        (f"{kind} {month:%Y-%m}", label % {"month": f"{month:%Y-%m}"})
        for kind, label in kinds
        for month in months
    ]
    years = (today.year - 1, today.year)
    return found + [
        (f"{GRADES} {year}", gettext("Grades and caps of %(year)s") % {"year": year})
        for year in years
    ]


def lines_from(actor: Actor, source: str) -> list[dict[str, Any]]:
    """The rows of a source, as `sheets.result_lines` makes them; none of one that is not known."""
    kind, _space, when = source.partition(" ")
    if source not in dict(sources(actor)):
        return []
    if kind == GRADES:
        return grades_of(actor, int(when))
    month = date.fromisoformat(f"{when}-01")
    if kind == SHEET:
        return figures_of(actor, month)
    return decisions_of(actor, month, rewards=kind == REWARDS)


def figures_of(actor: Actor, month: date) -> list[dict[str, Any]]:
    """The figures of the whole organisation for a month, as its last sheet has them."""
    require(actor, SEE_PUBLISHED)
    sheets = Sheet.objects.filter(
        scope=Scope.ORGANISATION, first=month, last=month_after(month) - timedelta(days=1)
    )
    sheet = sheets.order_by("-version").first()
    found = []
    for row in sheet.figures["rows"] if sheet is not None else ():
        if row["value"] is None or row["norm"]:
            continue
        said = {}
        for language in LANGUAGES:
            with translation.override(language):
                said[language] = f"{words(row['label'])} {value(row)}"
        found.append({"who": sheet.number if sheet else "", **_both(said)})
    return found[:MOST]


def grades_of(actor: Actor, year: int) -> list[dict[str, Any]]:
    """The grades and caps that the measure gives people for a year, names masked."""
    require(actor, SEE_PUBLISHED)
    rows = Standing.objects.filter(year=year, what=What.GRADE, subject__person__isnull=False)
    rows = rows.select_related("subject__person").order_by("rule", "subject__person__number")
    found, english = [], grade_words("en")
    for row in rows[:MOST]:
        assert row.subject.person is not None
        said = {
            "zh-hans": f"{row.label_zh} {row.value} ({row.norm})",
            "en": f"{row.label_en} {english(row.value)} ({row.norm})",
        }
        found.append({"who": masked_name(row.subject.person.name), **_both(said)})
    return found


def _both(said: dict[str, str]) -> dict[str, str]:
    return {"text": said["zh-hans"], "text_en": said["en"]}


def _is_reward(row: Decision) -> bool:
    return any(n in row.amounts for n in GIVEN) and not {"fine", "points"} & row.amounts.keys()


def decisions_of(actor: Actor, month: date, *, rewards: bool = False) -> list[dict[str, Any]]:
    """The decisions on people of a month that stand, were served and can no longer be appealed;
    of them, if asked so, only what was given: stars, praise, prizes."""
    require(actor, SEE_PUBLISHED)
    start, end = (datetime.combine(day, time(), actor.zone) for day in (month, month_after(month)))
    today = clock.now().astimezone(actor.zone).date()
    rows = Decision.objects.filter(
        decided_at__gte=start, decided_at__lt=end, waived=False, person__isnull=False,
        service__appeal_until__lt=today,
    )  # fmt: skip
    rows = rows.filter(Q(appeal__isnull=True) | Q(appeal__verdict__isnull=False))
    found = []
    for row in standing_only(rows).select_related("person").order_by("decided_at", "id")[:MOST]:
        assert row.person is not None
        if rewards and not _is_reward(row):
            continue
        said = {}
        for language in LANGUAGES:
            with translation.override(language):
                said[language] = f"{row.cited} {decided_said(row)} ({row.norm})"
        found.append({"who": masked_name(row.person.name), **_both(said)})
    return found
