"""Makes an organisation with many clocks that have long expired and that nobody has looked at.

Run as a program of its own, on the database that the environment names.
"""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime

import django

LONG_AGO = datetime(2024, 5, 8, 4, tzinfo=UTC)


def main() -> None:
    django.setup()
    from shouwen.service import clock
    from shouwen.service.access.actor import Actor
    from shouwen.service.enactment.bridge import perform
    from shouwen.service.enactment.models import Adoption
    from shouwen.service.organisations.models import Person, Reach, Role, RoleGrant, Unit, UnitKind
    from shouwen.service.tenancy.models import Organisation
    from shouwen.service.tenancy.scope import scope

    organisation = Organisation.objects.create(code="cable", name="某县广电")
    with clock.frozen_at(LONG_AGO), scope(organisation.pk):
        Adoption.objects.create(measure="cable", first_day=date(2013, 9, 1), adopted_at=LONG_AGO)
        station = Unit.objects.create(code="城关站", name="城关站", kind=UnitKind.STATION)
        Person.objects.create(number="维修员", name="某", unit=station)
        head = Person.objects.create(number="站长", name="某", unit=station)
        RoleGrant.objects.create(person=head, role=Role.HEAD, reach=Reach.UNIT, unit=station)
        facts = {"kind": "repair", "technician": "维修员", "unit": "城关站", "area": "城区"}
        for n in range(int(sys.argv[1])):
            perform(Actor(organisation, None), "work.reported", facts, case=f"C{n}")


if __name__ == "__main__":
    main()
