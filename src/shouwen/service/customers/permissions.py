"""Who keeps the records of customers."""

from django.utils.translation import gettext_lazy as _

from shouwen.service.access.permissions import declare
from shouwen.service.organisations.models import Role

SEE_CUSTOMERS = declare(
    "customers.see", _("see customers"),
    (Role.OPERATOR, Role.CLERK, Role.DISPATCHER, Role.QUALITY, Role.HEAD, Role.ADMINISTRATOR),
)  # fmt: skip
KEEP_CUSTOMERS = declare(
    "customers.keep", _("keep the records of customers"), (Role.CLERK, Role.HEAD,
                                                           Role.ADMINISTRATOR)
)  # fmt: skip
