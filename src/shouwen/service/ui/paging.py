"""Pages of a table by the key of its last row, never by counting.

A page is found by an index however far down it lies, and no page asks how many rows there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest

M = TypeVar("M", bound=Model)
SIZE = 50


@dataclass(frozen=True)
class Page(Generic[M]):
    """Some rows; `older` and `newer` are what the address of the next page needs."""

    rows: list[M]
    older: str
    newer: str


def page_of(request: HttpRequest, rows: QuerySet[M], field: str, size: int = SIZE) -> Page[M]:
    """The page of a request: newest first by `field`, ties by primary key.

    The addresses hold `before=<value>~<pk>` or `after=…`; one that cannot be read is ignored.
    """
    before, after = _mark(request.GET.get("before")), _mark(request.GET.get("after"))
    if after is not None:
        found = list(_beyond(rows, field, after, "gt").order_by(field, "pk")[: size + 1])
        more, found = len(found) > size, found[:size][::-1]
        return Page(found, _key(found[-1], field) if found else "",
                    _key(found[0], field) if more else "")  # fmt: skip
    if before is not None:
        rows = _beyond(rows, field, before, "lt")
    found = list(rows.order_by(f"-{field}", "-pk")[: size + 1])
    more, found = len(found) > size, found[:size]
    return Page(found, _key(found[-1], field) if more else "",
                _key(found[0], field) if found and before is not None else "")  # fmt: skip


def _beyond(rows: QuerySet[M], field: str, mark: tuple[Any, int], which: str) -> QuerySet[M]:
    from django.db.models import Q

    value, pk = mark
    # Written so that PostgreSQL can walk the index on (field, id).
    closed = Q(**{f"{field}__{which}e": value})
    return rows.filter(closed & (Q(**{f"{field}__{which}": value}) | Q(**{f"pk__{which}": pk})))


def _key(row: Model, field: str) -> str:
    value = getattr(row, field)
    return f"{value.isoformat()}~{row.pk}"


def _mark(text: str | None) -> tuple[Any, int] | None:
    from django.utils.dateparse import parse_datetime

    value, _, pk = (text or "").partition("~")
    try:
        instant = parse_datetime(value)
    except ValueError:
        return None
    return (instant, int(pk)) if instant is not None and pk.isdigit() else None
