"""Items of the menu."""

from django.utils.translation import gettext_lazy as _

from shouwen.service.measurebook.permissions import (
    ADOPT,
    READ_MEASURE,
    REGISTER_EVENTS,
    SEE_BREACHES,
    SEE_EVENTS,
)
from shouwen.service.ui import menu

menu.add(
    menu.Item("work", _("Register an event"), "enactment:choose", "list-check", REGISTER_EVENTS,
              "e"),
    menu.Item("quality", _("Breaches"), "enactment:breaches", "alert-triangle", SEE_BREACHES, "v"),
    menu.Item("quality", _("Events"), "enactment:events", "history", SEE_EVENTS),
    menu.Item("measure", _("Norms"), "enactment:measure", "book", READ_MEASURE, "m"),
    menu.Item("measure", _("Checklists"), "enactment:checklists", "clipboard-list", READ_MEASURE),
    menu.Item("measure", _("Readings"), "enactment:adoption", "scale", ADOPT),
)  # fmt: skip
