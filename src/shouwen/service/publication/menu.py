"""Items of the menu."""

from django.utils.translation import gettext_lazy as _

from shouwen.service.publication.permissions import SEE_PAGES, SEE_SHARES
from shouwen.service.ui import menu

menu.add(
    menu.Item("quality", _("To be public"), "publication:home", "speakerphone", SEE_PAGES),
    menu.Item("quality", _("Promises kept"), "publication:shares", "chart-bar", SEE_SHARES),
)
