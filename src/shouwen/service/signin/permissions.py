"""Who keeps what safe."""

from django.utils.translation import gettext_lazy as _

from shouwen.service.access.permissions import EVERYONE, declare
from shouwen.service.organisations.models import Role

OWN = declare("signin.own", _("keep the own sign-in safe"), EVERYONE)
RULES = declare("signin.rules", _("decide how people sign in"), (Role.ADMINISTRATOR,))
