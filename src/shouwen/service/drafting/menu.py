"""Items of the menu."""

from django.utils.translation import gettext_lazy as _

from shouwen.service.drafting.permissions import TRY
from shouwen.service.measurebook.permissions import ADOPT
from shouwen.service.ui import menu

menu.add(menu.Item("measure", _("What if"), "drafting:trials", "report-analytics", TRY, "x"))
menu.add(menu.Item("measure", _("Own texts"), "drafting:own-texts", "file-text", ADOPT))
