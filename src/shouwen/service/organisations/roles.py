"""Who has a role on a day: a role may begin later, and end."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone

from shouwen.service import clock


def in_force(day: date | None = None, **more: Any) -> Q:
    """Grants (`RoleGrant`) in force on a day; `more` narrows them further."""
    return _on(day, "", more)


def having(day: date | None = None, **more: Any) -> Q:
    """People with a grant in force on a day: `having(role=Role.HEAD, unit=unit)`.

    Someone may have several: ask for the people once (`distinct`). It must stand alone in its
    `filter`, or be joined with `&`, so that all conditions are of one grant.

    Args:
        day: on which; today in the zone of the page, where none is given.
        more: conditions on the grant.
    """
    return _on(day, "grants__", more)


def _on(day: date | None, before: str, more: dict[str, Any]) -> Q:
    day = day or clock.now().astimezone(timezone.get_current_timezone()).date()
    begun = Q(**{f"{before}since": None}) | Q(**{f"{before}since__lte": day})
    lasts = Q(**{f"{before}until": None}) | Q(**{f"{before}until__gte": day})
    return Q(**{f"{before}{name}": value for name, value in more.items()}) & begun & lasts
