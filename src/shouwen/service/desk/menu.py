"""Items of the menu."""

from django.utils.translation import gettext_lazy as _

from shouwen.service.cases.permissions import SEE_DESK
from shouwen.service.ui import menu

menu.add(
    menu.Item("today", _("Workbench"), "desk:home", "home", SEE_DESK, "h", first=True),
    menu.Item("today", _("Clocks"), "desk:clocks", "clock", SEE_DESK, "t"),
    menu.Item("house", _("Help"), "desk:help", "help", SEE_DESK, "?"),
)
