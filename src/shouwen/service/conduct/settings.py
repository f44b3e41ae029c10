"""Setting the rules of appeal and payment."""

from __future__ import annotations

from django.db import transaction
from django.forms.models import model_to_dict

from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import require
from shouwen.service.audit.actions import log
from shouwen.service.conduct.models import Rules
from shouwen.service.conduct.permissions import SET_RULES


@transaction.atomic
def set_rules(actor: Actor, row: Rules) -> Rules:
    """Set the rules. Times that run already stay as they were told."""
    require(actor, SET_RULES)
    row.save()
    log(actor, "conduct.rules", "rules", model_to_dict(row, exclude=["id", "organisation"]))
    return row
