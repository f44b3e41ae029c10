"""Lists of inspections as Excel sheets."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from shouwen.service.ui.workbooks import listed, local

Column = tuple[str, Callable[[Any], Any]]
"""A head, and what stands under it for a row."""


def workbook(title: str, columns: list[Column], rows: Iterable[Any]) -> bytes:
    """A sheet of rows, a column each for what is asked of them."""
    heads = [name for name, _cell in columns]
    return listed(title, heads, ([_plain(cell(row)) for _name, cell in columns] for row in rows))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return local(value)
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, int | float) or value is None else str(value)
