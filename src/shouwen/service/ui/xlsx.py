"""Reading a sheet that someone brings in: looked at before it is opened.

A file is refused as a whole when it is too large, unpacks to too much, is no Excel file, or has
other columns than its template; what is wrong inside its rows is found by whoever reads them.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from shouwen.service.ui.words import listed

MOST_ROWS = 5_000
MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 60 * 1024 * 1024


@dataclass(frozen=True)
class Fault:
    """Something wrong in a file: where (row 0: the file itself), and what to do."""

    row: int
    column: str
    said: str


class Unreadable(ValueError):
    """A file that is refused as a whole; `fault` says why."""

    def __init__(self, text: str, row: int = 0) -> None:
        super().__init__(text)
        self.fault = Fault(row, "", text)


def lines_of(file: Any, size: int, titles: Sequence[str]) -> list[tuple[Any, ...]]:
    """The rows of a sheet below its titles, as they stand; the first is row 2 of the file.

    Args:
        file: what was uploaded.
        size: its size in bytes, as told.
        titles: what must stand in the first row, in this order.

    Raises:
        Unreadable: when it is refused as a whole.
    """
    if size > MOST_BYTES:
        raise Unreadable(_("The file is larger than 5 MB. Split it."))
    try:
        with zipfile.ZipFile(file) as packed:
            if sum(i.file_size for i in packed.infolist()) > MOST_UNPACKED:
                raise Unreadable(_("The file unpacks to more than 60 MB. Split it."))
        file.seek(0)
        book = load_workbook(file, read_only=True, data_only=True)
        # One column more than asked for would be filled up to the last one that a cell names.
        lines = list(book.worksheets[0].iter_rows(
            values_only=True, max_row=MOST_ROWS + 2, max_col=len(titles)
        ))  # fmt: skip
    except Unreadable:
        raise
    except Exception as error:
        # Whatever a reader of three nested formats stumbles over (a broken archive, forbidden XML,
        # parts that lead nowhere), it is the file that is wrong.
        text = _("This is no Excel file (.xlsx). Save it as one and try again.")
        raise Unreadable(text) from error
    if not lines:
        raise Unreadable(_("The file is empty."))
    if len(lines) > MOST_ROWS + 1:
        raise Unreadable(_("The file has more than 5,000 rows. Split it."))
    if [str(c or "").strip() for c in lines[0]][: len(titles)] != list(titles):
        said = _("The columns must be: %(columns)s. Use the template.")
        raise Unreadable(said % {"columns": listed(titles)}, row=1)
    return lines[1:]


def text_of(value: Any) -> str:
    """What stands in a cell, as text."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        # Excel takes numbers for numbers; a phone or a staff number is none.
        value = int(value)
    return str(value).strip().removeprefix("'")
