"""Items of the menu."""

from django.utils.translation import gettext_lazy as _

from shouwen.service.ui import menu
from shouwen.service.workorders.permissions import DISPATCH

menu.add(menu.Item("work", _("Dispatch"), "workorders:dispatch", "route", DISPATCH, "d"))
