"""Items of the menu."""

from django.utils.translation import gettext_lazy as _

from shouwen.service.ui import menu
from shouwen.service.workorders.permissions import DO_WORK

menu.add(menu.Item("today", _("My jobs"), "fieldwork:jobs", "truck", DO_WORK, "j"))
