"""Items of the menu."""

from django.utils.translation import gettext_lazy as _

from shouwen.service.ui import menu
from shouwen.service.workorders.permissions import DISPATCH, KEEP_RECEIPTS

menu.add(
    menu.Item("work", _("Dispatch"), "workorders:dispatch", "route", DISPATCH, "d"),
    menu.Item("work", _("Slips"), "workorders:receipts", "receipt", KEEP_RECEIPTS, "r"),
)
