"""A decision reaches the person, who acknowledges it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import require
from shouwen.service.audit.actions import log
from shouwen.service.conduct.deciding import standing
from shouwen.service.conduct.fines import FINE, announce
from shouwen.service.conduct.models import Acknowledgement, Decision, Service, Way
from shouwen.service.conduct.permissions import MINE, SERVE
from shouwen.service.conduct.times import last_day, rules


@transaction.atomic
def serve(actor: Actor, decision: Decision, way: Way, note: str = "") -> Service:
    """Write that a decision reached the person; the times to appeal and to pay begin.

    Where the measure sets a time to pay, that is the one.

    Raises:
        NotAllowed: without the right.
        ValidationError: when it was served already, stands no longer, or is about the actor.
    """
    require(actor, SERVE)
    assert actor.person is not None
    if decision.person_id == actor.person.pk and way != Way.PAGE:
        raise ValidationError(_("This is about you: someone else hands it to you."))
    last = standing(decision.outcome)
    if last is not None and last.pk != decision.pk:
        raise ValidationError(
            _("It stands no longer; %(number)s took its place.") % {"number": last.cited}
        )
    now = clock.now().astimezone(actor.zone)
    chosen = rules()
    try:
        with transaction.atomic():
            row = Service(
                decision=decision, at=now, by=actor.person, way=way, note=note.strip()[:500],
                appeal_until=last_day(now, chosen.appeal_days),
            )  # fmt: skip
            if FINE in decision.amounts:
                row.pay_until = announce(actor, decision) or last_day(now, chosen.pay_days)
            row.save()
    except IntegrityError as error:
        raise ValidationError(_("It was served already.")) from error
    log(actor, "conduct.serve", f"decision:{decision.number}",
        {"way": way, "appeal_until": row.appeal_until})  # fmt: skip
    return row


@transaction.atomic
def acknowledge(actor: Actor, decision: Decision, name: str, said: str = "") -> Acknowledgement:
    """The person has read a decision and signs with their name.

    Raises:
        ValidationError: when it is not about the actor, was not served or was acknowledged
            already, or the name is not theirs.
    """
    require(actor, MINE)
    person = actor.person
    if person is None or decision.person_id != person.pk:
        raise ValidationError(_("Only the person it is about acknowledges it."))
    if not Service.objects.filter(decision=decision).exists():
        raise ValidationError(_("It has not been served yet."))
    if name.strip() not in (person.name, person.name_en):
        raise ValidationError(_("Sign with your own name: %(name)s.") % {"name": person.name})
    try:
        with transaction.atomic():
            row = Acknowledgement.objects.create(
                decision=decision, at=clock.now(), person=person, name=name.strip(),
                said=said.strip()[:2000],
            )  # fmt: skip
    except IntegrityError as error:
        raise ValidationError(_("You acknowledged it already.")) from error
    log(actor, "conduct.acknowledge", f"decision:{decision.number}")
    return row
