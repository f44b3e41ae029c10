"""Items of the menu."""

from django.utils.translation import gettext_lazy as _

from shouwen.service.customers.permissions import SEE_CUSTOMERS
from shouwen.service.ui import menu

menu.add(menu.Item("work", _("Customers"), "customers:customers", "users", SEE_CUSTOMERS, "u"))
