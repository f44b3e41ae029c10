"""Figures of the four weeks, and the sheet of the last month that is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from shouwen.service import clock
from shouwen.service.assessment import actions
from shouwen.service.assessment.counting import count_changed, first_day
from shouwen.service.assessment.models import Scope
from shouwen.service.assessment.periods import month_of
from shouwen.service.assessment.queries import Subject
from shouwen.service.demo.houses import House


def assess(house: House, now: datetime) -> None:
    """Count all there is up to now, and let the quality office issue last month's sheet."""
    actor = house.actor("quality")
    today = now.astimezone(actor.zone).date()
    with clock.frozen_at(now):
        begins = first_day(actor.zone)
        if begins is None:
            return
        while count_changed(actor.zone):
            pass
        first, last = month_of(today.replace(day=1) - timedelta(days=1))
        if begins <= last:
            actions.issue(actor, Subject(Scope.ORGANISATION), first, last)
