"""Who may try another measure on past events."""

from django.utils.translation import gettext_lazy as _

from shouwen.service.access.permissions import declare
from shouwen.service.organisations.models import Role

TRY = declare(
    "drafting.try",
    _("try another measure on past events"),
    (Role.DRAFTER, Role.ADMINISTRATOR),
)
