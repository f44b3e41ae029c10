"""Items of the menu."""

from django.utils.translation import gettext_lazy as _

from shouwen.service.signin.permissions import OWN, RULES
from shouwen.service.ui import menu

menu.add(
    menu.Item("house", _("My sign-in"), "mfa_index", "lock", OWN),
    menu.Item("house", _("Rules for signing in"), "signin_rules", "shield-check", RULES),
)
