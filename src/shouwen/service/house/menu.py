"""Items of the menu."""

from django.utils.translation import gettext_lazy as _

from shouwen.service.house.permissions import MANAGE, SEE_ROSTER
from shouwen.service.ui import menu

menu.add(
    menu.Item("house", _("Duty roster"), "house:roster", "calendar", SEE_ROSTER),
    menu.Item("house", _("Units and people"), "house:home", "users", MANAGE),
)
