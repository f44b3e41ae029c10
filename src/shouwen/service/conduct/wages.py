"""Entering wages and minimum wages, and deducting what may be deducted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from shouwen.measures.lawfulness import Month
from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import require, visible
from shouwen.service.audit.actions import log
from shouwen.service.conduct.accounts import add
from shouwen.service.conduct.fines import FINE, paid
from shouwen.service.conduct.models import Deduction, EntryKind, LocalMinimum, Subject, Wage
from shouwen.service.conduct.payroll import Line, lines
from shouwen.service.conduct.permissions import KEEP_WAGES
from shouwen.service.organisations.models import Person


@dataclass(frozen=True)
class Given:
    """A wage as a row of a sheet says."""

    person: Person
    month: date
    gross: Decimal
    deducted: Decimal
    region: str
    tier: str


def people_of(actor: Actor) -> list[int]:
    """The ids of those whose wages an actor may see and enter."""
    return list(visible(actor, KEEP_WAGES, Person.objects.all()).values_list("pk", flat=True))


@transaction.atomic
def enter(actor: Actor, given: Sequence[Given]) -> int:
    """Enter wages; a later row takes the place of an earlier one of the same month.

    Raises:
        ValidationError: for someone outside the actor's sight, or a month in which something was
            deducted already; nothing is entered then.
    """
    require(actor, KEEP_WAGES)
    assert actor.person is not None
    mine = set(people_of(actor))
    strange = [g.person.number for g in given if g.person.pk not in mine]
    if strange:
        raise ValidationError(
            _("These people are not yours: %(numbers)s.") % {"numbers": ", ".join(strange[:20])}
        )
    months = {g.month for g in given}
    closed = set(Deduction.objects.filter(month__in=months).values_list("person_id", "month"))
    late = [g.person.number for g in given if (g.person.pk, g.month) in closed]
    if late:
        said = _("From these wages something was deducted already: %(numbers)s.")
        raise ValidationError(said % {"numbers": ", ".join(late[:20])})
    now = clock.now()
    for g in given:
        Wage.objects.create(
            person=g.person, month=g.month, gross=g.gross, deducted=g.deducted, region=g.region,
            tier=g.tier, at=now, by=actor.person,
        )  # fmt: skip
    log(actor, "conduct.wages", "wages", {"rows": len(given), "months": sorted(map(str, months))})
    return len(given)


@transaction.atomic
def set_minimum(actor: Actor, row: LocalMinimum) -> LocalMinimum:
    """Enter the minimum wage of a region from a day on, with the notice it stands in."""
    require(actor, KEEP_WAGES)
    assert actor.person is not None
    row.at, row.by = clock.now(), actor.person
    row.save()
    data = {"region": row.region, "tier": row.tier, "since": row.since, "monthly": row.monthly}
    log(actor, "conduct.minimum-wage", f"region:{row.region}", data)
    return row


@transaction.atomic
def deduct(
    actor: Actor, month: Month, reason: str, name: str
) -> tuple[list[Deduction], list[Line]]:
    """Deduct from the wages of a month what may be deducted, and book it; each person once.

    The law has its doubts about fines on employees. So whoever deducts says why it may be done
    (damage done, as agreed in the contract) and signs with their name.

    Returns:
        what was deducted, and the lines from which nothing could be.

    Raises:
        ValidationError: for a month that has not come yet, no reason, or another's name.
    """
    require(actor, KEEP_WAGES)
    if month.first > clock.now().astimezone(actor.zone).date():
        raise ValidationError(_("This month has not come yet."))
    if not reason.strip():
        raise ValidationError(_("Say on what ground it may be deducted."))
    person = actor.person
    if person is None or name.strip() not in (person.name, person.name_en or person.name):
        raise ValidationError(_("Sign with your own name."))
    made, left = [], []
    people = Person.objects.filter(pk__in=people_of(actor))
    # Locked before it is reckoned, so that a payment booked meanwhile is counted.
    subjects = Subject.objects.filter(person__in=people).order_by("pk")
    list(subjects.select_for_update(no_key=True))
    for line in lines(month, people):
        own = actor.person is not None and line.person.pk == actor.person.pk
        if line.made is not None or own or line.now <= 0:
            left.append(line)
            continue
        made.append(_deduct(actor, month, line, reason.strip()[:500], name.strip()))
    log(actor, "conduct.deduct", f"month:{month}", {"people": len(made), "reason": reason})
    return made, left


def _deduct(actor: Actor, month: Month, line: Line, reason: str, name: str) -> Deduction:
    assert actor.person is not None
    assert line.wage is not None
    assert line.minimum is not None
    try:
        with transaction.atomic():
            row = Deduction.objects.create(
                person=line.person, month=month.first, gross=line.wage.gross,
                minimum=line.minimum, deducted=line.wage.deducted, due=line.due,
                amount=line.now, at=clock.now(), by=actor.person, reason=reason, signed=name,
            )  # fmt: skip
    except IntegrityError as error:
        raise ValidationError(
            _("%(who)s: this was deducted already, or goes beyond the limit of the law.")
            % {"who": line.person}
        ) from error
    rest = row.amount
    for decision, due in line.items:
        part = min(due, rest)
        if part <= 0:
            break
        add(actor, decision, FINE, -part, EntryKind.DEDUCTION, note=str(month))
        if part == due:
            paid(actor, decision)
        rest -= part
    return row
