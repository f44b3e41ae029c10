"""Time limits: a period, a day or an instant turned into the last moment that is in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shouwen.measures.calendars import (
    Calendar,
    Counting,
    Period,
    Step,
    StepKind,
    deadline,
    latest_start,
)
from shouwen.measures.evaluation.notes import Note

COUNTINGS = {
    "civil": Counting.CIVIL,
    "elapsed": Counting.ELAPSED,
    "working": Counting.WORKING,
    "same time": Counting.SAME_TIME,
}


@dataclass(frozen=True)
class Limit:
    """The last moment that is in time.

    `inclusive` says whether an act at exactly `at` is in time: it is for "within 30 minutes", it
    is not at 24:00, which is already the next day. `notes` are the rules that moved it.
    """

    at: datetime
    inclusive: bool
    notes: tuple[Note, ...] = ()
    published: bool = True

    def met_by(self, instant: datetime) -> bool:
        """Whether an act at an instant is in time."""
        return instant <= self.at if self.inclusive else instant < self.at

    @property
    def last_instant(self) -> datetime:
        """The last second in time: a day that ends at 24:00 is still that day."""
        return self.at if self.inclusive else self.at - timedelta(seconds=1)

    def with_notes(self, *notes: Note) -> Limit:
        """The same limit with more said about it."""
        return Limit(self.at, self.inclusive, (*self.notes, *notes), self.published)


@dataclass(frozen=True)
class Clock:
    """How a duty counts: the calendar, the counting, and whether a day rolls over holidays."""

    calendar: Calendar
    counting: Counting
    zone: ZoneInfo
    roll: bool = True

    def after(
        self,
        start: datetime,
        period: Period,
        pauses: Sequence[tuple[datetime, datetime]] = (),
    ) -> Limit:
        """The limit of a period that runs from an instant. Raises CalendarError, PeriodError."""
        found = deadline(start, period, self.calendar, self.counting, pauses=pauses, roll=self.roll)
        notes = tuple(map(_note, found.steps))
        return Limit(found.at.astimezone(self.zone), found.inclusive, notes, found.published)

    def before(self, instant: datetime, period: Period) -> Limit:
        """The last moment that lies a period before an instant ("10 working days ahead")."""
        found = latest_start(instant, period, self.calendar, self.counting, roll=self.roll)
        notes = tuple(map(_note, found.steps))
        return Limit(found.at.astimezone(self.zone), found.inclusive, notes, found.published)

    def at(self, moment: date | datetime) -> Limit:
        """The limit of an instant, or of a day: its 24:00, after the roll over holidays."""
        if isinstance(moment, datetime):
            return Limit(moment.astimezone(self.zone), inclusive=not _midnight(moment, self.zone))
        first = datetime.combine(moment, time(), self.zone)
        if not self.roll:
            following = datetime.combine(moment + timedelta(days=1), time(), self.zone)
            return Limit(following, inclusive=False)
        # The day before is the start day that is not counted (民法典 201); one day from it ends
        # at the end of `moment`.
        found = deadline(first - timedelta(hours=12), Period(days=1), self.calendar, Counting.CIVIL)
        # That start is ours, not the measure's: nobody wants to read of it.
        steps = [s for s in found.steps if s.kind is not StepKind.START_NOT_COUNTED]
        notes = tuple(map(_note, steps))
        return Limit(found.at.astimezone(self.zone), found.inclusive, notes, found.published)


def _note(step: Step) -> Note:
    return Note(step.zh, step.en, law="；".join(b for b in (step.cite, step.basis) if b))


def _midnight(instant: datetime, zone: ZoneInfo) -> bool:
    """Whether an instant is the 24:00 of a day, so that it is itself too late."""
    return instant.astimezone(zone).timetz().replace(tzinfo=None) == time()
