"""Pages of a table by the key of its last row, never by counting.

A page is found by an index however far down it lies, and no page asks how many rows there are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar, cast

from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q, QuerySet
from django.http import HttpRequest

M = TypeVar("M", bound=Model)
SIZE = 50


@dataclass(frozen=True)
class Page(Generic[M]):
    """Some rows, and what the addresses of its neighbours need, if there are any.

    `sort` is the field that the rows are sorted by, with a minus for downwards; `newest_first` says
    that it is the order in which the page comes by itself.
    """

    rows: list[M]
    older: str
    newer: str
    sort: str = ""
    newest_first: bool = True


def page_of(
    request: HttpRequest,
    rows: QuerySet[M],
    field: str,
    size: int = SIZE,
    sortable: Iterable[str] = (),
    *,
    upwards: bool = False,
) -> Page[M]:
    """The page of a request: newest first by `field`, ties by primary key.

    The addresses hold `before=<value>~<pk>` or `after=…`, and `sort=<field>` or `sort=-<field>` for
    a field of `sortable`; what cannot be read is ignored.

    Args:
        request: whose query says which page.
        rows: all rows that may be shown; their own order is of no matter.
        field: the field of the usual order.
        size: the most rows of a page.
        upwards: the usual order is from the lowest up: of names and numbers, not of instants.
        sortable: other fields that the reader may sort by. Each needs an index of its own.

    Raises:
        ValueError: when a field may be empty: a row without a value has no place in an order.
    """
    allowed = {field, *sortable}
    for name in allowed:
        if rows.model._meta.get_field(name).null:
            raise ValueError(
                f"{rows.model.__name__}.{name} may be empty; rows cannot be paged by it."
            )
    usual = field if upwards else f"-{field}"
    sort = request.GET.get("sort", usual)
    if sort.removeprefix("-") not in allowed:
        sort = usual
    key, down = sort.removeprefix("-"), sort.startswith("-")
    onwards = _order(key, down)
    backwards = _order(key, not down)

    before = _mark(rows, key, request.GET.get("before"))
    after = _mark(rows, key, request.GET.get("after"))
    if after is not None:
        found = list(
            _beyond(rows, key, after, "gt" if down else "lt").order_by(*backwards)[: size + 1]
        )
        more, found = len(found) > size, found[:size][::-1]
        older, newer = bool(found), more
    else:
        if before is not None:
            rows = _beyond(rows, key, before, "lt" if down else "gt")
        found = list(rows.order_by(*onwards)[: size + 1])
        more, found = len(found) > size, found[:size]
        older, newer = more, bool(found) and before is not None
    return Page(
        found,
        _key(found[-1], key) if older else "",
        _key(found[0], key) if newer else "",
        sort,
        sort == usual and not upwards,
    )


def _order(field: str, down: bool) -> tuple[str, str]:
    return (f"-{field}", "-pk") if down else (field, "pk")


def _beyond(rows: QuerySet[M], field: str, mark: tuple[Any, int], which: str) -> QuerySet[M]:
    value, pk = mark
    # Written so that PostgreSQL can walk the index on (field, id).
    closed = Q(**{f"{field}__{which}e": value})
    return rows.filter(closed & (Q(**{f"{field}__{which}": value}) | Q(**{f"pk__{which}": pk})))


def _key(row: Model, field: str) -> str:
    return f"{row.serializable_value(field)}~{row.pk}"


def _mark(rows: QuerySet[M], field: str, text: str | None) -> tuple[Any, int] | None:
    value, _, pk = (text or "").rpartition("~")
    try:
        read = cast("Field[Any, Any]", rows.model._meta.get_field(field)).to_python(value)
    except ValidationError:
        return None
    if isinstance(read, datetime) and read.tzinfo is None:
        return None
    return (read, int(pk)) if read is not None and pk.isdecimal() else None
