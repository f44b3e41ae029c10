"""Wages from a spreadsheet, and the payroll as one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook

from shouwen.measures.lawfulness import Month
from shouwen.measures.lawfulness.model import money, region_code
from shouwen.service.conduct.payroll import Line
from shouwen.service.conduct.wages import Given
from shouwen.service.organisations.models import Person
from shouwen.service.ui.workbooks import content_of, safe
from shouwen.service.ui.xlsx import Fault, Unreadable, lines_of, text_of

COLUMNS = ("number", "month", "gross", "deducted", "region", "tier")


def titles() -> list[str]:
    """The titles of the columns of a sheet of wages, in the language of the page."""
    return [_("Staff number"), _("Month (2026-05)"), _("Wage"), _("Deducted already"),
            _("Region, if another"), _("Tier, if another")]  # fmt: skip


def template() -> bytes:
    """A sheet with the titles only."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Wages"))
    sheet.append(titles())
    return content_of(book)


def payroll(month: Month, rows: Iterable[Line]) -> bytes:
    """The payroll of a month: what is due beside what may be deducted, never above it."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(str(month))
    sheet.freeze_panes = "A2"
    sheet.append(
        [_("Staff number"), _("Name"), _("Unit"), _("Month"), _("Wage"), _("Minimum wage"),
         _("A fifth of the wage"), _("May be deducted"), _("Due under the measure"),
         _("Deduct this month"), _("Carried forward"), _("Decisions"), _("Missing")]
    )  # fmt: skip
    for line in rows:
        room = line.room
        limit = room.now if room is not None else None
        decisions = "、".join(d.cited for d, _due in line.items)
        row: list[object] = [
            line.person.number, line.person.name, line.person.unit.name, str(month),
            line.wage.gross if line.wage else None, line.minimum,
            room.fifth if room else None, limit, line.due + (line.made.amount if line.made else 0),
            line.now, line.rest, decisions, line.missing,
        ]  # fmt: skip
        sheet.append([safe(v) for v in row])
    return content_of(book)


def read(file: Any, size: int) -> tuple[list[Given], list[Fault]]:
    """The wages of a file, and everything that is wrong with it."""
    try:
        rows = lines_of(file, size, titles())
    except Unreadable as error:
        return [], [error.fault]
    if not rows:
        return [], [Fault(0, "", _("The file is empty."))]
    return _rows(rows)


def _rows(rows: list[tuple[Any, ...]]) -> tuple[list[Given], list[Fault]]:
    people = {p.number: p for p in Person.objects.filter(is_active=True)}
    named = dict(zip(COLUMNS, titles(), strict=True))
    given: list[Given] = []
    faults: list[Fault] = []
    seen: dict[tuple[str, date], int] = {}
    for number, row in enumerate(rows, 2):
        cells = {c: _text(v) for c, v in zip(COLUMNS, (*row, *[None] * 6), strict=False)}
        if not any(cells.values()):
            continue
        found = [Fault(number, named[c], said) for c, said in _wrong(cells, people)]
        if not found:
            month = Month.parse(cells["month"]).first
            key = (cells["number"], month)
            if key in seen:
                said = _("Row %(row)d has the same person and month.") % {"row": seen[key]}
                found.append(Fault(number, named["number"], said))
            else:
                seen[key] = number
                given.append(
                    Given(people[cells["number"]], month, _money(cells["gross"]),
                          _money(cells["deducted"] or "0"), cells["region"], cells["tier"])
                )  # fmt: skip
        faults += found
    return given, faults


def _wrong(cells: dict[str, str], people: dict[str, Person]) -> Iterable[tuple[str, str]]:
    if cells["number"] not in people:
        said = _("There is nobody with the staff number '%(number)s'.")
        yield "number", said % {"number": cells["number"][:40]}
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", cells["month"]):
        yield "month", _("Write the month as 2026-05.")
    for column in ("gross", "deducted"):
        text = cells[column] or ("0" if column == "deducted" else "")
        try:
            _money(text)
        except ValueError:
            said = _("'%(text)s' is no sum in yuan; write it as 3000 or 3000.50.")
            yield column, said % {"text": text[:30]}
    if cells["region"]:
        try:
            region_code(cells["region"])
        except ValueError:
            yield "region", _("Write the six digits of the region, such as 420000.")
    if len(cells["tier"]) > 10:
        yield "tier", _("At most %(most)d characters.") % {"most": 10}


def _money(text: str) -> Decimal:
    try:
        return money(Decimal(text), "sum")
    except InvalidOperation:
        raise ValueError(text) from None


def _text(value: Any) -> str:
    # Excel takes a month for a day.
    return f"{value:%Y-%m}" if isinstance(value, date) else text_of(value)
