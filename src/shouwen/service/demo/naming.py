"""Stars of the bank's four weeks: the office names a star of the month, and praises."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from shouwen.service.assessment.periods import month_of
from shouwen.service.demo.days import Steps, at_hour
from shouwen.service.demo.houses import ZONE, House
from shouwen.service.measurebook import actions
from shouwen.service.organisations.models import Person, Role

AGO = timedelta(days=6)
"""Where no month ends within the days, the star of the present one is named so long before their
end: long enough that it is decided on."""
PRAISE = timedelta(days=9)


def namings(house: House, until: datetime, days: int) -> Iterator[tuple[datetime, Steps]]:
    """When someone is named or praised; nothing but at the bank, whose measure has stars."""
    if house.organisation.code != "bank":
        return
    last = until.astimezone(ZONE).date()
    first = last - timedelta(days=days - 1)
    month_ends = {month_of(first + timedelta(days=n))[1] for n in range(days)}
    for day in sorted(d for d in month_ends if d < last) or [last - AGO]:
        yield at_hour(day, 16), _named(house, at_hour(day, 16), {"ground": "月度明星"})
        if day.month % 3 == 0 and day == month_of(day)[1]:
            yield at_hour(day, 16, 30), _rated(house, at_hour(day, 16, 30))
    praised = last - PRAISE
    yield at_hour(praised, 11), _named(house, at_hour(praised, 11), {"ground": "表扬信"})


def _rated(house: House, at: datetime) -> Steps:
    actions.register(house.actor("quality"), "tellers.rated", {"unit": "总部"}, at)
    yield from ()


def _named(house: House, at: datetime, ground: dict[str, Any]) -> Steps:
    person = _whom(at.date())
    if person is not None:
        facts = {"case": f"S{at:%Y%m%d}", "person": person.number, "unit": person.unit.code}
        actions.register(house.actor("quality"), "reward.earned", facts | ground, at)
    yield from ()


def _whom(day: date) -> Person | None:
    """An employee of whom little was found: another one from month to month."""
    broken = Count("breaches", filter=Q(breaches__gone=False), distinct=True)
    staff = Person.objects.filter(is_active=True, grants__role=Role.EMPLOYEE, user=None)
    least = list(
        staff.select_related("unit").annotate(broken=broken).order_by("broken", "number")[:9]
    )
    return least[(day.month * 4 + day.day) % len(least)] if least else None
