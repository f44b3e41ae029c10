"""All that changes an area failure."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import require
from shouwen.service.audit.actions import log
from shouwen.service.cases.models import Case, CaseState, FaultGroup
from shouwen.service.cases.numbers import next_number
from shouwen.service.cases.permissions import WORK_CASES
from shouwen.service.enactment.bridge import perform, together
from shouwen.service.failures.permissions import DECLARE_FAILURES
from shouwen.service.organisations.models import Territory


@together()
def declare_failure(
    actor: Actor, title: str, territory: Territory | None, cases: Iterable[Case] = ()
) -> FaultGroup:
    """Declare that many reports are one fault, and join the cases given.

    Raises:
        NotAllowed: when the actor may not.
        ValidationError: when a failure of the same name is open in the territory.
    """
    require(actor, DECLARE_FAILURES)
    title = title.strip()
    if not title:
        raise ValidationError(_("Say what has failed."))
    now = clock.now()
    same = FaultGroup.objects.filter(title=title, territory=territory, ended_at__isnull=True)
    if same.exists():
        raise ValidationError(_("This failure is declared already: %(number)s.")
                              % {"number": same[0].number})  # fmt: skip
    failure = FaultGroup.objects.create(
        number=next_number("F", now.astimezone(actor.zone).date()), title=title,
        territory=territory, declared_at=now,
    )  # fmt: skip
    perform(actor, "area-failure.declared", {"failure": failure.number})
    log(actor, "failures.declare", f"failure:{failure.number}", {"title": title})
    join(actor, failure, cases)
    return failure


@together()
def join(actor: Actor, failure: FaultGroup, cases: Iterable[Case]) -> int:
    """Join cases to a failure; gives how many were not in it before.

    Raises:
        ValidationError: when the failure is over.
    """
    require(actor, WORK_CASES)
    failure = FaultGroup.objects.select_for_update(of=("self",)).get(pk=failure.pk)
    if failure.ended_at is not None:
        raise ValidationError(_("The failure %(number)s is over.") % {"number": failure.number})
    joined = 0
    for case in cases:
        if case.fault_group_id == failure.pk:
            continue
        case.fault_group = failure
        case.save(update_fields=["fault_group"])
        text = _("Belongs to the area failure %(number)s.") % {"number": failure.number}
        perform(actor, "case.noted", {"text": text}, case=case.number)
        log(actor, "failures.join", f"case:{case.number}", {"failure": failure.number})
        joined += 1
    return joined


@together(later=True)
def end_failure(actor: Actor, failure: FaultGroup, cause: str) -> FaultGroup:
    """The failure is over; every open case of it is noted with what was the matter.

    Raises:
        ValidationError: when it is over already, or nothing is said of its cause.
    """
    require(actor, DECLARE_FAILURES)
    failure = FaultGroup.objects.select_for_update(of=("self",)).get(pk=failure.pk)
    cause = cause.strip()
    if failure.ended_at is not None:
        raise ValidationError(_("The failure %(number)s is over.") % {"number": failure.number})
    if not cause:
        raise ValidationError(_("Say what was the matter: customers will ask."))
    failure.ended_at = clock.now()
    failure.save(update_fields=["ended_at"])
    text = _("The area failure is over: %(cause)s") % {"cause": cause}
    for case in failure.cases.exclude(state=CaseState.CLOSED):
        perform(actor, "case.noted", {"text": text}, case=case.number)
    log(actor, "failures.end", f"failure:{failure.number}", {"cause": cause})
    return failure
