"""Counting days: anew whenever something that belongs to them has changed.

Which days those are follows from what was written since the last look: acts, events and clocks that
turned. Each names a thread; its clocks and the case they belong to say the days. Counting a day is
one question per figure, answered by an index, and replaces what was counted before.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Count, Max, Sum

from shouwen.service import clock
from shouwen.service.aftercare.models import CallBack
from shouwen.service.assessment.figures import FIGURES, Figure, Span
from shouwen.service.assessment.models import CUSTOMERS, Cursor, DayFigure
from shouwen.service.cases.models import Case
from shouwen.service.complaints.models import Complaint
from shouwen.service.contacts.models import Customer
from shouwen.service.enactment.models import Act, Clock, ClockChange, Event, Thread
from shouwen.service.house.queries import units_on
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import current_organisation_id, scope

MOST = 2_000
"""So many new acts, events and turned clocks are looked at in one go."""


def count_all(most: int = MOST) -> int:
    """Count what has changed in every organisation, each in transactions of its own.

    Returns:
        how many days were counted.
    """
    counted = 0
    for organisation in Organisation.objects.filter(is_active=True):
        with scope(organisation.pk):
            counted += count_changed(ZoneInfo(organisation.zone), most)
    return counted


@transaction.atomic
def count_changed(zone: ZoneInfo, most: int = MOST) -> int:
    """Count the days to which something new belongs; gives how many.

    Two workers do not do it twice: who finds the cursor held lets the other do it.
    """
    Cursor.objects.get_or_create()
    cursor = Cursor.objects.select_for_update(skip_locked=True).first()
    if cursor is None:
        return 0
    days, threads, cases = set[date](), set[int](), set[str]()
    acts = list(Act.objects.filter(pk__gt=cursor.act).order_by("pk")[:most])
    events = list(Event.objects.filter(pk__gt=cursor.event).order_by("pk")[:most])
    changes = ClockChange.objects.filter(pk__gt=cursor.change).select_related("clock")
    changed = list(changes.order_by("pk")[:most])
    if not (acts or events or changed):
        return 0
    for act in acts:
        days.add(act.at.astimezone(zone).date())
        cases.add(act.case_key)
    for event in events:
        days.add(event.at.astimezone(zone).date())
        threads.add(event.thread_id)
    for change in changed:
        threads.add(change.clock.thread_id)
    days |= _days_of(threads, cases - {""}, zone)
    today = clock.now().astimezone(zone).date()
    for day in sorted(days):
        # What lies ahead is counted when it is there.
        if day <= today:
            count_day(day, zone)
    _count_customers(today)
    cursor.act = acts[-1].pk if acts else cursor.act
    cursor.event = events[-1].pk if events else cursor.event
    cursor.change = changed[-1].pk if changed else cursor.change
    cursor.save()
    return len(days)


def _days_of(threads: set[int], cases: set[str], zone: ZoneInfo) -> set[date]:
    clocks = Clock.objects.filter(thread__in=threads, deadline__isnull=False)
    deadlines = clocks.values_list("deadline", flat=True)
    found = {at.astimezone(zone).date() for at in deadlines if at is not None}
    keys = {k for k in clocks.values_list("case_key", flat=True) if k} | cases
    # A work order's key is its case's number, with "-2" for a second one.
    numbers = {"-".join(k.split("-")[:2]) for k in keys}
    rows = Case.objects.filter(number__in=numbers)
    opened = [*rows.values_list("opened_at", flat=True)]
    opened += Case.objects.filter(followed_by__in=rows).values_list("opened_at", flat=True)
    found |= {at.astimezone(zone).date() for at in opened}
    names = {key.partition(":")[2] for key in _keys(threads)}
    told = Complaint.objects.filter(number__in=cases | names)
    found |= {at.astimezone(zone).date() for at in told.values_list("received_at", flat=True)}
    due = CallBack.objects.filter(case__in=rows).values_list("due_on", flat=True)
    return found | set(due)


def _keys(threads: set[int]) -> list[str]:
    return list(Thread.objects.filter(pk__in=threads).values_list("key", flat=True))


def count_days(first: date, last: date, zone: ZoneInfo) -> int:
    """Count days anew, both included; gives how many."""
    days = (last - first).days + 1
    for n in range(days):
        count_day(first + timedelta(days=n), zone)
    return days


@transaction.atomic
def count_day(day: date, zone: ZoneInfo) -> None:
    """Count a day anew. Two who count the same day wait for each other."""
    with connection.cursor() as cursor:
        key = current_organisation_id() << 32 | day.toordinal()
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
    rows = [row for figure in FIGURES.values() for row in counted(figure, Span(day, day, zone))]
    _settle_units(rows, day)
    merged: dict[tuple[str, str, int | None, int | None], DayFigure] = {}
    for row in rows:
        key_ = (row.figure, row.norm, row.unit_id, row.person_id)
        if key_ in merged:
            merged[key_].good += row.good
            merged[key_].total += row.total
        else:
            merged[key_] = row
    DayFigure.objects.filter(day=day).exclude(figure=CUSTOMERS).delete()
    DayFigure.objects.bulk_create(merged.values())
    if day == clock.now().astimezone(zone).date():
        _count_customers(day)


def counted(figure: Figure, span: Span) -> list[DayFigure]:
    """What a figure comes to in a span, from the rows themselves."""
    groups = (
        figure.source(span)
        .order_by()
        .values("unit_of", "person_of", "norm_of")
        .annotate(good_sum=Sum("good_of"), rows=Count("pk"))
    )
    return [
        DayFigure(
            day=span.first, figure=figure.key, norm=g["norm_of"], unit_id=g["unit_of"],
            person_id=g["person_of"], good=g["good_sum"] or Decimal(0), total=g["rows"],
        )
        for g in groups
    ]  # fmt: skip


def _settle_units(rows: Iterable[DayFigure], day: date) -> None:
    """Where the measure names a person and no unit, it is the person's unit of that day."""
    homeless = [r for r in rows if r.unit_id is None and r.person_id is not None]
    units = units_on({r.person_id for r in homeless if r.person_id is not None}, day)
    for row in homeless:
        assert row.person_id is not None
        row.unit_id = units.get(row.person_id)


def _count_customers(day: date) -> None:
    """How many customers there are just now, by the unit that serves them; once a day."""
    if DayFigure.objects.filter(day=day, figure=CUSTOMERS).exists():
        return
    groups = Customer.objects.order_by().values("territory__unit").annotate(rows=Count("pk"))
    DayFigure.objects.bulk_create(
        DayFigure(day=day, figure=CUSTOMERS, unit_id=g["territory__unit"], good=0, total=g["rows"])
        for g in groups
    )


def first_day(zone: ZoneInfo) -> date | None:
    """The day from which there is anything to count."""
    earliest = [
        Case.objects.order_by("opened_at").values_list("opened_at", flat=True).first(),
        Act.objects.order_by("at").values_list("at", flat=True).first(),
    ]
    found: list[datetime] = [at for at in earliest if at is not None]
    return min(found).astimezone(zone).date() if found else None


def catch_up() -> None:
    """Set the cursor to what there is now: all of it has just been counted."""
    Cursor.objects.get_or_create()
    Cursor.objects.update(
        act=Act.objects.aggregate(m=Max("pk"))["m"] or 0,
        event=Event.objects.aggregate(m=Max("pk"))["m"] or 0,
        change=ClockChange.objects.aggregate(m=Max("pk"))["m"] or 0,
    )
