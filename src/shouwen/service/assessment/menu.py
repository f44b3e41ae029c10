"""Items of the menu."""

from django.utils.translation import gettext_lazy as _

from shouwen.service.assessment.permissions import MY_SHEET, SEE_FIGURES
from shouwen.service.ui import menu

menu.add(
    menu.Item("quality", _("Figures"), "assessment:figures", "chart-bar", SEE_FIGURES, "f"),
    menu.Item("quality", _("Compare"), "assessment:compare", "chart-bar", SEE_FIGURES),
    menu.Item("quality", _("Stars"), "assessment:stars", "star", SEE_FIGURES),
    menu.Item("quality", _("My sheet"), "assessment:mine", "file-text", MY_SHEET),
    menu.Item("quality", _("Sheets"), "assessment:sheets", "file-text", SEE_FIGURES),
)
