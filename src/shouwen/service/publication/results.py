"""Lists of results that are taken over from where they were made, names masked."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import require
from shouwen.service.conduct.models import Decision
from shouwen.service.conduct.permissions import SEE_PUBLISHED
from shouwen.service.conduct.queries import standing_only
from shouwen.service.conduct.showing import decided_said
from shouwen.service.publication.shares import month_after, month_before
from shouwen.service.publication.sheets import MOST
from shouwen.service.ui.templatetags.ui import masked_name

DECISIONS = "decisions"
MONTHS = 3


def sources(actor: Actor) -> list[tuple[str, str]]:
    """What a list can be taken from: ("decisions 2026-04", what it is called)."""
    today = clock.now().astimezone(actor.zone).date()
    months = [month_before(today, back) for back in range(MONTHS)]
    return [
        (f"{DECISIONS} {month:%Y-%m}", _("Decisions of %(month)s") % {"month": f"{month:%Y-%m}"})
        for month in months
    ]


def lines_from(actor: Actor, source: str) -> list[dict[str, Any]]:
    """The rows of a source, as `sheets.result_lines` makes them; none of one that is not known."""
    kind, _space, month = source.partition(" ")
    if kind != DECISIONS or source not in dict(sources(actor)):
        return []
    return decisions_of(actor, date.fromisoformat(f"{month}-01"))


def decisions_of(actor: Actor, month: date) -> list[dict[str, Any]]:
    """The decisions on people of a month that stand, were served and can no longer be appealed."""
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
        said = {}
        for language in ("zh-hans", "en"):
            with translation.override(language):
                said[language] = f"{row.cited} {decided_said(row)} ({row.norm})"
        found.append(
            {"who": masked_name(row.person.name), "text": said["zh-hans"], "text_en": said["en"]}
        )
    return found
