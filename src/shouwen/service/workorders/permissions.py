"""What can be done with work orders."""

from django.utils.translation import gettext_lazy as _

from shouwen.service.access.permissions import declare
from shouwen.service.organisations.models import Role

SEE_WORK = declare(
    "workorders.see", _("see work orders"),
    (Role.OPERATOR, Role.CLERK, Role.DISPATCHER, Role.QUALITY, Role.HEAD, Role.EXECUTIVE,
     Role.TECHNICIAN),
)  # fmt: skip
DISPATCH = declare(
    "workorders.dispatch", _("assign work"), (Role.DISPATCHER, Role.OPERATOR, Role.HEAD)
)
DO_WORK = declare("workorders.do", _("do work at the customer's"), (Role.TECHNICIAN,))
KEEP_RECEIPTS = declare(
    "workorders.receipts", _("take in and file slips"),
    (Role.DISPATCHER, Role.QUALITY, Role.HEAD, Role.OPERATOR),
)  # fmt: skip
