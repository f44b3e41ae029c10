"""Items of the menu."""

from django.utils.translation import gettext_lazy as _

from shouwen.service.cases.permissions import SEE_CASES
from shouwen.service.ui import menu

menu.add(menu.Item("work", _("Cases"), "cases:cases", "clipboard-list", SEE_CASES, "c"))
