"""Items of the menu."""

from django.utils.translation import gettext_lazy as _

from shouwen.service.aftercare.permissions import CALL_BACK
from shouwen.service.ui import menu

menu.add(menu.Item("today", _("Call-backs"), "aftercare:call-backs", "phone", CALL_BACK, "b"))
