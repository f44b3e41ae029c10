"""Who works at the counter."""

from django.utils.translation import gettext_lazy as _

from shouwen.service.access.permissions import declare
from shouwen.service.organisations.models import Role

SERVE = declare("counter.serve", _("serve at the counter"), (Role.CLERK,))
