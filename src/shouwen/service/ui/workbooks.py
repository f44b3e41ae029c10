"""Sheets that people take out: written the same everywhere, and safe to open.

Texts come from customers and colleagues; none may be taken for a formula (`safe`).
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import datetime

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe(value: object) -> object:
    """A text that a spreadsheet will not take for a formula; anything else as it is."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def local(instant: object) -> str:
    """An instant to the minute in the zone of the page; empty where there is none."""
    return f"{timezone.localtime(instant):%Y-%m-%d %H:%M}" if isinstance(instant, datetime) else ""


def listed(title: str, heads: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    """One sheet: a bold head that stays in sight, and the rows below it, every text made safe."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    head = []
    for text in heads:
        cell = WriteOnlyCell(sheet, value=str(text))
        cell.font = Font(bold=True)
        head.append(cell)
    sheet.append(head)
    for row in rows:
        sheet.append([safe(value) for value in row])
    return content_of(book)


def content_of(book: Workbook) -> bytes:
    """A workbook as the bytes of its file."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def download(content: bytes, name: str) -> HttpResponse:
    """A sheet as a file to keep, under a name that may be Chinese."""
    header = content_disposition_header(True, f"{name}.xlsx")
    return HttpResponse(content, content_type=TYPE, headers={"Content-Disposition": header or ""})
