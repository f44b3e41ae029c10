"""An organisation from nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.db import transaction

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.audit.actions import log
from shouwen.service.enactment.enacted import measure_of
from shouwen.service.enactment.models import Adoption
from shouwen.service.logins import actions
from shouwen.service.organisations.models import Person, Reach, Role, RoleGrant, Unit, UnitKind
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope


@dataclass(frozen=True)
class Founding:
    """What must be known of an organisation to begin."""

    code: str
    name: str
    name_en: str
    measure: str
    first_day: date
    zone: str
    administrator: tuple[str, str]
    """Staff number and name."""


@transaction.atomic
def found(asked: Founding) -> tuple[Organisation, str]:
    """Found an organisation: one unit, one administrator, the measure in force from a day on.

    Returns:
        the organisation and the token of the administrator's link.

    Raises:
        ValidationError: with everything that is wrong.
    """
    faults = []
    try:
        ZoneInfo(asked.zone)
    except (ZoneInfoNotFoundError, ValueError):
        faults.append(f"'{asked.zone}' is no time zone; Asia/Shanghai is one.")
    try:
        measure_of(asked.measure)
    except KeyError as error:
        faults.append(str(error.args[0]))
    row = Organisation(code=asked.code, name=asked.name, name_en=asked.name_en, zone=asked.zone)
    try:
        row.full_clean()
    except ValidationError as error:
        faults += [f"{k}: {said}" for k, v in error.message_dict.items() for said in v]
    if faults:
        raise ValidationError(faults)
    row.save()
    with scope(row.pk):
        service = Actor(row, None, source="command")
        Adoption.objects.create(
            measure=asked.measure, first_day=asked.first_day, adopted_at=clock.now()
        )
        unit = Unit.objects.create(
            code=asked.code, name=asked.name, name_en=asked.name_en, kind=UnitKind.COMPANY
        )
        number, name = asked.administrator
        person = Person.objects.create(number=number, name=name, unit=unit)
        RoleGrant.objects.create(person=person, role=Role.ADMINISTRATOR, reach=Reach.ORGANISATION)
        log(service, "organisation.founded", f"organisation:{row.code}", {
            "measure": asked.measure, "first_day": asked.first_day, "administrator": number,
        })  # fmt: skip
        _link, token = actions.invite(service, person)
    return row, token


@transaction.atomic
def new_link(code: str, number: str) -> str:
    """A link for someone of an organisation, asked for on the machine itself; its token.

    Raises:
        ValidationError: when there is no such organisation or person, or the login is closed.
    """
    row = Organisation.objects.filter(code=code).first()
    if row is None:
        known = ", ".join(Organisation.objects.values_list("code", flat=True))
        raise ValidationError(f"There is no organisation '{code}'. Known: {known}.")
    with scope(row.pk):
        person = Person.objects.select_related("user", "organisation").filter(number=number).first()
        if person is None:
            raise ValidationError(f"Nobody in '{code}' has the staff number '{number}'.")
        return actions.invite(Actor(row, None, source="command"), person)[1]
