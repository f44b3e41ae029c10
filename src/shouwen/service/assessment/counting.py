"""Counting days: anew whenever something that belongs to them has changed.

The queue (`Recount`) says which days are no longer as they were counted; `watching` writes to it
in the transaction of the change. A day is taken from the queue and counted in one transaction, the
taking first: what the queue told of is committed by then, and each later statement sees it. What
is committed afterwards has its own rows in the queue, and the day is counted once more. So figures
are exact whenever nothing is waiting, in whatever order transactions began and ended.

That needs two locks, of the transaction each. Whoever counts a day holds the *day*: of two who
count it, the later sees what the earlier saw. And whoever counts any day shares the *queue*, which
someone has alone who must know that nobody is in the middle of counting: to look up the days of a
person who moved, and to issue or release figures (`bring_up_to_date`).

Counting a day is one question per figure, answered by an index, and replaces what was counted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Count, QuerySet, Sum

from shouwen.service import clock
from shouwen.service.aftercare.models import CallBack
from shouwen.service.assessment.figures import FIGURES, Figure, Span, resting_on
from shouwen.service.assessment.models import CUSTOMERS, DayFigure, Recount
from shouwen.service.assessment.watching import QUEUE
from shouwen.service.cases.models import Case
from shouwen.service.complaints.models import Complaint
from shouwen.service.contacts.models import Call, Customer
from shouwen.service.enactment.models import Breach, Clock
from shouwen.service.house.queries import units_on
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import current_organisation_id, scope
from shouwen.service.workorders.models import WorkOrder

MOST = 400
"""So many days are counted in one go."""
UNSETTLED = ("clocks", "breaches")
"""Sources whose rows may name a person and no unit."""
TAKE = """
WITH taken AS (
    DELETE FROM {queue} WHERE id IN (
        SELECT id FROM {queue} WHERE organisation_id = %s AND {which} FOR UPDATE SKIP LOCKED
    ) RETURNING source, person_id
)
SELECT DISTINCT source, person_id FROM taken
"""


def count_all(most: int = MOST) -> int:
    """Count what has changed in every organisation.

    Returns:
        how many days were counted.
    """
    counted = 0
    for organisation in Organisation.objects.filter(is_active=True):
        with scope(organisation.pk):
            counted += count_changed(ZoneInfo(organisation.zone), most)
    return counted


def count_changed(zone: ZoneInfo, most: int = MOST) -> int:
    """Count the days that are waiting, up to today, each in a transaction of its own; gives how
    many. Any number of workers may do so at once: what one has taken, another passes over."""
    if Recount.objects.filter(day=None).exists():
        _look_up_days_of_people()
    today = clock.now().astimezone(zone).date()
    # What lies ahead waits until it is there.
    waiting = _days(Recount.objects.filter(day__lte=today))
    counted = sum(_count_waiting(day, zone) for day in waiting[:most])
    if counted:
        _count_customers(today)
    return counted


@transaction.atomic
def _count_waiting(day: date, zone: ZoneInfo) -> bool:
    _share_queue()
    sources = {source for source, _person in _take("day = %s", day)}
    if sources:
        count_day(day, zone, sources)
    return bool(sources)


@transaction.atomic
def _look_up_days_of_people() -> None:
    """Let the days of those who moved be counted anew, as far as their unit is asked for.

    A day that is being counted just now may be among them, and is not written yet: so nobody
    counts meanwhile.
    """
    _have_queue_alone()
    people = {person for _source, person in _take("day IS NULL")}
    for source in UNSETTLED:
        keys = [f.key for f in resting_on(source)]
        days = DayFigure.objects.filter(person__in=people, figure__in=keys)
        Recount.objects.bulk_create(
            Recount(source=source, day=day)
            for day in days.order_by().values_list("day", flat=True).distinct()
        )


def bring_up_to_date(first: date, last: date, zone: ZoneInfo) -> int:
    """Count what is waiting of some days, both included; gives how many days that were.

    Afterwards, to the end of the transaction, the figures of these days are those of every change
    that is committed: nobody else counts until then. Must be in a transaction.
    """
    _have_queue_alone()
    if Recount.objects.filter(day=None).exists():
        _look_up_days_of_people()
    days = _days(Recount.objects.filter(day__gte=first, day__lte=last))
    return sum(_count_waiting(day, zone) for day in list(days))


def waiting(first: date, last: date) -> int:
    """How many days are waiting to be counted, of some days and so far as is known yet."""
    days = Recount.objects.filter(day__gte=first, day__lte=last)
    return days.values("day").distinct().count()


def count_days(first: date, last: date, zone: ZoneInfo) -> int:
    """Count days anew from the rows themselves, both included, waiting or not; gives how many."""
    days = (last - first).days + 1
    for n in range(days):
        with transaction.atomic():
            _share_queue()
            _take("day = %s", day := first + timedelta(days=n))
            count_day(day, zone)
    return days


def _days(rows: QuerySet[Recount]) -> Any:
    return rows.order_by("day").values_list("day", flat=True).distinct()


def _take(which: str, *values: date) -> list[tuple[str, int]]:
    """Take rows from the queue; what another has taken and not committed is passed over."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE.format(queue=QUEUE, which=which), [current_organisation_id(), *values])
        return list(cursor.fetchall())


