"""Items of the menu."""

from django.utils.translation import gettext_lazy as _

from shouwen.service.inspections.permissions import SEE_FINDINGS, SEE_INSPECTIONS
from shouwen.service.ui import menu

menu.add(
    menu.Item("quality", _("Inspections"), "inspections:inspections", "list-check",
              SEE_INSPECTIONS, "i"),
    menu.Item("quality", _("Findings"), "inspections:findings", "eye", SEE_FINDINGS),
)  # fmt: skip
