"""Who declares an area failure, and who sees it."""

from django.utils.translation import gettext_lazy as _

from shouwen.service.access.permissions import declare
from shouwen.service.cases.permissions import DESK
from shouwen.service.organisations.models import Role

SEE_FAILURES = declare(
    "failures.see", _("see area failures"), (*DESK, Role.TECHNICIAN, Role.EXECUTIVE)
)
DECLARE_FAILURES = declare(
    "failures.declare", _("declare area failures"), (Role.DISPATCHER, Role.HEAD, Role.EXECUTIVE)
)
