"""Looking for area failures."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet

from shouwen.service import clock
from shouwen.service.cases.models import Case, CaseState, FaultGroup, Topic
from shouwen.service.organisations.models import Territory

AROUND = timedelta(hours=6)
"""Reports so much older than now are offered when a failure is declared."""
SHOWN = 300


def open_failures(territory: Territory | None) -> QuerySet[FaultGroup]:
    """The failures that are not over in a territory, and those declared for no territory."""
    rows = FaultGroup.objects.filter(ended_at__isnull=True).select_related("territory")
    everywhere = rows.filter(territory__isnull=True)
    return everywhere if territory is None else everywhere | rows.filter(territory=territory)


def likely(territory: Territory) -> list[Case]:
    """The open fault reports of a territory that no failure explains yet, the last first."""
    rows = Case.objects.filter(
        territory=territory, topic=Topic.REPAIR, fault_group__isnull=True,
        opened_at__gte=clock.now() - AROUND,
    )  # fmt: skip
    return list(rows.exclude(state=CaseState.CLOSED).select_related("owner")[:SHOWN])
