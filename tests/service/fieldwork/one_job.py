"""Makes an organisation with a technician who has one job, on the database it is told of."""

from __future__ import annotations

from datetime import date

import django

PASSWORD = "three-blind-mice"


def main() -> None:
    django.setup()
    from shouwen.service import clock
    from shouwen.service.access.actor import Actor
    from shouwen.service.accounts.models import User
    from shouwen.service.cases import actions as cases
    from shouwen.service.cases.models import Channel, Topic
    from shouwen.service.enactment.models import Adoption
    from shouwen.service.organisations.models import Person, Role, RoleGrant, Unit, UnitKind
    from shouwen.service.tenancy.models import Organisation
    from shouwen.service.tenancy.scope import scope
    from shouwen.service.workorders import actions as work
    from shouwen.service.workorders.models import WorkKind

    organisation = Organisation.objects.create(code="cable", name="某县广电")
    with scope(organisation.pk):
        Adoption.objects.create(measure="cable", first_day=date(2013, 9, 1), adopted_at=clock.now())
        station = Unit.objects.create(code="城关站", name="城关站", kind=UnitKind.STATION)
        people = {}
        for number, role in (("operator", Role.OPERATOR), ("technician", Role.TECHNICIAN)):
            user = User.objects.create_user(number, password=PASSWORD, organisation=organisation)
            people[number] = Person.objects.create(
                number=number, name=number, unit=station, user=user
            )
            RoleGrant.objects.create(person=people[number], role=role)
        operator = Actor.of(people["operator"])
        asked = cases.Asked(topic=Topic.REPAIR, channel=Channel.PHONE, matter="电视没有信号",
                            name="客户某", phone="13800001234", address="人民路1号")  # fmt: skip
        case = cases.open_case(operator, asked)
        work.order_work(operator, case, WorkKind.REPAIR, technician=people["technician"])


if __name__ == "__main__":
    main()
