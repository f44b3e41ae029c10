"""Items of the menu."""

from django.utils.translation import gettext_lazy as _

from shouwen.service.logins.permissions import KEEP_LOGINS
from shouwen.service.ui import menu

menu.add(menu.Item("house", _("Logins and roles"), "logins:people", "door-enter", KEEP_LOGINS))
