"""Customers as a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook

from shouwen.service.contacts.models import Customer
from shouwen.service.organisations.models import Territory
from shouwen.service.ui.workbooks import content_of, safe
from shouwen.service.ui.xlsx import Fault, Unreadable, lines_of, text_of

COLUMNS = ("number", "name", "phone", "other_phone", "address", "territory", "note")


def titles() -> list[str]:
    """The titles of the columns, in the language of the page."""
    return [_("Customer number"), _("Customer's name"), _("Phone"), _("Other phone"), _("Address"),
            _("Territory"), _("Note")]  # fmt: skip


@dataclass
class Row:
    """A customer as a row of a file says."""

    number: str
    name: str
    phone: str
    other_phone: str
    address: str
    territory: Territory | None
    note: str


def workbook(customers: Iterable[Customer]) -> bytes:
    """A sheet of customers; of none, it is the template."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Customers"))
    sheet.append(titles())
    for c in customers:
        code = c.territory.code if c.territory else ""
        row = [c.number, c.name, c.phone, c.other_phone, c.address, code, c.note]
        sheet.append([safe(v) for v in row])
    return content_of(book)


def read(file: Any, size: int) -> tuple[list[Row], list[Fault]]:
    """The customers of a file, and everything that is wrong with it."""
    try:
        lines = lines_of(file, size, titles())
    except Unreadable as error:
        return [], [error.fault]
    return _rows(lines)


def _rows(lines: list[tuple[Any, ...]]) -> tuple[list[Row], list[Fault]]:
    known = {t.code: t for t in Territory.objects.all()}
    rows: list[Row] = []
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    named = dict(zip(COLUMNS, titles(), strict=True))
    for number, line in enumerate(lines, 2):
        cells = {c: text_of(v) for c, v in zip(COLUMNS, (*line, *[None] * 9), strict=False)}
        if not any(cells.values()):
            continue
        before = len(faults)

        def wrong(column: str, said: str, number: int = number) -> None:
            faults.append(Fault(number, named[column], said))

        for column in ("number", "name"):
            if not cells[column]:
                wrong(column, _("This must not be empty."))
        if cells["number"] in seen:
            wrong("number", _("Row %(row)d has the same number.") % {"row": seen[cells["number"]]})
        for column in ("phone", "other_phone"):
            digits = re.sub(r"[\s-]", "", cells[column])
            if digits and not re.fullmatch(r"\d{5,15}", digits):
                wrong(column, _("'%(text)s' is no phone number.") % {"text": cells[column][:30]})
            cells[column] = digits
        for column, most in (("number", 40), ("name", 100), ("address", 300), ("note", 500)):
            if len(cells[column]) > most:
                wrong(column, _("At most %(most)d characters.") % {"most": most})
        if cells["territory"] and cells["territory"] not in known:
            code, there = cells["territory"][:30], ", ".join(sorted(known))
            said = _("There is no territory '%(code)s'. Known: %(known)s.")
            wrong("territory", said % {"code": code, "known": there})
        seen.setdefault(cells["number"], number)
        if len(faults) == before:
            rows.append(
                Row(cells["number"], cells["name"], cells["phone"], cells["other_phone"],
                    cells["address"], known.get(cells["territory"]), cells["note"])
            )  # fmt: skip
    return rows, faults
