"""Items of the menu."""

from django.utils.translation import gettext_lazy as _

from shouwen.service.counter.permissions import SERVE
from shouwen.service.ui import menu

menu.add(menu.Item("today", _("At the counter"), "counter:counter", "ticket", SERVE, "q"))
