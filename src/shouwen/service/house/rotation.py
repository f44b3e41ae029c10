"""Turns of duty: people one after the other, over weeks.

A rota is written once and not shift by shift: who takes turns, on which days, from when till when,
and for how many days at a stretch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.measures.calendars import statutory
from shouwen.service.access.actor import Actor
from shouwen.service.enactment.bridge import together
from shouwen.service.house.actions import plan_shift
from shouwen.service.organisations.models import DutyKind, Person, RosterShift, Unit

MOST = 400
"""So many shifts at once: more than a year of one a day."""


class Days(models.TextChoices):
    """On which days there is duty."""

    ALL = "all", gettext_lazy("every day")
    WORKING = "working", gettext_lazy("on working days")
    REST = "rest", gettext_lazy("on days of rest")


@dataclass(frozen=True)
class Rotation:
    """Who takes turns when.

    Attributes:
        kind: what they are on duty for.
        unit: where.
        people: in the order of their turns.
        first: the first day.
        last: the last day, included.
        days: on which of them there is duty; working days are China's statutory ones.
        begins: when a shift begins, local time.
        ends: when it ends; not after `begins`: on the next day.
        stretch: for how many days of duty one person stays before it is the next one's turn.
    """

    kind: DutyKind
    unit: Unit
    people: Sequence[Person]
    first: date
    last: date
    days: Days
    begins: time
    ends: time
    stretch: int = 1

    def shifts(self, zone: ZoneInfo) -> list[RosterShift]:
        """The shifts, not saved, in the zone of the organisation.

        Raises:
            ValidationError: when there would be none, or too many.
        """
        length = (self.last - self.first).days + 1
        days = [d for n in range(max(0, length)) if self._is_on(d := self.first + timedelta(n))]
        if not days or not self.people:
            raise ValidationError(_("There is no day of duty between these days."))
        if len(days) > MOST:
            raise ValidationError(_("These are %(n)d shifts; plan at most %(most)d at once.")
                                  % {"n": len(days), "most": MOST})  # fmt: skip
        found = []
        for n, day in enumerate(days):
            starts = datetime.combine(day, self.begins, zone)
            over = day + timedelta(days=1) if self.ends <= self.begins else day
            person = self.people[n // self.stretch % len(self.people)]
            found.append(
                RosterShift(kind=self.kind, unit=self.unit, person=person, starts=starts,
                            ends=datetime.combine(over, self.ends, zone))
            )  # fmt: skip
        return found

    def _is_on(self, day: date) -> bool:
        if self.days is Days.ALL:
            return True
        return statutory().lookup(day).kind.is_working == (self.days is Days.WORKING)


@together(later=True)
def plan_rotation(actor: Actor, rotation: Rotation) -> int:
    """Put people on duty by turns: all shifts, or none and every clash named.

    Raises:
        NotAllowed: when the actor does not plan rosters.
        ValidationError: with one message for each shift that cannot be.
    """
    faults: list[str] = []
    shifts = rotation.shifts(actor.zone)
    for shift in shifts:
        try:
            plan_shift(actor, shift)
        except ValidationError as error:
            faults += [f"{shift.starts:%Y-%m-%d}: {text}" for text in error.messages]
    if faults:
        raise ValidationError(faults)
    return len(shifts)
