"""A sheet as Excel and as PDF, as it was issued."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from fpdf.fonts import FontFace
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from shouwen.service.assessment.models import Sheet
from shouwen.service.measurebook.grades import grade_words
from shouwen.service.ui import paper
from shouwen.service.ui.workbooks import content_of, safe

WIDTHS = (14, 40, 14, 12, 12, 60)


def said(text: dict[str, str]) -> str:
    """Words that are kept in both languages, in the language of the page."""
    return text["en" if (get_language() or "zh").startswith("en") else "zh"]


def head(sheet: Sheet) -> list[tuple[str, str]]:
    """What stands above the figures."""
    found = [
        (_("Number"), f"{sheet.number} / {sheet.version}"),
        (_("Of"), sheet.subject),
        (_("Period"), f"{sheet.first} – {sheet.last}"),
        (_("Measure"), sheet.measure),
        (_("Issued"), f"{timezone.localtime(sheet.issued_at):%Y-%m-%d %H:%M} "
                      f"{sheet.issued_by.label}"),
        (_("Fingerprint"), sheet.fingerprint),
    ]  # fmt: skip
    if sheet.reason:
        found.insert(1, (_("Why a new version"), sheet.reason))
    return found


def value(row: dict[str, Any]) -> str:
    """The value of a row with its unit."""
    if row["value"] is None:
        return "—"
    return f"{row['value']}{said(row['measure'])}"


def workbook(sheet: Sheet) -> bytes:
    """The sheet as Excel: one page, the formulas beside the figures."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = sheet.number
    bold = Font(bold=True)
    for label, text in head(sheet):
        page.append([label, safe(text)])
        page.cell(page.max_row, 1).font = bold
    page.append([])
    titles = [_("Norm"), _("Figure"), _("Value"), _("Good"), _("Of all"), _("Formula")]
    page.append(titles)
    for n in range(1, len(titles) + 1):
        page.cell(page.max_row, n).font = bold
    for row in sheet.figures["rows"]:
        number = None if row["value"] is None else float(row["value"])
        page.append([row["norm"], said(row["label"]), number, float(row["good"]), row["total"],
                     said(row["formula"])])  # fmt: skip
    words = grade_words()
    for row in sheet.figures["standing"]:
        page.append([row["norm"], said(row["label"]), safe(words(row["value"])), None, None,
                     row["period"]])  # fmt: skip
    for n, width in enumerate(WIDTHS, start=1):
        page.column_dimensions[get_column_letter(n)].width = width
    return content_of(book)


def pdf(sheet: Sheet) -> bytes:
    """The sheet as PDF.

    Raises:
        FileNotFoundError: when the font was not made (`scripts/assets.py`).
    """
    page = paper.blank(sheet.number)
    page.set_font(paper.NAME, size=15)
    page.cell(0, 10, f"{sheet.organisation.label} {_('Assessment sheet')}", align="C",
              new_x="LMARGIN", new_y="NEXT")  # fmt: skip
    page.set_font(paper.NAME, size=9)
    for label, text in head(sheet):
        page.set_text_color(90)
        page.cell(32, 5.5, label)
        page.set_text_color(0)
        page.multi_cell(0, 5.5, text, new_x="LMARGIN", new_y="NEXT")
    page.ln(3)
    page.set_font(paper.NAME, size=8.5)
    plain = FontFace(emphasis="")
    with page.table(col_widths=(12, 34, 14, 18, 42), line_height=5, headings_style=plain) as table:
        heading = table.row()
        for title in (_("Norm"), _("Figure"), _("Value"), _("Good / of all"), _("Formula")):
            heading.cell(title)
        for row in sheet.figures["rows"]:
            line = table.row()
            line.cell(row["norm"])
            line.cell(said(row["label"]))
            line.cell(value(row))
            line.cell(f"{row['good']} / {row['total']}")
            line.cell(said(row["formula"]) if not row["norm"] else "")
        words = grade_words()
        for row in sheet.figures["standing"]:
            line = table.row()
            value_said = words(row["value"])
            for text in (row["norm"], said(row["label"]), value_said, row["period"], ""):
                line.cell(text)
    return bytes(page.output())
