"""Items of the menu."""

from django.utils.translation import gettext_lazy as _

from shouwen.service.cases.permissions import OPEN_CASES
from shouwen.service.ui import menu

menu.add(
    menu.Item("today", _("Take up a case"), "intake:intake", "plus", OPEN_CASES, "n"),
    menu.Item("work", _("Calls"), "intake:calls", "phone-incoming", OPEN_CASES, "p"),
)
