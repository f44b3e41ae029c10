"""Cases as an Excel sheet."""

from __future__ import annotations

import io
from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font

from shouwen.service.cases.models import Case
from shouwen.service.ui.templatetags.ui import masked_address, masked_name, masked_phone

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe(value: object) -> object:
    """A text that a spreadsheet will not take for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def workbook(cases: Iterable[Case], *, personal: bool) -> bytes:
    """The sheet; names, phones and addresses are masked unless `personal`."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Cases"))
    sheet.freeze_panes = "A2"
    titles = [
        _("Number"),
        _("Opened"),
        _("Topic"),
        _("State"),
        _("Channel"),
        _("Customer"),
        _("Phone"),
        _("Address"),
        _("Matter"),
        _("Unit"),
        _("Owner"),
        _("Closed at"),
    ]
    from openpyxl.cell import WriteOnlyCell

    head = []
    for title in titles:
        cell = WriteOnlyCell(sheet, value=title)
        cell.font = Font(bold=True)
        head.append(cell)
    sheet.append(head)
    for c in cases:
        who = (c.name, c.phone, c.address)
        if not personal:
            who = (masked_name(c.name), masked_phone(c.phone), masked_address(c.address))
        row = [c.number, local(c.opened_at), c.get_topic_display(), c.get_state_display(),
               c.get_channel_display(), *who, c.matter, c.unit.label, c.owner.label,
               local(c.closed_at)]  # fmt: skip
        sheet.append([safe(v) for v in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def local(instant: object) -> str:
    """An instant in the zone of the pages, for a sheet; nothing for nothing."""
    from datetime import datetime

    return f"{timezone.localtime(instant):%Y-%m-%d %H:%M}" if isinstance(instant, datetime) else ""
