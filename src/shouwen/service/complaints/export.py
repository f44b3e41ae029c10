"""Complaints as an Excel sheet. Who complained does not stand in it."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shouwen.service.complaints.models import Complaint
from shouwen.service.ui.workbooks import listed, local


def workbook(rows: Iterable[Complaint]) -> bytes:
    """The sheet."""
    titles = [
        _("Number"), _("Received"), _("Channel"), _("State"), pgettext("complaint", "Result"),
        _("Unit"), _("What is complained of"), _("Who looks into it"), _("Closed at"),
    ]  # fmt: skip
    lines = (
        [
            c.number, local(c.received_at), c.get_way_display(), c.get_state_display(),
            c.get_verdict_display(), c.unit.label, c.words,
            c.investigator.label if c.investigator else "", local(c.closed_at),
        ]
        for c in rows
    )  # fmt: skip
    return listed(_("Complaints"), titles, lines)
