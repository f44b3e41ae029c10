"""Who plans, looks, finds, and sees what was found."""

from django.utils.translation import gettext_lazy as _

from shouwen.service.access.permissions import EVERYONE, declare
from shouwen.service.organisations.models import Role

PLAN = declare(
    "inspections.plan", _("plan inspections and the rota"), (Role.QUALITY, Role.EXECUTIVE)
)
INSPECT = declare(
    "inspections.inspect",
    _("inspect and record findings"),
    (Role.QUALITY, Role.EXECUTIVE, Role.HEAD, Role.CHANNEL),
)
SEE_INSPECTIONS = declare(
    "inspections.see", _("see inspections"), (*INSPECT.roles, Role.DRAFTER, Role.ADMINISTRATOR)
)
DRAW = declare("inspections.draw", _("draw samples"), (Role.QUALITY, Role.EXECUTIVE))
CHECK_PHONES = declare(
    "inspections.phones",
    _("check whether phones are answered"),
    (Role.QUALITY, Role.EXECUTIVE, Role.HEAD, Role.DISPATCHER),
)
TAKE_BACK = declare("inspections.take-back", _("take findings back"), (Role.QUALITY,))
SEE_FINDINGS = declare("findings.see", _("see findings"), EVERYONE)
"""Everyone sees what was found of themselves; heads and the quality office more."""
PUT_RIGHT = declare("findings.put-right", _("report findings as put right"), EVERYONE)
SEE_ROTA = declare("rota.see", _("see the executives' rota"), EVERYONE)
SET_RULES = declare(
    "inspections.rules", _("set the bounds of findings"), (Role.QUALITY, Role.ADMINISTRATOR)
)
