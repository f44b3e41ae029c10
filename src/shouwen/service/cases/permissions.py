"""What can be done with cases."""

from django.utils.translation import gettext_lazy as _

from shouwen.service.access.permissions import EVERYONE, declare
from shouwen.service.organisations.models import Role

DESK = (Role.OPERATOR, Role.CLERK, Role.DISPATCHER, Role.QUALITY, Role.HEAD, Role.CHANNEL)

SEE_CASES = declare("cases.see", _("see cases"), (*DESK, Role.TECHNICIAN, Role.EXECUTIVE))
WORK_CASES = declare("cases.work", _("work on cases"), (*DESK, Role.TECHNICIAN))
OPEN_CASES = declare("cases.open", _("take up cases"), DESK)
CLOSE_ANYWAY = declare(
    "cases.close-anyway", _("close a case though something is missing"), (Role.HEAD, Role.QUALITY)
)
SEE_PERSONAL = declare(
    "cases.see-personal", _("see names, phones and addresses in full"), (*DESK, Role.TECHNICIAN)
)
SEE_DESK = declare("desk.see", _("see the workbench"), EVERYONE)
