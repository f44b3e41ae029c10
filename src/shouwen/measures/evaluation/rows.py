"""Rows: the one shape in which rules see events and each other's outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A row of a relation.

    Attributes:
        relation: an event type, a rule, ``breach``, or a relation of a rule.
        id: unique in the relation.
        at: the instant it stands at, in the measure's zone.
        values: its fields; one that is absent is unknown.
        origin: the id of the event it all began with. Rows of one origin are never earlier than
            one another.
        events: the ids of all events it rests on.
        readings: the readings it rests on.
    """

    relation: str
    id: str
    at: datetime
    values: dict[str, Any]
    origin: str
    events: tuple[str, ...] = ()
    readings: frozenset[str] = frozenset()

    @property
    def order(self) -> tuple[datetime, str]:
        """What "earlier" compares."""
        return (self.at, self.origin)


def calendar_key(name: str, day: date) -> str | date:
    """The key of the calendar unit a day lies in: ``2026-W19``, ``2026-05``, ``2026-Q2``...

    Weeks are those of ISO 8601 and GB/T 7408: they begin on Monday.

    >>> calendar_key("this_quarter", date(2026, 5, 6))
    '2026-Q2'
    >>> calendar_key("this_week", date(2027, 1, 1))
    '2026-W53'
    """
    match name:
        case "this_day":
            return day
        case "this_week":
            year, week, _ = day.isocalendar()
            return f"{year:04}-W{week:02}"
        case "this_month":
            return f"{day.year:04}-{day.month:02}"
        case "this_quarter":
            return f"{day.year:04}-Q{(day.month + 2) // 3}"
        case "this_half_year":
            return f"{day.year:04}-H{1 if day.month <= 6 else 2}"
        case "this_year":
            return f"{day.year:04}"
    raise KeyError(name)
