"""What can be done with the measure and its events."""

from django.utils.translation import gettext_lazy as _

from shouwen.service.access.permissions import EVERYONE, declare
from shouwen.service.organisations.models import Role

READ_MEASURE = declare("measure.read", _("read the measure"), EVERYONE)
ASK_WHY = declare("outcomes.why", _("ask why"), EVERYONE)
REGISTER_EVENTS = declare(
    "events.register",
    _("register events of the measure"),
    (
        Role.CLERK, Role.OPERATOR, Role.QUALITY, Role.HEAD, Role.CHANNEL, Role.DRAFTER,
        Role.ADMINISTRATOR,
    ),
)  # fmt: skip
SEE_EVENTS = declare(
    "events.see",
    _("see events of the measure"),
    (*REGISTER_EVENTS.roles, Role.DISPATCHER, Role.EXECUTIVE),
)
SEE_BREACHES = declare(
    "breaches.see",
    _("see breaches"),
    (
        Role.QUALITY, Role.HEAD, Role.EXECUTIVE, Role.DISPATCHER, Role.CHANNEL, Role.DRAFTER,
        Role.ADMINISTRATOR,
    ),
)  # fmt: skip
ADOPT = declare("measure.adopt", _("adopt a measure"), (Role.DRAFTER, Role.ADMINISTRATOR))
MY_RECORD = declare("record.mine", _("see one's own record"), EVERYONE)
SEE_RECORDS = declare("record.see", _("see the records of others"), (Role.HEAD, Role.QUALITY))