def _share_queue() -> None:
    _lock("pg_advisory_xact_lock_shared", 0)


def _have_queue_alone() -> None:
    _lock("pg_advisory_xact_lock", 0)


def _lock(how: str, number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {how}(%s)", [current_organisation_id() << 32 | number])


@transaction.atomic
def count_day(day: date, zone: ZoneInfo, sources: Collection[str] | None = None) -> None:
    """Count the figures of a day anew that rest on some sources; all of them, if none are given.

    Two who count the same day wait for each other.
    """
    _lock("pg_advisory_xact_lock", day.toordinal())
    figures = [f for f in FIGURES.values() if sources is None or f.rests_on in sources]
    rows = figures_of_day(figures, day, zone)
    DayFigure.objects.filter(day=day, figure__in=[f.key for f in figures]).delete()
    DayFigure.objects.bulk_create(rows)
    if day == clock.now().astimezone(zone).date():
        _count_customers(day)


Ask = Callable[[QuerySet[Any, dict[str, Any]]], Iterable[dict[str, Any]]]
"""Gives the rows of a query: PostgreSQL's, or those of a copy of its tables (`whole`)."""


def figures_of_day(
    figures: Iterable[Figure], day: date, zone: ZoneInfo, ask: Ask = iter
) -> list[DayFigure]:
    """What some figures come to on a day, each unit and person once; nothing is stored."""
    rows = [row for figure in figures for row in counted(figure, Span(day, day, zone), ask)]
    _settle_units(rows, day)
    merged: dict[tuple[str, str, str, int | None, int | None], DayFigure] = {}
    for row in rows:
        key = (row.figure, row.norm, row.rule, row.unit_id, row.person_id)
        if key in merged:
            merged[key].good += row.good
            merged[key].total += row.total
        else:
            merged[key] = row
    return list(merged.values())


def grouped(figure: Figure, span: Span) -> QuerySet[Any, dict[str, Any]]:
    """The query that counts a figure in a span, for each unit, person, norm and rule."""
    groups: QuerySet[Any, dict[str, Any]] = (
        figure.source(span)
        .order_by()
        .values("unit_of", "person_of", "norm_of", "rule_of")
        .annotate(good_sum=Sum("good_of"), rows=Count("pk"))
    )
    return groups


def counted(figure: Figure, span: Span, ask: Ask = iter) -> list[DayFigure]:
    """What a figure comes to in a span, from the rows themselves."""
    return [
        DayFigure(
            day=span.first, figure=figure.key, norm=g["norm_of"], rule=g["rule_of"],
            unit_id=g["unit_of"], person_id=g["person_of"], good=g["good_sum"] or Decimal(0),
            total=g["rows"],
        )
        for g in ask(grouped(figure, span))
    ]  # fmt: skip


def _settle_units(rows: Iterable[DayFigure], day: date) -> None:
    """Where the measure names a person and no unit, it is the person's unit of that day."""
    homeless = [r for r in rows if r.unit_id is None and r.person_id is not None]
    if not homeless:
        return
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
        [
            DayFigure(
                day=day, figure=CUSTOMERS, unit_id=g["territory__unit"], good=0, total=g["rows"]
            )
            for g in groups
        ],
        # Another worker may have done so just now.
        ignore_conflicts=True,
    )


def first_day(zone: ZoneInfo) -> date | None:
    """The first day of which there is anything to count."""
    instants = [
        Call.objects.order_by("rang_at").values_list("rang_at", flat=True).first(),
        Clock.objects.exclude(deadline=None)
        .order_by("deadline").values_list("deadline", flat=True).first(),
        Breach.objects.order_by("at").values_list("at", flat=True).first(),
        WorkOrder.objects.order_by("reported_at").values_list("reported_at", flat=True).first(),
        Case.objects.order_by("opened_at").values_list("opened_at", flat=True).first(),
        Complaint.objects.order_by("received_at").values_list("received_at", flat=True).first(),
    ]  # fmt: skip
    found = [at.astimezone(zone).date() for at in instants if isinstance(at, datetime)]
    due = CallBack.objects.order_by("due_on").values_list("due_on", flat=True).first()
    return min([*found, *([due] if due is not None else [])], default=None)
