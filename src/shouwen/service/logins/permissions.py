"""Who gives logins."""

from django.utils.translation import gettext_lazy as _

from shouwen.service.access.permissions import declare
from shouwen.service.organisations.models import Role

KEEP_LOGINS = declare("logins.keep", _("give people logins and roles"), (Role.ADMINISTRATOR,))
