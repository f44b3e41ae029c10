"""Who runs the organisation."""

from django.utils.translation import gettext_lazy as _

from shouwen.service.access.permissions import declare
from shouwen.service.organisations.models import Role

MANAGE = declare("house.manage", _("manage units and people"), (Role.ADMINISTRATOR,))
ROSTER = declare(
    "house.roster", _("keep duty rosters"), (Role.ADMINISTRATOR, Role.HEAD, Role.DISPATCHER)
)
SEE_ROSTER = declare("house.see-roster", _("see duty rosters"), frozenset(Role))
