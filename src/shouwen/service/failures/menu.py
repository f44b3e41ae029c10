"""Items of the menu."""

from django.utils.translation import gettext_lazy as _

from shouwen.service.failures.permissions import SEE_FAILURES
from shouwen.service.ui import menu

menu.add(menu.Item("work", _("Area failures"), "failures:failures", "alert-triangle", SEE_FAILURES))
