"""Who keeps what is public."""

from django.utils.translation import gettext_lazy as _

from shouwen.service.access.permissions import EVERYONE, declare
from shouwen.service.organisations.models import Role

SEE_PAGES = declare("publication.see", _("see what is to be public"), EVERYONE)
PLAN_PAGES = declare(
    "publication.plan",
    _("give pages an owner and a date"),
    (Role.QUALITY, Role.HEAD, Role.ADMINISTRATOR, Role.DRAFTER),
)
WRITE_PAGES = declare(
    "publication.write",
    _("write pages that one owns"),
    (*PLAN_PAGES.roles, Role.CLERK, Role.OPERATOR, Role.DISPATCHER, Role.CHANNEL, Role.EXECUTIVE),
)
PUBLISH = declare(
    "publication.publish",
    _("publish and withdraw pages"),
    (Role.QUALITY, Role.EXECUTIVE, Role.ADMINISTRATOR),
)
SEE_SHARES = declare(
    "publication.shares",
    _("see how promises are kept"),
    (*PLAN_PAGES.roles, Role.EXECUTIVE),
)
RELEASE = declare(
    "publication.release",
    _("release figures to the public"),
    (Role.QUALITY, Role.EXECUTIVE),
)
