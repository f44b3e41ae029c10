"""Drawing samples, and drawing them again to see that they are what they say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import require
from shouwen.service.audit.actions import log
from shouwen.service.cases.models import Case
from shouwen.service.cases.numbers import next_number
from shouwen.service.contacts.models import Call
from shouwen.service.house.models import Move
from shouwen.service.inspections import drawing
from shouwen.service.inspections.models import Sample, SampleItem, SampleOf
from shouwen.service.inspections.permissions import DRAW
from shouwen.service.organisations.models import Person, Unit

MOST = 500


@dataclass(frozen=True)
class Asked:
    """What a sample is drawn from, and how many."""

    of: SampleOf
    first: date
    last: date
    size: int
    purpose: str
    unit: Unit | None = None
    each_unit: bool = False


@dataclass(frozen=True)
class Drawn:
    """What came of drawing a sample again."""

    frame_size: int
    same_frame: bool
    same_sample: bool


@transaction.atomic
def draw(actor: Actor, asked: Asked) -> Sample:
    """Draw a sample; what it was drawn from, the seed and the method are kept with it.

    Raises:
        ValidationError: when the days are the wrong way round or lie ahead, there is nothing to
            draw from, or nobody says what for.
    """
    require(actor, DRAW)
    now = clock.now()
    if asked.last < asked.first:
        raise ValidationError(_("The last day lies before the first."))
    if asked.last > now.astimezone(actor.zone).date():
        raise ValidationError(_("A sample is drawn from what has been; the last day lies ahead."))
    if not 1 <= asked.size <= MOST:
        raise ValidationError(_("Between 1 and %(most)d can be drawn.") % {"most": MOST})
    if not asked.purpose.strip():
        raise ValidationError(_("Say what the sample is for."))
    frame = frame_of(asked, actor.zone, now)
    if not frame:
        raise ValidationError(_("There is nothing to draw from in these days."))
    number = next_number("CY", now.astimezone(actor.zone).date())
    frame_print = drawing.fingerprint(frame)
    seed = drawing.seed_of(_said(asked, actor.organisation.code, number), frame_print)
    keys = _drawn(asked, frame, seed)
    row = Sample.objects.create(
        number=number, of=asked.of, unit=asked.unit, first=asked.first, last=asked.last,
        size=asked.size, each_unit=asked.each_unit, method=drawing.METHOD, seed=seed,
        frame_size=len(frame), frame_print=frame_print, purpose=asked.purpose.strip(),
        drawn_at=now, drawn_by=actor.person,
    )  # fmt: skip
    SampleItem.objects.bulk_create(
        SampleItem(sample=row, position=n, key=key, unit_id=frame[key])
        for n, key in enumerate(keys, 1)
    )
    log(actor, "samples.draw", f"sample:{number}",
        {"of": asked.of, "size": len(keys), "frame": len(frame), "print": frame_print,
         "seed": seed})  # fmt: skip
    return row


def draw_again(actor: Actor, sample: Sample) -> Drawn:
    """Draw a sample again with its own seed from what is on record now, as of when it was drawn."""
    require(actor, DRAW)
    asked = Asked(SampleOf(sample.of), sample.first, sample.last, sample.size, sample.purpose,
                  sample.unit, sample.each_unit)  # fmt: skip
    frame = frame_of(asked, actor.zone, sample.drawn_at)
    same_frame = drawing.fingerprint(frame) == sample.frame_print
    keys = list(sample.items.order_by("position").values_list("key", flat=True))
    return Drawn(len(frame), same_frame, _drawn(asked, frame, sample.seed) == keys)


def frame_of(asked: Asked, zone: ZoneInfo, as_of: datetime) -> dict[str, int]:
    """What there was to draw from, as known at an instant: keys, each with its unit's id."""
    since = datetime.combine(asked.first, time(), zone)
    until = datetime.combine(asked.last + timedelta(days=1), time(), zone)
    match asked.of:
        case SampleOf.CASES:
            rows = Case.objects.filter(
                opened_at__gte=since, opened_at__lt=until, opened_at__lte=as_of
            )
            return _within(asked, dict(rows.values_list("number", "unit_id")))
        case SampleOf.CALLS:
            calls = Call.objects.filter(rang_at__gte=since, rang_at__lt=until, rang_at__lte=as_of)
            return _within(asked, dict(calls.values_list("uid", "unit_id")))
        case SampleOf.PEOPLE:
            return _within(asked, _people(asked.last))


def _people(day: date) -> dict[str, int]:
    """Who worked where at the end of a day, of those who are still there."""
    found = dict(Person.objects.filter(is_active=True).values_list("number", "unit_id"))
    moved = Move.objects.filter(Q(on__gt=day), person__is_active=True)
    # The first move after the day says what they left: the earliest is written last.
    for number, left in moved.order_by("-on", "-id").values_list("person__number", "left_id"):
        found[number] = left
    return found


def _within(asked: Asked, frame: dict[str, int]) -> dict[str, int]:
    if asked.unit is None:
        return frame
    return {k: u for k, u in frame.items() if u == asked.unit.pk}


def _drawn(asked: Asked, frame: dict[str, int], seed: str) -> list[str]:
    if not asked.each_unit:
        return drawing.draw(frame, asked.size, seed)
    codes = dict(Unit.objects.filter(pk__in=set(frame.values())).values_list("pk", "code"))
    return drawing.draw_each({k: codes[u] for k, u in frame.items()}, asked.size, seed)


def _said(asked: Asked, organisation: str, number: str) -> dict[str, object]:
    """What the seed follows from besides the frame; written out on the sample's page."""
    return {
        "organisation": organisation,
        "number": number,
        "of": asked.of.value,
        "first": asked.first.isoformat(),
        "last": asked.last.isoformat(),
        "unit": asked.unit.code if asked.unit is not None else "",
        "size": asked.size,
        "each_unit": asked.each_unit,
    }
