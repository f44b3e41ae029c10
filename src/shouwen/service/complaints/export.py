"""Complaints as an Excel sheet. Who complained does not stand in it."""

from __future__ import annotations

import io
from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from shouwen.service.cases.export import local, safe
from shouwen.service.complaints.models import Complaint


def workbook(rows: Iterable[Complaint]) -> bytes:
    """The sheet."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Complaints"))
    sheet.freeze_panes = "A2"
    titles = [
        _("Number"), _("Received"), _("Channel"), _("State"), pgettext("complaint", "Result"),
        _("Unit"), _("What is complained of"), _("Who looks into it"), _("Closed at"),
    ]  # fmt: skip
    head = []
    for title in titles:
        cell = WriteOnlyCell(sheet, value=title)
        cell.font = Font(bold=True)
        head.append(cell)
    sheet.append(head)
    for c in rows:
        line = [
            c.number, local(c.received_at), c.get_way_display(), c.get_state_display(),
            c.get_verdict_display(), c.unit.label, c.words,
            c.investigator.label if c.investigator else "", local(c.closed_at),
        ]  # fmt: skip
        sheet.append([safe(v) for v in line])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
