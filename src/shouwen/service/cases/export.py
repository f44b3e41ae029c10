"""Cases as an Excel sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from shouwen.service.cases.models import Case
from shouwen.service.ui.templatetags.ui import masked_address, masked_name, masked_phone
from shouwen.service.ui.workbooks import listed, local


def workbook(cases: Iterable[Case], *, personal: bool) -> bytes:
    """The sheet; names, phones and addresses are masked unless `personal`."""
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
    return listed(_("Cases"), titles, _rows(cases, personal))


def _rows(cases: Iterable[Case], personal: bool) -> Iterator[list[object]]:
    for c in cases:
        who = (c.name, c.phone, c.address)
        if not personal:
            who = (masked_name(c.name), masked_phone(c.phone), masked_address(c.address))
        yield [c.number, local(c.opened_at), c.get_topic_display(), c.get_state_display(),
               c.get_channel_display(), *who, c.matter, c.unit.label, c.owner.label,
               local(c.closed_at)]  # fmt: skip
