"""Who calls back."""

from django.utils.translation import gettext_lazy as _

from shouwen.service.access.permissions import declare
from shouwen.service.organisations.models import Role

CALL_BACK = declare(
    "aftercare.call", _("call customers back"), (Role.OPERATOR, Role.QUALITY, Role.HEAD)
)
