"""What can be done about conduct."""

from django.utils.translation import gettext_lazy as _

from shouwen.service.access.permissions import EVERYONE, declare
from shouwen.service.organisations.models import Role

SEE_PROPOSALS = declare(
    "conduct.see", _("see proposals and decisions"),
    (Role.QUALITY, Role.HEAD, Role.EXECUTIVE, Role.CHANNEL),
)  # fmt: skip
DECIDE = declare(
    "conduct.decide", _("decide on proposals"), (Role.QUALITY, Role.HEAD, Role.EXECUTIVE)
)
SERVE = declare("conduct.serve", _("serve decisions"), (Role.QUALITY, Role.HEAD, Role.EXECUTIVE))
DECIDE_APPEALS = declare(
    "conduct.appeals", _("answer appeals"), (Role.QUALITY, Role.HEAD, Role.EXECUTIVE)
)
SEE_ACCOUNTS = declare(
    "conduct.accounts", _("see the accounts of others"),
    (Role.QUALITY, Role.HEAD, Role.EXECUTIVE),
)  # fmt: skip
KEEP_ACCOUNTS = declare("conduct.keep-accounts", _("book payments"), (Role.QUALITY, Role.HEAD))
KEEP_WAGES = declare(
    "conduct.wages", _("see wages and deduct fines"), (Role.ADMINISTRATOR, Role.EXECUTIVE)
)
MINE = declare("conduct.mine", _("see decisions on oneself"), EVERYONE)
SEE_PUBLISHED = declare("conduct.published", _("see the published list"), EVERYONE)
SET_RULES = declare(
    "conduct.rules", _("set the rules of appeal and payment"),
    (Role.DRAFTER, Role.ADMINISTRATOR),
)  # fmt: skip
