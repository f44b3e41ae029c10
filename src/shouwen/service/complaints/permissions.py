"""Who takes complaints, looks into them, and who may know the complainant."""

from django.utils.translation import gettext_lazy as _

from shouwen.service.access.permissions import EVERYONE, declare
from shouwen.service.organisations.models import Role

COMPLAIN = declare("complaints.take", _("take down complaints"), EVERYONE)
"""Whoever works here may be told of a complaint, and may have one."""
SEE = declare("complaints.see", _("see complaints one has to do with"), EVERYONE)
HANDLE = declare(
    "complaints.handle",
    _("look into complaints"),
    (Role.QUALITY, Role.EXECUTIVE, Role.HEAD, Role.CHANNEL),
)
DIRECT = declare(
    "complaints.direct", _("direct and decide complaints"), (Role.QUALITY, Role.EXECUTIVE)
)
KNOW = declare("complaints.know", _("read who complained"), (Role.QUALITY, Role.EXECUTIVE))
KNOW_COLLEAGUE = declare(
    "complaints.know-colleague", _("read which colleague reported"), (Role.QUALITY,)
)
