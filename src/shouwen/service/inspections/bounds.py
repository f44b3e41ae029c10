"""How far back something may be told: kept by the organisation, in days of its own calendar."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shouwen.service.access.actor import Actor
from shouwen.service.enactment.bridge import AHEAD
from shouwen.service.inspections.models import Rules


def rules() -> Rules:
    """The organisation's bounds; those it begins with, if it has set none."""
    return Rules.objects.first() or Rules()


def entered_in_time(actor: Actor, found: datetime, now: datetime) -> None:
    """Refuse what is entered too long after it was found, or before.

    Raises:
        ValidationError: saying how long it may take.
    """
    if found > now + AHEAD:
        raise ValidationError(_("The time given lies in the future."))
    most = rules().entered_within
    days = (now.astimezone(actor.zone).date() - found.astimezone(actor.zone).date()).days
    if days > most:
        raise ValidationError(
            _("It is entered %(days)d days later; your organisation allows %(most)d.")
            % {"days": days, "most": most}
        )


def found_in_time(actor: Actor, occurred: datetime, found: datetime) -> None:
    """Refuse a finding about an act that lies after it, or too long before it.

    Raises:
        ValidationError: saying how long it may take.
    """
    if occurred > found:
        raise ValidationError(_("The act cannot come after it was found."))
    most = rules().found_within
    days = (found.astimezone(actor.zone).date() - occurred.astimezone(actor.zone).date()).days
    if days > most:
        raise ValidationError(
            _("The act was %(days)d days before; your organisation allows %(most)d.")
            % {"days": days, "most": most}
        )
