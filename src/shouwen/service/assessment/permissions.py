"""Who sees figures, and who issues sheets."""

from django.utils.translation import gettext_lazy as _

from shouwen.service.access.permissions import EVERYONE, declare
from shouwen.service.organisations.models import Role

SEE_FIGURES = declare(
    "assessment.see", _("see figures and sheets"), (Role.QUALITY, Role.HEAD, Role.EXECUTIVE)
)
ISSUE_SHEETS = declare("assessment.issue", _("issue sheets"), (Role.QUALITY, Role.EXECUTIVE))
MY_SHEET = declare("assessment.mine", _("see one's own figures and sheets"), EVERYONE)
