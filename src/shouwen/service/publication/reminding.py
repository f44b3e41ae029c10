"""Telling of pages whose day is near or past: for the worker."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from shouwen.service.enactment.models import Stage
from shouwen.service.notices.actions import Day, tell
from shouwen.service.publication.gaps import SOON
from shouwen.service.publication.models import Page, PageState

AT_ONCE = 500
"""So many rows are read from the database at once."""


def remind(today: date) -> int:
    """Tell the owner of a page that it must be there, or renewed, within two weeks; and those
    above when the day has passed.

    Returns:
        how many were told.
    """
    soon = today + SOON
    rows = Page.objects.filter(
        Q(state=PageState.DRAFT, due_on__lte=soon)
        | Q(state=PageState.PUBLISHED, expires_on__lte=soon)
    )
    told = 0
    for row in rows.select_related("owner__unit").order_by("slug").iterator(chunk_size=AT_ONCE):
        day = row.due_on if row.state == PageState.DRAFT else row.expires_on
        if day is None or row.owner is None:
            continue
        late = day < today
        found = Day(
            f"page:{row.pk}:{day}", _said(row, day, "zh-hans"), _said(row, day, "en"),
            reverse("publication:page", args=[row.slug]), row.owner, row.owner.unit,
        )  # fmt: skip
        told += tell(found, Stage.RED if late else Stage.AMBER)
    return told


def _said(row: Page, day: date, language: str) -> str:
    with translation.override(language):
        said = {"title": row.label, "day": f"{day:%Y-%m-%d}"}
        if row.state == PageState.DRAFT:
            return _("%(title)s is to be public by %(day)s") % said
        return _("%(title)s is good until %(day)s; renew it") % said
